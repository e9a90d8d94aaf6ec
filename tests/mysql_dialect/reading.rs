//! Tables that are made from specs and read back.

use crate::workbench::*;

#[test]
fn every_neutral_type_with_its_defaults_reads_back() {
    on_each(&async |conn| {
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
    on_each(&async |conn| {
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
