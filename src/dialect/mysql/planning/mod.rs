//! What MySQL and MariaDB add to a plan: foreign keys that are dropped while their columns change.

pub(crate) mod foreign_keys;

use crate::change::{Change, TableOp};
use crate::dialect::PlanRules;
use crate::dialect::mysql::MySql;
use crate::dialect::mysql::types::sizes;
use crate::model::{Ident, Pair, Schema, Table};
use std::collections::BTreeSet;

impl PlanRules for MySql {
    fn rewrite(&self, mut changes: Vec<Change>, schemas: &Pair<&Schema>) -> Vec<Change> {
        foreign_keys::add_tables(&mut changes, schemas);
        changes
    }

    fn columns_without_foreign_keys(
        &self,
        sides: &Pair<Box<Table>>,
        ops: &[TableOp],
    ) -> BTreeSet<Ident> {
        foreign_keys::columns_without_foreign_keys(sides, ops)
    }

    fn exceeds_row_size(&self, sides: &Pair<Box<Table>>) -> bool {
        sizes::exceeds_row_size_in_between(sides)
    }
}
