//! The settings of a session.

use crate::dialect::postgres::naming::bare_or_quoted;
use crate::server::POSTGRES_DEFAULT_SCHEMA;
use crate::sql::literal;

/// The statements that set role, search path and all settings that change the meaning of statements or the form of
/// results. The executor sets `lock_timeout`.
pub(crate) fn statements(role: Option<&str>, search_path: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(role) = role {
        out.push(format!("SET ROLE {}", bare_or_quoted(role)));
    }
    let path = if search_path.is_empty() {
        String::from(POSTGRES_DEFAULT_SCHEMA)
    } else {
        literal::list(search_path.iter().map(|schema| bare_or_quoted(schema)))
    };
    out.push(format!("SET search_path TO {path}"));
    for (name, value) in [
        // defines the meaning of timestamps without a zone; timestamp ↔ timestamptz needs no rewrite only in UTC
        ("TIME ZONE", "'UTC'"),
        ("client_encoding TO", "'UTF8'"),
        ("standard_conforming_strings TO", "on"),
        ("backslash_quote TO", "safe_encoding"),
        ("escape_string_warning TO", "on"),
        ("array_nulls TO", "on"),
        ("transform_null_equals TO", "off"),
        ("quote_all_identifiers TO", "off"),
        ("datestyle TO", "'ISO, YMD'"),
        ("intervalstyle TO", "'postgres'"),
        ("bytea_output TO", "'hex'"),
        ("extra_float_digits TO", "1"),
        // a function body may refer to objects that are created later; the server checks it when it runs
        ("check_function_bodies TO", "off"),
        ("default_transaction_isolation TO", "'read committed'"),
        ("statement_timeout TO", "0"),
        ("idle_in_transaction_session_timeout TO", "0"),
        ("row_security TO", "on"),
    ] {
        out.push(format!("SET {name} {value}"));
    }
    out
}
