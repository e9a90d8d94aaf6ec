//! The order in which the operations of a step run within ALTER TABLE.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::family::intermediate_type;
use crate::model::{Ident, IndexPart, Pair, PartKey, Partitioning};

/// When an operation runs, in both directions of a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ClausePhase {
    /// In statements before the main one.
    Before,
    /// In the order of the operations.
    Main,
    /// After all others.
    After,
}

impl ClausePhase {
    pub(crate) const ALL: [Self; 3] = [Self::Before, Self::Main, Self::After];

    /// Columns that the new partitioning uses are added before it, those of the old one are dropped after it. Keys of a
    /// column with an intermediate type are dropped before. A default that differs per row needs statements of its own.
    /// Columns move with the definitions that they have in the end.
    pub(crate) fn of_operation(op: &TableOp, ops: &[TableOp]) -> Self {
        let partitions = |of: fn(&Pair<Option<Partitioning>>) -> &Option<Partitioning>, name| {
            let mut changed = ops.iter().filter_map(|op| of(op.partitioning()?).as_ref());
            changed.any(|partitioning| partitions_by(partitioning, name))
        };
        match op {
            TableOp::Column(Delta::Add(new))
                if new.identity.is_none() && partitions(|pair| &pair.to, &new.name) =>
            {
                Self::Before
            }
            TableOp::Column(Delta::Add(new))
                if (new.default.as_ref()).is_some_and(|d| defaults::differs_per_row(&d.text)) =>
            {
                Self::Before
            }
            TableOp::Constraint(Delta::Drop(key))
                if key.columns().iter().any(has_intermediate_type(ops)) =>
            {
                Self::Before
            }
            TableOp::Index(Delta::Drop(index))
                if (index.parts.iter().filter_map(IndexPart::column_name))
                    .any(|c| has_intermediate_type(ops)(&c)) =>
            {
                Self::Before
            }
            TableOp::Column(Delta::Drop(old)) if partitions(|pair| &pair.from, &old.name) => {
                Self::After
            }
            TableOp::Order(_) => Self::After,
            TableOp::Rename(_)
            | TableOp::Column(_)
            | TableOp::Constraint(_)
            | TableOp::Index(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Partitioning(_)
            | TableOp::Inheritance(_) => Self::Main,
        }
    }
}

/// Whether a column determines the partition of a row.
fn partitions_by(partitioning: &Partitioning, name: &Ident) -> bool {
    let keys = [Some(partitioning), partitioning.sub.as_deref()];
    let mut parts = keys.into_iter().flatten().flat_map(|by| &by.key);
    parts.any(|part| match &part.key {
        PartKey::Column(column) => column == name,
        PartKey::Expr(expr) => expr.reads.contains(name),
    })
}

/// Whether a column is converted through an intermediate type.
fn has_intermediate_type(ops: &[TableOp]) -> impl Fn(&&Ident) -> bool + '_ {
    move |name| {
        let mut altered = ops.iter().filter_map(|op| op.column()?.altered());
        altered.any(|pair| {
            pair.from.name == **name && intermediate_type(&pair.from.ty, &pair.to.ty).is_some()
        })
    }
}
