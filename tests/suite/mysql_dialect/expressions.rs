//! Checks and generated columns: the normal form of the text that either server prints is that of the declared text.

use super::fixtures::*;

/// Conditions as people write them. Both servers print most of them otherwise.
const CHECKS: &[&str] = &[
    "b between 1 and 5",
    "a in ('x', 'y')",
    "a not in ('x', 'it''s')",
    "a in ('only')",
    "a is not null or b > 0 and b < 10",
    "(a is not null or b > 0) and b < 10",
    "length(a) > 0",
    "char_length(a) >= 3",
    "a = LOWER(a)",
    "a <> upper(a)",
    "a like 'x%'",
    "a not like 'x\\\\%'",
    "a like '$argon2%'",
    "a regexp '^[a-z]+$'",
    "a not regexp '^[a-z]+$'",
    "not (b = 3)",
    "not (b between 1 and 2)",
    "not (b > 1 and n > 1)",
    "b % 2 = 0",
    "mod(b, 2) = 0",
    "-b < -1",
    "f = true",
    "f is true",
    "n >= 0.00",
    "d > '2020-01-01'",
    "json_extract(c, '$.a') is null",
    "coalesce(b, 0) >= 0",
    "case when b > 0 then a is not null else b = 0 end = 1",
    "substring(a, 1, 2) = 'ab'",
    "concat(a, 'x') <> ''",
    "cast(b as char) <> '1'",
    "b <=> 3",
    "d < d + interval 1 day",
    "date_add(d, interval 1 day) > d",
    "year(d) > 2000",
    "extract(year from d) > 2000",
    "n * 2 + 1 > (b - 1) / 3",
    "b & 1 = 1",
    "a <> \"dq\"",
    "if(b > 1, 1, 0) = 1",
    "ifnull(b, 1) > 0",
    "trim(a) <> ''",
    "(a = 'x') xor (b = 1)",
    "b != 7",
    "date(d) >= date '2020-01-01'",
    "b > 0 and (a = 'x' or a = 'y') and n > 1",
    "b > 0 and (n > 1 and f = 1)",
    "round(n, 1) > 0",
    "a collate utf8mb4_bin = 'x'",
    "b div 2 = 1",
    "left(a, 1) = 'x'",
    "isnull(b) or b > 0",
    "a = 'line\\nbreak'",
    "greatest(b, n) > 1",
    "position('x' in a) = 0",
    "power(b, 2) > 1",
    "floor(n) = n",
    "timestampdiff(day, d, d) = 0",
    "kind <> 'schedule' or a is not null",
    "b = 1 || b = 2",
    "`Key` is null",
    "a = 'grün \\\\ _utf8mb4'",
];

fn checked() -> Table {
    let nullable = |name: &str, ty: &str| Column {
        nullable: true,
        ..column(name, ty, None)
    };
    table(
        "checked",
        vec![
            nullable("a", "varchar(20)"),
            nullable("b", "int"),
            nullable("c", "json"),
            nullable("d", "datetime"),
            nullable("n", "decimal(10,2)"),
            nullable("f", "tinyint(1)"),
            nullable("kind", "enum('schedule','other')"),
            nullable("key", "int"),
        ],
    )
}

#[test]
fn checks_and_generated_columns_read_back_as_the_same() {
    on_each(&async |conn| {
        let mut table = checked();
        for (n, expr) in CHECKS.iter().enumerate() {
            table.constraints.push(check(&format!("ck_{n}"), expr));
        }
        create(conn, &table).await;
        let mut want = schema([table]);
        let have = inspect(conn).await;
        let server = conn.server().clone();
        let differ = |want: &Schema| -> Vec<String> {
            let of = |schema: &Schema| -> Vec<(String, Expr)> {
                let table = schema.table(&ObjectId::table("checked")).unwrap();
                let mut list: Vec<(String, Expr)> = table
                    .constraints
                    .iter()
                    .filter_map(|c| match &c.kind {
                        ConstraintKind::Check(check) => {
                            Some((c.name.get().to_string(), check.expr.clone()))
                        }
                        _ => None,
                    })
                    .collect();
                list.sort_by(|a, b| a.0.cmp(&b.0));
                list
            };
            let (want, have) = (of(want), of(&have));
            assert_eq!(want.len(), have.len());
            want.iter()
                .zip(have)
                .filter(|(one, other)| one.1 != other.1)
                .map(|(one, other)| {
                    format!(
                        "{}\n   {}\n   {}",
                        other.1.text,
                        one.1.normal(),
                        other.1.normal()
                    )
                })
                .collect()
        };
        for line in differ(&want) {
            println!("{server}: asks about {line}");
        }
        let asked = differ(&want).len();
        let found = MySql.reconcile(conn, &mut want, &have).await.unwrap();
        assert_eq!(found, []);
        assert_eq!(differ(&want), Vec::<String>::new(), "{server}");
        // the text alone decides nearly all
        assert!(asked <= 4, "{server}: {asked}");
    });
}

#[test]
fn the_server_compares_expressions() {
    on_each(&async |conn| {
        let mut live = checked();
        live.constraints.push(check("same", "ascii(a) > 64 + 1"));
        live.constraints.push(check("other", "ascii(a) > 3"));
        live.constraints.push(check("weird", "b > 1"));
        live.columns.push(Column {
            nullable: true,
            generated: Some(Generated {
                expr: Expr::new("left(a, 3)"),
                stored: true,
            }),
            ..column("g", "varchar(20)", None)
        });
        create(conn, &live).await;
        let have = inspect(conn).await;
        let mut want = live.clone();
        let len = want.constraints.len();
        want.constraints[len - 3] = check("same", "((ascii(`a`)) > 65)");
        want.constraints[len - 2] = check("other", "ascii(a) > 4");
        want.constraints[len - 1] = check("weird", "my_function(b) > 1");
        let mut want = schema([want]);
        let found = MySql.reconcile(conn, &mut want, &have).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code.as_str(), "undecided");
        let table = want.table(&live.id).unwrap();
        let text = |name: &str| {
            table
                .constraints
                .iter()
                .find(|c| c.name.get().as_str() == name)
                .map(|c| match &c.kind {
                    ConstraintKind::Check(check) => check.expr.normal().to_owned(),
                    _ => String::new(),
                })
                .unwrap()
        };
        assert_eq!(text("other"), "ascii(a) > 4");
        assert_eq!(text("weird"), "b > 1");
    });
}
