//! Sequences that belong to a column: the column's table may draw from the sequence, and the sequence
//! goes with the column, so it is made before the table, given to the column after, and taken away
//! again before the table goes.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::Dialect;
use crate::model::derived_name;
use crate::model::{Given, Ident, Namespace, Object, ObjectId, Pair, Schema, Sequence, Table};
use crate::plan::{Node, Rank};
use std::collections::BTreeMap;

/// The same, of no column.
pub(crate) fn free(sequence: &Sequence) -> Sequence {
    Sequence {
        owned_by: None,
        ..sequence.clone()
    }
}

/// The steps that make it.
pub(crate) fn create(id: ObjectId, sequence: Sequence) -> Vec<Node> {
    let alone = free(&sequence);
    let made = Change::Create(id.clone(), Object::Sequence(alone.clone()));
    let mut nodes = vec![Node::change(made, Rank::Prepare)];
    if sequence.owned_by.is_some() {
        let sides = Pair::new(Object::Sequence(alone), Object::Sequence(sequence));
        nodes.push(Node::change(
            Change::Replace(id, sides),
            Rank::AddForeignKey,
        ));
    }
    nodes
}

/// The steps that remove it.
pub(crate) fn drop(id: ObjectId, sequence: Sequence) -> Vec<Node> {
    let alone = free(&sequence);
    let mut nodes = Vec::new();
    if sequence.owned_by.is_some() {
        let sides = Pair::new(Object::Sequence(sequence), Object::Sequence(alone.clone()));
        let change = Change::Replace(id.clone(), sides);
        nodes.push(Node::change(change, Rank::DropForeignKey));
    }
    let gone = Change::Drop(id, Object::Sequence(alone));
    nodes.push(Node::change(gone, Rank::Tidy));
    nodes
}

/// A table takes its columns' sequences along when its logging changes. One that is to be other than that says so
/// behind it; one that was gives in before it, so that on the way back it says so behind it, too.
pub(crate) fn logged_apart(dialect: &dyn Dialect, changes: &mut Vec<Change>, ends: &Pair<&Schema>) {
    let tables = changes.iter().filter_map(|change| {
        let Change::Table { sides, .. } = change else {
            return None;
        };
        Some((sides.to.id.clone(), dialect.carries_logging(sides)?))
    });
    let tables: BTreeMap<ObjectId, Pair<bool>> = tables.collect();
    if tables.is_empty() {
        return;
    }
    let apart = |schema: &Schema, side: fn(&Pair<bool>) -> bool| -> Vec<(ObjectId, Pair<Object>)> {
        let sequences = schema.objects.iter().filter_map(|(id, object)| {
            let Object::Sequence(sequence) = object else {
                return None;
            };
            let carried = side(tables.get(owner(object)?)?);
            let mut taken = sequence.clone();
            taken.unlogged = carried;
            let pair = Pair::new(Object::Sequence(taken), object.clone());
            (carried != sequence.unlogged).then(|| (id.clone(), pair))
        });
        sequences.collect()
    };
    let early = apart(ends.from, |unlogged| unlogged.from);
    let late = apart(ends.to, |unlogged| unlogged.to);
    // all there is of it, whatever was there before
    changes.retain(|change| {
        let Change::Replace(_, pair) = change else {
            return true;
        };
        !(is_logging(pair) && owner(&pair.to).is_some_and(|id| tables.contains_key(id)))
    });
    let early = early
        .into_iter()
        .map(|(id, pair)| Change::Replace(id, pair.invert()));
    changes.splice(0..0, early);
    changes.extend(late.into_iter().map(|(id, pair)| Change::Replace(id, pair)));
}

/// Whether all that changes is how a sequence is logged.
fn is_logging(pair: &Pair<Object>) -> bool {
    let (Object::Sequence(from), Object::Sequence(to)) = (&pair.from, &pair.to) else {
        return false;
    };
    let mut same = from.clone();
    same.unlogged = to.unlogged;
    from != to && same == *to
}

/// When a change of a sequence comes: how it is logged behind its table's, where that stands ahead of it.
pub(crate) fn rank(pair: &Pair<Object>, tables: &[(Pair<Box<Table>>, Vec<TableOp>)]) -> Rank {
    let stands = |id: &ObjectId| tables.iter().any(|(sides, _)| sides.to.id == *id);
    if is_logging(pair) && owner(&pair.to).is_some_and(stands) {
        Rank::AddForeignKey
    } else {
        Rank::Prepare
    }
}

/// The table that a sequence goes with.
fn owner(object: &Object) -> Option<&ObjectId> {
    let Object::Sequence(sequence) = object else {
        return None;
    };
    sequence.owned_by.as_ref().map(|(table, _)| table)
}

/// Something in a namespace that gets another name.
struct Renamed {
    ns: Namespace,
    from: Ident,
    to: Ident,
}

/// What an operation renames of a table's parts: the sequence of a column, an index, a key.
fn renamed(dialect: &dyn Dialect, table: &ObjectId, op: &TableOp) -> Option<Renamed> {
    let column = op.column().and_then(Delta::altered);
    let index = op.index().and_then(Delta::altered);
    let key = op.constraint().and_then(Delta::altered);
    let key = key.filter(|pair| pair.from.kind.is_indexed());
    let names = if let Some(Pair { from, to }) = column {
        [from, to].map(|side| dialect.column_sequence_name(table, side))
    } else if let Some(Pair { from, to }) = index {
        [from, to].map(|side| Some(side.name.get().clone()))
    } else if let Some(Pair { from, to }) = key {
        [from, to].map(|side| Some(side.name.get().clone()))
    } else {
        return None;
    };
    let [Some(from), Some(to)] = names else {
        return None;
    };
    let ns = table.ns.clone();
    (from != to).then_some(Renamed { ns, from, to })
}

/// Takes the last step of a rename off an operation, which gives a name in between.
fn split(dialect: &dyn Dialect, op: &mut TableOp, name: &Ident) -> Option<TableOp> {
    match op {
        TableOp::Column(Delta::Alter(pair)) => {
            let between = dialect.with_sequence_name(&pair.to, name);
            let to = std::mem::replace(&mut pair.to, between.clone());
            Some(TableOp::Column(Delta::Alter(Pair::new(between, to))))
        }
        TableOp::Index(Delta::Alter(pair)) => {
            let mut between = pair.to.clone();
            between.name = Given::Given(name.clone());
            let to = std::mem::replace(&mut pair.to, between.clone());
            Some(TableOp::Index(Delta::Alter(Pair::new(between, to))))
        }
        TableOp::Constraint(Delta::Alter(pair)) => {
            let mut between = pair.to.clone();
            between.name = Given::Given(name.clone());
            let to = std::mem::replace(&mut pair.to, between.clone());
            Some(TableOp::Constraint(Delta::Alter(Pair::new(between, to))))
        }
        TableOp::Rename(_)
        | TableOp::Column(Delta::Add(_) | Delta::Drop(_))
        | TableOp::Index(Delta::Add(_) | Delta::Drop(_))
        | TableOp::Constraint(Delta::Add(_) | Delta::Drop(_))
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => None,
    }
}

/// Sequences of columns, indexes and keys that take each other's names: one of a circle has a name of its
/// own meanwhile, and so has one that takes a name which its own table leaves later.
pub(crate) fn aside(dialect: &dyn Dialect, changes: &mut [Change]) {
    let mut next: BTreeMap<(Namespace, Ident), (ObjectId, Ident)> = BTreeMap::new();
    for change in changes.iter() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let id = &sides.to.id;
        for Renamed { ns, from, to } in ops.iter().filter_map(|op| renamed(dialect, id, op)) {
            next.insert((ns, from), (id.clone(), to));
        }
    }
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let id = &sides.to.id;
        let mut later = Vec::new();
        for op in ops.iter_mut() {
            let Some(Renamed { ns, from, to }) = renamed(dialect, id, op) else {
                continue;
            };
            let follows = |name: &Ident| next.get(&(ns.clone(), name.clone())).cloned();
            let beside = follows(&to).is_some_and(|(table, _)| table == *id);
            let mut end = to.clone();
            let mut steps = 0;
            while let Some((_, name)) = follows(&end).filter(|_| end != from && steps < next.len())
            {
                end = name;
                steps += 1;
            }
            if !beside && end != from {
                continue;
            }
            let name = derived_name(from.as_str(), "tablewright_old", &[]);
            later.extend(split(dialect, op, &name));
            next.remove(&(ns, from));
        }
        ops.extend(later);
    }
}
