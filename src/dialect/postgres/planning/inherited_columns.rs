//! Columns of partitions and child tables that stay the same while their parent's column changes.

use crate::change::{Change, Delta, TableOp};
use crate::model::{Column, Ident, ObjectId, Pair, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What the changes do to tables, by table.
#[derive(Default)]
struct ParentChanges<'a> {
    /// The columns whose default or NOT NULL changes.
    columns: BTreeMap<&'a ObjectId, BTreeSet<&'a Ident>>,
    /// The last change of each table.
    positions: BTreeMap<&'a ObjectId, usize>,
}

/// Adds operations for such columns, with equal sides. The server applies a parent's default and NOT NULL to them;
/// [`remove_inherited`](super::inheritance::remove_inherited) turns the operation into one that restores the column's
/// own.
pub(crate) fn add_unchanged(changes: &mut Vec<Change>, schemas: &Pair<&Schema>) {
    let parents = parent_changes(changes);
    if parents.columns.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for (id, to) in schemas.to.tables() {
        let changed = to.inheritance.parents().iter();
        let changed = changed.filter_map(|parent| parents.columns.get(parent));
        let changed: BTreeSet<&Ident> = changed.flatten().copied().collect();
        let from = schemas.from.table(id);
        let from = from.filter(|from| from.inheritance == to.inheritance);
        if let Some(from) = from.filter(|_| !changed.is_empty()) {
            let ops = unchanged_columns(from, to, &changed);
            if !ops.is_empty() {
                let position = parents.positions.get(id).copied();
                found.push((position, from, to, ops));
            }
        }
    }
    for (position, from, to, more) in found {
        if let Some(Change::Table { ops, .. }) = position.and_then(|at| changes.get_mut(at)) {
            ops.extend(more);
        } else {
            changes.push(Change::Table {
                sides: Pair::new(Box::new(from.clone()), Box::new(to.clone())),
                ops: more,
            });
        }
    }
}

fn parent_changes(changes: &[Change]) -> ParentChanges<'_> {
    let mut found = ParentChanges::default();
    for (position, change) in changes.iter().enumerate() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        found.positions.insert(&sides.to.id, position);
        let pairs = ops.iter().filter_map(|op| op.column()?.altered());
        let inherited = pairs.filter(|Pair { from, to }| {
            from.name == to.name && (from.default != to.default || from.nullable != to.nullable)
        });
        let names: BTreeSet<&Ident> = inherited.map(|pair| &pair.to.name).collect();
        if !names.is_empty() {
            found.columns.entry(&sides.to.id).or_default().extend(names);
        }
    }
    found
}

/// Operations with equal sides for the unchanged columns among these.
fn unchanged_columns(from: &Table, to: &Table, names: &BTreeSet<&Ident>) -> Vec<TableOp> {
    let unchanged = |column: &&Column| {
        names.contains(&column.name) && from.column(column.name.as_str()) == Some(*column)
    };
    let same = |column: &Column| {
        let pair = Pair::new(column.clone(), column.clone());
        TableOp::Column(Delta::Alter(pair))
    };
    to.columns.iter().filter(unchanged).map(same).collect()
}
