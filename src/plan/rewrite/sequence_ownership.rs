//! Sequences that change hands: one that stands alone becomes a column's own (`serial`) or the other way
//! round, or another column's. It stays, with the number it has come to: both sides speak of it as of an
//! object, and of the column as of one that draws from it.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::{Dialect, OwnSequence};
use crate::model::{Column, Identity, Object, ObjectId, Pair, Schema, Sequence, Table};
use crate::plan::sequence_steps::free;
use std::collections::{BTreeMap, BTreeSet};

/// Rewrites the changes that would drop such a sequence and make another of its name.
pub(crate) fn hand_over(
    dialect: &dyn Dialect,
    mut changes: Vec<Change>,
    ends: &Pair<&Schema>,
) -> Vec<Change> {
    let own = Own { dialect };
    let mut sides = Pair::<BTreeMap<ObjectId, Sequence>>::default();
    for change in &changes {
        own.note(change, &mut sides);
    }
    let standing = |schema: &Schema, id: &ObjectId| match schema.objects.get(id) {
        Some(Object::Sequence(sequence)) => Some(sequence.clone()),
        Some(
            Object::Namespace
            | Object::Table(_)
            | Object::Type(_)
            | Object::Extension(_)
            | Object::Routine(_),
        )
        | None => None,
    };
    let ids: BTreeSet<&ObjectId> = sides.from.keys().chain(sides.to.keys()).collect();
    let moved: BTreeMap<ObjectId, Pair<Sequence>> = ids
        .into_iter()
        .filter_map(|id| {
            let from = (sides.from.get(id).cloned()).or_else(|| standing(ends.from, id))?;
            let to = (sides.to.get(id).cloned()).or_else(|| standing(ends.to, id))?;
            Some((id.clone(), Pair::new(from, to)))
        })
        .collect();
    if moved.is_empty() {
        return changes;
    }
    changes.retain(|change| match change {
        Change::Create(id, _) | Change::Drop(id, _) | Change::Replace(id, _) => {
            !moved.contains_key(id)
        }
        Change::Comment(..) | Change::Value(..) | Change::Table { .. } => true,
    });
    for change in &mut changes {
        own.take_apart(change, &moved);
    }
    for (id, Pair { from, to }) in moved {
        let alone = free(&from);
        // let go of before its column goes, and given away once the other is there
        for (before, after) in [(from, alone.clone()), (alone, to)] {
            if before != after {
                let sides = Pair::new(Object::Sequence(before), Object::Sequence(after));
                changes.push(Change::Replace(id.clone(), sides));
            }
        }
    }
    changes
}

/// Sequences of columns, as a dialect tells them.
struct Own<'a> {
    dialect: &'a dyn Dialect,
}

impl Own<'_> {
    fn of(&self, table: &Table, column: &Column) -> Option<OwnSequence> {
        (column.identity == Some(Identity::Serial))
            .then(|| self.dialect.own_sequence(table, column))
            .flatten()
    }

    /// Notes the sequences that come or go with a column.
    fn note(&self, change: &Change, sides: &mut Pair<BTreeMap<ObjectId, Sequence>>) {
        let all = |table: &Table, into: &mut BTreeMap<ObjectId, Sequence>| {
            let own = (table.columns.iter()).filter_map(|column| self.of(table, column));
            into.extend(own.map(|own| (own.id, own.sequence)));
        };
        match change {
            Change::Create(_, Object::Table(table)) => all(table, &mut sides.to),
            Change::Drop(_, Object::Table(table)) => all(table, &mut sides.from),
            Change::Table { sides: tables, ops } => {
                for delta in ops.iter().filter_map(TableOp::column) {
                    let from = delta.before().and_then(|c| self.of(&tables.from, c));
                    let to = delta.after().and_then(|c| self.of(&tables.to, c));
                    // one that stays with its column is renamed with it
                    if from.is_some() && to.is_some() {
                        continue;
                    }
                    sides.from.extend(from.map(|own| (own.id, own.sequence)));
                    sides.to.extend(to.map(|own| (own.id, own.sequence)));
                }
            }
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => {}
        }
    }

    /// Lets the columns draw from sequences that are objects of their own.
    fn take_apart(&self, change: &mut Change, moved: &BTreeMap<ObjectId, Pair<Sequence>>) {
        let apart = |table: &Table, column: &mut Column| {
            if let Some(own) = self.of(table, column).filter(|o| moved.contains_key(&o.id)) {
                *column = own.column;
            }
        };
        match change {
            Change::Create(_, Object::Table(table)) | Change::Drop(_, Object::Table(table)) => {
                let whole = table.clone();
                for column in &mut table.columns {
                    apart(&whole, column);
                }
            }
            Change::Table { sides, ops } => {
                for op in ops {
                    match op {
                        TableOp::Column(Delta::Add(column)) => apart(&sides.to, column),
                        TableOp::Column(Delta::Drop(column)) => apart(&sides.from, column),
                        TableOp::Column(Delta::Alter(pair))
                            if pair.from.identity != pair.to.identity =>
                        {
                            apart(&sides.from, &mut pair.from);
                            apart(&sides.to, &mut pair.to);
                        }
                        TableOp::Column(Delta::Alter(_))
                        | TableOp::Rename(_)
                        | TableOp::Constraint(_)
                        | TableOp::Index(_)
                        | TableOp::Value { .. }
                        | TableOp::Options(_)
                        | TableOp::Partitioning(_)
                        | TableOp::Inheritance(_)
                        | TableOp::Order(_) => {}
                    }
                }
            }
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => {}
        }
    }
}
