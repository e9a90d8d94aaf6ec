//! Identifiers: when they must be quoted, names of objects in statements, and generated names.

pub(crate) mod generated_names;

use crate::model::{Ident, Namespace, ObjectId};

/// Reserved words, and words that can only be names of functions or types: the categories R and T of
/// `pg_get_keywords()` (PostgreSQL 15; the same in 14 to 18).
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// Whether a name needs no quotes, unless it is a reserved word.
pub(crate) fn is_simple(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// An identifier, in quotes only where they are required.
pub(crate) fn bare_or_quoted(name: &str) -> String {
    if is_simple(name) && RESERVED.binary_search(&name).is_err() {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// An identifier in quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The name that the server generates for a part of a table (`makeObjectName`): the longer of the two names is
/// truncated until all fit into 63 bytes.
pub(crate) fn generated_name(table: &str, columns: &str, label: &str) -> String {
    let other_bytes = label.len() + if columns.is_empty() { 1 } else { 2 };
    let room = NAME_MAX.saturating_sub(other_bytes);
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let (table, columns) = (clipped(table, first), clipped(columns, second));
    if columns.is_empty() {
        format!("{table}_{label}")
    } else {
        format!("{table}_{columns}_{label}")
    }
}

/// The name that the server generates for the NOT NULL of a column (PostgreSQL 18).
pub(crate) fn not_null(table: &Ident, column: &Ident) -> String {
    generated_name(table.as_str(), column.as_str(), "not_null")
}

/// The longest identifier, in bytes (`NAMEDATALEN - 1` of `pg_config_manual.h`).
pub(crate) const NAME_MAX: usize = 63;

/// A text truncated to at most this many bytes, at a character boundary.
pub(crate) fn clipped(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// `a, b, c`
pub(crate) fn list(names: &[Ident]) -> String {
    crate::sql::literal::list(names.iter().map(|name| bare_or_quoted(name.as_str())))
}

/// A name in a schema: `schema.name`, or the bare name in the default schema.
pub(crate) fn within(ns: &Namespace, name: &Ident) -> String {
    match ns {
        Namespace::Default => bare_or_quoted(name.as_str()),
        Namespace::Named(schema) => format!(
            "{}.{}",
            bare_or_quoted(schema.as_str()),
            bare_or_quoted(name.as_str())
        ),
    }
}

/// The name of an object in statements.
pub(crate) fn object(id: &ObjectId) -> String {
    within(&id.ns, &id.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reserved_words_and_special_names_are_quoted() {
        assert!(RESERVED.is_sorted());
        let cases = [
            ("users", "users"),
            ("user", "\"user\""),
            ("order", "\"order\""),
            ("left", "\"left\""),
            ("Name", "\"Name\""),
            ("a b", "\"a b\""),
            ("a\"b", "\"a\"\"b\""),
            ("1a", "\"1a\""),
            ("", "\"\""),
            ("status", "status"),
            ("timestamp", "timestamp"),
            ("name", "name"),
            ("größe", "\"größe\""),
        ];
        for (name, quoted) in cases {
            assert_eq!(bare_or_quoted(name), quoted);
        }
    }
}
