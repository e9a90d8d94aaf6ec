//! The normal form of predicates: `BETWEEN` as two comparisons, lists as `IN`, `LIKE` as `~~`.

use crate::dialect::postgres::expr::column_types::{Columns, column_type};
use crate::dialect::postgres::expr::normalize_cast::{strip_literal_cast, strip_number_cast};
use crate::dialect::postgres::expr::tree::{binary, is_null, is_number, take};
use sqlparser::ast::{BinaryOperator as Op, Expr as Ast, UnaryOperator};

/// Writes `BETWEEN` as two comparisons.
pub(crate) fn normalize_between(node: &mut Ast, columns: &Columns) {
    let Ast::Between {
        expr,
        negated,
        low,
        high,
    } = node
    else {
        return;
    };
    let (a, low, high) = (take(expr), take(low), take(high));
    let mut parts = if *negated {
        [binary(a.clone(), Op::Lt, low), binary(a, Op::Gt, high)]
    } else {
        [binary(a.clone(), Op::GtEq, low), binary(a, Op::LtEq, high)]
    };
    let op = if *negated { Op::Or } else { Op::And };
    for part in &mut parts {
        normalize_binary(part, columns);
    }
    let [left, right] = parts;
    *node = binary(left, op, right);
}

/// Writes `= ANY (ARRAY[…])` and `<> ALL (ARRAY[…])` as `IN` and `NOT IN`, without casts that the server adds to
/// the items. A list of one item becomes a comparison.
pub(crate) fn normalize_membership(node: &mut Ast, columns: &Columns) {
    let (left, right, negated) = match node {
        Ast::AnyOp {
            left,
            compare_op: Op::Eq,
            right,
            ..
        } => (left, right, false),
        Ast::AllOp {
            left,
            compare_op: Op::NotEq,
            right,
        } => (left, right, true),
        _ => return normalize_list(node, columns),
    };
    if let Ast::Array(array) = &mut **right {
        *node = Ast::InList {
            list: std::mem::take(&mut array.elem),
            expr: Box::new(take(left)),
            negated,
        };
        normalize_list(node, columns);
    }
}

fn normalize_list(node: &mut Ast, columns: &Columns) {
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
        strip_number_cast(item);
        strip_literal_cast(item, ty);
    }
    if let [only] = list.as_mut_slice() {
        let op = if *negated { Op::NotEq } else { Op::Eq };
        *node = binary(take(expr), op, take(only));
    }
}

/// Writes `LIKE` and `ILIKE` as operators.
pub(crate) fn normalize_like(node: &mut Ast) {
    let (expr, pattern, op) = match node {
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
            (expr, pattern, op)
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
            (expr, pattern, op)
        }
        _ => return,
    };
    *node = binary(take(expr), op, take(pattern));
}

/// Writes `IS NOT DISTINCT FROM` as the negation of `IS DISTINCT FROM`, and both with NULL as `IS [NOT] NULL`.
pub(crate) fn normalize_distinct(node: &mut Ast) {
    match node {
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
        _ => {}
    }
}

/// Makes chains of AND and OR left-associative; removes casts that the server adds to the operands of other
/// operators.
pub(crate) fn normalize_binary(node: &mut Ast, columns: &Columns) {
    let Ast::BinaryOp { left, op, right } = node else {
        return;
    };
    match op {
        Op::And | Op::Or => {
            let op = op.clone();
            let mut parts = Vec::new();
            flatten_operands(take(node), &op, &mut parts);
            let mut parts = parts.into_iter();
            if let Some(first) = parts.next() {
                *node = parts.fold(first, |all, part| binary(all, op.clone(), part));
            }
        }
        _ => {
            let (a, b) = (column_type(left, columns), column_type(right, columns));
            strip_literal_cast(right, a);
            strip_literal_cast(left, b);
            if !is_number(left) {
                strip_number_cast(right);
            }
            if !is_number(right) {
                strip_number_cast(left);
            }
        }
    }
}

/// The operands of a chain of one operator, from left to right.
fn flatten_operands(node: Ast, op: &Op, out: &mut Vec<Ast>) {
    match node {
        Ast::BinaryOp {
            left,
            op: found,
            right,
        } if found == *op => {
            flatten_operands(*left, op, out);
            flatten_operands(*right, op, out);
        }
        other => out.push(other),
    }
}
