//! The normal form of casts and typed literals. The server adds casts to literals and columns when it stores an
//! expression; casts that it would add are removed.

use crate::dialect::postgres::expr::column_types::{Columns, column_type, same_base};
use crate::dialect::postgres::expr::tree::{
    boolean, cast, cast_type, custom_type, is_null, is_number, number, take, text_of,
};
use crate::dialect::postgres::types;
use crate::dialect::postgres::types::{Family, family};
use crate::model::SqlType;
use sqlparser::ast::{CastKind, Expr as Ast, Value};

/// Writes `date '…'` and `interval '…'` as casts.
pub(crate) fn normalize_typed_literal(node: &mut Ast, columns: &Columns) {
    match node {
        Ast::TypedString(typed) => {
            let value = Ast::Value(typed.value.clone());
            *node = cast(value, &typed.data_type.to_string());
            normalize_cast(node, columns);
        }
        Ast::Interval(interval) => {
            let unit = interval.leading_field.as_ref().map(ToString::to_string);
            if let Some(text) = text_of(&interval.value) {
                let text = match unit {
                    Some(unit) => format!("{text} {}", unit.to_lowercase()),
                    None => text.to_owned(),
                };
                *node = cast(
                    Ast::Value(Value::SingleQuotedString(text).into()),
                    "interval",
                );
            }
        }
        _ => {}
    }
}

/// Removes the cast of a number: the server writes `(0)::numeric` for a `0` next to a value of another type.
pub(crate) fn strip_number_cast(node: &mut Ast) {
    if let Ast::Cast {
        expr, data_type, ..
    } = node
        && is_number(expr)
        && cast_type(data_type)
            .is_some_and(|ty| matches!(family(&ty), Family::Integer | Family::Fraction))
    {
        *node = take(expr);
    }
}

/// Removes the cast of a literal next to a column of the same type.
pub(crate) fn strip_literal_cast(node: &mut Ast, column: Option<&SqlType>) {
    if let (
        Ast::Cast {
            expr, data_type, ..
        },
        Some(column),
    ) = (&mut *node, column)
        && text_of(expr).is_some()
        && cast_type(data_type).is_some_and(|ty| same_base(&ty, column))
    {
        *node = take(expr);
    }
}

/// Whether a type is a text type without a length.
fn is_unlimited_text(ty: &SqlType) -> bool {
    ty.dims == 0
        && match ty.base.as_str() {
            "text" | "character varying" => ty.args.is_empty(),
            "bpchar" => true,
            _ => false,
        }
}

/// Writes a cast as `x::type`, and removes it if the literal, list or column has this type already.
pub(crate) fn normalize_cast(node: &mut Ast, columns: &Columns) {
    let Ast::Cast {
        kind,
        expr,
        data_type,
        ..
    } = node
    else {
        return;
    };
    let Some(ty) = cast_type(data_type) else {
        return;
    };
    *kind = CastKind::DoubleColon;
    *data_type = custom_type(types::sql(&ty));
    let kind = family(&ty);
    let replacement = if is_null(expr) {
        Some(take(expr))
    } else if let Some(text) = text_of(expr) {
        match kind {
            Family::Text if is_unlimited_text(&ty) => Some(take(expr)),
            Family::Integer | Family::Fraction if crate::sql::literal::is_number(text) => {
                Some(number(text))
            }
            Family::Bool => boolean(text),
            _ => None,
        }
    } else if let Ast::Array(array) = &**expr {
        let texts = matches!(ty.base.as_str(), "text" | "character varying") && ty.dims == 1;
        (texts && !array.elem.is_empty()).then(|| take(expr))
    } else if let Some(column) = column_type(expr, columns) {
        let widened =
            is_unlimited_text(&ty) && matches!(column.base.as_str(), "text" | "character varying");
        ((widened && column.dims == 0) || *column == ty).then(|| take(expr))
    } else {
        None
    };
    if let Some(replacement) = replacement {
        *node = replacement;
    }
}
