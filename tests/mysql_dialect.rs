//! The dialect `mysql` against real servers: what it renders, it reads back.

#![allow(clippy::unwrap_used)] // a test may panic

use std::sync::atomic::{AtomicU32, Ordering};
use tablewright::change::{Action, Change, Delta, TableOp};
use tablewright::db::{Conn, DbUrl, Vendor};
use tablewright::diag::Location;
use tablewright::dialect::{self, Dialect, InspectScope, mysql::MySql};
use tablewright::model::{
    Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, Generated, Given, Ident, Identity,
    Index, IndexPart, Match, Object, ObjectId, Options, Pair, PartKey, ReferentialAction, Schema,
    Table,
};
use tablewright::spec::{
    CheckSpec, ColumnSpec, ColumnType, DatabaseSpec, DefaultSpec, EnumValue, ForeignKeySpec,
    IndexSpec, KeyPartSpec, KeySpec, Neutral, OptionsSpec, Sp, Spec, TableSpec,
};

/// Runs a test in a new database of each server that is there.
fn on_each(test: &str, body: impl AsyncFn(&mut Conn)) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    for variable in ["TABLEWRIGHT_TEST_MYSQL", "TABLEWRIGHT_TEST_MARIADB"] {
        let Ok(url) = std::env::var(variable) else {
            println!("skipped: {test}: no {variable}");
            continue;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tw_dialect_{}_{number}", std::process::id());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut conn = Conn::open(&DbUrl::new(url), false).await.unwrap();
            for pin in MySql.session(&conn.server().clone(), None, &[]) {
                conn.run(&pin).await.unwrap();
            }
            conn.run(&format!("CREATE DATABASE {name}; USE {name}"))
                .await
                .unwrap();
            body(&mut conn).await;
            conn.run(&format!("DROP DATABASE {name}")).await.unwrap();
        });
    }
}

async fn apply(conn: &mut Conn, action: &Action) {
    for sql in MySql.render(action) {
        if let Err(failed) = conn.run(&sql).await {
            panic!("{}: {failed}\n{sql}", conn.server());
        }
    }
}

async fn create(conn: &mut Conn, table: &Table) {
    let object = Object::Table(Box::new(table.clone()));
    apply(
        conn,
        &Action::Change(Change::Create(table.id.clone(), object)),
    )
    .await;
}

async fn inspect(conn: &mut Conn) -> Schema {
    MySql.inspect(conn, &InspectScope::default()).await.unwrap()
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    MySql.canon(&mut schema);
    schema
}

/// What `diff` compares: no order of constraints and indexes, no derived names.
fn comparable(table: &Table) -> Table {
    let mut table = table.clone();
    table.constraints.sort_by_key(|c| format!("{:?}", c.kind));
    table.indexes.sort_by_key(|i| format!("{:?}", i.parts));
    table
}

#[track_caller]
fn assert_same(what: &str, want: &Table, have: &Table) {
    let (want, have) = (comparable(want), comparable(have));
    assert_eq!(want.columns, have.columns, "{what}");
    assert_eq!(
        want.constraints.len(),
        have.constraints.len(),
        "{what}: {want:#?}\n{have:#?}"
    );
    for (one, other) in want.constraints.iter().zip(&have.constraints) {
        assert_eq!(one.kind, other.kind, "{what}");
        assert!(one.name.agrees(&other.name), "{what}: {one:?} {other:?}");
    }
    assert_eq!(
        want.indexes.len(),
        have.indexes.len(),
        "{what}: {want:#?}\n{have:#?}"
    );
    for (one, other) in want.indexes.iter().zip(&have.indexes) {
        assert!(one.name.agrees(&other.name), "{what}: {one:?} {other:?}");
        let unnamed = Index {
            name: other.name.clone(),
            ..one.clone()
        };
        assert_eq!(unnamed, *other, "{what}");
    }
    assert!(
        want.options.agrees(&have.options),
        "{what}: {want:#?}\n{have:#?}"
    );
}

async fn assert_live(conn: &mut Conn, what: &str, want: &Schema) {
    let have = inspect(conn).await;
    let server = conn.server().clone();
    assert_eq!(
        want.objects.keys().collect::<Vec<_>>(),
        have.objects.keys().collect::<Vec<_>>(),
        "{server}: {what}"
    );
    for (id, table) in want.tables() {
        assert_same(&format!("{server}: {what}"), table, have.table(id).unwrap());
    }
}

fn at() -> Location {
    Location {
        file: "t.yaml".into(),
        line: 1,
        column: 1,
        width: 1,
    }
}

fn sp<T>(value: T) -> Sp<T> {
    Sp { value, at: at() }
}

fn column_spec(name: &str, ty: ColumnType) -> ColumnSpec {
    ColumnSpec {
        name: sp(name.into()),
        ty: sp(ty),
        nullable: false,
        default: None,
        identity: None,
        generated: None,
        on_update_now: None,
        comment: None,
        renamed_from: None,
        charset: None,
        collation: None,
    }
}

fn table_spec(name: &str, columns: Vec<ColumnSpec>) -> TableSpec {
    TableSpec {
        name: sp(name.into()),
        schema: None,
        comment: None,
        external: false,
        renamed_from: None,
        columns,
        primary_key: None,
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        retention: Vec::new(),
        options: OptionsSpec::default(),
    }
}

fn lowered(tables: Vec<TableSpec>) -> Schema {
    let spec = Spec {
        database: DatabaseSpec::default(),
        tables,
        extensions: Vec::new(),
    };
    let lowered = dialect::lower(&MySql, &spec, &MySql.default_floor());
    assert_eq!(lowered.diagnostics, []);
    lowered.schema
}

fn native(ty: &str) -> tablewright::model::SqlType {
    MySql.native_type(ty).unwrap()
}

fn column(name: &str, ty: &str, default: Option<&str>) -> Column {
    Column {
        default: default.map(Expr::new),
        ..Column::new(name, native(ty))
    }
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut table = Table::new(ObjectId::table(name));
    table.columns = columns;
    table.options = Options {
        comment: None,
        engine: Some(Given::Derived(String::from("InnoDB"))),
        charset: Some(Given::Derived(String::from("utf8mb4"))),
        collation: Some(Given::Derived(String::from("utf8mb4_unicode_ci"))),
    };
    table
}

fn named(name: &str) -> Given<Ident> {
    Given::Given(name.into())
}

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint {
        name: named(name),
        kind,
        comment: None,
    }
}

fn primary(columns: &[&str]) -> Constraint {
    let parts = columns.iter().map(|c| IndexPart::column(*c)).collect();
    constraint("PRIMARY", ConstraintKind::PrimaryKey(parts))
}

fn unique(name: &str, columns: &[&str]) -> Constraint {
    let parts = columns.iter().map(|c| IndexPart::column(*c)).collect();
    constraint(name, ConstraintKind::Unique(parts))
}

fn check(name: &str, expr: &str) -> Constraint {
    let expr = Expr::new(expr);
    constraint(
        name,
        ConstraintKind::Check(Check {
            expr,
            of_type: None,
            validated: true,
        }),
    )
}

fn foreign_key(name: &str, column: &str, target: &str, on_delete: ReferentialAction) -> Constraint {
    constraint(
        name,
        ConstraintKind::ForeignKey(ForeignKey {
            columns: vec![column.into()],
            target: ObjectId::table(target),
            target_columns: vec!["id".into()],
            on_delete,
            on_update: ReferentialAction::Restrict,
            matching: Match::Simple,
            deferred: false,
            validated: true,
        }),
    )
}

fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index {
        name: named(name),
        parts,
        unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        comment: None,
        valid: true,
    }
}

#[test]
fn every_neutral_type_with_its_defaults_reads_back() {
    on_each("neutral types", async |conn| {
        let values = |list: &[&str]| Neutral::Enum {
            values: list
                .iter()
                .map(|v| EnumValue {
                    value: (*v).to_owned(),
                    renamed_from: None,
                })
                .collect(),
            native: false,
        };
        let cases: Vec<(Neutral, &[&str])> = vec![
            (Neutral::Bool, &["true", "false"]),
            (Neutral::TinyInt { unsigned: false }, &["-128"]),
            (Neutral::TinyInt { unsigned: true }, &["255"]),
            (Neutral::SmallInt { unsigned: false }, &["0"]),
            (Neutral::SmallInt { unsigned: true }, &["7"]),
            (Neutral::Int { unsigned: false }, &["-5", "0"]),
            (Neutral::Int { unsigned: true }, &["1"]),
            (
                Neutral::BigInt { unsigned: false },
                &["-9223372036854775808"],
            ),
            (
                Neutral::BigInt { unsigned: true },
                &["18446744073709551615"],
            ),
            (
                Neutral::Decimal {
                    precision: 12,
                    scale: 4,
                },
                &["0", "0.10", "-1.5"],
            ),
            (Neutral::Float, &["1.5"]),
            (Neutral::Double, &["0.25"]),
            (Neutral::Char(3), &["abc"]),
            (
                Neutral::Varchar(100),
                &["it's \\ \"x\"", "", "NULL", "current_timestamp", "grün"],
            ),
            (Neutral::Text, &["a text", "it's \\"]),
            (Neutral::Uuid, &["uuid"]),
            (Neutral::Date, &["today", "2020-01-31"]),
            (Neutral::Time(None), &["10:00:00"]),
            (Neutral::Time(Some(3)), &["10:00:00.5"]),
            (
                Neutral::DateTime(None),
                &["now", "2020-01-31 10:00:00", "2020-01-31"],
            ),
            (Neutral::DateTime(Some(6)), &["now"]),
            (Neutral::TimestampTz(None), &["now"]),
            (Neutral::TimestampTz(Some(3)), &["now"]),
            (Neutral::Json, &["{}", "[]", "{\"a\": \"it's\"}"]),
            (Neutral::Binary(12), &["abc"]),
            (Neutral::Varbinary(20), &["abc"]),
            (Neutral::Blob, &["abc"]),
            (values(&["a", "it's", "b\\c"]), &["it's"]),
            (Neutral::Array(Box::new(Neutral::Text)), &["[]"]),
            (Neutral::Vector(3), &[]),
        ];
        let mut columns = Vec::new();
        for (n, (ty, defaults)) in cases.into_iter().enumerate() {
            let plain = column_spec(&format!("c{n}"), ColumnType::Neutral(ty.clone()));
            columns.push(ColumnSpec {
                name: sp(format!("n{n}").into()),
                nullable: true,
                comment: Some(sp(String::from("it's a \\ comment"))),
                ..plain.clone()
            });
            for (m, default) in defaults.iter().enumerate() {
                columns.push(ColumnSpec {
                    name: sp(format!("c{n}_{m}").into()),
                    default: Some(DefaultSpec::Value(sp((*default).to_owned()))),
                    ..plain.clone()
                });
            }
            columns.push(plain);
        }
        let want = lowered(vec![table_spec("every_type", columns)]);
        for (_, table) in want.tables() {
            create(conn, table).await;
        }
        assert_live(conn, "neutral types", &want).await;
    });
}

#[test]
fn keys_indexes_references_and_options_read_back() {
    on_each("keys and indexes", async |conn| {
        let int = || ColumnType::Neutral(Neutral::Int { unsigned: true });
        let part = |text: &str| {
            sp(KeyPartSpec {
                text: text.to_owned(),
                is_expr: false,
                desc: false,
                prefix: None,
            })
        };
        let key = |names: &[&str]| KeySpec {
            at: at(),
            name: None,
            renamed_from: None,
            parts: names.iter().map(|n| part(n)).collect(),
        };
        let index = |name: &str, parts: Vec<Sp<KeyPartSpec>>, method: Option<&str>| IndexSpec {
            at: at(),
            name: Some(sp(name.into())),
            renamed_from: None,
            parts,
            unique: false,
            method: method.map(|m| sp(m.to_owned())),
            predicate: None,
            include: Vec::new(),
            comment: Some(sp(String::from("why"))),
        };
        let reference = |column: &str, on_delete, on_update| ForeignKeySpec {
            at: at(),
            name: None,
            renamed_from: None,
            columns: vec![sp(column.into())],
            target_schema: None,
            target: sp("order".into()),
            target_columns: vec![sp("id".into())],
            on_delete,
            on_update,
            deferred: false,
        };
        let mut parent = table_spec("order", vec![column_spec("id", int())]);
        parent.columns[0].identity = Some(at());
        parent.primary_key = Some(key(&["id"]));
        parent.comment = Some(sp(String::from("Größe: it's")));
        let nullable = |name: &str, ty| ColumnSpec {
            nullable: true,
            ..column_spec(name, ty)
        };
        let mut child = table_spec(
            "items",
            vec![
                column_spec("a", int()),
                column_spec("key", int()),
                nullable("p1", int()),
                nullable("p2", int()),
                nullable("p3", int()),
                column_spec("body", ColumnType::Neutral(Neutral::Text)),
                column_spec("name", ColumnType::Neutral(Neutral::Varchar(50))),
                ColumnSpec {
                    charset: Some(sp(String::from("ascii"))),
                    collation: Some(sp(String::from("ascii_bin"))),
                    ..column_spec("code", ColumnType::Neutral(Neutral::Varchar(50)))
                },
                ColumnSpec {
                    charset: Some(sp(String::from("latin1"))),
                    ..column_spec("old", ColumnType::Neutral(Neutral::Char(5)))
                },
                ColumnSpec {
                    default: Some(DefaultSpec::Value(sp(String::from("now")))),
                    on_update_now: Some(at()),
                    ..column_spec(
                        "updated",
                        ColumnType::Neutral(Neutral::TimestampTz(Some(3))),
                    )
                },
                ColumnSpec {
                    generated: Some((sp(String::from("lower(name)")), true)),
                    ..column_spec("lowered", ColumnType::Neutral(Neutral::Varchar(50)))
                },
                ColumnSpec {
                    generated: Some((sp(String::from("a + `key` * 2")), false)),
                    ..column_spec(
                        "sum",
                        ColumnType::Neutral(Neutral::BigInt { unsigned: true }),
                    )
                },
                column_spec("place", ColumnType::Native(String::from("point"))),
                column_spec("big", ColumnType::Native(String::from("MEDIUMTEXT"))),
            ],
        );
        child.primary_key = Some(key(&["a", "key"]));
        child.unique = vec![key(&["name"]), key(&["code", "a"])];
        child.foreign_keys = vec![
            reference(
                "p1",
                ReferentialAction::Cascade,
                ReferentialAction::NoAction,
            ),
            reference("p2", ReferentialAction::SetNull, ReferentialAction::Cascade),
            reference(
                "p3",
                ReferentialAction::Restrict,
                ReferentialAction::Restrict,
            ),
            reference(
                "a",
                ReferentialAction::NoAction,
                ReferentialAction::NoAction,
            ),
        ];
        let with = |text: &str, desc, prefix| {
            sp(KeyPartSpec {
                text: text.to_owned(),
                is_expr: false,
                desc,
                prefix,
            })
        };
        child.indexes = vec![
            index(
                "idx_desc",
                vec![part("p3"), with("updated", true, None)],
                None,
            ),
            index(
                "idx_prefix",
                vec![with("body", false, Some(10)), part("name")],
                Some("BTREE"),
            ),
            index(
                "idx_text",
                vec![part("body"), part("big")],
                Some("fulltext"),
            ),
            index("idx_place", vec![part("place")], Some("spatial")),
            IndexSpec {
                unique: true,
                comment: None,
                ..index("u", vec![with("lowered", true, None)], None)
            },
        ];
        child.checks = vec![CheckSpec {
            at: at(),
            name: None,
            renamed_from: None,
            sql: sp(String::from("`key` > 0")),
        }];
        let want = lowered(vec![parent, child]);
        // p1, p2 have no index of their own; p3 and a have
        let items = want.table(&ObjectId::table("items")).unwrap();
        let derived = items.indexes.iter().filter(|i| !i.name.is_given()).count();
        assert_eq!(derived, 2, "{:#?}", items.indexes);
        create(conn, want.table(&ObjectId::table("order")).unwrap()).await;
        create(conn, items).await;
        assert_live(conn, "keys and indexes", &want).await;
    });
}

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
    on_each("checks", async |conn| {
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
fn the_server_tells_equal_from_different() {
    on_each("reconcile", async |conn| {
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
        assert_eq!(found[0].code, "undecided");
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

struct Case {
    what: &'static str,
    from: Table,
    to: Table,
    ops: Vec<TableOp>,
    rows: &'static str,
}

fn base() -> Table {
    let mut base = table(
        "t",
        vec![
            column("id", "int unsigned", None),
            column("name", "varchar(50)", None),
            Column {
                nullable: true,
                ..column("state", "enum('open','done')", Some("'open'"))
            },
            Column {
                nullable: true,
                ..column("at", "timestamp", None)
            },
            Column {
                nullable: true,
                ..column("parent", "int unsigned", None)
            },
        ],
    );
    base.constraints.push(primary(&["id"]));
    base
}

fn case(what: &'static str, change: impl Fn(&mut Table) -> Vec<TableOp>) -> Case {
    let from = base();
    let mut to = from.clone();
    let ops = change(&mut to);
    Case {
        what,
        from,
        to,
        ops,
        rows: "INSERT INTO t (id, name, state) VALUES (1, 'a', 'done'), (2, 'b', NULL)",
    }
}

fn altered(table: &mut Table, name: &str, change: impl Fn(&mut Column)) -> TableOp {
    let place = table
        .columns
        .iter()
        .position(|c| c.name.as_str() == name)
        .unwrap();
    let from = table.columns[place].clone();
    change(&mut table.columns[place]);
    TableOp::Column(Delta::Alter(Pair::new(from, table.columns[place].clone())))
}

fn cases() -> Vec<Case> {
    let add = |table: &mut Table, at: usize, column: Column| {
        table.columns.insert(at, column.clone());
        TableOp::Column(Delta::Add(column))
    };
    let mut list = vec![
        case("columns of all kinds, anywhere", |t| {
            vec![
                add(t, 0, column("first", "int", None)),
                add(t, 2, column("when", "datetime", None)),
                add(t, 3, column("doc", "json", None)),
                add(t, 8, column("last", "varchar(20)", Some("'it''s'"))),
                add(
                    t,
                    9,
                    Column {
                        nullable: true,
                        ..column("note", "text", Some("('n')"))
                    },
                ),
                add(
                    t,
                    10,
                    column("uid", "binary(16)", Some("(unhex(replace(uuid(),'-','')))")),
                ),
                add(
                    t,
                    11,
                    Column {
                        nullable: true,
                        generated: Some(Generated {
                            expr: Expr::new("id + 1"),
                            stored: false,
                        }),
                        ..column("next", "bigint", None)
                    },
                ),
            ]
        }),
        case(
            "a column's type, nullability, default, comment, on update",
            |t| {
                vec![
                    altered(t, "name", |c| {
                        c.ty = native("varchar(300)");
                        c.nullable = true;
                        c.comment = Some(String::from("it's"));
                    }),
                    altered(t, "at", |c| {
                        c.default = Some(Expr::new("CURRENT_TIMESTAMP"));
                        c.on_update_now = true;
                    }),
                ]
            },
        ),
        case("NOT NULL", |t| {
            vec![altered(t, "state", |c| c.nullable = false)]
        }),
        case("NOT NULL of a time and a new name", |t| {
            vec![altered(t, "at", |c| {
                c.name = "moment".into();
                c.nullable = false;
            })]
        }),
        case("a column's name", |t| {
            vec![altered(t, "name", |c| c.name = "order".into())]
        }),
        case("an enum's new value", |t| {
            vec![altered(t, "state", |c| {
                c.ty = native("enum('new','open','done','gone')")
            })]
        }),
        case("an enum's value under another name", |t| {
            let column = altered(t, "state", |c| {
                c.ty = native("enum('open','closed')");
                c.default = Some(Expr::new("'closed'"));
            });
            let rename = Pair::new(String::from("done"), String::from("closed"));
            vec![
                TableOp::Value {
                    column: "state".into(),
                    rename,
                },
                column,
            ]
        }),
        case("the table's name", |t| {
            t.id = ObjectId::table("key");
            vec![TableOp::Rename(Pair::new("t".into(), "key".into()))]
        }),
        case("order", |t| {
            let names = |t: &Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
            let before = names(t);
            t.columns.rotate_left(2);
            t.columns.swap(0, 1);
            vec![TableOp::Order(Pair::new(before, names(t)))]
        }),
        case("comment and collation", |t| {
            let before = t.options.clone();
            t.options = Options {
                comment: Some(String::from("it's")),
                engine: Some(Given::Given(String::from("InnoDB"))),
                charset: Some(Given::Given(String::from("latin1"))),
                collation: Some(Given::Given(String::from("latin1_bin"))),
            };
            vec![TableOp::Options(Pair::new(before, t.options.clone()))]
        }),
        case("another primary key", |t| {
            let old = t.constraints.remove(0);
            t.constraints.push(primary(&["name", "id"]));
            vec![
                TableOp::Constraint(Delta::Drop(old)),
                TableOp::Constraint(Delta::Add(primary(&["name", "id"]))),
            ]
        }),
        case("auto_increment", |t| {
            vec![altered(t, "id", |c| {
                c.identity = Some(Identity::AutoIncrement)
            })]
        }),
        case("unique, check, foreign key with its index", |t| {
            let parts = vec![unique("u", &["name"]), check("c", "id > 0 and name <> ''")];
            t.constraints.extend(parts.clone());
            let fk = foreign_key("f", "parent", "t", ReferentialAction::SetNull);
            t.constraints.push(fk.clone());
            let index = index("f", vec![IndexPart::column("parent")]);
            t.indexes.push(index.clone());
            let mut ops: Vec<TableOp> = parts
                .into_iter()
                .map(|c| TableOp::Constraint(Delta::Add(c)))
                .collect();
            ops.push(TableOp::Index(Delta::Add(index)));
            ops.push(TableOp::Constraint(Delta::Add(fk)));
            ops
        }),
        case("indexes", |t| {
            let prefix = IndexPart {
                prefix: Some(5),
                desc: true,
                ..IndexPart::column("name")
            };
            let text = Index {
                method: Some(String::from("fulltext")),
                ..index("words", vec![IndexPart::column("name")])
            };
            let list = vec![index("i", vec![prefix, IndexPart::column("at")]), text];
            t.indexes.extend(list.clone());
            list.into_iter()
                .map(|i| TableOp::Index(Delta::Add(i)))
                .collect()
        }),
    ];
    let mut key = case("a key comes with its auto_increment", |t| {
        let id = altered(t, "id", |c| c.identity = Some(Identity::AutoIncrement));
        vec![TableOp::Constraint(Delta::Add(primary(&["id"]))), id]
    });
    key.from.constraints.clear();
    list.push(key);
    let mut names = case("names of keys", |_| Vec::new());
    for (side, suffix) in [(&mut names.from, "1"), (&mut names.to, "2")] {
        side.constraints
            .push(unique(&format!("u{suffix}"), &["name"]));
        side.constraints
            .push(check(&format!("c{suffix}"), "id > 0"));
        let mut index = index(&format!("i{suffix}"), vec![IndexPart::column("parent")]);
        if suffix == "2" {
            index.comment = Some(String::from("why"));
        }
        side.indexes.push(index);
        side.constraints.push(foreign_key(
            &format!("f{suffix}"),
            "parent",
            "t",
            ReferentialAction::Cascade,
        ));
    }
    let pairs = names
        .from
        .constraints
        .iter()
        .zip(&names.to.constraints)
        .skip(1);
    names.ops = pairs
        .map(|(a, b)| TableOp::Constraint(Delta::Alter(Pair::new(a.clone(), b.clone()))))
        .collect();
    names.ops.push(TableOp::Index(Delta::Alter(Pair::new(
        names.from.indexes[0].clone(),
        names.to.indexes[0].clone(),
    ))));
    list.push(names);
    let mut generated = case("generated comes, changes and goes", |t| {
        let g = |expr: &str, stored| {
            Some(Generated {
                expr: Expr::new(expr),
                stored,
            })
        };
        t.columns.push(Column {
            nullable: true,
            generated: g("id * 2", true),
            ..column("v", "bigint", None)
        });
        vec![altered(t, "v", |c| c.generated = g("id * 3", false))]
    });
    generated.from.columns.push(Column {
        nullable: true,
        generated: Some(Generated {
            expr: Expr::new("id * 2"),
            stored: true,
        }),
        ..column("v", "bigint", None)
    });
    list.push(generated);
    list
}

#[test]
fn every_operation_goes_there_and_back() {
    for case in cases() {
        on_each(case.what, async |conn| {
            create(conn, &case.from).await;
            conn.run(case.rows).await.unwrap();
            let sides = Pair::new(Box::new(case.from.clone()), Box::new(case.to.clone()));
            let change = Change::Table {
                sides,
                ops: case.ops.clone(),
            };
            let (from, to) = (schema([case.from.clone()]), schema([case.to.clone()]));
            apply(conn, &Action::Change(change.clone())).await;
            assert_live(conn, &format!("{}, up", case.what), &to).await;
            apply(conn, &Action::Change(change.invert())).await;
            assert_live(conn, &format!("{}, down", case.what), &from).await;
            let rows = conn.query("SELECT count(*) FROM t").await.unwrap();
            assert_eq!(rows[0].text(0), "2", "{}", case.what);
        });
    }
}

#[test]
fn renamed_values_are_renamed_in_the_rows() {
    on_each("values", async |conn| {
        let case = cases()
            .into_iter()
            .find(|c| c.what.contains("another name"))
            .unwrap();
        create(conn, &case.from).await;
        conn.run(case.rows).await.unwrap();
        let sides = Pair::new(Box::new(case.from.clone()), Box::new(case.to.clone()));
        apply(
            conn,
            &Action::Change(Change::Table {
                sides,
                ops: case.ops.clone(),
            }),
        )
        .await;
        let rows = conn.query("SELECT state FROM t ORDER BY id").await.unwrap();
        assert_eq!(rows[0].get(0), Some("closed"));
        assert_eq!(rows[1].get(0), None);
    });
}

#[test]
fn what_is_not_modelled_is_named_and_what_is_hidden_is_not_seen() {
    on_each("scope", async |conn| {
        conn.run(
            "CREATE TABLE seen (id int primary key); CREATE TABLE hidden (id int); \
             CREATE TABLE gh_ost_1 (id int); CREATE VIEW v AS SELECT 1 AS one; \
             CREATE TRIGGER tr BEFORE INSERT ON seen FOR EACH ROW SET NEW.id = 1; \
             CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1; \
             CREATE TABLE parts (id int) PARTITION BY HASH (id) PARTITIONS 2",
        )
        .await
        .unwrap();
        let scope = InspectScope {
            hidden: vec![String::from("hidden")],
            ignore: vec![String::from("gh_ost_*")],
            ..InspectScope::default()
        };
        let have = MySql.inspect(conn, &scope).await.unwrap();
        let names: Vec<String> = have.objects.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["parts", "seen"]);
        let mut left: Vec<String> = have
            .uncompared
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        left.sort();
        assert_eq!(left, ["f", "parts", "tr", "v"]);
    });
}

#[test]
fn a_connection_counts_statements_and_reads_text() {
    on_each("connection", async |conn| {
        let done = conn
            .run("CREATE TABLE n (id int, v varbinary(10), t varchar(20)) CHARSET utf8mb4; INSERT INTO n VALUES (1, x'ff', 'grün 🐟'); UPDATE n SET id = 2")
            .await
            .unwrap();
        assert_eq!(done, 3);
        let failed = conn
            .run("INSERT INTO n VALUES (3, NULL, NULL); SELECT * FROM nowhere; INSERT INTO n VALUES (4, NULL, NULL)")
            .await
            .unwrap_err();
        assert_eq!(failed.completed, 1);
        assert_eq!(failed.error.code, "1146");
        let rows = conn
            .query(
                "SELECT id, t, 1.50, now() IS NOT NULL, NULL, date '2020-01-31' FROM n ORDER BY id",
            )
            .await
            .unwrap();
        let cells: Vec<Option<&str>> = (0..6).map(|at| rows[0].get(at)).collect();
        assert_eq!(
            cells,
            [
                Some("2"),
                Some("grün 🐟"),
                Some("1.50"),
                Some("1"),
                None,
                Some("2020-01-31")
            ]
        );
        assert_eq!(rows.len(), 2, "the server stops at the first that fails");
        let mode = conn
            .query("SELECT @@sql_mode, @@time_zone, @@explicit_defaults_for_timestamp")
            .await
            .unwrap();
        let modes: Vec<&str> = mode[0].text(0).split(',').collect();
        assert!(modes.contains(&"STRICT_TRANS_TABLES"), "{modes:?}");
        for not in [
            "ANSI_QUOTES",
            "PIPES_AS_CONCAT",
            "IGNORE_SPACE",
            "NO_BACKSLASH_ESCAPES",
            "",
        ] {
            assert!(!modes.contains(&not), "{modes:?}");
        }
        assert_eq!(mode[0].text(1), "+00:00");
        assert_eq!(mode[0].text(2), "1");
        assert!(matches!(
            conn.server().vendor,
            Vendor::MySql | Vendor::MariaDb
        ));
    });
}
