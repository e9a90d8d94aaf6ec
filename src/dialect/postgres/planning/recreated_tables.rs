//! Tables whose partitioning changes: the server can't alter it, so they are dropped and created again with their
//! partitions.

use crate::change::{Change, TableOp};
use crate::model::{Inheritance, Object, ObjectId, Pair, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Replaces the changes of such tables and of their partitions by a drop and a creation of each. Also gives the tables
/// that are recreated.
pub(crate) fn recreate(
    changes: Vec<Change>,
    schemas: &Pair<&Schema>,
) -> (Vec<Change>, BTreeSet<ObjectId>) {
    let repartitioned: BTreeSet<ObjectId> = changes.iter().filter_map(repartitioned).collect();
    if repartitioned.is_empty() {
        return (changes, repartitioned);
    }
    let recreated = with_partitions(repartitioned, schemas);
    // the old names of those that are renamed
    let mut old_ids: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
    let mut kept = Vec::new();
    for change in changes {
        match change {
            Change::Table { ref sides, .. } if recreated.contains(&sides.to.id) => {
                old_ids
                    .entry(sides.to.id.clone())
                    .or_insert_with(|| sides.from.id.clone());
            }
            Change::Table { .. }
            | Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => kept.push(change),
        }
    }
    for id in &recreated {
        let old_id = old_ids.get(id).unwrap_or(id);
        if let Some(table) = schemas.from.table(old_id) {
            let object = Object::Table(Box::new(table.clone()));
            kept.push(Change::Drop(old_id.clone(), object));
        }
        if let Some(table) = schemas.to.table(id) {
            let object = Object::Table(Box::new(table.clone()));
            kept.push(Change::Create(id.clone(), object));
        }
    }
    let dropped = |id: &ObjectId| recreated.contains(id) || old_ids.values().any(|old| old == id);
    keep_sequences(&mut kept, schemas, &dropped);
    (kept, recreated)
}

/// The table of a change that changes its partitioning.
fn repartitioned(change: &Change) -> Option<ObjectId> {
    match change {
        Change::Table { sides, ops } => ops
            .iter()
            .any(|op| matches!(op, TableOp::Partitioning(_)))
            .then(|| sides.to.id.clone()),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => None,
    }
}

/// Adds the partitions of these tables, and the partitions of those, that exist before and after.
fn with_partitions(mut tables: BTreeSet<ObjectId>, schemas: &Pair<&Schema>) -> BTreeSet<ObjectId> {
    let exists = |id: &ObjectId| schemas.from.table(id).is_some() && schemas.to.table(id).is_some();
    loop {
        let is_partition = |table: &Table| match &table.inheritance {
            Inheritance::PartitionOf { parent, .. } => tables.contains(parent),
            Inheritance::None | Inheritance::Inherits(_) => false,
        };
        let found: Vec<ObjectId> = (schemas.from.tables().chain(schemas.to.tables()))
            .filter(|(id, table)| is_partition(table) && exists(id) && !tables.contains(id))
            .map(|(id, _)| id.clone())
            .collect();
        if found.is_empty() {
            return tables;
        }
        tables.extend(found);
    }
}

/// Sequences that stay, but are owned by a column of a table that is dropped, have no owner meanwhile.
fn keep_sequences(
    changes: &mut Vec<Change>,
    schemas: &Pair<&Schema>,
    dropped: &dyn Fn(&ObjectId) -> bool,
) {
    for (id, object) in &schemas.from.objects {
        let (Object::Sequence(sequence), Some(after)) = (object, schemas.to.objects.get(id)) else {
            continue;
        };
        if !sequence.owner_table().is_some_and(dropped) {
            continue;
        }
        let unowned = Object::Sequence(sequence.without_owner());
        changes.retain(|change| !matches!(change, Change::Replace(other, _) if other == id));
        let release = Pair::new(object.clone(), unowned.clone());
        changes.push(Change::Replace(id.clone(), release));
        let assign = Pair::new(unowned, after.clone());
        changes.push(Change::Replace(id.clone(), assign));
    }
}
