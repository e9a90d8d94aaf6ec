//! Defaults of specs as SQL expressions.

use crate::dialect::Unsupported;
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Expr, SqlType};
use crate::spec::{DefaultSpec, Neutral};
use crate::sql::literal;

fn misfit(text: &str, what: &str, help: &str) -> Unsupported {
    Unsupported {
        message: format!("`{text}` is not a default of {what}"),
        help: help.to_owned(),
    }
}

/// The default of a column as an SQL expression; `None` for NULL.
pub(crate) fn default_expression(
    default: &DefaultSpec,
    neutral: Option<&Neutral>,
    ty: &SqlType,
) -> Result<Option<Expr>, Unsupported> {
    let text = match default {
        DefaultSpec::Sql(sql) => return Ok(Some(Expr::new(sql.value.trim()))),
        DefaultSpec::Value(text) => text.value.as_str(),
    };
    if let Some(Neutral::Enum { values, .. }) = neutral {
        if values.iter().any(|v| v.value == text) {
            return Ok(Some(Expr::new(literal::string(text))));
        }
        let known = literal::list(values.iter().map(|v| v.value.as_str()));
        return Err(misfit(
            text,
            "this enum",
            &format!("use one of its values: {known}"),
        ));
    }
    let kind = family(ty);
    if text.eq_ignore_ascii_case("null") && !matches!(kind, Family::Text | Family::Other) {
        return Ok(None);
    }
    let written = match kind {
        Family::Integer | Family::Fraction => {
            let whole = kind == Family::Integer;
            if !literal::is_number(text) || (whole && text.contains('.')) {
                let what = if whole { "a whole number" } else { "a number" };
                return Err(misfit(
                    text,
                    what,
                    "write digits, or an expression as `default_sql`",
                ));
            }
            text.strip_prefix('+').unwrap_or(text).to_owned()
        }
        Family::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "on" | "1" => String::from("true"),
            "false" | "f" | "no" | "off" | "0" => String::from("false"),
            _ => return Err(misfit(text, "a bool", "write true or false")),
        },
        Family::Timestamp if text == "now" => String::from("CURRENT_TIMESTAMP"),
        Family::Date if matches!(text, "now" | "today") => String::from("CURRENT_DATE"),
        Family::Timestamp if text == "today" => String::from("CURRENT_DATE"),
        Family::Time if text == "now" => String::from("LOCALTIME"),
        Family::Timestamp | Family::Date | Family::Time => {
            if !text.starts_with(|c: char| c.is_ascii_digit()) {
                return Err(misfit(
                    text,
                    "a point in time",
                    "write now, today or a literal such as 2024-01-31, or an expression as `default_sql`",
                ));
            }
            literal::string(text)
        }
        Family::Uuid if text == "uuid" => String::from("gen_random_uuid()"),
        Family::Json => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => literal::string(text),
            Err(error) => return Err(misfit(text, "a json column", &error.to_string())),
        },
        Family::Bytes => {
            let hex = literal::hex(text.as_bytes());
            format!(
                "'\\x{}'",
                hex.trim_start_matches("X'")
                    .trim_end_matches('\'')
                    .to_lowercase()
            )
        }
        Family::Array => literal::string(&array_literal(text)),
        Family::Uuid | Family::Text | Family::Interval | Family::Other => literal::string(text),
    };
    Ok(Some(Expr::new(written)))
}

/// An array literal, from a JSON array: `["a", "b"]` is `{a,b}`. Other texts are taken as PostgreSQL's notation.
fn array_literal(text: &str) -> String {
    let Ok(items) = serde_json::from_str::<Vec<serde_json::Value>>(text) else {
        return text.to_owned();
    };
    let items = items.iter().map(|item| match item {
        serde_json::Value::String(s) => {
            format!("\"{}\"", s.replace('\\', "\\\\").replace('"', "\\\""))
        }
        other => other.to_string(),
    });
    format!("{{{}}}", items.collect::<Vec<_>>().join(","))
}
