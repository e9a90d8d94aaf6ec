//! Foreign keys that stay, but refer to a key or table that is dropped: they are dropped before it and added again
//! after it is recreated, or after another key of the same columns exists.

use crate::change::{Change, Delta, TableOp};
use crate::model::{Constraint, ForeignKey, Ident, IndexPart, ObjectId, Pair, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the drop and the addition of such foreign keys. `recreated` are the tables that are dropped and created again.
pub(crate) fn recreate(
    mut changes: Vec<Change>,
    schemas: &Pair<&Schema>,
    recreated: &BTreeSet<ObjectId>,
) -> Vec<Change> {
    let dropped = dropped_keys(&changes);
    if dropped.is_empty() && recreated.is_empty() {
        return changes;
    }
    let refers_to_dropped = |fk: &ForeignKey| {
        let columns: BTreeSet<Ident> = fk.target_columns.iter().cloned().collect();
        recreated.contains(&fk.target) || dropped.contains(&(fk.target.clone(), columns))
    };
    let mut positions: BTreeMap<ObjectId, usize> = BTreeMap::new();
    for (position, change) in changes.iter().enumerate() {
        if let Change::Table { sides, .. } = change {
            positions.insert(sides.to.id.clone(), position);
        }
    }
    for (id, after) in schemas.to.tables() {
        let Some(before) = schemas.from.table(id) else {
            continue;
        };
        if after.external || recreated.contains(id) {
            continue;
        }
        let change = positions.get(id).and_then(|at| changes.get(*at));
        let keys = kept_keys(change, before, after, &refers_to_dropped);
        if keys.is_empty() {
            continue;
        }
        let position = *positions.entry(id.clone()).or_insert_with(|| {
            changes.push(Change::Table {
                sides: Pair::new(Box::new(before.clone()), Box::new(after.clone())),
                ops: Vec::new(),
            });
            changes.len() - 1
        });
        if let Some(Change::Table { ops, .. }) = changes.get_mut(position) {
            for (old, new) in keys {
                ops.retain(|op| !op.alters_constraint(old));
                ops.insert(0, TableOp::Constraint(Delta::Drop(old.clone())));
                ops.push(TableOp::Constraint(Delta::Add(new.clone())));
            }
        }
    }
    changes
}

/// The foreign keys of a table that it has before and after, and that its own change doesn't drop, on both sides.
fn kept_keys<'a>(
    change: Option<&Change>,
    before: &'a Table,
    after: &'a Table,
    concerns: &dyn Fn(&ForeignKey) -> bool,
) -> Vec<(&'a Constraint, &'a Constraint)> {
    let mut found = Vec::new();
    for (old, _) in before.foreign_keys().filter(|(_, fk)| concerns(fk)) {
        let same = |c: &&Constraint| c.name.get() == old.name.get() && c.kind == old.kind;
        let Some(new) = after.constraints.iter().find(same) else {
            continue;
        };
        // a partition's foreign key is dropped and added with its parent's
        let is_inherited = old.parent.is_some() && new.parent.is_some();
        if !is_inherited && !change.is_some_and(|change| drops(change, old)) {
            found.push((old, new));
        }
    }
    found
}

/// Whether a change drops a constraint.
fn drops(change: &Change, constraint: &Constraint) -> bool {
    match change {
        Change::Table { ops, .. } => ops.iter().any(|op| op.drops_constraint(constraint)),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => false,
    }
}

/// The keys and unique indexes that are dropped, as table and columns.
fn dropped_keys(changes: &[Change]) -> BTreeSet<(ObjectId, BTreeSet<Ident>)> {
    let mut dropped = BTreeSet::new();
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        for op in ops {
            let key = op.constraint().and_then(Delta::dropped);
            let key = key.filter(|key| key.kind.is_unique());
            let key = key.map(|key| key.columns().into_iter().cloned().collect());
            let index = op.index().and_then(Delta::dropped);
            let parts = index.filter(|index| index.unique).map(|index| &index.parts);
            let column = |part: &IndexPart| part.column_name().cloned();
            let index = parts.and_then(|parts| parts.iter().map(column).collect());
            let columns: Option<BTreeSet<Ident>> = key.or(index);
            dropped.extend(columns.map(|columns| (sides.to.id.clone(), columns)));
        }
    }
    dropped
}
