//! Spec types and defaults that an inspected column may have been declared with. The caller lowers each candidate and takes
//! the first that results in the same column, so a wrong one does no harm.

use crate::dialect::sqlite::types::UUID;
use crate::model::{Column, ConstraintKind, Table};
use crate::spec::{EnumValue, Neutral};
use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::SQLITE;
use crate::sql::text::{significant_tokens, unquote_name};

/// The check that belongs to the column's type.
fn check_of_type<'a>(table: &'a Table, column: &Column) -> Option<&'a str> {
    table
        .constraints
        .iter()
        .find_map(|constraint| match &constraint.kind {
            ConstraintKind::Check(check) if check.of_type.as_ref() == Some(&column.name) => {
                Some(check.expr.text.as_str())
            }
            ConstraintKind::Check(_)
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion(_) => None,
        })
}

/// The neutral types that a column may have been declared with, the likeliest first.
pub(crate) fn neutral_types(table: &Table, column: &Column) -> Vec<Neutral> {
    let check = check_of_type(table, column);
    let default = column.default.as_ref().map(|default| default.text.as_str());
    match (column.ty.base.as_str(), column.ty.args.as_slice()) {
        ("integer", []) if check.is_some() => vec![
            Neutral::Bool,
            Neutral::Int { unsigned: true },
            Neutral::BigInt { unsigned: true },
            Neutral::SmallInt { unsigned: true },
            Neutral::TinyInt { unsigned: true },
        ],
        // 64 bits, whatever the type is called
        ("integer" | "int", []) => vec![Neutral::BigInt { unsigned: false }],
        ("numeric", [precision, scale]) => vec![Neutral::Decimal {
            precision: *precision,
            scale: *scale,
        }],
        ("real", []) => vec![Neutral::Double],
        ("char", [n]) => vec![Neutral::Char(*n)],
        ("varchar", [n]) => vec![Neutral::Varchar(*n)],
        ("blob", []) => vec![Neutral::Blob],
        ("text", []) => match (check, default) {
            (Some(check), _) => {
                let native = false;
                let values = enum_values(check);
                let listed = (!values.is_empty()).then_some(Neutral::Enum { values, native });
                listed.into_iter().chain([Neutral::Json]).collect()
            }
            (None, Some("CURRENT_TIMESTAMP")) => vec![Neutral::TimestampTz(None)],
            (None, Some("CURRENT_DATE")) => vec![Neutral::Date],
            (None, Some("CURRENT_TIME")) => vec![Neutral::Time(None)],
            (None, Some(UUID)) => vec![Neutral::Uuid],
            (None, _) if column.on_update_now => vec![Neutral::TimestampTz(None)],
            (None, _) => vec![Neutral::Text],
        },
        _ => Vec::new(),
    }
}

/// The strings in `c IN ('a', 'b')`.
fn enum_values(check: &str) -> Vec<EnumValue> {
    let tokens = significant_tokens(&SQLITE, check);
    let texts = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::QuotedString);
    texts
        .filter_map(|token| check.get(token.start..token.end))
        .map(|literal| EnumValue {
            value: unquote_name(literal),
            renamed_from: None,
        })
        .collect()
}

/// The `default:` that a column may have been declared with.
pub(crate) fn spec_default(table: &Table, column: &Column) -> Option<String> {
    let text = column.default.as_ref()?.text.as_str();
    let flag = check_of_type(table, column).is_some_and(|check| check.ends_with("IN (0, 1)"));
    match text {
        "0" if flag => return Some("false".into()),
        "1" if flag => return Some("true".into()),
        "CURRENT_TIMESTAMP" | "CURRENT_TIME" => return Some("now".into()),
        "CURRENT_DATE" => return Some("today".into()),
        UUID => return Some("uuid".into()),
        _ => {}
    }
    let tokens = significant_tokens(&SQLITE, text);
    match tokens.as_slice() {
        [one] if one.kind == TokenKind::QuotedString && text.starts_with('\'') => {
            Some(unquote_name(text))
        }
        _ if crate::sql::literal::is_number(text) => Some(text.to_owned()),
        _ => None,
    }
}
