//! Conditions and defaults: as they are declared, and as the server prints them.

use super::fixtures::*;

/// Conditions as people write them. `true`: the texts alone tell that the server's is the same;
/// `false`: the server has to be asked.
const CONDITIONS: &[(&str, bool)] = &[
    ("role in ('user', 'assistant')", true),
    ("status IN ('a','b')", true),
    ("role not in ('x','y')", true),
    ("role in ('x')", true),
    ("i in (1, 2, 3)", true),
    ("n in (1, 2.5)", true),
    ("status = any(array['a','b'])", true),
    ("role like 'a%'", true),
    ("role not like 'a%'", true),
    ("status ilike '%x'", true),
    ("role ~* '^a'", true),
    ("i between 1 and 5", true),
    ("i not between 1 and 5", true),
    ("bg between 0 and 4294967295", true),
    ("n between 0 and 18446744073709551615", true),
    ("n >= 0", true),
    ("f > 0 and f < 1.5", true),
    ("role <> '' or status is null", true),
    ("role != ''", true),
    ("LENGTH(TRIM(role)) > 0", true),
    ("substring(role from 1 for 2) = 'ab'", true),
    ("extract(year from ts) > 2000", true),
    ("position('a' in role) > 0", true),
    ("jsonb_typeof(j) = 'object'", true),
    ("j ? 'a'", true),
    ("j->>'a' = 'x'", true),
    ("j @> '{\"a\":1}'", false),
    ("not (b and i > 3)", true),
    ("coalesce(status, '') <> ''", true),
    ("case when b then i > 3 else true end", true),
    ("arr <@ array['a','b']", true),
    ("arr[1] = 'x'", true),
    ("cast(i as text) <> ''", true),
    ("i::bigint + bg > 0", true),
    ("d > date '2020-01-01'", true),
    ("d > '2020-01-01'", true),
    ("ts > '2020-01-01'", false),
    ("ts < now() + interval '1 day'", true),
    ("ts at time zone 'utc' > tl", true),
    ("upper(role) similar to 'A%'", false),
    ("u is distinct from null", true),
    ("i is not distinct from 4", true),
    ("i % 2 = 0", true),
    ("-i < 3", true),
    ("i = -1", true),
    ("b is true", true),
    ("b", true),
    ("num_nonnulls(i, bg) = 1", true),
    ("(i > 1) = b", true),
    ("i*2+1 > (3-1)*2", true),
    ("i > 1 and (bg > 1 and (n > 1 or f > 1))", true),
    ("((i) > ((1)))", true),
    ("\"order\" > 0", true),
    ("c3 = 'abc'", true),
    ("octet_length(raw) = 16", true),
    ("i < n", false),
    ("wide.i > 0", true),
    ("u <> '00000000-0000-0000-0000-000000000000'", true),
    ("tl > '2020-01-01 00:00'", false),
];

#[tokio::test]
async fn conditions_come_back_as_they_were_meant() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let mut table = wide();
    for (n, (text, _)) in CONDITIONS.iter().enumerate() {
        table.constraints.push(check(&format!("c{n:03}"), text));
    }
    let mut want = sorted(schema(vec![table]));
    db.make(&want).await;
    let have = sorted(db.inspect().await);
    let id = ObjectId::table("wide");
    let exprs = |s: &Schema| -> Vec<Expr> {
        let checks = s.table(&id).unwrap().constraints.iter();
        checks
            .map(|c| match &c.kind {
                ConstraintKind::Check(check) => check.expr.clone(),
                _ => panic!("only checks here"),
            })
            .collect()
    };
    let mut wrong = Vec::new();
    for ((a, b), (text, offline)) in exprs(&want).iter().zip(&exprs(&have)).zip(CONDITIONS) {
        if (a == b) != *offline {
            wrong.push(format!(
                "{text} (equal: {})\n  {}\n  {}",
                a == b,
                a.normal(),
                b.normal()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let found = Postgres
        .reconcile(&mut db.conn, &mut want, &have)
        .await
        .unwrap();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(exprs(&want), exprs(&have));
    db.end().await;
}

/// Type, default as written, whether the texts alone tell.
const DEFAULTS: &[(&str, &str, bool)] = &[
    ("int", "-1", true),
    ("int", "'7'", true),
    ("bigint", "5000000000", true),
    ("numeric(12,4)", "0.10", true),
    ("numeric(12,4)", "0", true),
    ("float8", "1.50", true),
    ("bool", "'t'", true),
    ("bool", "FALSE", true),
    ("varchar(20)", "'it''s'", true),
    ("text", "''", true),
    ("char(2)", "'de'", true),
    ("timestamptz", "now()", true),
    ("timestamptz", "CURRENT_TIMESTAMP", true),
    ("timestamptz(3)", "CURRENT_TIMESTAMP(3)", true),
    ("timestamp", "localtimestamp", true),
    ("timestamp", "CURRENT_TIMESTAMP", true),
    ("date", "CURRENT_DATE", true),
    ("date", "'2020-01-01'", true),
    ("timestamptz", "'2020-01-01'", false),
    ("timestamptz", "now() + interval '7 days'", true),
    ("interval", "'1 hour'", false),
    ("jsonb", "'{\"bb\":1,\"a\":[1,2]}'", true),
    ("jsonb", "'{}'::jsonb", true),
    ("text[]", "'{}'", true),
    ("text[]", "array[]::text[]", true),
    ("text[]", "array['a','b']", true),
    ("uuid", "gen_random_uuid()", true),
    ("bytea", "'\\x6162'", true),
    ("text", "upper('x' || 'y')", true),
    ("text", "NULL", true),
    ("int", "(1 + 2)", true),
    ("time", "LOCALTIME", true),
];

#[tokio::test]
async fn defaults_come_back_as_they_were_meant() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let mut table = Table::new(ObjectId::table("d"));
    for (n, (ty, default, _)) in DEFAULTS.iter().enumerate() {
        table
            .columns
            .push(with_default(&format!("c{n}"), ty, default));
    }
    let mut want = schema(vec![table]);
    db.make(&want).await;
    let have = db.inspect().await;
    let id = ObjectId::table("d");
    let mut wrong = Vec::new();
    let columns = |s: &Schema| s.table(&id).unwrap().columns.clone();
    for ((a, b), case) in columns(&want).iter().zip(columns(&have)).zip(DEFAULTS) {
        if (a.default == b.default) != case.2 {
            wrong.push(format!("{case:?}\n  {:?}\n  {:?}", a.default, b.default));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let found = Postgres
        .reconcile(&mut db.conn, &mut want, &have)
        .await
        .unwrap();
    assert!(found.is_empty(), "{found:?}");
    same(have, want, "defaults");
    db.end().await;
}

#[tokio::test]
async fn what_differs_stays_different() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let side = |list: &str, day: &str, default: &str| {
        let mut table = wide();
        table.constraints = vec![check("a", list), check("b", day)];
        table.columns.push(with_default("e", "interval", default));
        schema(vec![table])
    };
    db.make(&side("role in ('x','y')", "ts > '2020-01-01'", "'1 hour'"))
        .await;
    let mut want = side("role in ('x','z')", "ts > '2020-01-02'", "'2 hours'");
    let have = db.inspect().await;
    let found = Postgres
        .reconcile(&mut db.conn, &mut want, &have)
        .await
        .unwrap();
    assert!(found.is_empty(), "{found:?}");
    let id = ObjectId::table("wide");
    let (a, b) = (want.table(&id).unwrap(), have.table(&id).unwrap());
    for (a, b) in a.constraints.iter().zip(&b.constraints) {
        assert_ne!(a.kind, b.kind);
    }
    assert_ne!(a.columns.last(), b.columns.last());
    db.end().await;
}

#[tokio::test]
async fn what_only_a_function_of_ones_own_knows_is_said_to_be_undecided() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let function = "CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1'";
    db.conn.query(function).await.unwrap();
    let search = Generated {
        expr: Expr::new("to_tsvector('english', coalesce(title, '') || body)"),
        stored: true,
    };
    let side = |default: &str| {
        let mut table = Table::new(ObjectId::table("t"));
        table.columns = vec![
            column("title", "varchar(50)"),
            column("body", "text"),
            Column {
                generated: Some(search.clone()),
                ..nullable("search", "tsvector")
            },
            with_default("x", "text", default),
        ];
        schema(vec![table])
    };
    db.make(&side("f('a')")).await;
    let have = db.inspect().await;
    let mut want = side("f('b')");
    let found = Postgres
        .reconcile(&mut db.conn, &mut want, &have)
        .await
        .unwrap();
    let codes: Vec<&str> = found.iter().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, ["undecided"]);
    same(have, want, "undecided");
    db.end().await;
}
