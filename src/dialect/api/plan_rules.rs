//! What a dialect adds to the planner.

use crate::change::{Change, Effects, TableOp};
use crate::model::{Ident, ObjectId, Pair, Schema, Table};
use std::collections::BTreeSet;

/// The operations of one table, divided into steps by [`PlanRules::arrange`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSteps {
    /// Operations that run first, each in a step of its own.
    pub first: Vec<TableOp>,
    /// Operations that work only as a whole: one step after `first`.
    pub together: Vec<TableOp>,
    /// Further operations that work only as a whole: one step after those of `rest` that only drop parts.
    pub after_removals: Vec<TableOp>,
    /// All others, which the planner divides.
    pub rest: Vec<TableOp>,
}

/// What a dialect adds to the planner. The planner itself orders steps and groups operations by capabilities.
///
/// Every method is pure. Operations that a method adds must have correct sides, since the down of a migration consists
/// of their inverses.
pub trait PlanRules {
    /// Adds the changes that a set of changes needs on this dialect, and removes those that the server performs by
    /// itself. Runs before the changes are divided into steps. `schemas` are the whole schemas before and after.
    fn rewrite(&self, changes: Vec<Change>, schemas: &Pair<&Schema>) -> Vec<Change> {
        let _ = schemas;
        changes
    }

    /// Divides the operations of a table, where some work only as a whole or in a certain order. `recreated_types`
    /// are the types that are dropped and created again.
    fn arrange(
        &self,
        sides: &Pair<Box<Table>>,
        ops: Vec<TableOp>,
        recreated_types: &BTreeSet<ObjectId>,
    ) -> TableSteps {
        let _ = (sides, recreated_types);
        TableSteps {
            rest: ops,
            ..TableSteps::default()
        }
    }

    /// The columns that no foreign key may have or refer to while these operations run; such foreign keys are dropped
    /// before and added again afterwards. By names after the operations.
    fn columns_without_foreign_keys(
        &self,
        sides: &Pair<Box<Table>>,
        ops: &[TableOp],
    ) -> BTreeSet<Ident> {
        let _ = (sides, ops);
        BTreeSet::new()
    }

    /// Whether adding the new columns before dropping the old ones could exceed the row-size limit.
    fn exceeds_row_size(&self, sides: &Pair<Box<Table>>) -> bool {
        let _ = sides;
        false
    }

    /// Adds the resources by which only this dialect orders steps. `plan::order` documents the protocol.
    fn add_effects(&self, change: &Change, effects: &mut Effects) {
        let _ = (change, effects);
    }
}
