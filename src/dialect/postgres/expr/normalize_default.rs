//! The normal form of defaults: what the column's type makes of them.

use crate::dialect::postgres::expr::normalize_expr::{
    Columns, Normal, finished, fold, parse, same_base, unparsed,
};
use crate::dialect::postgres::expr::tree::{
    boolean, function, is_number, number, take, target, text_of,
};
use crate::dialect::postgres::types::{Family, family};
use crate::model::SqlType;
use crate::sql::expr;
use sqlparser::ast::{Expr as Ast, FunctionArguments, Value};
use std::collections::BTreeMap;

/// The normal form of a column's default; `None` for `NULL`.
pub(crate) fn default(text: &str, ty: &SqlType) -> Option<Normal> {
    let columns = Columns::new();
    let Some(mut ast) = parse(text) else {
        return Some(unparsed(text, &columns));
    };
    fold(&mut ast, &columns);
    expr::rewrite(&mut ast, |node| fold_now(node, ty));
    own_casts(&mut ast, ty);
    literal(&mut ast, ty);
    if matches!(&ast, Ast::Value(v) if v.value == Value::Null) {
        return None;
    }
    Some(finished(ast))
}

/// All ways to say "the start of this transaction" are one in a default. `LOCALTIMESTAMP` is the
/// same only in a column without a zone, a stated precision only where the column rounds to it.
fn fold_now(node: &mut Ast, ty: &SqlType) {
    let Ast::Function(call) = node else { return };
    let name = call.name.to_string();
    let zoneless = ty.base == "timestamp without time zone";
    let args: Vec<String> = match &call.args {
        FunctionArguments::List(list) => list.args.iter().map(ToString::to_string).collect(),
        FunctionArguments::None | FunctionArguments::Subquery(_) => Vec::new(),
    };
    let rounds = args.is_empty()
        || args.len() == 1 && ty.args.first().map(ToString::to_string).as_ref() == args.first();
    let folds = match name.as_str() {
        "now" | "transaction_timestamp" | "current_timestamp" => true,
        "localtimestamp" => zoneless,
        _ => false,
    };
    if folds && rounds {
        *node = function("now", Vec::new());
    }
}

/// A default is cast to its column's type anyway.
fn own_casts(ast: &mut Ast, ty: &SqlType) {
    while let Ast::Cast {
        expr, data_type, ..
    } = ast
    {
        let Some(to) = target(data_type) else { return };
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

/// A literal as the column's type reads it.
fn literal(ast: &mut Ast, ty: &SqlType) {
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
                let text = sorted(json).to_string();
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
        // the column's own scale says how many digits are shown
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

/// The same document with the keys of its objects in order, as `jsonb` has no order of its own.
fn sorted(json: serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::Object(map) => {
            let map: BTreeMap<String, serde_json::Value> =
                map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            serde_json::Value::Object(map.into_iter().collect())
        }
        serde_json::Value::Array(items) => {
            serde_json::Value::Array(items.into_iter().map(sorted).collect())
        }
        other => other,
    }
}
