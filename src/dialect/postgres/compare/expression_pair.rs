//! Expressions whose texts differ. The server decides whether they are equal.

use crate::model::{ConstraintKind, Exclusion, Expr, IndexPart, Inheritance, PartKey, Table};

/// The position of an expression in a table: the index of a column, constraint or index, and of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExpressionPosition {
    Default(usize),
    Generated(usize),
    Check(usize),
    Predicate(usize),
    Key(usize, usize),
    ExclusionKey(usize, usize),
    ExclusionPredicate(usize),
    PartitionKey(usize),
    Bound,
}

/// A declared and a live expression that differ as texts but may be equal.
#[derive(Clone, Debug)]
pub(crate) struct ExpressionPair {
    pub position: ExpressionPosition,
    pub live: Expr,
    /// Both expressions as they are sent to the server.
    pub sent: [String; 2],
    /// The name of the expression in messages.
    pub label: String,
    /// Whether both belong to the same part: with the same name, or at the same position.
    pub same_part: bool,
}

/// Replaces the declared expression with the live one.
pub(crate) fn take_live_expression(table: &mut Table, pair: &ExpressionPair) {
    let expr = match pair.position {
        ExpressionPosition::Default(n) => table.columns.get_mut(n).and_then(|c| c.default.as_mut()),
        ExpressionPosition::Generated(n) => table
            .columns
            .get_mut(n)
            .and_then(|c| c.generated.as_mut())
            .map(|g| &mut g.expr),
        ExpressionPosition::Check(n) => {
            table
                .constraints
                .get_mut(n)
                .and_then(|c| match &mut c.kind {
                    ConstraintKind::Check(check) => Some(&mut check.expr),
                    ConstraintKind::PrimaryKey(_)
                    | ConstraintKind::Unique(_)
                    | ConstraintKind::Exclusion(_)
                    | ConstraintKind::ForeignKey(_) => None,
                })
        }
        ExpressionPosition::ExclusionKey(n, part) => (exclusion_mut(table, n))
            .and_then(|e| e.parts.get_mut(part))
            .and_then(|(part, _)| key_expression(part)),
        ExpressionPosition::ExclusionPredicate(n) => {
            exclusion_mut(table, n).and_then(|e| e.predicate.as_mut())
        }
        ExpressionPosition::PartitionKey(part) => (table.partitioning.as_mut())
            .and_then(|p| p.key.get_mut(part))
            .and_then(key_expression),
        ExpressionPosition::Bound => {
            if let Inheritance::PartitionOf { bound, .. } = &mut table.inheritance {
                bound.clone_from(&pair.live.text);
            }
            None
        }
        ExpressionPosition::Predicate(n) => {
            table.indexes.get_mut(n).and_then(|i| i.predicate.as_mut())
        }
        ExpressionPosition::Key(n, part) => table
            .indexes
            .get_mut(n)
            .and_then(|i| i.parts.get_mut(part))
            .and_then(key_expression),
    };
    if let Some(expr) = expr {
        *expr = pair.live.clone();
    }
}

fn key_expression(part: &mut IndexPart) -> Option<&mut Expr> {
    match &mut part.key {
        PartKey::Expr(expr) => Some(expr),
        PartKey::Column(_) => None,
    }
}

fn exclusion_mut(table: &mut Table, n: usize) -> Option<&mut Exclusion> {
    match &mut table.constraints.get_mut(n)?.kind {
        ConstraintKind::Exclusion(exclusion) => Some(exclusion),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_) => None,
    }
}
