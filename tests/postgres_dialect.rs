//! PostgreSQL's dialect against a real server: what is rendered is read back as it was meant.
//! The server's admin URL stands in TABLEWRIGHT_TEST_POSTGRES.

#![allow(clippy::unwrap_used, clippy::semicolon_if_nothing_returned)]
#![allow(clippy::items_after_statements)] // a type beside its one use

use tablewright::change::{Action, Change, Delta, TableOp};
use tablewright::db::{Conn, DbUrl};
use tablewright::dialect::{Dialect, InspectScope, postgres::Postgres};
use tablewright::model::*;
use tablewright::spec::{DatabaseSpec, EnumValue, Neutral, Spec};

/// A database of its own, dropped at the end.
struct Scratch {
    url: String,
    name: String,
    conn: Conn,
}

impl Scratch {
    async fn new(name: &str) -> Option<Self> {
        let Ok(url) = std::env::var("TABLEWRIGHT_TEST_POSTGRES") else {
            println!("skipped: {name}: no TABLEWRIGHT_TEST_POSTGRES");
            return None;
        };
        let name = format!("tw_dialect_{name}_{}", std::process::id());
        let mut admin = Conn::open(&DbUrl::new(url.clone()), false).await.unwrap();
        admin
            .query(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .await
            .unwrap();
        admin.close().await;
        let (head, query) = url.split_once('?').unwrap_or((&url, ""));
        let base = head.rsplit_once('/').unwrap().0;
        let own = DbUrl::new(format!("{base}/{name}?{query}"));
        let mut conn = Conn::open(&own, false).await.unwrap();
        for sql in Postgres.session(&conn.server().clone(), None, &[]) {
            conn.query(&sql).await.unwrap();
        }
        Some(Self { url, name, conn })
    }

    async fn run(&mut self, action: &Action) {
        for sql in Postgres.render(action) {
            if let Err(error) = self.conn.query(&sql).await {
                panic!("{error}\n{sql}");
            }
        }
    }

    async fn make(&mut self, schema: &Schema) {
        for (id, object) in &schema.objects {
            self.run(&create(id, object)).await;
        }
    }

    async fn inspect(&mut self) -> Schema {
        let scope = InspectScope {
            schemas: vec![String::from("auth")],
            hidden: vec![String::from("hidden")],
            ignore: vec![String::from("*_old")],
            ..InspectScope::default()
        };
        Postgres.inspect(&mut self.conn, &scope).await.unwrap()
    }

    async fn end(self) {
        self.conn.close().await;
        let mut admin = Conn::open(&DbUrl::new(self.url), false).await.unwrap();
        admin
            .query(&format!("DROP DATABASE {}", self.name))
            .await
            .unwrap();
        admin.close().await;
    }
}

fn create(id: &ObjectId, object: &Object) -> Action {
    Action::Change(Change::Create(id.clone(), object.clone()))
}

fn ty(text: &str) -> SqlType {
    Postgres.native_type(text).unwrap()
}

fn column(name: &str, text: &str) -> Column {
    Column::new(name, ty(text))
}

fn nullable(name: &str, text: &str) -> Column {
    Column {
        nullable: true,
        ..column(name, text)
    }
}

fn with_default(name: &str, text: &str, default: &str) -> Column {
    Column {
        default: Some(Expr::new(default)),
        ..nullable(name, text)
    }
}

fn given(name: &str) -> Name {
    Given::Given(name.into())
}

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint {
        name: given(name),
        kind,
        comment: None,
    }
}

fn check(name: &str, text: &str) -> Constraint {
    let expr = Expr::new(text);
    constraint(
        name,
        ConstraintKind::Check(Check {
            expr,
            of_type: None,
            validated: true,
        }),
    )
}

/// A schema in normal form, with what `finish` adds.
fn schema(tables: Vec<Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    let spec = Spec {
        unread: std::collections::BTreeSet::new(),
        database: DatabaseSpec::default(),
        tables: Vec::new(),
        extensions: Vec::new(),
    };
    Postgres.finish(&spec, &mut schema, &mut Vec::new());
    Postgres.canon(&mut schema);
    schema
}

/// The same order on both sides: the server gives parts by kind and name, new columns last.
fn sorted(mut schema: Schema) -> Schema {
    for (_, table) in schema.tables_mut() {
        table.columns.sort_by_key(|c| c.name.clone());
        table.constraints.sort_by_key(|c| c.name.get().clone());
        table.indexes.sort_by_key(|i| i.name.get().clone());
    }
    schema
}

fn same(have: Schema, want: Schema, what: &str) {
    let (have, want) = (sorted(have), sorted(want));
    for (id, object) in &want.objects {
        if let (Some(have), Some(want)) = (have.table(id), object.as_table()) {
            // part by part: a whole table is too much to read
            for (have, want) in have.columns.iter().zip(&want.columns) {
                assert_eq!(have, want, "{what}: {id}");
            }
            for (have, want) in have.constraints.iter().zip(&want.constraints) {
                assert_eq!(have, want, "{what}: {id}");
            }
            for (have, want) in have.indexes.iter().zip(&want.indexes) {
                assert_eq!(have, want, "{what}: {id}");
            }
        }
        assert_eq!(have.objects.get(id), Some(object), "{what}: {id}");
    }
    let names = |s: &Schema| s.objects.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&have), names(&want), "{what}");
}

/// Every column that the expression cases speak of.
fn wide() -> Table {
    let mut table = Table::new(ObjectId::table("wide"));
    table.columns = vec![column("id", "bigint"), column("role", "varchar(20)")];
    for (name, text) in [
        ("status", "text"),
        ("i", "int"),
        ("bg", "bigint"),
        ("n", "numeric(30,4)"),
        ("f", "float8"),
        ("b", "bool"),
        ("ts", "timestamptz"),
        ("tl", "timestamp"),
        ("d", "date"),
        ("j", "jsonb"),
        ("arr", "text[]"),
        ("u", "uuid"),
        ("c3", "char(3)"),
        ("order", "int"),
        ("raw", "bytea"),
    ] {
        table.columns.push(nullable(name, text));
    }
    table
}

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
    let Some(mut db) = Scratch::new("conditions").await else {
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
    let Some(mut db) = Scratch::new("defaults").await else {
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
    let Some(mut db) = Scratch::new("differs").await else {
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
async fn neutral_types_come_back() {
    let Some(mut db) = Scratch::new("types").await else {
        return;
    };
    let value = |v: &str| EnumValue {
        value: v.to_owned(),
        renamed_from: None,
    };
    let int = Neutral::Int { unsigned: false };
    let mut all = vec![
        Neutral::Bool,
        Neutral::Decimal {
            precision: 12,
            scale: 4,
        },
        Neutral::Float,
        Neutral::Double,
        Neutral::Char(3),
        Neutral::Varchar(40),
        Neutral::Text,
        Neutral::Uuid,
        Neutral::Date,
        Neutral::Time(None),
        Neutral::Time(Some(3)),
        Neutral::DateTime(None),
        Neutral::DateTime(Some(6)),
        Neutral::TimestampTz(None),
        Neutral::TimestampTz(Some(0)),
        Neutral::Json,
        Neutral::Binary(16),
        Neutral::Varbinary(20),
        Neutral::Blob,
        Neutral::Enum {
            values: vec![value("a"), value("it's")],
            native: false,
        },
        Neutral::Enum {
            values: vec![value("a"), value("b")],
            native: true,
        },
        Neutral::Array(Box::new(Neutral::Text)),
        Neutral::Array(Box::new(Neutral::Array(Box::new(int)))),
    ];
    for unsigned in [false, true] {
        all.push(Neutral::TinyInt { unsigned });
        all.push(Neutral::SmallInt { unsigned });
        all.push(Neutral::Int { unsigned });
        all.push(Neutral::BigInt { unsigned });
    }
    let mut want = Schema::default();
    let mut table = Table::new(ObjectId::table("t"));
    for (n, neutral) in all.iter().enumerate() {
        let name = format!("c{n}");
        let plan = Postgres.neutral_type(neutral, false, "t", &name).unwrap();
        if let Some(text) = plan.check {
            table.constraints.push(check(&format!("ck_{name}"), &text));
        }
        if let Some(values) = plan.native_enum {
            let id = ObjectId::new(Kind::Type, plan.ty.base.as_str());
            want.objects
                .insert(id, Object::Type(UserType::Enum(values)));
        }
        table.columns.push(Column::new(name.as_str(), plan.ty));
    }
    want.objects
        .insert(table.id.clone(), Object::Table(Box::new(table)));
    Postgres.canon(&mut want);
    db.make(&want).await;
    same(db.inspect().await, want, "types");
    db.end().await;
}

fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index {
        name: given(name),
        parts,
        unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        comment: None,
        valid: true,
    }
}

fn key(table: &str) -> Constraint {
    let parts = vec![IndexPart::column("id")];
    constraint(&format!("pk_{table}"), ConstraintKind::PrimaryKey(parts))
}

fn users() -> Table {
    let mut users = Table::new(ObjectId::table("users"));
    users.columns = vec![
        Column {
            identity: Some(Identity::ByDefault),
            ..column("id", "bigint")
        },
        column("email", "varchar(255)"),
    ];
    let unique = ConstraintKind::Unique(vec![IndexPart::column("email")]);
    users.constraints = vec![key("users"), constraint("uq_users_email", unique)];
    users
}

fn posts() -> Table {
    let mut posts = Table::new(ObjectId::table("posts"));
    posts.columns = vec![
        column("id", "bigserial"),
        nullable("user_id", "bigint"),
        column("title", "varchar(100)"),
        Column {
            comment: Some(String::from("It's Markdown")),
            ..nullable("body", "text")
        },
        with_default("status", "text", "'draft'"),
        Column {
            on_update_now: true,
            ..with_default("updated_at", "timestamptz", "now()")
        },
        nullable("tags", "text[]"),
    ];
    posts.constraints = vec![
        key("posts"),
        check("ck_status", "status in ('draft', 'live')"),
        constraint(
            "fk_user",
            ConstraintKind::ForeignKey(ForeignKey {
                columns: vec!["user_id".into()],
                target: ObjectId::table("users"),
                target_columns: vec!["id".into()],
                on_delete: ReferentialAction::Cascade,
                on_update: ReferentialAction::Restrict,
                matching: Match::Full,
                deferred: true,
                validated: true,
            }),
        ),
    ];
    let by_time = IndexPart {
        desc: true,
        ..IndexPart::column("updated_at")
    };
    let lower = IndexPart {
        key: PartKey::Expr(Expr::new("lower(title)")),
        ..IndexPart::column("x")
    };
    let odd = IndexPart {
        desc: true,
        nulls_first: Some(false),
        opclass: Some(String::from("varchar_pattern_ops")),
        ..IndexPart::column("title")
    };
    posts.indexes = vec![
        Index {
            comment: Some(String::from("by time")),
            ..index("idx_recent", vec![IndexPart::column("status"), by_time])
        },
        Index {
            unique: true,
            predicate: Some(Expr::new("status in ('draft','live')")),
            include: vec!["body".into()],
            ..index("idx_title", vec![lower])
        },
        Index {
            method: Some(String::from("gin")),
            ..index("idx_tags", vec![IndexPart::column("tags")])
        },
        index("idx_odd", vec![odd]),
    ];
    posts.options.comment = Some(String::from("What people wrote"));
    posts
}

#[tokio::test]
async fn everything_of_a_table_comes_back() {
    let Some(mut db) = Scratch::new("whole").await else {
        return;
    };
    let odd = "CREATE SCHEMA auth; CREATE TABLE hidden(a int); CREATE TABLE x_old(a int)";
    db.conn.query(odd).await.unwrap();
    let mut named = posts();
    named.id = ObjectId::table("order").within(Ns::Named("auth".into()));
    named.constraints.remove(2);
    named.columns.push(Column {
        generated: Some(Generated {
            expr: Expr::new("lower(title) || 'x'"),
            stored: true,
        }),
        ..nullable("low", "text")
    });
    let want = schema(vec![users(), posts(), named]);
    for wanted in ["tablewright_touch_updated_at", "users", "order", "posts"] {
        for (id, object) in want
            .objects
            .iter()
            .filter(|(id, _)| id.name.as_str() == wanted)
        {
            db.run(&create(id, object)).await;
        }
    }
    let have = db.inspect().await;
    assert!(have.uncompared.is_empty(), "{:?}", have.uncompared);
    assert_eq!(have.deps, want.deps);
    same(have, want, "whole");
    // the trigger: set where the row changes, left alone where it doesn't or where it is set
    let rows = db
        .conn
        .query(
            "INSERT INTO users (email) VALUES ('a');
             INSERT INTO posts (user_id, title, updated_at) VALUES (1, 't', '2000-01-01');
             UPDATE posts SET title = 't'; SELECT updated_at < '2001-01-01' FROM posts;
             UPDATE posts SET title = 'u'; SELECT updated_at < '2001-01-01' FROM posts;
             UPDATE posts SET title = 'v', updated_at = '1999-01-01'; SELECT updated_at < '2000-01-01' FROM posts",
        )
        .await
        .unwrap();
    let flags: Vec<bool> = rows.iter().map(|r| r.flag(0)).collect();
    assert_eq!(flags, [true, false, true]);
    db.end().await;
}

/// Ops of `posts`, and the table after them.
fn changes() -> Vec<(&'static str, Vec<TableOp>, Table)> {
    let mut out = Vec::new();
    type Case = (&'static str, &'static str, fn(&mut Column));
    let cases: &[Case] = &[
        ("widen", "title", |c| c.ty = ty("varchar(200)")),
        ("set not null", "body", |c| c.nullable = false),
        ("set not null with default", "updated_at", |c| {
            c.nullable = false
        }),
        ("comment", "body", |c| c.comment = None),
        ("default", "status", |c| {
            c.default = Some(Expr::new("'live'"))
        }),
        ("no default", "status", |c| c.default = None),
        ("no touch", "updated_at", |c| c.on_update_now = false),
        ("touched type", "updated_at", |c| {
            c.ty = ty("timestamptz(3)")
        }),
        ("serial to identity", "id", |c| {
            c.identity = Some(Identity::Always)
        }),
        ("serial to nothing", "id", |c| {
            (c.identity, c.ty) = (None, ty("bigint"))
        }),
        ("to another family", "user_id", |c| c.ty = ty("int")),
        ("collation", "body", |c| {
            c.collation = Some(String::from("C"))
        }),
    ];
    for (what, name, change) in cases {
        let from = schema(vec![posts()]);
        let from = from
            .tables()
            .next()
            .unwrap()
            .1
            .column(name)
            .unwrap()
            .clone();
        let mut to = posts();
        let column = to
            .columns
            .iter_mut()
            .find(|c| c.name.as_str() == *name)
            .unwrap();
        *column = from.clone();
        change(column);
        let pair = Pair::new(from, column.clone());
        out.push((*what, vec![TableOp::Column(Delta::Alter(pair))], to));
    }
    let computed = Generated {
        expr: Expr::new("length(title)"),
        stored: true,
    };
    for (what, column) in [
        ("add not null", column("x", "int")),
        ("add uuid", column("x", "uuid")),
        (
            "add identity",
            Column {
                identity: Some(Identity::ByDefault),
                ..column("x", "int")
            },
        ),
        (
            "add serial",
            Column {
                identity: Some(Identity::Serial),
                ..column("x", "int")
            },
        ),
        (
            "add touched",
            Column {
                on_update_now: true,
                ..with_default("changed", "timestamp", "now()")
            },
        ),
        (
            "add generated",
            Column {
                generated: Some(computed),
                ..nullable("x", "int")
            },
        ),
        (
            "add with comment",
            Column {
                comment: Some(String::from("c")),
                ..nullable("x", "int")
            },
        ),
        (
            "add with default",
            Column {
                nullable: false,
                ..with_default("x", "numeric(10,2)", "0.5")
            },
        ),
    ] {
        let mut to = posts();
        to.columns.push(column.clone());
        out.push((what, vec![TableOp::Column(Delta::Add(column))], to));
    }

    let mut to = posts();
    let gone = to.constraints.remove(2);
    let new = check("ck_len", "length(title) > 0");
    to.constraints.push(new.clone());
    let ops = [Delta::Drop(gone), Delta::Add(new)].map(TableOp::Constraint);
    out.push(("constraints", ops.to_vec(), to));

    let mut to = posts();
    to.constraints[1].name = given("ck_other");
    to.constraints[1].comment = Some(String::from("why"));
    let pair = Pair::new(posts().constraints[1].clone(), to.constraints[1].clone());
    out.push((
        "rename constraint",
        vec![TableOp::Constraint(Delta::Alter(pair))],
        to,
    ));

    let mut to = posts();
    to.indexes[0].name = given("idx_other");
    to.indexes[0].comment = None;
    let pair = Pair::new(posts().indexes[0].clone(), to.indexes[0].clone());
    let new = index("idx_new", vec![IndexPart::column("user_id")]);
    to.indexes.push(new.clone());
    let gone = to.indexes.remove(1);
    let ops = [Delta::Alter(pair), Delta::Drop(gone), Delta::Add(new)].map(TableOp::Index);
    out.push(("indexes", ops.to_vec(), to));

    let mut to = posts();
    to.options.comment = None;
    let pair = Pair::new(posts().options, to.options.clone());
    out.push(("table comment", vec![TableOp::Options(pair)], to));

    let mut to = posts();
    to.constraints[1] = check("ck_status", "status in ('draft', 'public')");
    let rename = Pair::new(String::from("live"), String::from("public"));
    let ops = vec![
        TableOp::Constraint(Delta::Drop(posts().constraints[1].clone())),
        TableOp::Value {
            column: "status".into(),
            rename,
        },
        TableOp::Constraint(Delta::Add(to.constraints[1].clone())),
    ];
    out.push(("enum value", ops, to));

    let mut to = posts();
    to.columns[5].name = "changed_at".into();
    to.indexes[0].parts[1].key = PartKey::Column("changed_at".into());
    let pair = Pair::new(posts().columns[5].clone(), to.columns[5].clone());
    out.push((
        "rename column",
        vec![TableOp::Column(Delta::Alter(pair))],
        to,
    ));

    let mut to = posts();
    to.id = ObjectId::table("articles");
    let rename = TableOp::Rename(Pair::new("posts".into(), "articles".into()));
    let column = nullable("x", "int");
    to.columns.push(column.clone());
    out.push((
        "rename table",
        vec![rename, TableOp::Column(Delta::Add(column))],
        to,
    ));
    out
}

#[tokio::test]
async fn every_change_works_forwards_and_back() {
    let Some(mut db) = Scratch::new("changes").await else {
        return;
    };
    for (what, ops, to) in changes() {
        let (from, to) = (schema(vec![users(), posts()]), schema(vec![users(), to]));
        // functions are objects of their own: all are there while a step runs
        for (id, object) in from.objects.iter().chain(&to.objects) {
            if id.kind == Kind::Routine {
                db.run(&create(id, object)).await;
            }
        }
        for id in [ObjectId::table("users"), ObjectId::table("posts")] {
            db.run(&create(&id, &from.objects[&id])).await;
        }
        let rows = "INSERT INTO users (email) VALUES ('a'); \
            INSERT INTO posts (user_id, title, status) VALUES (1, 't', 'live'), (1, 'u', 'draft')";
        db.conn.query(rows).await.unwrap();
        let side = |s: &Schema| {
            let mut tables = s.tables().filter(|(id, _)| id.name.as_str() != "users");
            Box::new(tables.next().unwrap().1.clone())
        };
        let change = Change::Table {
            sides: Pair::new(side(&from), side(&to)),
            ops,
        };
        let tables_only = |mut s: Schema| {
            s.objects.retain(|id, _| id.kind == Kind::Table);
            s
        };
        db.run(&Action::Change(change.clone())).await;
        same(tables_only(db.inspect().await), tables_only(to), what);
        db.run(&Action::Change(change.invert())).await;
        let back = format!("{what}, back");
        same(tables_only(db.inspect().await), tables_only(from), &back);
        let clean = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        db.conn.query(clean).await.unwrap();
    }
    db.end().await;
}

#[tokio::test]
async fn enum_types_change_with_their_columns() {
    let Some(mut db) = Scratch::new("enums").await else {
        return;
    };
    let id = ObjectId::new(Kind::Type, "mood");
    let of = |values: &[&str]| {
        Object::Type(UserType::Enum(
            values.iter().map(|v| (*v).to_owned()).collect(),
        ))
    };
    let mut table = Table::new(ObjectId::table("t"));
    table.columns = vec![
        with_default("m", "mood", "'b'"),
        nullable("many", "mood[]"),
        column("plain", "mood"),
    ];
    let with = |values: &[&str]| {
        let mut s = schema(vec![table.clone()]);
        s.objects.insert(id.clone(), of(values));
        s
    };
    db.make(&with(&["a", "b"])).await;
    db.conn
        .query("INSERT INTO t VALUES ('a', '{a,b}', 'b')")
        .await
        .unwrap();
    let mut before: &[&str] = &["a", "b"];
    let steps: [&[&str]; 3] = [
        &["z", "y", "a", "m", "b", "c"],
        &["b", "a", "q"],
        &["a", "b"],
    ];
    for after in steps {
        let replace = Change::Replace(id.clone(), Pair::new(of(before), of(after)));
        db.run(&Action::Change(replace)).await;
        same(db.inspect().await, with(after), &format!("{after:?}"));
        before = after;
    }
    db.end().await;
}

#[tokio::test]
async fn indexes_are_built_concurrently() {
    let Some(mut db) = Scratch::new("concurrently").await else {
        return;
    };
    let want = schema(vec![users()]);
    db.make(&want).await;
    let side = Box::new(want.tables().next().unwrap().1.clone());
    let add = Delta::Add(index("i", vec![IndexPart::column("email")]));
    let change = Change::Table {
        sides: Pair::new(side.clone(), side),
        ops: vec![TableOp::Index(add)],
    };
    db.run(&Action::Concurrently(change.clone())).await;
    assert_eq!(
        db.inspect().await.tables().next().unwrap().1.indexes.len(),
        1
    );
    db.run(&Action::Concurrently(change.invert())).await;
    same(db.inspect().await, want, "dropped again");
    db.end().await;
}

#[tokio::test]
async fn what_only_a_function_of_ones_own_knows_is_said_to_be_undecided() {
    let Some(mut db) = Scratch::new("undecided").await else {
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
    let codes: Vec<&str> = found.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["undecided"]);
    same(have, want, "undecided");
    db.end().await;
}
