//! What a spec may have said, for a column as it is.

use crate::dialect::postgres::expr::{normalize_expr, tree};
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Check, Column, ConstraintKind, Expr, SqlType, Table};
use crate::spec::Neutral;
use crate::sql::{expr, literal};
use sqlparser::ast::Expr as Ast;

/// The neutral types that become this column, the likeliest first: those with a condition before
/// those without, as a condition on the column may be part of the type.
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
        let items = plain(&element.ty).into_iter();
        return items.map(|of| Neutral::Array(Box::new(of))).collect();
    }
    let mut out = conditioned(table, column);
    out.extend(plain(ty));
    out
}

/// Types that need no condition.
fn plain(ty: &SqlType) -> Vec<Neutral> {
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

/// Types that a condition on this column alone belongs to.
fn conditioned(table: &Table, column: &Column) -> Vec<Neutral> {
    let mut out = Vec::new();
    for constraint in &table.constraints {
        let ConstraintKind::Check(check) = &constraint.kind else {
            continue;
        };
        let alone = check.expr.reads.len() == 1 && check.expr.reads.contains(&column.name);
        if alone {
            out.extend(of_condition(column, check));
        }
    }
    out
}

fn of_condition(column: &Column, check: &Check) -> Vec<Neutral> {
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
        "text" => values(&check.expr).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The number that a condition ends with.
fn last_number(expr: &Expr) -> Option<u32> {
    let text = expr.normal().trim_end_matches(')');
    let digits = text.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The texts of `column in ('a', 'b')`.
fn values(expr: &Expr) -> Option<Neutral> {
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

/// What `default:` may have said: the text of a literal, or the word for what the server computes.
/// Only where the server gives back the very text that it has now: `now()` and `0::smallint` mean
/// the same as `CURRENT_TIMESTAMP` and `0`, but are others in its own dump.
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
    let to = tree::target(data_type)?;
    let back = if matches!(kind, Family::Integer | Family::Fraction) {
        literal.starts_with('-')
            && literal::is_number(literal)
            && to.base == type_of_number(literal)
    } else {
        normalize_expr::same_base(&to, &column.ty)
    };
    back.then(|| literal.to_owned())
}

/// The type that the server gives to a number without one (manual, 4.1.2.6): it writes `-1` as
/// `'-1'::integer`, whatever the column's type.
pub(crate) fn type_of_number(text: &str) -> &'static str {
    if text.parse::<i32>().is_ok() {
        "integer"
    } else if text.parse::<i64>().is_ok() {
        "bigint"
    } else {
        "numeric"
    }
}
