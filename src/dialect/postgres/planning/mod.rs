//! What PostgreSQL adds to a plan: passes over the changes before they are ordered, the arrangement of a table's
//! operations, and the resources of partitions and child tables.

pub(crate) mod column_type_change;
pub(crate) mod expressions;
pub(crate) mod identity_columns;
pub(crate) mod index_references;
pub(crate) mod inheritance;
pub(crate) mod inherited_columns;
pub(crate) mod not_null_names;
pub(crate) mod order;
pub(crate) mod recreated_tables;
pub(crate) mod referencing_keys;
pub(crate) mod sequence_logging;
pub(crate) mod sequence_names;
pub(crate) mod sequence_ownership;

use crate::change::{Change, Effects, TableOp};
use crate::dialect::postgres::Postgres;
use crate::dialect::{PlanRules, TableSteps};
use crate::model::{Ident, ObjectId, Pair, Schema, Table};
use std::collections::BTreeSet;

impl PlanRules for Postgres {
    fn rewrite(&self, changes: Vec<Change>, schemas: &Pair<&Schema>) -> Vec<Change> {
        let mut changes = sequence_ownership::change_owners(changes, schemas);
        not_null_names::free_names(&mut changes);
        sequence_names::free_names(&mut changes);
        sequence_logging::set_after_table(&mut changes, schemas);
        inherited_columns::add_unchanged(&mut changes, schemas);
        identity_columns::add_after_column(&mut changes, schemas.to);
        let (changes, recreated) = recreated_tables::recreate(changes, schemas);
        let mut changes = referencing_keys::recreate(changes, schemas, &recreated);
        inheritance::remove_inherited(&mut changes);
        changes
    }

    fn arrange(
        &self,
        sides: &Pair<Box<Table>>,
        ops: Vec<TableOp>,
        recreated_types: &BTreeSet<ObjectId>,
    ) -> TableSteps {
        column_type_change::arrange(sides, ops, recreated_types)
    }

    fn columns_without_foreign_keys(
        &self,
        _sides: &Pair<Box<Table>>,
        ops: &[TableOp],
    ) -> BTreeSet<Ident> {
        let changes = ops.iter().filter_map(TableOp::type_change);
        changes.map(|pair| pair.to.name.clone()).collect()
    }

    fn add_effects(&self, change: &Change, effects: &mut Effects) {
        order::add_effects(change, effects);
    }
}
