//! Foreign keys that are dropped while the columns at one of their ends change, and added again afterwards.

use crate::change::{Delta, TableOp};
use crate::model::{Constraint, Ident, ObjectId, Pair, Table};
use std::collections::BTreeSet;

/// Adds the drop and the addition of foreign keys that stay, but have or refer to one of these columns.
pub(crate) fn recreate(
    sides: &Pair<Box<Table>>,
    ops: &mut Vec<TableOp>,
    columns: &BTreeSet<(ObjectId, Ident)>,
) {
    if columns.is_empty() {
        return;
    }
    for old in &sides.from.constraints {
        if !has_or_refers_to(old, &sides.from.id, columns)
            || ops.iter().any(|op| op.drops_constraint(old))
        {
            continue;
        }
        let Some(new) = sides.to.constraints.iter().find(|c| c.kind == old.kind) else {
            continue;
        };
        ops.retain(|op| !op.alters_constraint(old));
        ops.insert(0, TableOp::Constraint(Delta::Drop(old.clone())));
        ops.push(TableOp::Constraint(Delta::Add(new.clone())));
    }
}

fn has_or_refers_to(
    constraint: &Constraint,
    table: &ObjectId,
    columns: &BTreeSet<(ObjectId, Ident)>,
) -> bool {
    constraint.foreign_key().is_some_and(|fk| {
        let own = fk.columns.iter().map(|c| (table.clone(), c.clone()));
        let target = (fk.target_columns.iter()).map(|c| (fk.target.clone(), c.clone()));
        own.chain(target).any(|column| columns.contains(&column))
    })
}
