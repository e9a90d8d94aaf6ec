//! The normal form of expressions: what the server does to them when it stores them is done to
//! the spec's texts as well, or undone on both sides (facts: `IN` becomes `= ANY (ARRAY[..])`,
//! `BETWEEN` two comparisons, `LIKE` `~~`, literals and columns get casts).

use crate::dialect::postgres::expr::tree::{
    binary, boolean, cast, function, is_null, is_number, named, number, take, target, text_of,
};
use crate::dialect::postgres::types;
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Ident, SqlType};
use crate::sql::expr;
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::{QuotedNames, comparable_text};
use sqlparser::ast::{
    BinaryOperator as Op, CastKind, Expr as Ast, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident as Name, ObjectNamePart, TrimWhereField, UnaryOperator, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use std::collections::{BTreeMap, BTreeSet};

/// The types of a table's columns.
pub(crate) type Columns<'a> = BTreeMap<&'a str, &'a SqlType>;

/// An expression in normal form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Normal {
    /// Its text.
    pub(crate) text: String,
    /// The columns it reads.
    pub(crate) reads: BTreeSet<Ident>,
}

/// The tree of an expression, `None` where the grammar doesn't know it.
pub(crate) fn parse(text: &str) -> Option<Ast> {
    expr::parse(&PostgreSqlDialect {}, text).or_else(|| {
        // the server's own spelling of trim(), which the grammar doesn't know
        let plain = text
            .replace("TRIM(BOTH FROM ", "btrim(")
            .replace("TRIM(LEADING FROM ", "ltrim(")
            .replace("TRIM(TRAILING FROM ", "rtrim(");
        expr::parse(&PostgreSqlDialect {}, &plain).filter(|_| plain != text)
    })
}

/// The normal form of a condition, an index expression or a computed column.
pub(crate) fn condition(text: &str, columns: &Columns) -> Normal {
    let Some(mut ast) = parse(text) else {
        return unparsed(text, columns);
    };
    fold(&mut ast, columns);
    finished(ast)
}

pub(crate) fn finished(mut ast: Ast) -> Normal {
    let reads = expr::reads(&ast);
    expr::bracket(&mut ast);
    Normal {
        text: ast.to_string(),
        reads,
    }
}

pub(crate) fn unparsed(text: &str, columns: &Columns) -> Normal {
    let text = comparable_text(&POSTGRES, text, QuotedNames::Keep);
    let reads = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| columns.contains_key(word))
        .map(Ident::from)
        .collect();
    Normal { text, reads }
}

pub(crate) fn fold(ast: &mut Ast, columns: &Columns) {
    expr::unnest(ast);
    expr::rewrite(ast, |node| fold_node(node, columns));
}

fn fold_node(node: &mut Ast, columns: &Columns) {
    match node {
        Ast::Identifier(name) => *name = plain(name),
        Ast::CompoundIdentifier(path) => {
            // one table is all there is
            if let Some(last) = path.last() {
                *node = Ast::Identifier(plain(last));
            }
        }
        Ast::Value(v) => {
            let text = match &mut v.value {
                Value::EscapedStringLiteral(s) | Value::NationalStringLiteral(s) => {
                    Some(std::mem::take(s))
                }
                Value::DollarQuotedString(s) => Some(std::mem::take(&mut s.value)),
                _ => None,
            };
            if let Some(text) = text {
                v.value = Value::SingleQuotedString(text);
            }
        }
        Ast::TypedString(typed) => {
            let value = Ast::Value(typed.value.clone());
            *node = cast(value, &typed.data_type.to_string());
            fold_cast(node, columns);
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
        Ast::Cast { .. } => fold_cast(node, columns),
        Ast::Function(_) => fold_function(node),
        Ast::Array(array) => {
            array.named = true;
            for item in &mut array.elem {
                bare_number(item);
            }
        }
        Ast::UnaryOp { op, expr } => match op {
            UnaryOperator::Minus if is_number(expr) => *node = number(&format!("-{expr}")),
            UnaryOperator::Plus if is_number(expr) => *node = take(expr),
            _ => {}
        },
        Ast::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let (a, low, high) = (take(expr), take(low), take(high));
            let mut parts = if *negated {
                [binary(a.clone(), Op::Lt, low), binary(a, Op::Gt, high)]
            } else {
                [binary(a.clone(), Op::GtEq, low), binary(a, Op::LtEq, high)]
            };
            let op = if *negated { Op::Or } else { Op::And };
            for part in &mut parts {
                fold_binary(part, columns);
            }
            let [left, right] = parts;
            *node = binary(left, op, right);
        }
        Ast::InList { .. } => fold_list(node, columns),
        Ast::AnyOp {
            left,
            compare_op: Op::Eq,
            right,
            ..
        } => {
            if let Ast::Array(array) = &mut **right {
                *node = Ast::InList {
                    list: std::mem::take(&mut array.elem),
                    expr: Box::new(take(left)),
                    negated: false,
                };
                fold_list(node, columns);
            }
        }
        Ast::AllOp {
            left,
            compare_op: Op::NotEq,
            right,
        } => {
            if let Ast::Array(array) = &mut **right {
                *node = Ast::InList {
                    list: std::mem::take(&mut array.elem),
                    expr: Box::new(take(left)),
                    negated: true,
                };
                fold_list(node, columns);
            }
        }
        Ast::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => {
            let op = if *negated {
                Op::PGNotLikeMatch
            } else {
                Op::PGLikeMatch
            };
            *node = binary(take(expr), op, take(pattern));
        }
        Ast::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => {
            let op = if *negated {
                Op::PGNotILikeMatch
            } else {
                Op::PGILikeMatch
            };
            *node = binary(take(expr), op, take(pattern));
        }
        Ast::IsDistinctFrom(a, b) if is_null(b) => {
            *node = Ast::IsNotNull(Box::new(take(a)));
        }
        Ast::IsNotDistinctFrom(a, b) if is_null(b) => {
            *node = Ast::IsNull(Box::new(take(a)));
        }
        Ast::IsNotDistinctFrom(a, b) => {
            let distinct = Ast::IsDistinctFrom(Box::new(take(a)), Box::new(take(b)));
            *node = Ast::UnaryOp {
                op: UnaryOperator::Not,
                expr: Box::new(distinct),
            };
        }
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
        Ast::BinaryOp { .. } => fold_binary(node, columns),
        _ => {}
    }
}

/// An identifier as it is meant, in quotes whenever it could be read otherwise.
fn plain(name: &Name) -> Name {
    let value = if name.quote_style.is_none() {
        name.value.to_lowercase()
    } else {
        name.value.clone()
    };
    if crate::dialect::postgres::naming::bare_or_quoted(&value) == value {
        Name::new(value)
    } else {
        Name::with_quote('"', value)
    }
}

fn fold_list(node: &mut Ast, columns: &Columns) {
    let Ast::InList {
        expr,
        list,
        negated,
    } = node
    else {
        return;
    };
    let ty = column_type(expr, columns);
    for item in list.iter_mut() {
        bare_number(item);
        own_literal(item, ty);
    }
    if let [only] = list.as_mut_slice() {
        let op = if *negated { Op::NotEq } else { Op::Eq };
        *node = binary(take(expr), op, take(only));
    }
}

fn fold_binary(node: &mut Ast, columns: &Columns) {
    let Ast::BinaryOp { left, op, right } = node else {
        return;
    };
    match op {
        Op::And | Op::Or => {
            let op = op.clone();
            let mut parts = Vec::new();
            chain(take(node), &op, &mut parts);
            let mut parts = parts.into_iter();
            if let Some(first) = parts.next() {
                *node = parts.fold(first, |all, part| binary(all, op.clone(), part));
            }
        }
        _ => {
            let (a, b) = (column_type(left, columns), column_type(right, columns));
            own_literal(right, a);
            own_literal(left, b);
            if !is_number(left) {
                bare_number(right);
            }
            if !is_number(right) {
                bare_number(left);
            }
        }
    }
}

fn chain(node: Ast, op: &Op, out: &mut Vec<Ast>) {
    match node {
        Ast::BinaryOp {
            left,
            op: found,
            right,
        } if found == *op => {
            chain(*left, op, out);
            chain(*right, op, out);
        }
        other => out.push(other),
    }
}

fn column_type<'a>(node: &Ast, columns: &Columns<'a>) -> Option<&'a SqlType> {
    match node {
        Ast::Identifier(name) => columns.get(name.value.as_str()).copied(),
        _ => None,
    }
}

/// `(0)::numeric` beside something else is the server's way to write `0`.
fn bare_number(node: &mut Ast) {
    if let Ast::Cast {
        expr, data_type, ..
    } = node
        && is_number(expr)
        && target(data_type)
            .is_some_and(|ty| matches!(family(&ty), Family::Integer | Family::Fraction))
    {
        *node = take(expr);
    }
}

/// `'x'::T` beside a column of type T is `'x'`.
fn own_literal(node: &mut Ast, column: Option<&SqlType>) {
    if let (
        Ast::Cast {
            expr, data_type, ..
        },
        Some(column),
    ) = (&mut *node, column)
        && text_of(expr).is_some()
        && target(data_type).is_some_and(|ty| same_base(&ty, column))
    {
        *node = take(expr);
    }
}

pub(crate) fn same_base(a: &SqlType, b: &SqlType) -> bool {
    a.base == b.base && a.dims == b.dims
}

fn is_text(ty: &SqlType) -> bool {
    ty.dims == 0
        && match ty.base.as_str() {
            "text" | "character varying" => ty.args.is_empty(),
            "bpchar" => true,
            _ => false,
        }
}

fn fold_cast(node: &mut Ast, columns: &Columns) {
    let Ast::Cast {
        kind,
        expr,
        data_type,
        ..
    } = node
    else {
        return;
    };
    let Some(ty) = target(data_type) else { return };
    *kind = CastKind::DoubleColon;
    *data_type = named(types::sql(&ty));
    let kind = family(&ty);
    let replacement = if is_null(expr) {
        Some(take(expr))
    } else if let Some(text) = text_of(expr) {
        match kind {
            Family::Text if is_text(&ty) => Some(take(expr)),
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
        let widened = is_text(&ty) && matches!(column.base.as_str(), "text" | "character varying");
        ((widened && column.dims == 0) || *column == ty).then(|| take(expr))
    } else {
        None
    };
    if let Some(replacement) = replacement {
        *node = replacement;
    }
}

fn fold_function(node: &mut Ast) {
    let Ast::Function(call) = node else { return };
    let parts = &mut call.name.0;
    for part in parts.iter_mut() {
        if let ObjectNamePart::Identifier(name) = part {
            let value = if name.quote_style.is_none() {
                name.value.to_lowercase()
            } else {
                name.value.clone()
            };
            *name = if crate::dialect::postgres::naming::is_simple(&value) {
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
