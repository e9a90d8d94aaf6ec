//! The normal form of expressions. The server changes expressions when it stores them: `IN` becomes
//! `= ANY (ARRAY[…])`, `BETWEEN` two comparisons, `LIKE` `~~`, and literals and columns get casts. Both declared and
//! inspected expressions are brought to one form.

use crate::dialect::postgres::expr::column_types::Columns;
use crate::dialect::postgres::expr::normalize_cast::{
    normalize_cast, normalize_typed_literal, strip_number_cast,
};
use crate::dialect::postgres::expr::normalize_predicate::{
    normalize_between, normalize_binary, normalize_distinct, normalize_like, normalize_membership,
};
use crate::dialect::postgres::expr::tree::{function, is_number, number, take};
use crate::dialect::postgres::naming;
use crate::model::Ident;
use crate::sql::expr;
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::{QuotedNames, comparable_text};
use sqlparser::ast::{
    Expr as Ast, FunctionArg, FunctionArgExpr, FunctionArguments, Ident as Name, ObjectNamePart,
    TrimWhereField, UnaryOperator, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use std::collections::BTreeSet;

/// An expression in normal form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NormalForm {
    /// The text.
    pub(crate) text: String,
    /// The columns that the expression reads.
    pub(crate) reads: BTreeSet<Ident>,
}

/// Parses an expression; `None` if the parser does not support it.
pub(crate) fn parse(text: &str) -> Option<Ast> {
    expr::parse(&PostgreSqlDialect {}, text).or_else(|| {
        // the server's form of trim(), which the parser doesn't support
        let plain = text
            .replace("TRIM(BOTH FROM ", "btrim(")
            .replace("TRIM(LEADING FROM ", "ltrim(")
            .replace("TRIM(TRAILING FROM ", "rtrim(");
        expr::parse(&PostgreSqlDialect {}, &plain).filter(|_| plain != text)
    })
}

/// The normal form of a condition, an index expression or a computed column.
pub(crate) fn condition(text: &str, columns: &Columns) -> NormalForm {
    let Some(mut ast) = parse(text) else {
        return normal_form_of_text(text, columns);
    };
    normalize_tree(&mut ast, columns);
    into_normal_form(ast)
}

/// The normal form of a tree whose nodes are normalized.
pub(crate) fn into_normal_form(mut ast: Ast) -> NormalForm {
    let reads = expr::reads(&ast);
    expr::bracket(&mut ast);
    NormalForm {
        text: ast.to_string(),
        reads,
    }
}

/// The normal form of an expression that can't be parsed: its text, compared without case and white space.
pub(crate) fn normal_form_of_text(text: &str, columns: &Columns) -> NormalForm {
    let text = comparable_text(&POSTGRES, text, QuotedNames::Keep);
    let reads = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| columns.contains_key(word))
        .map(Ident::from)
        .collect();
    NormalForm { text, reads }
}

/// Normalizes all nodes of a tree.
pub(crate) fn normalize_tree(ast: &mut Ast, columns: &Columns) {
    expr::unnest(ast);
    expr::rewrite(ast, |node| normalize_node(node, columns));
}

fn normalize_node(node: &mut Ast, columns: &Columns) {
    match node {
        Ast::Identifier(name) => *name = canonical_name(name),
        Ast::CompoundIdentifier(path) => {
            // an expression belongs to one table, so qualifiers add nothing
            if let Some(last) = path.last() {
                *node = Ast::Identifier(canonical_name(last));
            }
        }
        Ast::Value(v) => normalize_quotes(&mut v.value),
        Ast::TypedString(_) | Ast::Interval(_) => normalize_typed_literal(node, columns),
        Ast::Cast { .. } => normalize_cast(node, columns),
        Ast::Function(_) => normalize_function(node),
        Ast::Array(array) => {
            array.named = true;
            for item in &mut array.elem {
                strip_number_cast(item);
            }
        }
        Ast::UnaryOp { op, expr } => match op {
            UnaryOperator::Minus if is_number(expr) => *node = number(&format!("-{expr}")),
            UnaryOperator::Plus if is_number(expr) => *node = take(expr),
            _ => {}
        },
        Ast::Between { .. } => normalize_between(node, columns),
        Ast::InList { .. } | Ast::AnyOp { .. } | Ast::AllOp { .. } => {
            normalize_membership(node, columns);
        }
        Ast::Like { .. } | Ast::ILike { .. } => normalize_like(node),
        Ast::IsDistinctFrom(..) | Ast::IsNotDistinctFrom(..) => normalize_distinct(node),
        Ast::Substring { .. } | Ast::Trim { .. } => normalize_string_function(node),
        Ast::BinaryOp { .. } => normalize_binary(node, columns),
        _ => {}
    }
}

/// Writes a string literal of any form in single quotes.
fn normalize_quotes(value: &mut Value) {
    let text = match value {
        Value::EscapedStringLiteral(s) | Value::NationalStringLiteral(s) => std::mem::take(s),
        Value::DollarQuotedString(s) => std::mem::take(&mut s.value),
        _ => return,
    };
    *value = Value::SingleQuotedString(text);
}

/// Writes `substring` and `trim` in one of their forms.
fn normalize_string_function(node: &mut Ast) {
    match node {
        Ast::Substring {
            special, shorthand, ..
        } => {
            (*special, *shorthand) = (false, false);
        }
        Ast::Trim {
            trim_where,
            trim_what: None,
            trim_characters: None,
            expr,
        } => {
            let name = match trim_where {
                None | Some(TrimWhereField::Both) => "btrim",
                Some(TrimWhereField::Leading) => "ltrim",
                Some(TrimWhereField::Trailing) => "rtrim",
            };
            *node = function(name, vec![take(expr)]);
        }
        _ => {}
    }
}

/// An identifier with folded case, in quotes only where they are required.
fn canonical_name(name: &Name) -> Name {
    let value = if name.quote_style.is_none() {
        name.value.to_lowercase()
    } else {
        name.value.clone()
    };
    if naming::bare_or_quoted(&value) == value {
        Name::new(value)
    } else {
        Name::with_quote('"', value)
    }
}

/// Removes `pg_catalog` from the name of a function, and writes functions that have a special syntax in that form.
fn normalize_function(node: &mut Ast) {
    let Ast::Function(call) = node else { return };
    let parts = &mut call.name.0;
    for part in parts.iter_mut() {
        if let ObjectNamePart::Identifier(name) = part {
            let value = if name.quote_style.is_none() {
                name.value.to_lowercase()
            } else {
                name.value.clone()
            };
            *name = if naming::is_simple(&value) {
                Name::new(value)
            } else {
                Name::with_quote('"', value)
            };
        }
    }
    if parts.len() == 2
        && matches!(parts.first(), Some(ObjectNamePart::Identifier(n)) if n.value == "pg_catalog")
    {
        parts.remove(0);
    }
    let [ObjectNamePart::Identifier(name)] = parts.as_slice() else {
        return;
    };
    let name = name.value.clone();
    let mut args = Vec::new();
    if let FunctionArguments::List(list) = &call.args {
        for arg in &list.args {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) = arg else {
                return;
            };
            args.push(arg.clone());
        }
    }
    match (name.as_str(), args.as_slice()) {
        ("row", _) => *node = Ast::Tuple(args),
        ("substring" | "substr", [value, from, rest @ ..]) if rest.len() < 2 => {
            *node = Ast::Substring {
                expr: Box::new(value.clone()),
                substring_from: Some(Box::new(from.clone())),
                substring_for: rest.first().cloned().map(Box::new),
                special: false,
                shorthand: false,
            };
        }
        ("timezone", [zone, time]) => {
            *node = Ast::AtTimeZone {
                timestamp: Box::new(time.clone()),
                time_zone: Box::new(zone.clone()),
            };
        }
        _ => {}
    }
}
