//! New tables in an order in which the targets of foreign keys exist. Where tables refer to each other in a circle, the
//! foreign keys that close it are added afterwards.

use crate::change::{Change, Delta, TableOp};
use crate::model::{Constraint, ConstraintKind, Object, ObjectId, Pair, Table};
use std::collections::{BTreeMap, BTreeSet};

/// The creations in order, each with the foreign keys whose targets exist by then, and after them the other foreign keys.
/// With `forward_references` every foreign key is created with its table.
pub(crate) fn order(tables: Vec<(ObjectId, Table)>, forward_references: bool) -> Vec<Change> {
    let mut waiting: BTreeMap<ObjectId, Table> = tables.into_iter().collect();
    let mut dependents: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    let mut missing: BTreeMap<ObjectId, usize> = BTreeMap::new();
    for (id, table) in &waiting {
        let targets: BTreeSet<&ObjectId> = table
            .foreign_keys()
            .map(|(_, fk)| &fk.target)
            .chain(table.inheritance.parents())
            .filter(|target| *target != id && waiting.contains_key(target))
            .collect();
        missing.insert(id.clone(), targets.len());
        for target in targets {
            dependents
                .entry(target.clone())
                .or_default()
                .push(id.clone());
        }
    }
    let mut ready: BTreeSet<ObjectId> = missing
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(id, _)| id.clone())
        .collect();
    let mut changes = Vec::new();
    let mut later = Vec::new();
    while let Some(id) = ready.pop_first().or_else(|| fewest(&missing, &waiting)) {
        let Some(table) = waiting.remove(&id) else {
            continue;
        };
        for dependent in dependents.get(&id).into_iter().flatten() {
            if let Some(count) = missing.get_mut(dependent) {
                *count = count.saturating_sub(1);
                if *count == 0 && waiting.contains_key(dependent) {
                    ready.insert(dependent.clone());
                }
            }
        }
        if forward_references {
            changes.push(create(id, table));
            continue;
        }
        let (deferred, inline): (Vec<Constraint>, Vec<Constraint>) = table
            .constraints
            .iter()
            .cloned()
            .partition(|c| match &c.kind {
                ConstraintKind::ForeignKey(fk) => waiting.contains_key(&fk.target),
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_) => false,
            });
        let mut without = table.clone();
        without.constraints = inline;
        for constraint in deferred {
            let mut with = without.clone();
            with.constraints.push(constraint.clone());
            later.push(Change::Table {
                sides: Pair::new(Box::new(without.clone()), Box::new(with)),
                ops: vec![TableOp::Constraint(Delta::Add(constraint))],
            });
        }
        changes.push(create(id, without));
    }
    // a partition's foreign key first, so that its parent's attaches it
    later.sort_by_key(|change| !adds_part_of_parent(change));
    changes.extend(later);
    changes
}

fn create(id: ObjectId, table: Table) -> Change {
    Change::Create(id, Object::Table(Box::new(table)))
}

/// The table of a circle that waits for the fewest others; among equals, the first by name.
fn fewest(
    missing: &BTreeMap<ObjectId, usize>,
    waiting: &BTreeMap<ObjectId, Table>,
) -> Option<ObjectId> {
    waiting
        .keys()
        .min_by_key(|id| missing.get(*id).copied().unwrap_or(0))
        .cloned()
}

/// Whether a change adds a constraint that belongs to the parent's.
fn adds_part_of_parent(change: &Change) -> bool {
    match change {
        Change::Table { ops, .. } => ops
            .iter()
            .any(|op| matches!(op, TableOp::Constraint(Delta::Add(c)) if c.parent.is_some())),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => false,
    }
}
