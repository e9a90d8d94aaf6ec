//! Changes as steps, in no particular order.

use crate::change::{Change, TableOp};
use crate::dialect::Dialect;
use crate::model::{Object, ObjectId, ObjectKind, Pair, Table};
use crate::plan::enum_types::only_adds_values;
use crate::plan::node::{Node, Rank, Unit};
use crate::plan::order::table_creation;
use crate::plan::{sequence_steps, table_changes};
use std::collections::BTreeSet;

/// The steps of some changes.
pub(crate) fn nodes(dialect: &dyn Dialect, changes: Vec<Change>) -> Vec<Node> {
    let mut created = Vec::new();
    let mut dropped = Vec::new();
    let mut nodes = Vec::new();
    let mut tables: Vec<(Pair<Box<Table>>, Vec<TableOp>)> = Vec::new();
    let mut recreated_types = BTreeSet::new();
    for change in changes {
        match change {
            Change::Create(id, Object::Table(table)) => created.push((id, *table)),
            Change::Drop(id, Object::Table(table)) => dropped.push((id, *table)),
            Change::Create(id, Object::Sequence(sequence)) => {
                nodes.extend(sequence_steps::create(id, sequence));
            }
            Change::Drop(id, Object::Sequence(sequence)) => {
                nodes.extend(sequence_steps::drop(id, sequence));
            }
            Change::Create(..) | Change::Value(..) => nodes.push(Node::new(change, Rank::Prepare)),
            Change::Drop(..) => nodes.push(Node::new(change, Rank::CleanUp)),
            Change::Comment(_, ref sides) => {
                let is_removed = sides.to.is_none();
                // removed before its object is dropped, added after its object is created
                let rank = if is_removed {
                    Rank::Prepare
                } else {
                    Rank::AddForeignKey
                };
                nodes.push(Node::new(change, rank));
            }
            Change::Replace(ref id, ref pair) => {
                let is_recreated = !only_adds_values(&pair.from, &pair.to);
                if id.kind == ObjectKind::Type && is_recreated {
                    recreated_types.insert(id.clone());
                }
                let mut tables = tables.iter().map(|(sides, _)| &sides.to.id);
                let rank = sequence_steps::rank_of_change(pair, |id| tables.any(|one| one == id));
                let unit = unit_of_replacement(pair);
                nodes.push(Node {
                    unit,
                    ..Node::new(change, rank)
                });
            }
            Change::Table { sides, ops } => tables.push((sides, ops)),
        }
    }
    nodes.extend(table_changes::nodes(tables, &recreated_types, dialect));
    nodes.extend(creations(dialect, created));
    nodes.extend(drops(dialect, dropped));
    nodes
}

/// New tables, and the foreign keys that can't be created with their table.
fn creations(dialect: &dyn Dialect, tables: Vec<(ObjectId, Table)>) -> Vec<Node> {
    let forward_references = dialect.capabilities().foreign_keys.forward_references;
    let changes = table_creation::order(tables, forward_references);
    let node = |change: Change| {
        let rank = if is_table_change(&change) {
            Rank::AddForeignKey
        } else {
            Rank::Create
        };
        Node::new(change, rank)
    };
    changes.into_iter().map(node).collect()
}

/// Dropped tables: the inverse of their creation.
fn drops(dialect: &dyn Dialect, tables: Vec<(ObjectId, Table)>) -> Vec<Node> {
    let forward_references = dialect.capabilities().foreign_keys.forward_references;
    let changes = crate::change::invert(table_creation::order(tables, forward_references));
    let node = |change: Change| {
        let rank = if is_table_change(&change) {
            Rank::DropForeignKey
        } else {
            Rank::Drop
        };
        Node::new(change, rank)
    };
    changes.into_iter().map(node).collect()
}

fn is_table_change(change: &Change) -> bool {
    match change {
        Change::Table { .. } => true,
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => false,
    }
}

/// A new enum value can't be used before the commit, so the step that adds it (and the one that removes it, as its
/// inverse) has a transaction for itself.
fn unit_of_replacement(pair: &Pair<Object>) -> Unit {
    if only_adds_values(&pair.from, &pair.to) || only_adds_values(&pair.to, &pair.from) {
        Unit::Alone
    } else {
        Unit::Shared
    }
}
