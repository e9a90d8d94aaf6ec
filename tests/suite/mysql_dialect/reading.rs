//! Tables that are created from specs and inspected.

use super::fixtures::*;

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

const KEYS: &str = r#"
table: order
comment: "Größe: it's"
columns:
  id: { type: int unsigned, identity: true }
primary_key: [id]
---
table: items
columns:
  a: { type: int unsigned, references: order.id }
  key: int unsigned
  p1: { type: int unsigned null, references: order.id, on_delete: cascade }
  p2: { type: int unsigned null, references: order.id, on_delete: set null, on_update: cascade }
  p3: { type: int unsigned null, references: order.id, on_delete: restrict, on_update: restrict }
  body: text
  name: varchar(50)
  code: { type: varchar(50), charset: ascii, collation: ascii_bin }
  old: { type: char(5), charset: latin1 }
  updated: { type: timestamptz(3), default: now, on_update: now }
  lowered: { type: varchar(50), generated: { sql: lower(name) } }
  sum: { type: bigint unsigned, generated: { sql: "a + `key` * 2", stored: false } }
  place: { mysql: { type: point } }
  big: { mysql: { type: MEDIUMTEXT } }
primary_key: [a, key]
unique: [[name], [code, a]]
indexes:
  idx_desc: { columns: [p3, updated desc], comment: why }
  idx_prefix: { columns: [body(10), name], method: BTREE, comment: why }
  idx_text: { columns: [body, big], method: fulltext, comment: why }
  idx_place: { columns: [place], method: spatial, comment: why }
  u: { columns: [lowered desc], unique: true }
checks: ["`key` > 0"]
"#;

#[test]
fn keys_indexes_references_and_options_read_back() {
    on_each(&async |conn| {
        let want = lowered_text(KEYS);
        // p1, p2 have no index of their own; p3 and a have
        let items = want.table(&ObjectId::table("items")).unwrap();
        let derived = items.indexes.iter().filter(|i| !i.name.is_given()).count();
        assert_eq!(derived, 2, "{:#?}", items.indexes);
        create(conn, want.table(&ObjectId::table("order")).unwrap()).await;
        create(conn, items).await;
        assert_live(conn, "keys and indexes", &want).await;
    });
}
