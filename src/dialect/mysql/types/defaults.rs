//! Defaults: from the spec's scalar to SQL, and to the one form in which they are compared.

use crate::dialect::Unsupported;
use crate::dialect::mysql::expr::{normalize_expr, text};
use crate::dialect::mysql::types;
use crate::dialect::mysql::types::{Family, family, unsupported};
use crate::model::{Expr, SqlType};
use crate::spec::{DefaultSpec, Neutral};
use crate::sql::literal;

/// A new random UUID as 16 bytes; runs on both vendors.
pub(crate) const NEW_UUID: &str = "(unhex(replace(uuid(),'-','')))";

/// A default of the spec as the text behind `DEFAULT`.
pub(crate) fn of_spec(
    default: &DefaultSpec,
    neutral: Option<&Neutral>,
    ty: &SqlType,
) -> Result<Option<Expr>, Unsupported> {
    let written = match default {
        DefaultSpec::Sql(sql) => clause(ty, sql.value.trim()),
        DefaultSpec::Value(value) => literal(value.value.as_str(), neutral, ty)?,
    };
    Ok((!written.eq_ignore_ascii_case("null")).then(|| Expr::new(written)))
}

fn literal(value: &str, neutral: Option<&Neutral>, ty: &SqlType) -> Result<String, Unsupported> {
    let wrong = |help: &str| {
        Err(unsupported(
            format!(
                "`{value}` is no default of a column of type {}",
                types::sql(ty)
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
            wrong("write `uuid` for a new one each time, or a UUID")
        };
    }
    match family(ty) {
        Family::Integer | Family::Bit => {
            let Ok(number) = value.parse::<i128>() else {
                return wrong(expression);
            };
            match types::range(ty) {
                Some((least, most)) if !(least..=most).contains(&number) => {
                    wrong(&format!("the type holds {least} to {most}"))
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
        Family::Temporal => temporal(value, ty).map_or_else(
            || wrong("write a literal such as '2026-01-31 12:00:00', `now` or `today`"),
            Ok,
        ),
        Family::Member => {
            let members: Vec<&str> = match ty.base.as_str() {
                "set" => value.split(',').filter(|v| !v.is_empty()).collect(),
                _ => vec![value],
            };
            if members.iter().all(|m| ty.values.iter().any(|v| v == m)) {
                Ok(text::string(value))
            } else {
                wrong(&format!("the values are {}", ty.values.join(", ")))
            }
        }
        Family::Chars | Family::Bytes => {
            let room = ty.args.first().map_or(usize::MAX, |n| *n as usize);
            let length = match family(ty) {
                Family::Bytes => value.len(),
                _ => value.chars().count(),
            };
            if length > room {
                return wrong("it is longer than the type");
            }
            Ok(text::string(value))
        }
        Family::Json if serde_json::from_str::<serde_json::Value>(value).is_err() => {
            wrong("write JSON: a string is '\"text\"'")
        }
        Family::Text | Family::Blob | Family::Json | Family::Other => {
            Ok(clause(ty, &text::string(value)))
        }
    }
}

fn temporal(value: &str, ty: &SqlType) -> Option<String> {
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
    (shaped && value.starts_with(|c: char| c.is_ascii_digit())).then(|| text::string(value))
}

/// An expression as it stands behind `DEFAULT` on both vendors: a literal or CURRENT_TIMESTAMP as
/// it is, all else in parentheses; on text, blob and json a literal too.
pub(crate) fn clause(ty: &SqlType, expr: &str) -> String {
    let needs_all = matches!(
        family(ty),
        Family::Text | Family::Blob | Family::Json | Family::Other
    );
    let bare = expr.eq_ignore_ascii_case("null")
        || (!needs_all
            && (text::unquote(expr).is_some()
                || literal::is_number(expr)
                || is_prefixed_literal(expr)
                || is_now(expr)
                || expr.parse::<f64>().is_ok()
                || expr.eq_ignore_ascii_case("true")
                || expr.eq_ignore_ascii_case("false")));
    if bare || text::is_wrapped(expr) {
        expr.to_owned()
    } else {
        format!("({expr})")
    }
}

/// `b'101'`, `x'4142'`, `0x4142`.
fn is_prefixed_literal(expr: &str) -> bool {
    let quoted = expr
        .strip_prefix(['b', 'B', 'x', 'X'])
        .is_some_and(|rest| text::unquote(rest).is_some());
    let hex = expr
        .strip_prefix("0x")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()));
    quoted || hex
}

/// Whether an expression is the current time in one of its spellings.
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

/// Whether a default gives each row another value.
pub(crate) fn varies(expr: &str) -> bool {
    let lower = expr.to_ascii_lowercase();
    ["uuid(", "uuid_short(", "rand(", "random_bytes("]
        .iter()
        .any(|call| lower.contains(call))
}

/// A default in normal form, read by its column's type. `None` is no default.
pub(crate) fn normal(ty: &SqlType, written: &str) -> Option<Expr> {
    let bare = unwrapped(written);
    if bare.eq_ignore_ascii_case("null") {
        return None;
    }
    let value = text::unquote(bare).or_else(|| bytes(bare)).or_else(|| {
        match bare.to_ascii_lowercase().as_str() {
            "true" => Some(String::from("1")),
            "false" => Some(String::from("0")),
            _ => {
                (bare.parse::<f64>().is_ok() || is_prefixed_literal(bare)).then(|| bare.to_owned())
            }
        }
    });
    let Some(value) = value else {
        let mut expr = normalize_expr::expression(bare);
        written.clone_into(&mut expr.text);
        return Some(expr);
    };
    let mut expr = Expr::new(written);
    expr.canon = Some(match family(ty) {
        Family::Integer | Family::Number => number(&value),
        Family::Bit => bits(&value),
        Family::Temporal => format!("'{}'", moment(ty, &value)),
        Family::Bytes if ty.base == "binary" => text::string(value.trim_end_matches('\0')),
        Family::Chars
        | Family::Bytes
        | Family::Member
        | Family::Text
        | Family::Blob
        | Family::Json
        | Family::Other => text::string(&value),
    });
    Some(expr)
}

/// An expression without parentheses around all of it.
pub(crate) fn unwrapped(expr: &str) -> &str {
    let mut expr = expr.trim();
    while text::is_wrapped(expr) {
        expr = expr[1..expr.len() - 1].trim();
    }
    expr
}

/// The text of a bytes literal `0x..` or `x'..'`, where it is text. A UUID hardly ever is, and
/// then its digits stay the text.
fn bytes(literal: &str) -> Option<String> {
    let digits = literal
        .strip_prefix("0x")
        .map(str::to_owned)
        .or_else(|| literal.strip_prefix(['x', 'X']).and_then(text::unquote))?;
    let raw: Option<Vec<u8>> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect();
    Some(String::from_utf8(raw?).unwrap_or_else(|_| format!("0x{}", digits.to_ascii_lowercase())))
}

/// A number without what doesn't change it: `+1`, `0.00`, `007`, `-0`.
fn number(value: &str) -> String {
    let (sign, digits) = match value.trim().strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", value.trim().trim_start_matches('+')),
    };
    if !literal::is_number(digits) {
        return value
            .parse::<f64>()
            .map_or_else(|_| value.to_owned(), |n| n.to_string());
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match (whole, fraction) {
        ("0", "") => String::from("0"),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

fn bits(value: &str) -> String {
    value
        .strip_prefix(['b', 'B'])
        .and_then(text::unquote)
        .and_then(|digits| u64::from_str_radix(&digits, 2).ok())
        .map_or_else(|| value.to_owned(), |n| n.to_string())
}

/// A date or time in full: `2026-01-31T12:00` on a datetime is `2026-01-31 12:00:00`.
fn moment(ty: &SqlType, value: &str) -> String {
    let mut full = value.trim().replace('T', " ");
    if matches!(ty.base.as_str(), "datetime" | "timestamp") && !full.contains(' ') {
        full.push_str(" 00:00:00");
    }
    if ty.base != "date" && full.matches(':').count() == 1 {
        full.push_str(":00");
    }
    if full.contains('.') {
        full.truncate(full.trim_end_matches('0').trim_end_matches('.').len());
    }
    full
}

/// The zero of a type, for rows that are there when a NOT NULL column without default comes.
pub(crate) fn zero(ty: &SqlType) -> String {
    match family(ty) {
        Family::Integer | Family::Number => String::from("0"),
        Family::Bit => String::from("b'0'"),
        Family::Chars | Family::Text => String::from("''"),
        Family::Bytes | Family::Blob => String::from("''"),
        Family::Member => text::string(ty.values.first().map_or("", String::as_str)),
        Family::Json => String::from("'{}'"),
        Family::Temporal => match ty.base.as_str() {
            "time" => String::from("'00:00:00'"),
            "date" => String::from("'1970-01-01'"),
            // the first second of the epoch is MySQL's zero timestamp, which strict mode refuses
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
    fn a_scalar_is_read_by_its_type() {
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
            let ty = types::parse(ty).unwrap();
            let got = of_spec(&value(written), None, &ty).ok().flatten();
            assert_eq!(
                got.as_ref().map(|e| e.text.as_str()),
                rendered,
                "{ty:?} {written}"
            );
        }
    }

    #[test]
    fn defaults_that_mean_the_same_are_the_same() {
        for (ty, one, other, same) in [
            ("int", "0", "'0'", true),
            ("int", "(-(1))", "-1", true),
            ("decimal(10,2)", "0", "0.00", true),
            ("decimal(10,2)", "0.10", "0.1", true),
            ("decimal(10,2)", "0.10", "0.01", false),
            ("tinyint(1)", "true", "'1'", true),
            (
                "timestamp",
                "CURRENT_TIMESTAMP",
                "current_timestamp()",
                true,
            ),
            ("timestamp", "now()", "CURRENT_TIMESTAMP", true),
            (
                "timestamp(3)",
                "CURRENT_TIMESTAMP(3)",
                "current_timestamp(3)",
                true,
            ),
            (
                "timestamp(3)",
                "CURRENT_TIMESTAMP(3)",
                "current_timestamp()",
                false,
            ),
            ("date", "(CURRENT_DATE)", "curdate()", true),
            ("datetime", "'2020-01-01'", "'2020-01-01 00:00:00'", true),
            ("json", "('{}')", "'{}'", true),
            ("text", "(_utf8mb4'x')", "'x'", true),
            ("binary(3)", "'ab'", "'ab\\0'", true),
            ("varbinary(3)", "'x'", "0x78", true),
            ("bit(3)", "5", "b'101'", true),
            ("varchar(10)", "'now()'", "(now())", false),
            (
                "binary(16)",
                NEW_UUID,
                "(unhex(replace(uuid(),_utf8mb4'-',_utf8mb4'')))",
                true,
            ),
        ] {
            let ty = types::parse(ty).unwrap();
            assert_eq!(
                normal(&ty, one) == normal(&ty, other),
                same,
                "{ty:?}: {one} | {other}"
            );
        }
        assert_eq!(normal(&types::parse("int").unwrap(), "NULL"), None);
    }
}
