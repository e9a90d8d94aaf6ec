//! Column definitions.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::literals;
use crate::dialect::mysql::types::native::type_sql;
use crate::model::Column;

/// Attributes with a JSON text for a storage engine, and their keywords.
pub(crate) const ENGINE_TEXTS: [(&str, &str); 2] = [
    ("engine_attribute", "ENGINE_ATTRIBUTE"),
    ("secondary_engine_attribute", "SECONDARY_ENGINE_ATTRIBUTE"),
];

/// A column's name and complete definition. MODIFY resets whatever a definition leaves out, so that every property is
/// written.
pub(crate) fn column_clause(column: &Column) -> String {
    format!(
        "{} {}",
        quote(column.name.as_str()),
        column_definition(column)
    )
}

/// A column's complete definition, without its name.
pub(crate) fn column_definition(column: &Column) -> String {
    let attrs = &column.attrs;
    let mut parts = vec![column_type(column)];
    let mut add = |part: String| parts.push(part);
    if attrs.get(keys::COMPRESSED) {
        add(String::from("COMPRESSED"));
    }
    if let Some(charset) = &column.charset {
        add(format!("CHARACTER SET {charset}"));
    }
    if let Some(collation) = &column.collation {
        add(format!("COLLATE {collation}"));
    }
    if let Some(end) = attrs.get(keys::ROW_PERIOD) {
        add(format!(
            "GENERATED ALWAYS AS ROW {}",
            end.to_ascii_uppercase()
        ));
    } else if let Some(generated) = &column.generated {
        add(generated_clause(&generated.expr.text, generated.stored));
        if attrs.get(keys::NOT_NULL) {
            add(String::from("NOT NULL"));
        }
    } else {
        add(String::from(if column.nullable {
            "NULL"
        } else {
            "NOT NULL"
        }));
        if let Some(default) = &column.default {
            let clause = defaults::default_clause(&column.ty, &default.text);
            add(format!("DEFAULT {clause}"));
        } else if column.nullable && column.ty.base == "timestamp" {
            // without explicit_defaults_for_timestamp the server adds a default
            add(String::from("DEFAULT NULL"));
        }
    }
    if let Some(system) = attrs.get(keys::SRID) {
        add(format!("SRID {system}"));
    }
    if column.on_update_now {
        let digits = column.ty.args.first().map(|n| format!("({n})"));
        add(format!(
            "ON UPDATE CURRENT_TIMESTAMP{}",
            digits.unwrap_or_default()
        ));
    }
    if column.identity.is_some() {
        add(String::from("AUTO_INCREMENT"));
    }
    for (flag, words) in [
        (keys::INVISIBLE, "INVISIBLE"),
        (keys::WITHOUT_SYSTEM_VERSIONING, "WITHOUT SYSTEM VERSIONING"),
        (keys::NOT_SECONDARY, "NOT SECONDARY"),
    ] {
        if attrs.get(flag) {
            add(words.to_owned());
        }
    }
    for (key, words) in [
        (keys::COLUMN_FORMAT, "COLUMN_FORMAT"),
        (keys::STORAGE, "STORAGE"),
    ] {
        if let Some(value) = attrs.get(key) {
            add(format!("{words} {}", value.to_ascii_uppercase()));
        }
    }
    if let Some(comment) = &column.comment {
        add(format!("COMMENT {}", literals::string_literal(comment)));
    }
    for (key, words) in ENGINE_TEXTS {
        if let Some(value) = attrs.get(key) {
            add(format!("{words} {}", literals::string_literal(value)));
        }
    }
    if let Some(check) = attrs.get(keys::CHECK) {
        add(format!("CHECK ({check})"));
    }
    parts.join(" ")
}

/// The type, with the display width where the spec has one.
fn column_type(column: &Column) -> String {
    let ty = type_sql(&column.ty);
    match column.attrs.get(keys::DISPLAY_WIDTH) {
        Some(width) if column.ty.args.is_empty() => {
            let base = &column.ty.base;
            ty.replacen(base, &format!("{base}({width})"), 1)
        }
        _ => ty,
    }
}

fn generated_clause(expr: &str, stored: bool) -> String {
    let stored = if stored { "STORED" } else { "VIRTUAL" };
    let expr = if literals::is_wrapped(expr) {
        expr.to_owned()
    } else {
        format!("({expr})")
    };
    format!("GENERATED ALWAYS AS {expr} {stored}")
}
