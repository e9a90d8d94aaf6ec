//! Types and defaults. Only the affinity of a declared type has an effect ("Datatypes in SQLite", section 3.1): a column
//! declared as `uuid` or `json` would convert digits to numbers, so these types are declared as `text`.

use crate::dialect::{TypePlan, Unsupported};
use crate::model::{Expr, SqlType};
use crate::spec::{DefaultSpec, Neutral};
use crate::sql::literal;
use crate::sql::text::unquote_name;

/// The storage class that a column prefers for its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

/// The affinity of a declared type, by the manual's five rules in their order.
pub(crate) fn affinity(ty: &SqlType) -> Affinity {
    let has = |part: &str| ty.base.contains(part);
    if has("int") {
        Affinity::Integer
    } else if has("char") || has("clob") || has("text") {
        Affinity::Text
    } else if ty.base.is_empty() || has("blob") {
        Affinity::Blob
    } else if has("real") || has("floa") || has("doub") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

/// The declared type and the check of a neutral type; `quoted` is the column in the check.
pub(crate) fn lower_neutral(ty: &Neutral, quoted: &str) -> TypePlan {
    let plan = |ty: SqlType, check: Option<String>| TypePlan {
        ty,
        check,
        native_enum: None,
    };
    let integer = |most: Option<&str>| {
        let check = most.map(|most| format!("{quoted} BETWEEN 0 AND {most}"));
        plan(SqlType::new("integer"), check)
    };
    let up_to = |unsigned: bool, most: &'static str| integer(unsigned.then_some(most));
    let json = || Some(format!("json_valid({quoted})"));
    match ty {
        Neutral::Bool => plan(SqlType::new("integer"), Some(format!("{quoted} IN (0, 1)"))),
        Neutral::TinyInt { unsigned } => up_to(*unsigned, "255"),
        Neutral::SmallInt { unsigned } => up_to(*unsigned, "65535"),
        Neutral::Int { unsigned } => up_to(*unsigned, "4294967295"),
        // SQLite has only signed 64-bit integers
        Neutral::BigInt { unsigned: true } => {
            plan(SqlType::new("integer"), Some(format!("{quoted} >= 0")))
        }
        Neutral::BigInt { unsigned: false } => integer(None),
        Neutral::Decimal { precision, scale } => {
            plan(SqlType::with_args("numeric", &[*precision, *scale]), None)
        }
        Neutral::Float | Neutral::Double => plan(SqlType::new("real"), None),
        Neutral::Char(n) => plan(SqlType::with_args("char", &[*n]), None),
        Neutral::Varchar(n) => plan(SqlType::with_args("varchar", &[*n]), None),
        Neutral::Text
        | Neutral::Uuid
        | Neutral::Date
        | Neutral::Time(_)
        | Neutral::DateTime(_)
        | Neutral::TimestampTz(_) => plan(SqlType::new("text"), None),
        Neutral::Json | Neutral::Array(_) => plan(SqlType::new("text"), json()),
        Neutral::Binary(_) | Neutral::Varbinary(_) | Neutral::Blob | Neutral::Vector(_) => {
            plan(SqlType::new("blob"), None)
        }
        Neutral::Enum { values, .. } => {
            let values = literal::list(values.iter().map(|v| literal::string(&v.value)));
            plan(
                SqlType::new("text"),
                Some(format!("{quoted} IN ({values})")),
            )
        }
    }
}

/// Parses a declared type: words, in lower case and separated by one blank, and numbers.
pub(crate) fn parse_native(text: &str) -> Result<SqlType, Unsupported> {
    let (words, args) = match text.trim().split_once('(') {
        Some((words, rest)) => {
            let Some(inner) = rest.trim_end().strip_suffix(')') else {
                return Err(not_a_type(text));
            };
            let args: Result<Vec<u32>, _> = inner.split(',').map(|n| n.trim().parse()).collect();
            (words, args.map_err(|_| not_a_type(text))?)
        }
        None => (text, Vec::new()),
    };
    let words: Vec<String> = words
        .split_whitespace()
        .map(|word| unquote_name(word).to_ascii_lowercase())
        .collect();
    Ok(SqlType::with_args(&words.join(" "), &args))
}

fn not_a_type(text: &str) -> Unsupported {
    Unsupported {
        message: format!("`{text}` is not a type of SQLite"),
        help: "write words and up to two numbers, such as `varchar(20)`".into(),
    }
}

/// A type as it is written in DDL.
pub(crate) fn type_sql(ty: &SqlType) -> String {
    let base = ty.base.to_ascii_uppercase();
    if ty.args.is_empty() {
        return base;
    }
    format!(
        "{base}({})",
        literal::list(ty.args.iter().map(u32::to_string))
    )
}

/// An expression for a random UUID (RFC 9562, version 4: the version digit is 4, the variant digit one of 8 to b).
pub(crate) const UUID: &str = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

/// A default as an expression; `None` for `null`.
pub(crate) fn default_expr(
    default: &DefaultSpec,
    neutral: Option<&Neutral>,
    ty: &SqlType,
) -> Result<Option<Expr>, Unsupported> {
    let text = match default {
        DefaultSpec::Sql(sql) => return Ok(Some(Expr::new(sql.value.trim()))),
        DefaultSpec::Value(text) => text.value.as_str(),
    };
    if text == "null" {
        return Ok(None);
    }
    let value = match neutral {
        Some(neutral) => default_literal(text, neutral)?,
        None if literal::is_number(text) && affinity(ty) != Affinity::Text => text.to_owned(),
        None => literal::string(text),
    };
    Ok(Some(Expr::new(value)))
}

/// A default value of a neutral type as a literal.
fn default_literal(text: &str, ty: &Neutral) -> Result<String, Unsupported> {
    let wrong = |what: &str| {
        Err(Unsupported {
            message: format!("the default `{text}` is not a valid {what}"),
            help: "write a value of the column's type, or an expression as `default_sql`".into(),
        })
    };
    Ok(match (ty, text) {
        (Neutral::DateTime(_) | Neutral::TimestampTz(_), "now") => "CURRENT_TIMESTAMP".into(),
        (Neutral::Date, "now" | "today") => "CURRENT_DATE".into(),
        (Neutral::Time(_), "now") => "CURRENT_TIME".into(),
        (Neutral::Uuid, "uuid") => UUID.into(),
        (Neutral::Bool, "true" | "1" | "yes" | "on") => "1".into(),
        (Neutral::Bool, "false" | "0" | "no" | "off") => "0".into(),
        (Neutral::Bool, _) => return wrong("bool"),
        (
            Neutral::TinyInt { .. }
            | Neutral::SmallInt { .. }
            | Neutral::Int { .. }
            | Neutral::BigInt { .. },
            _,
        ) => match text.parse::<i128>() {
            Ok(number) => number.to_string(),
            Err(_) => return wrong("whole number"),
        },
        (Neutral::Decimal { .. }, _) if literal::is_number(text) => text.to_owned(),
        (Neutral::Float | Neutral::Double, _) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            text.to_owned()
        }
        (Neutral::Decimal { .. } | Neutral::Float | Neutral::Double, _) => return wrong("number"),
        (Neutral::Json | Neutral::Array(_), _)
            if serde_json::from_str::<serde_json::Value>(text).is_err() =>
        {
            return wrong("JSON");
        }
        (Neutral::Enum { values, .. }, _) if !values.iter().any(|v| v.value == text) => {
            return wrong("value of the enum");
        }
        (Neutral::Binary(_) | Neutral::Varbinary(_) | Neutral::Blob, _) => {
            literal::hex(text.as_bytes())
        }
        (Neutral::Vector(_), _) => return wrong("vector"),
        (
            Neutral::Char(_)
            | Neutral::Varchar(_)
            | Neutral::Text
            | Neutral::Uuid
            | Neutral::Date
            | Neutral::Time(_)
            | Neutral::DateTime(_)
            | Neutral::TimestampTz(_)
            | Neutral::Json
            | Neutral::Array(_)
            | Neutral::Enum { .. },
            _,
        ) => literal::string(text),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::diag::Location;
    use crate::spec::{EnumValue, Spanned};

    #[test]
    fn affinities_follow_the_manual() {
        let cases = [
            ("int", Affinity::Integer),
            ("UNSIGNED BIG INT", Affinity::Integer),
            ("varchar(255)", Affinity::Text),
            ("clob", Affinity::Text),
            ("", Affinity::Blob),
            ("double precision", Affinity::Real),
            ("decimal(10, 5)", Affinity::Numeric),
            ("uuid", Affinity::Numeric),
            ("floating point", Affinity::Integer),
        ];
        for (text, want) in cases {
            assert_eq!(affinity(&parse_native(text).unwrap()), want, "{text}");
        }
    }

    #[test]
    fn native_types_have_one_spelling() {
        let cases = [
            ("VARCHAR ( 20 )", "VARCHAR(20)"),
            (" unsigned   big int", "UNSIGNED BIG INT"),
            ("decimal(10,5)", "DECIMAL(10, 5)"),
        ];
        for (text, want) in cases {
            assert_eq!(type_sql(&parse_native(text).unwrap()), want);
        }
        assert!(parse_native("varchar(x)").is_err());
        assert!(parse_native("varchar(1").is_err());
    }

    #[test]
    fn neutral_types_keep_their_meaning() {
        let value = |value: &str| EnumValue {
            value: value.into(),
            renamed_from: None,
        };
        let values = vec![value("a"), value("it's")];
        let native = false;
        let cases = [
            (Neutral::Bool, "INTEGER", Some("c IN (0, 1)")),
            (
                Neutral::Int { unsigned: true },
                "INTEGER",
                Some("c BETWEEN 0 AND 4294967295"),
            ),
            (
                Neutral::BigInt { unsigned: true },
                "INTEGER",
                Some("c >= 0"),
            ),
            (
                Neutral::Decimal {
                    precision: 12,
                    scale: 4,
                },
                "NUMERIC(12, 4)",
                None,
            ),
            (Neutral::Varchar(9), "VARCHAR(9)", None),
            (Neutral::Uuid, "TEXT", None),
            (Neutral::Json, "TEXT", Some("json_valid(c)")),
            (
                Neutral::Enum { values, native },
                "TEXT",
                Some("c IN ('a', 'it''s')"),
            ),
        ];
        for (ty, sql, check) in cases {
            let plan = lower_neutral(&ty, "c");
            assert_eq!(type_sql(&plan.ty), sql);
            assert_eq!(plan.check.as_deref(), check);
        }
    }

    #[test]
    fn defaults_are_read_by_their_type() {
        let now = || Neutral::TimestampTz(None);
        let int = || Neutral::Int { unsigned: false };
        let cases = [
            (now(), "now", Some("CURRENT_TIMESTAMP")),
            (Neutral::Date, "today", Some("CURRENT_DATE")),
            (Neutral::Text, "now", Some("'now'")),
            (Neutral::Text, "it's", Some("'it''s'")),
            (Neutral::Text, "0", Some("'0'")),
            (Neutral::Bool, "true", Some("1")),
            (int(), "-5", Some("-5")),
            (Neutral::Json, "[]", Some("'[]'")),
            (int(), "null", None),
        ];
        for (ty, text, want) in cases {
            let default = value(text);
            let plan = lower_neutral(&ty, "c");
            let expr = default_expr(&default, Some(&ty), &plan.ty).unwrap();
            assert_eq!(expr.map(|e| e.text).as_deref(), want, "{text}");
        }
        for (ty, text) in [
            (int(), "x"),
            (int(), "1.5"),
            (Neutral::Bool, "2"),
            (Neutral::Json, "{"),
            (Neutral::Float, "inf"),
        ] {
            let ty_sql = lower_neutral(&ty, "c").ty;
            assert!(
                default_expr(&value(text), Some(&ty), &ty_sql).is_err(),
                "{text}"
            );
        }
    }

    fn value(text: &str) -> DefaultSpec {
        DefaultSpec::Value(Spanned {
            value: text.into(),
            at: Location {
                file: "t.yaml".into(),
                line: 1,
                column: 1,
                width: 1,
            },
        })
    }
}
