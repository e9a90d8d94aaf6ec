//! Foreign keys whose columns change. The server refuses to change the type of a column while a foreign key has it or
//! refers to it, and to change its NOT NULL in a statement that copies the table (error 1832).

use crate::change::{Change, Delta, TableOp};
use crate::dialect::mysql::capabilities::LAYOUT_ATTRIBUTES;
use crate::dialect::mysql::types::family::has_charset;
use crate::model::{Column, Constraint, ForeignKey, Ident, Object, ObjectId, Pair, Schema, Table};
use std::collections::BTreeSet;

/// The columns that no foreign key may have or refer to while these operations run: those whose type or identity
/// changes; where the table is copied for another reason, those that become nullable or NOT NULL; and those that have
/// the table's character set, when that changes.
pub(crate) fn columns_without_foreign_keys(
    sides: &Pair<Box<Table>>,
    ops: &[TableOp],
) -> BTreeSet<Ident> {
    let changes_charset = ops.iter().any(TableOp::changes_charset);
    let copies_rows = changes_charset
        || (ops.iter())
            .any(|op| op.type_change().is_some() || op.changes_storage(LAYOUT_ATTRIBUTES));
    let concerns_keys = |pair: &&Pair<Column>| {
        pair.from.identity != pair.to.identity
            || copies_rows && pair.from.nullable != pair.to.nullable
    };
    let changed = ops.iter().filter_map(|op| {
        let altered = || op.column()?.altered().filter(concerns_keys);
        op.type_change().or_else(altered)
    });
    let mut found: BTreeSet<Ident> = changed.map(|pair| pair.to.name.clone()).collect();
    if changes_charset {
        let of_table = (sides.to.columns.iter())
            .filter(|column| column.collation.is_none() && has_charset(&column.ty));
        found.extend(of_table.map(|column| column.name.clone()));
    }
    found
}

/// Adds tables that don't change, but have foreign keys to such a column: the planner drops those and adds them again.
/// Foreign keys of tables that are dropped get a step of their own before those columns change.
pub(crate) fn add_tables(changes: &mut Vec<Change>, schemas: &Pair<&Schema>) {
    let columns = changed_columns(changes);
    let moved = moved_tables(changes);
    if columns.is_empty() && moved.is_empty() {
        return;
    }
    let refers_to_changed = |fk: &ForeignKey| {
        let mut targets = fk.target_columns.iter();
        targets.any(|column| columns.contains(&(fk.target.clone(), column.clone())))
    };
    let changing: BTreeSet<&ObjectId> = table_changes(changes)
        .map(|(sides, _)| &sides.to.id)
        .collect();
    let others = (schemas.to.tables()).filter(|(id, _)| !changing.contains(id));
    let others = others.filter_map(|(id, to)| Some((schemas.from.table(id)?, to)));
    let others = others.filter(|(from, to)| {
        !to.external && from.foreign_keys().any(|(_, fk)| refers_to_changed(fk))
    });
    let unchanged: Vec<Change> = others
        .map(|(from, to)| Change::Table {
            sides: Pair::new(Box::new(from.clone()), Box::new(to.clone())),
            ops: Vec::new(),
        })
        .collect();
    let must_drop = |fk: &ForeignKey| refers_to_changed(fk) || moved.contains(&fk.target);
    let drops: Vec<Change> = (changes.iter_mut())
        .flat_map(|change| split_off_foreign_keys(change, &must_drop))
        .collect();
    changes.extend(unchanged);
    changes.extend(drops);
}

fn table_changes(changes: &[Change]) -> impl Iterator<Item = (&Pair<Box<Table>>, &[TableOp])> {
    changes.iter().filter_map(|change| match change {
        Change::Table { sides, ops } => Some((sides, ops.as_slice())),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => None,
    })
}

/// All columns of [`columns_without_foreign_keys`].
fn changed_columns(changes: &[Change]) -> BTreeSet<(ObjectId, Ident)> {
    let columns = table_changes(changes).flat_map(|(sides, ops)| {
        let columns = columns_without_foreign_keys(sides, ops).into_iter();
        columns.map(|column| (sides.to.id.clone(), column))
    });
    columns.collect()
}

/// Tables whose storage changes, and new tables: a foreign key may have been declared before its table existed, with
/// other types.
fn moved_tables(changes: &[Change]) -> BTreeSet<ObjectId> {
    let moved = table_changes(changes)
        .filter(|(_, ops)| ops.iter().any(|op| op.changes_storage(LAYOUT_ATTRIBUTES)))
        .map(|(sides, _)| sides.to.id.clone());
    let created = changes.iter().filter_map(|change| {
        let Change::Create(id, Object::Table(_)) = change else {
            return None;
        };
        Some(id.clone())
    });
    moved.chain(created).collect()
}

/// Removes foreign keys from a table that is dropped, and gives the changes that drop them before.
fn split_off_foreign_keys(
    change: &mut Change,
    must_drop: &dyn Fn(&ForeignKey) -> bool,
) -> Vec<Change> {
    let Change::Drop(_, Object::Table(table)) = change else {
        return Vec::new();
    };
    let concerned = |one: &&Constraint| one.foreign_key().is_some_and(must_drop);
    let keys: Vec<Constraint> = table
        .constraints
        .iter()
        .filter(concerned)
        .cloned()
        .collect();
    let drops = keys.into_iter().map(|key| {
        let before = table.clone();
        table.constraints.retain(|one| *one != key);
        Change::Table {
            sides: Pair::new(before, table.clone()),
            ops: vec![TableOp::Constraint(Delta::Drop(key))],
        }
    });
    drops.collect()
}
