//! The arrangement of a table's operations around changes of column types.

use crate::change::{Delta, TableOp};
use crate::dialect::TableSteps;
use crate::dialect::postgres::planning::expressions::{
    only_drops_not_null, reads, take_type_changes,
};
use crate::dialect::postgres::planning::index_references;
use crate::model::{Column, Ident, Inheritance, ObjectId, Pair, Table};
use std::collections::BTreeSet;

/// Divides the operations of a table into steps. `recreated_types` are types that are dropped and created again.
pub(crate) fn arrange(
    sides: &Pair<Box<Table>>,
    mut ops: Vec<TableOp>,
    recreated_types: &BTreeSet<ObjectId>,
) -> TableSteps {
    drop_defaults_first(&mut ops, recreated_types);
    let mut together = take_type_changes(sides, &mut ops);
    let reset = index_references::reset_before_drop(sides, &together, &mut ops);
    let mut first: Vec<TableOp> = reset.into_iter().collect();
    if together.is_empty() {
        return TableSteps {
            first,
            rest: ops,
            ..TableSteps::default()
        };
    }
    let (early, rest) = before_and_after(ops, &together);
    first.extend(early);
    // a type is recreated once all that uses it is dropped, and before any of that is added again
    let mut types = sides
        .from
        .columns
        .iter()
        .filter_map(|c| c.ty.user_type_id());
    let after_removals = if types.any(|id| recreated_types.contains(&id)) {
        let at = together.iter().position(|op| !op.only_removes());
        together.split_off(at.unwrap_or(together.len()))
    } else {
        Vec::new()
    };
    TableSteps {
        first,
        together,
        after_removals,
        rest,
    }
}

/// Splits the other operations into those that run before the type changes and those that run after them: a table
/// leaves its parents before, and columns that read no changed column are added before. (A table that has no column of
/// a TOAST-able type for a moment would lose its TOAST options.)
fn before_and_after(ops: Vec<TableOp>, type_changes: &[TableOp]) -> (Vec<TableOp>, Vec<TableOp>) {
    let changed = type_changes.iter().filter_map(|op| op.column()?.before());
    let changed: BTreeSet<Ident> = changed.map(|column| column.name.clone()).collect();
    ops.into_iter().partition(|op| match op {
        TableOp::Inheritance(pair) => pair.to == Inheritance::None,
        TableOp::Column(Delta::Add(column)) => {
            let generated = column.generated.as_ref();
            !generated.is_some_and(|generated| reads(&generated.expr, &changed))
        }
        // frees the name of a NOT NULL constraint that a new column takes
        TableOp::Column(Delta::Alter(_)) => only_drops_not_null(op, &changed),
        TableOp::Rename(_)
        | TableOp::Column(Delta::Drop(_))
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_) => false,
    })
}

/// Defaults of a type that is recreated are dropped before, and the new ones are set afterwards.
fn drop_defaults_first(ops: &mut Vec<TableOp>, recreated_types: &BTreeSet<ObjectId>) {
    let mut first = Vec::new();
    for op in ops.iter_mut() {
        let TableOp::Column(Delta::Alter(pair)) = op else {
            continue;
        };
        let (from, to) = (&pair.from, &pair.to);
        let id = from.ty.user_type_id();
        let is_recreated = id.is_some_and(|id| recreated_types.contains(&id));
        let changes = from.default.is_some() && from.default != to.default;
        if is_recreated && from.ty == to.ty && changes {
            let without = Column {
                default: None,
                ..from.clone()
            };
            let drop = Pair::new(from.clone(), without.clone());
            first.push(TableOp::Column(Delta::Alter(drop)));
            pair.from = without;
        }
    }
    let is_unchanged = |op: &TableOp| {
        let altered = op.column().and_then(Delta::altered);
        altered.is_some_and(|pair| pair.from == pair.to)
    };
    ops.retain(|op| !is_unchanged(op));
    first.append(ops);
    *ops = first;
}
