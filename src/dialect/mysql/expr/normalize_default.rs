//! The normal form of defaults: the value that a literal has in the column's type, or a normalized expression.

use crate::dialect::mysql::expr::normalize_expr::normalize_expr;
use crate::dialect::mysql::types::defaults::is_prefixed_literal;
use crate::dialect::mysql::types::family::{Family, family};
use crate::dialect::mysql::types::literals::{is_wrapped, parse_string_literal, string_literal};
use crate::model::{Expr, SqlType};
use crate::sql::literal;

/// The default of a column of this type in normal form. `None` if it is NULL, which is the same as no default.
pub(crate) fn normalize_default(ty: &SqlType, written: &str) -> Option<Expr> {
    let bare = unwrapped(written);
    if bare.eq_ignore_ascii_case("null") {
        return None;
    }
    let Some(value) = literal_value(bare) else {
        let mut expr = normalize_expr(bare);
        written.clone_into(&mut expr.text);
        return Some(expr);
    };
    let mut expr = Expr::new(written);
    expr.normal_form = Some(match family(ty) {
        Family::Integer | Family::Number => normal_number(&value),
        Family::Bit => normal_bits(&value),
        Family::Temporal => format!("'{}'", normal_date_time(ty, &value)),
        // the server pads with zero bytes
        Family::Bytes if ty.base == "binary" => string_literal(value.trim_end_matches('\0')),
        Family::Chars
        | Family::Bytes
        | Family::Member
        | Family::Text
        | Family::Blob
        | Family::Json
        | Family::Other => string_literal(&value),
    });
    Some(expr)
}

/// The value of a literal as text; `None` if the default is an expression.
fn literal_value(bare: &str) -> Option<String> {
    if let Some(value) = parse_string_literal(bare).or_else(|| text_of_bytes(bare)) {
        return Some(value);
    }
    match bare.to_ascii_lowercase().as_str() {
        "true" => Some(String::from("1")),
        "false" => Some(String::from("0")),
        _ => (bare.parse::<f64>().is_ok() || is_prefixed_literal(bare)).then(|| bare.to_owned()),
    }
}

/// Strips the parentheses that enclose a whole expression.
pub(crate) fn unwrapped(expr: &str) -> &str {
    let mut expr = expr.trim();
    while is_wrapped(expr) {
        expr = expr[1..expr.len() - 1].trim();
    }
    expr
}

/// The value of a bytes literal `0x..` or `x'..'` as text. Bytes that are not UTF-8, as those of most UUIDs, keep their
/// digits.
fn text_of_bytes(literal: &str) -> Option<String> {
    let digits = literal.strip_prefix("0x").map(str::to_owned).or_else(|| {
        literal
            .strip_prefix(['x', 'X'])
            .and_then(parse_string_literal)
    })?;
    let raw: Option<Vec<u8>> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect();
    Some(String::from_utf8(raw?).unwrap_or_else(|_| format!("0x{}", digits.to_ascii_lowercase())))
}

/// A number without the signs and zeros that don't change its value, as in `+1`, `0.00`, `007`, `-0`.
fn normal_number(value: &str) -> String {
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

/// A bits literal `b'101'` as a number.
fn normal_bits(value: &str) -> String {
    value
        .strip_prefix(['b', 'B'])
        .and_then(parse_string_literal)
        .and_then(|digits| u64::from_str_radix(&digits, 2).ok())
        .map_or_else(|| value.to_owned(), |n| n.to_string())
}

/// A date or time with all its fields: `2026-01-31T12:00` in a datetime is `2026-01-31 12:00:00`.
fn normal_date_time(ty: &SqlType, value: &str) -> String {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dialect::mysql::types::defaults::NEW_UUID;
    use crate::dialect::mysql::types::native::parse_type;

    #[test]
    fn defaults_with_the_same_value_have_one_normal_form() {
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
            let ty = parse_type(ty).unwrap();
            assert_eq!(
                normalize_default(&ty, one) == normalize_default(&ty, other),
                same,
                "{ty:?}: {one} | {other}"
            );
        }
        assert_eq!(normalize_default(&parse_type("int").unwrap(), "NULL"), None);
    }
}
