//! Defaults: the SQL of a spec's default, and the value for existing rows where a column has none.

use crate::dialect::Unsupported;
use crate::dialect::mysql::types::family::{Family, family, integer_range};
use crate::dialect::mysql::types::literals::{is_wrapped, parse_string_literal, string_literal};
use crate::dialect::mysql::types::native::{type_sql, unsupported};
use crate::model::{Expr, SqlType};
use crate::spec::{DefaultSpec, Neutral};
use crate::sql::literal;

/// A new random UUID as 16 bytes, in SQL of both vendors.
pub(crate) const NEW_UUID: &str = "(unhex(replace(uuid(),'-','')))";

/// The SQL of a spec's default, as it follows `DEFAULT`. `None` if it is NULL.
pub(crate) fn lower_default(
    default: &DefaultSpec,
    neutral: Option<&Neutral>,
    ty: &SqlType,
) -> Result<Option<Expr>, Unsupported> {
    let written = match default {
        DefaultSpec::Sql(sql) => default_clause(ty, sql.value.trim()),
        DefaultSpec::Value(value) => default_literal(value.value.as_str(), neutral, ty)?,
    };
    Ok((!written.eq_ignore_ascii_case("null")).then(|| Expr::new(written)))
}

/// The SQL of a default that is written as a value.
fn default_literal(
    value: &str,
    neutral: Option<&Neutral>,
    ty: &SqlType,
) -> Result<String, Unsupported> {
    let wrong = |help: &str| {
        Err(unsupported(
            format!(
                "`{value}` is not a valid default for a column of type {}",
                type_sql(ty)
            ),
            help,
        ))
    };
    let expression = "write a literal, or an expression as `default_sql:`";
    if matches!(neutral, Some(Neutral::Bool)) || (ty.base == "tinyint" && ty.args == [1]) {
        return match value.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(String::from("1")),
            "false" | "0" => Ok(String::from("0")),
            _ => wrong("write true or false"),
        };
    }
    if matches!(neutral, Some(Neutral::Uuid)) {
        let digits: String = value.chars().filter(|c| *c != '-').collect();
        return if value.eq_ignore_ascii_case("uuid") {
            Ok(NEW_UUID.to_owned())
        } else if digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
            Ok(format!("X'{}'", digits.to_ascii_uppercase()))
        } else {
            wrong("write a UUID, or `uuid` for a new one in each row")
        };
    }
    match family(ty) {
        Family::Integer | Family::Bit => {
            let Ok(number) = value.parse::<i128>() else {
                return wrong(expression);
            };
            match integer_range(ty) {
                Some((least, most)) if !(least..=most).contains(&number) => {
                    wrong(&format!("write a number from {least} to {most}"))
                }
                _ => Ok(number.to_string()),
            }
        }
        Family::Number => {
            if literal::is_number(value) || value.parse::<f64>().is_ok_and(f64::is_finite) {
                Ok(value.to_owned())
            } else {
                wrong(expression)
            }
        }
        Family::Temporal => temporal_literal(value, ty).map_or_else(
            || wrong("write a literal such as '2026-01-31 12:00:00', `now` or `today`"),
            Ok,
        ),
        Family::Member => {
            let members: Vec<&str> = match ty.base.as_str() {
                "set" => value.split(',').filter(|v| !v.is_empty()).collect(),
                _ => vec![value],
            };
            if members.iter().all(|m| ty.values.iter().any(|v| v == m)) {
                Ok(string_literal(value))
            } else {
                wrong(&format!("write one of {}", ty.values.join(", ")))
            }
        }
        Family::Chars | Family::Bytes => {
            let limit = ty.args.first().map_or(usize::MAX, |n| *n as usize);
            let length = match family(ty) {
                Family::Bytes => value.len(),
                _ => value.chars().count(),
            };
            if length > limit {
                return wrong("write a value that is not longer than the type");
            }
            Ok(string_literal(value))
        }
        Family::Json if serde_json::from_str::<serde_json::Value>(value).is_err() => {
            wrong("write valid JSON, for example '\"text\"' for a string")
        }
        Family::Text | Family::Blob | Family::Json | Family::Other => {
            Ok(default_clause(ty, &string_literal(value)))
        }
    }
}

/// The SQL of a date or time, or of the words `now` and `today`.
fn temporal_literal(value: &str, ty: &SqlType) -> Option<String> {
    let digits = ty
        .args
        .first()
        .map(|n| format!("({n})"))
        .unwrap_or_default();
    let instant = matches!(ty.base.as_str(), "datetime" | "timestamp");
    match (value.to_ascii_lowercase().as_str(), ty.base.as_str()) {
        ("now", _) if instant => return Some(format!("CURRENT_TIMESTAMP{digits}")),
        ("now" | "today", "date") => return Some(String::from("(CURRENT_DATE)")),
        ("today", _) if instant => return Some(String::from("(CURRENT_DATE)")),
        ("now", "time") => return Some(format!("(CURRENT_TIME{digits})")),
        _ => {}
    }
    let shaped = value
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | ' ' | '.' | 'T'));
    (shaped && value.starts_with(|c: char| c.is_ascii_digit())).then(|| string_literal(value))
}

/// An expression as it follows `DEFAULT` on both vendors: a literal or CURRENT_TIMESTAMP without parentheses, anything
/// else with them. Text, blob and json columns need parentheses around literals, too.
pub(crate) fn default_clause(ty: &SqlType, expr: &str) -> String {
    let literals_in_parentheses = matches!(
        family(ty),
        Family::Text | Family::Blob | Family::Json | Family::Other
    );
    let bare = expr.eq_ignore_ascii_case("null")
        || (!literals_in_parentheses
            && (parse_string_literal(expr).is_some()
                || literal::is_number(expr)
                || is_prefixed_literal(expr)
                || is_now(expr)
                || expr.parse::<f64>().is_ok()
                || expr.eq_ignore_ascii_case("true")
                || expr.eq_ignore_ascii_case("false")));
    if bare || is_wrapped(expr) {
        expr.to_owned()
    } else {
        format!("({expr})")
    }
}

/// Whether an expression is a literal such as `b'101'`, `x'4142'` or `0x4142`.
pub(crate) fn is_prefixed_literal(expr: &str) -> bool {
    let quoted = expr
        .strip_prefix(['b', 'B', 'x', 'X'])
        .is_some_and(|rest| parse_string_literal(rest).is_some());
    let hex = expr
        .strip_prefix("0x")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()));
    quoted || hex
}

/// Whether an expression is CURRENT_TIMESTAMP or a synonym of it.
fn is_now(expr: &str) -> bool {
    let lower = expr.trim().to_ascii_lowercase();
    let name = lower.split('(').next().unwrap_or_default().trim_end();
    let call = lower.get(name.len()..).unwrap_or_default().trim();
    let precision = call.strip_prefix('(').and_then(|c| c.strip_suffix(')'));
    match precision {
        None => {
            call.is_empty() && matches!(name, "current_timestamp" | "localtime" | "localtimestamp")
        }
        Some(digits) => {
            matches!(
                name,
                "current_timestamp" | "localtime" | "localtimestamp" | "now"
            ) && digits.trim().chars().all(|c| c.is_ascii_digit())
        }
    }
}

/// Whether a default has a different value for each row.
pub(crate) fn differs_per_row(expr: &str) -> bool {
    let lower = expr.to_ascii_lowercase();
    ["uuid(", "uuid_short(", "rand(", "random_bytes("]
        .iter()
        .any(|call| lower.contains(call))
}

/// The value of existing rows when a NOT NULL column without default is added: the zero of its type.
pub(crate) fn zero_literal(ty: &SqlType) -> String {
    match family(ty) {
        Family::Integer | Family::Number => String::from("0"),
        Family::Bit => String::from("b'0'"),
        Family::Chars | Family::Text => String::from("''"),
        Family::Bytes | Family::Blob => String::from("''"),
        Family::Member => string_literal(ty.values.first().map_or("", String::as_str)),
        Family::Json => String::from("'{}'"),
        Family::Temporal => match ty.base.as_str() {
            "time" => String::from("'00:00:00'"),
            "date" => String::from("'1970-01-01'"),
            // MySQL reads the first second of the epoch as its zero timestamp, which strict mode refuses
            _ => String::from("'1970-01-02 00:00:00'"),
        },
        Family::Other => String::from("''"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diag::Location;
    use crate::spec::Spanned;

    fn value(text: &str) -> DefaultSpec {
        DefaultSpec::Value(Spanned {
            value: text.to_owned(),
            at: Location {
                file: "t.yaml".into(),
                line: 1,
                column: 1,
                width: 1,
            },
        })
    }

    #[test]
    fn a_value_is_written_for_its_type() {
        for (ty, written, rendered) in [
            ("tinyint(1)", "true", Some("1")),
            ("tinyint(1)", "2", None),
            ("tinyint unsigned", "-1", None),
            ("int", "2147483648", None),
            ("int", "0", Some("0")),
            ("decimal(5,2)", "0.10", Some("0.10")),
            ("decimal(5,2)", "abc", None),
            ("varchar(5)", "it's", Some("'it''s'")),
            ("varchar(2)", "abc", None),
            ("varchar(5)", "now", Some("'now'")),
            ("timestamp(3)", "now", Some("CURRENT_TIMESTAMP(3)")),
            ("date", "today", Some("(CURRENT_DATE)")),
            ("date", "tomorrow", None),
            ("datetime", "2020-01-01", Some("'2020-01-01'")),
            ("json", "{}", Some("('{}')")),
            ("json", "{", None),
            ("text", "a\\b", Some("('a\\\\b')")),
            ("enum('a','b')", "b", Some("'b'")),
            ("enum('a','b')", "c", None),
        ] {
            let ty = crate::dialect::mysql::types::native::parse_type(ty).unwrap();
            let got = lower_default(&value(written), None, &ty).ok().flatten();
            assert_eq!(
                got.as_ref().map(|e| e.text.as_str()),
                rendered,
                "{ty:?} {written}"
            );
        }
    }
}
