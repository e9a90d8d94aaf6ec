//! Neutral types and defaults that may have been lowered to a column. The caller proves each candidate by lowering it
//! again, so candidates may be wrong.

use crate::dialect::mysql::expr::normalize_default::normalize_default;
use crate::dialect::mysql::expr::normalize_default::unwrapped;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::defaults::NEW_UUID;
use crate::dialect::mysql::types::family::Family;
use crate::dialect::mysql::types::family::family;
use crate::dialect::mysql::types::literals;
use crate::model::Column;
use crate::spec::{EnumValue, Neutral};
use crate::sql::literal;

/// The neutral types that may be lowered to this column's type, the likeliest first.
pub(crate) fn neutral_candidates(column: &Column) -> Vec<Neutral> {
    let ty = &column.ty;
    let unsigned = ty.unsigned;
    let digits = ty.args.first().copied();
    let one = match (ty.base.as_str(), ty.args.as_slice()) {
        _ if ty.zerofill => return Vec::new(),
        ("tinyint", [1]) => Neutral::Bool,
        ("tinyint", []) => Neutral::TinyInt { unsigned },
        ("smallint", []) => Neutral::SmallInt { unsigned },
        ("int", []) => Neutral::Int { unsigned },
        ("bigint", []) => Neutral::BigInt { unsigned },
        ("decimal", [precision, scale]) if !unsigned => Neutral::Decimal {
            precision: *precision,
            scale: *scale,
        },
        ("float", []) if !unsigned => Neutral::Float,
        ("double", []) if !unsigned => Neutral::Double,
        ("char", [size]) => Neutral::Char(*size),
        ("varchar", [size]) => Neutral::Varchar(*size),
        ("text", []) => Neutral::Text,
        ("date", []) => Neutral::Date,
        ("time", _) => Neutral::Time(digits),
        ("datetime", _) => Neutral::DateTime(digits),
        ("timestamp", _) => Neutral::TimestampTz(digits),
        ("json", []) => Neutral::Json,
        ("binary", [16]) if makes_uuid(column) => Neutral::Uuid,
        ("binary", [size]) => Neutral::Binary(*size),
        ("varbinary", [size]) => Neutral::Varbinary(*size),
        ("blob", []) => Neutral::Blob,
        ("enum", []) => Neutral::Enum {
            values: (ty.values.iter())
                .map(|value| EnumValue {
                    value: value.clone(),
                    renamed_from: None,
                })
                .collect(),
            native: false,
        },
        _ => return Vec::new(),
    };
    vec![one]
}

fn makes_uuid(column: &Column) -> bool {
    let new = normalize_default(&column.ty, NEW_UUID);
    new.is_some() && column.default == new
}

/// A candidate for `default:`.
pub(crate) fn default_candidate(column: &Column) -> Option<String> {
    let written = &column.default.as_ref()?.text;
    let bare = unwrapped(written);
    if makes_uuid(column) {
        return Some(String::from("uuid"));
    }
    // MySQL treats a literal in parentheses as an expression
    if literals::is_wrapped(written)
        && !literals::is_wrapped(&defaults::default_clause(&column.ty, bare))
    {
        return None;
    }
    let literal = literals::parse_string_literal(bare);
    match family(&column.ty) {
        Family::Integer if column.ty.base == "tinyint" && column.ty.args == [1] => {
            match literal.as_deref().unwrap_or(bare) {
                "1" => Some(String::from("true")),
                "0" => Some(String::from("false")),
                other => Some(other.to_owned()),
            }
        }
        Family::Integer | Family::Number => {
            let number = literal.unwrap_or_else(|| bare.to_owned());
            (literal::is_number(&number) || number.parse::<f64>().is_ok()).then_some(number)
        }
        Family::Bit => {
            let digits = bare
                .strip_prefix(['b', 'B'])
                .and_then(literals::parse_string_literal)?;
            Some(u64::from_str_radix(&digits, 2).ok()?.to_string())
        }
        Family::Temporal => match bare.to_ascii_lowercase() {
            now if now.starts_with("current_timestamp") => Some(String::from("now")),
            today if today == "curdate()" || today.starts_with("current_date") => {
                Some(String::from("today"))
            }
            time if time.starts_with("curtime(") || time.starts_with("current_time") => {
                Some(String::from("now"))
            }
            _ => literal,
        },
        Family::Chars
        | Family::Text
        | Family::Bytes
        | Family::Blob
        | Family::Member
        | Family::Json
        | Family::Other => literal,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dialect::mysql::types::native::parse_type;
    use crate::dialect::mysql::types::neutral::lower_neutral;
    use crate::model::Expr;

    #[test]
    fn a_type_leads_back_to_the_neutral_one() {
        for written in [
            "tinyint(1)",
            "tinyint",
            "bigint unsigned",
            "decimal(10,2)",
            "double",
            "char(3)",
            "varchar(20)",
            "text",
            "datetime(3)",
            "timestamp",
            "json",
            "binary(3)",
            "blob",
            "enum('a', 'b')",
        ] {
            let ty = parse_type(written).unwrap();
            let column = Column::new("c", ty.clone());
            let found = neutral_candidates(&column);
            let again = lower_neutral(found.first().unwrap()).unwrap().ty;
            assert_eq!(again, ty, "{written}");
        }
        for written in [
            "mediumint",
            "int(5) zerofill",
            "set('a')",
            "point",
            "year",
            "longtext",
        ] {
            let column = Column::new("c", parse_type(written).unwrap());
            assert_eq!(neutral_candidates(&column), [], "{written}");
        }
    }

    #[test]
    fn a_default_leads_back_to_the_word() {
        for (ty, written, word) in [
            ("tinyint(1)", "'1'", Some("true")),
            ("int", "-5", Some("-5")),
            ("varchar(9)", "'it''s'", Some("it's")),
            ("timestamp(3)", "current_timestamp(3)", Some("now")),
            ("date", "(curdate())", Some("today")),
            ("bit(3)", "b'101'", Some("5")),
            ("json", "('{}')", Some("{}")),
            ("varchar(9)", "(concat('a','b'))", None),
            ("varchar(9)", "('a')", None),
            ("int", "(-5)", None),
            ("binary(16)", NEW_UUID, Some("uuid")),
        ] {
            let mut column = Column::new("c", parse_type(ty).unwrap());
            column.default = normalize_default(&column.ty, written).or(Some(Expr::new(written)));
            assert_eq!(
                default_candidate(&column).as_deref(),
                word,
                "{ty} {written}"
            );
        }
    }
}
