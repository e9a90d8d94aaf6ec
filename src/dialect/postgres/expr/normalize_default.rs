//! The normal form of defaults, which depends on the type of the column.

use crate::dialect::postgres::expr::column_types::{Columns, same_base};
use crate::dialect::postgres::expr::normalize_expr::{
    NormalForm, into_normal_form, normal_form_of_text, normalize_tree, parse,
};
use crate::dialect::postgres::expr::tree::{
    boolean, cast_type, function, is_number, number, take, text_of,
};
use crate::dialect::postgres::types::{Family, family};
use crate::model::SqlType;
use crate::sql::expr;
use sqlparser::ast::{Expr as Ast, FunctionArguments, Value};
use std::collections::BTreeMap;

/// The normal form of a column's default; `None` for `NULL`.
pub(crate) fn normalize_default(text: &str, ty: &SqlType) -> Option<NormalForm> {
    let columns = Columns::new();
    let Some(mut ast) = parse(text) else {
        return Some(normal_form_of_text(text, &columns));
    };
    normalize_tree(&mut ast, &columns);
    expr::rewrite(&mut ast, |node| normalize_now(node, ty));
    strip_type_casts(&mut ast, ty);
    normalize_literal(&mut ast, ty);
    if matches!(&ast, Ast::Value(v) if v.value == Value::Null) {
        return None;
    }
    Some(into_normal_form(ast))
}

/// Writes all functions that return the start of the transaction as `now()`. `LOCALTIMESTAMP` is equal to it
/// only in a column without time zone, and a precision has no effect only if the column has the same one.
fn normalize_now(node: &mut Ast, ty: &SqlType) {
    let Ast::Function(call) = node else { return };
    let name = call.name.to_string();
    let zoneless = ty.base == "timestamp without time zone";
    let args: Vec<String> = match &call.args {
        FunctionArguments::List(list) => list.args.iter().map(ToString::to_string).collect(),
        FunctionArguments::None | FunctionArguments::Subquery(_) => Vec::new(),
    };
    let rounds = args.is_empty()
        || args.len() == 1 && ty.args.first().map(ToString::to_string).as_ref() == args.first();
    let is_now = match name.as_str() {
        "now" | "transaction_timestamp" | "current_timestamp" => true,
        "localtimestamp" => zoneless,
        _ => false,
    };
    if is_now && rounds {
        *node = function("now", Vec::new());
    }
}

/// Removes casts to the type of the column, which the server applies to a default anyway.
fn strip_type_casts(ast: &mut Ast, ty: &SqlType) {
    while let Ast::Cast {
        expr, data_type, ..
    } = ast
    {
        let Some(to) = cast_type(data_type) else {
            return;
        };
        let alike = same_base(&to, ty) || (family(&to) == family(ty) && family(ty) == Family::Text);
        let constant = text_of(expr).is_some()
            || is_number(expr)
            || matches!(&**expr, Ast::Array(array) if array.elem.is_empty());
        if !alike || !(constant || to == *ty) {
            return;
        }
        *ast = take(expr);
    }
}

/// Writes a literal in the form in which the column's type prints it.
fn normalize_literal(ast: &mut Ast, ty: &SqlType) {
    let kind = family(ty);
    if matches!(ast, Ast::Array(array) if array.elem.is_empty()) && kind == Family::Array {
        *ast = Ast::Value(Value::SingleQuotedString(String::from("{}")).into());
        return;
    }
    let replacement = match (kind, text_of(ast)) {
        (Family::Bool, Some(text)) => boolean(text),
        (Family::Integer | Family::Fraction, Some(text))
            if crate::sql::literal::is_number(text) =>
        {
            Some(number(text))
        }
        (Family::Json, Some(text)) if ty.base == "jsonb" => {
            serde_json::from_str(text).ok().map(|json| {
                let text = with_sorted_keys(json).to_string();
                Ast::Value(Value::SingleQuotedString(text).into())
            })
        }
        _ => None,
    };
    if let Some(replacement) = replacement {
        *ast = replacement;
    }
    if matches!(kind, Family::Integer | Family::Fraction) && is_number(ast) {
        let text = ast.to_string();
        let text = text.strip_prefix('+').unwrap_or(&text);
        // the column's scale determines how many digits are shown
        let trimmed = if text.contains('.') && !ty.args.is_empty() || ty.base != "numeric" {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            text
        };
        if text.contains('.') {
            *ast = number(trimmed);
        }
    }
}

/// A JSON document with the keys of its objects sorted: `jsonb` does not preserve their order.
fn with_sorted_keys(json: serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::Object(map) => {
            let map: BTreeMap<String, serde_json::Value> = map
                .into_iter()
                .map(|(k, v)| (k, with_sorted_keys(v)))
                .collect();
            serde_json::Value::Object(map.into_iter().collect())
        }
        serde_json::Value::Array(items) => {
            serde_json::Value::Array(items.into_iter().map(with_sorted_keys).collect())
        }
        other => other,
    }
}
