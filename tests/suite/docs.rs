//! Generated documents are up to date. `TABLEWRIGHT_BLESS=1` writes them (`make docs`).

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::bless::assert_written;
use tablewright::diag::{Code, Topic};
use tablewright::dialect;
use tablewright::dialect::{Dialect, Place, Values};
use tablewright::spec::{EnumValue, IdentitySpec, Neutral};

fn types() -> Vec<(&'static str, Neutral)> {
    let values = || {
        ["a", "b"]
            .map(|value| EnumValue {
                value: value.to_owned(),
                renamed_from: None,
            })
            .to_vec()
    };
    vec![
        ("bool", Neutral::Bool),
        ("tinyint", Neutral::TinyInt { unsigned: false }),
        ("tinyint unsigned", Neutral::TinyInt { unsigned: true }),
        ("smallint", Neutral::SmallInt { unsigned: false }),
        ("smallint unsigned", Neutral::SmallInt { unsigned: true }),
        ("int", Neutral::Int { unsigned: false }),
        ("int unsigned", Neutral::Int { unsigned: true }),
        ("bigint", Neutral::BigInt { unsigned: false }),
        ("bigint unsigned", Neutral::BigInt { unsigned: true }),
        (
            "decimal(12,4)",
            Neutral::Decimal {
                precision: 12,
                scale: 4,
            },
        ),
        ("float", Neutral::Float),
        ("double", Neutral::Double),
        ("char(10)", Neutral::Char(10)),
        ("varchar(100)", Neutral::Varchar(100)),
        ("text", Neutral::Text),
        ("uuid", Neutral::Uuid),
        ("date", Neutral::Date),
        ("time", Neutral::Time(None)),
        ("datetime", Neutral::DateTime(None)),
        ("datetime(3)", Neutral::DateTime(Some(3))),
        ("timestamptz", Neutral::TimestampTz(None)),
        ("timestamptz(6)", Neutral::TimestampTz(Some(6))),
        ("json", Neutral::Json),
        ("binary(16)", Neutral::Binary(16)),
        ("varbinary(255)", Neutral::Varbinary(255)),
        ("blob", Neutral::Blob),
        (
            "enum: [a, b]",
            Neutral::Enum {
                values: values(),
                native: false,
            },
        ),
        (
            "enum: [a, b], native: true",
            Neutral::Enum {
                values: values(),
                native: true,
            },
        ),
        ("array of text", Neutral::Array(Box::new(Neutral::Text))),
        ("vector(3)", Neutral::Vector(3)),
    ]
}

fn cell(dialect: &dyn Dialect, ty: &Neutral) -> String {
    match dialect.neutral_type(ty, false, "t", "c") {
        Ok(plan) => {
            let check = plan.check.map(|check| format!(", check `{check}`"));
            let native = plan.native_enum.map(|_| ", a type of its own".to_owned());
            format!(
                "`{}`{}{}",
                dialect.type_sql(&plan.ty),
                native.unwrap_or_default(),
                check.unwrap_or_default()
            )
        }
        Err(why) => why.message,
    }
}

#[test]
fn the_table_of_types() {
    let dialects = dialect::all();
    let mut text = String::from(
        "# Types\n\nWhat each neutral type becomes. This table is written by the code (`make docs`); `c` is the column, `t` its table.\n\
         A type that isn't here is written in a dialect's own map (`postgres: { type: tsvector }`).\n\n| neutral |",
    );
    for dialect in dialects {
        text += &format!(" {} |", dialect.name());
    }
    text += "\n|---|";
    text += &"---|".repeat(dialects.len());
    text += "\n";
    for (name, ty) in types() {
        text += &format!("| `{name}` |");
        for dialect in dialects {
            text += &format!(" {} |", cell(dialect, &ty).replace('|', "\\|"));
        }
        text += "\n";
    }
    text += "\n`identity: true` on an integer:\n\n| dialect | becomes |\n|---|---|\n";
    for dialect in dialects {
        let plan = dialect
            .neutral_type(&Neutral::Int { unsigned: true }, true, "t", "c")
            .unwrap();
        text += &format!(
            "| {} | `int unsigned` → `{}`, {:?} |\n",
            dialect.name(),
            dialect.type_sql(&plan.ty),
            dialect.identity(IdentitySpec::Default, &plan.ty)
        );
    }
    assert_written("docs/types.md", &text);
}

#[test]
fn the_json_schema_that_the_specs_name() {
    let text = serde_json::to_string_pretty(&tablewright::spec::json_schema()).unwrap() + "\n";
    assert_written("schemas/tablewright.schema.json", &text);
}

#[test]
fn the_diagnostic_codes() {
    let mut text = String::from(
        "# Diagnostics\n\nThe codes of errors, warnings and notes. `tablewright --explain CODE` prints the same \
         explanations. Codes are stable: they are neither renamed nor reused. This page is generated \
         from the code (`make docs`).\n",
    );
    for topic in Topic::ALL {
        let page = topic.page();
        assert!(std::path::Path::new(page).is_file(), "no page {page}");
        let page = page.strip_prefix("docs/").unwrap();
        text += &format!("\n## {}\n\nSee [{page}]({page}).\n", topic.title());
        for code in Code::ALL.iter().filter(|code| code.topic() == topic) {
            let (title, explanation) = (code.title(), code.explanation());
            text += &format!("\n### `{code}`\n\n**{title}**\n\n{explanation}\n");
        }
    }
    assert_written("docs/diagnostics.md", &text);
}

#[test]
fn the_options_of_each_dialect() {
    let mut text = String::from(
        "# Options\n\nAttributes that only one database has. A spec sets them under `options:`, usually within that \
         database's map. An attribute with the server's default value needs no entry.\n",
    );
    for dialect in dialect::all() {
        text.push_str(&format!(
            "\n## {}\n\n| option | of | value | default | what it does |\n|---|---|---|---|---|\n",
            dialect.name()
        ));
        for row in dialect.attributes() {
            let places: Vec<&str> = row.places.iter().map(place).collect();
            let default = row
                .default
                .map_or(String::new(), |value| format!("`{value}`"));
            text.push_str(&format!(
                "| `{}` | {} | {} | {default} | {} |\n",
                row.key,
                places.join(", "),
                values(&row.values),
                row.about
            ));
        }
    }
    assert_written("docs/options.md", &text);
}

fn place(place: &Place) -> &'static str {
    match place {
        Place::Table => "table",
        Place::Column => "column",
        Place::Key => "key",
        Place::ForeignKey => "foreign key",
        Place::Check => "check",
        Place::Index => "index",
        Place::Partition => "partition",
    }
}

fn values(values: &Values) -> String {
    match values {
        Values::Flag => "`true`, `false`".into(),
        Values::Number => "whole number".into(),
        Values::Real => "number".into(),
        Values::Text => "text".into(),
        Values::Index => "text, or the name of an index or key".to_owned(),
        Values::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
    }
}
