//! Declarations that could lead to an existing column.

use crate::dialect::postgres::expr::{column_types, normalize_expr, tree};
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Check, Column, ConstraintKind, Expr, SqlType, Table};
use crate::spec::Neutral;
use crate::sql::{expr, literal};
use sqlparser::ast::Expr as Ast;

/// The neutral types that could have been declared for a column, the most likely first: types with a check before
/// those without, because a check of the column may be part of the type.
pub(crate) fn neutral_candidates(table: &Table, column: &Column) -> Vec<Neutral> {
    let ty = &column.ty;
    if ty.dims > 0 {
        let element = Column {
            ty: SqlType {
                dims: 0,
                ..ty.clone()
            },
            ..column.clone()
        };
        let items = types_without_check(&element.ty).into_iter();
        return items.map(|of| Neutral::Array(Box::new(of))).collect();
    }
    let mut out = types_with_check(table, column);
    out.extend(types_without_check(ty));
    out
}

/// Types without a check.
fn types_without_check(ty: &SqlType) -> Vec<Neutral> {
    let first = ty.args.first().copied();
    match (ty.base.as_str(), ty.args.as_slice()) {
        ("boolean", []) => vec![Neutral::Bool],
        ("smallint", []) => vec![Neutral::SmallInt { unsigned: false }],
        ("integer", []) => vec![Neutral::Int { unsigned: false }],
        ("bigint", []) => vec![Neutral::BigInt { unsigned: false }],
        ("numeric", [precision, scale]) => vec![Neutral::Decimal {
            precision: *precision,
            scale: *scale,
        }],
        ("real", []) => vec![Neutral::Float],
        ("double precision", []) => vec![Neutral::Double],
        ("character", [n]) => vec![Neutral::Char(*n)],
        ("character varying", [n]) => vec![Neutral::Varchar(*n)],
        ("text", []) => vec![Neutral::Text],
        ("uuid", []) => vec![Neutral::Uuid],
        ("date", []) => vec![Neutral::Date],
        ("time without time zone", _) => vec![Neutral::Time(first)],
        ("timestamp without time zone", _) => vec![Neutral::DateTime(first)],
        ("timestamp with time zone", _) => vec![Neutral::TimestampTz(first)],
        ("jsonb", []) => vec![Neutral::Json],
        ("bytea", []) => vec![Neutral::Blob],
        ("vector", [n]) => vec![Neutral::Vector(*n)],
        _ => Vec::new(),
    }
}

/// Types with a check that reads only this column.
fn types_with_check(table: &Table, column: &Column) -> Vec<Neutral> {
    let mut out = Vec::new();
    for constraint in &table.constraints {
        let ConstraintKind::Check(check) = &constraint.kind else {
            continue;
        };
        let reads_only_column =
            check.expr.reads.len() == 1 && check.expr.reads.contains(&column.name);
        if reads_only_column {
            out.extend(types_of_check(column, check));
        }
    }
    out
}

fn types_of_check(column: &Column, check: &Check) -> Vec<Neutral> {
    match column.ty.base.as_str() {
        "smallint" => vec![Neutral::TinyInt { unsigned: true }],
        "integer" => vec![Neutral::SmallInt { unsigned: true }],
        "bigint" => vec![
            Neutral::Int { unsigned: true },
            Neutral::BigInt { unsigned: true },
        ],
        "numeric" => vec![Neutral::BigInt { unsigned: true }],
        "bytea" => {
            let number = last_number(&check.expr);
            let kinds = number.map(|n| [Neutral::Binary(n), Neutral::Varbinary(n)]);
            kinds.into_iter().flatten().collect()
        }
        "text" => enum_of_check(&check.expr).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The number at the end of a condition.
fn last_number(expr: &Expr) -> Option<u32> {
    let text = expr.normal().trim_end_matches(')');
    let digits = text.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The enum of a check `column in ('a', 'b')`.
fn enum_of_check(expr: &Expr) -> Option<Neutral> {
    let mut found = Vec::new();
    let mut ast = normalize_expr::parse(expr.normal())?;
    expr::rewrite(&mut ast, |node| {
        if let Some(text) = tree::text_of(node) {
            found.push(text.to_owned());
        }
    });
    if found.is_empty() {
        return None;
    }
    let value = |value: String| crate::spec::EnumValue {
        value,
        renamed_from: None,
    };
    Some(Neutral::Enum {
        values: found.into_iter().map(value).collect(),
        native: false,
    })
}

/// The `default:` that could have been declared: the text of a literal, or a keyword. `None` unless the server
/// would store the same text again: `now()` and `0::smallint` are equivalent to `CURRENT_TIMESTAMP` and `0`, but
/// dumps show the difference.
pub(crate) fn default_candidate(column: &Column) -> Option<String> {
    let text = column.default.as_ref()?.text.as_str();
    let kind = family(&column.ty);
    match (text, kind) {
        ("CURRENT_TIMESTAMP", Family::Timestamp) => return Some("now".into()),
        ("CURRENT_DATE", Family::Timestamp | Family::Date) => return Some("today".into()),
        ("gen_random_uuid()", Family::Uuid) => return Some("uuid".into()),
        _ => {}
    }
    if kind == Family::Array || kind == Family::Bytes {
        return None;
    }
    if matches!(text, "true" | "false") || literal::is_number(text) {
        return Some(text.to_owned());
    }
    let ast = normalize_expr::parse(text)?;
    if let Some(literal) = tree::text_of(&ast) {
        return Some(literal.to_owned());
    }
    let Ast::Cast {
        expr, data_type, ..
    } = &ast
    else {
        return None;
    };
    let literal = tree::text_of(expr)?;
    let to = tree::cast_type(data_type)?;
    let is_restored = if matches!(kind, Family::Integer | Family::Fraction) {
        literal.starts_with('-')
            && literal::is_number(literal)
            && to.base == type_of_number(literal)
    } else {
        column_types::same_base(&to, &column.ty)
    };
    is_restored.then(|| literal.to_owned())
}

/// The type that the server assigns to a number without a cast (manual, 4.1.2.6). It prints `-1` as
/// `'-1'::integer`, independent of the column's type.
pub(crate) fn type_of_number(text: &str) -> &'static str {
    if text.parse::<i32>().is_ok() {
        "integer"
    } else if text.parse::<i64>().is_ok() {
        "bigint"
    } else {
        "numeric"
    }
}
