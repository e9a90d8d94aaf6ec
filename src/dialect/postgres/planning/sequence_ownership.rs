//! Sequences that change their owner: from standalone to the sequence of a `serial` column or back, or to that of
//! another column. The sequence is kept with its current number. Both schemas are rewritten: the sequence is an object,
//! and the column a plain column with `nextval(…)`.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::postgres::ddl::column_sequence::{OwnSequence, as_plain_column};
use crate::model::{Column, Identity, Object, ObjectId, Pair, Schema, Sequence, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Rewrites changes that would drop a sequence and create another of the same name.
pub(crate) fn change_owners(mut changes: Vec<Change>, schemas: &Pair<&Schema>) -> Vec<Change> {
    let mut of_columns = Pair::<BTreeMap<ObjectId, Sequence>>::default();
    for change in &changes {
        collect(change, &mut of_columns);
    }
    let standalone = |schema: &Schema, id: &ObjectId| match schema.objects.get(id) {
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
    let ids: BTreeSet<&ObjectId> = of_columns.from.keys().chain(of_columns.to.keys()).collect();
    let kept: BTreeMap<ObjectId, Pair<Sequence>> = ids
        .into_iter()
        .filter_map(|id| {
            let from = of_columns.from.get(id).cloned();
            let from = from.or_else(|| standalone(schemas.from, id))?;
            let to = of_columns.to.get(id).cloned();
            let to = to.or_else(|| standalone(schemas.to, id))?;
            Some((id.clone(), Pair::new(from, to)))
        })
        .collect();
    if kept.is_empty() {
        return changes;
    }
    changes.retain(|change| match change {
        Change::Create(id, _) | Change::Drop(id, _) | Change::Replace(id, _) => {
            !kept.contains_key(id)
        }
        Change::Comment(..) | Change::Value(..) | Change::Table { .. } => true,
    });
    for change in &mut changes {
        use_plain_columns(change, &kept);
    }
    for (id, Pair { from, to }) in kept {
        let unowned = from.without_owner();
        // released before its column is dropped, and assigned once the other column exists
        for (before, after) in [(from, unowned.clone()), (unowned, to)] {
            if before != after {
                let sides = Pair::new(Object::Sequence(before), Object::Sequence(after));
                changes.push(Change::Replace(id.clone(), sides));
            }
        }
    }
    changes
}

/// The sequence of a `serial` column.
fn own_sequence(table: &Table, column: &Column) -> Option<OwnSequence> {
    (column.identity == Some(Identity::Serial)).then(|| as_plain_column(table, column))
}

/// Collects the sequences that are dropped and created with a column.
fn collect(change: &Change, of_columns: &mut Pair<BTreeMap<ObjectId, Sequence>>) {
    let add_all = |table: &Table, found: &mut BTreeMap<ObjectId, Sequence>| {
        let own = (table.columns.iter()).filter_map(|column| own_sequence(table, column));
        found.extend(own.map(|own| (own.id, own.sequence)));
    };
    match change {
        Change::Create(_, Object::Table(table)) => add_all(table, &mut of_columns.to),
        Change::Drop(_, Object::Table(table)) => add_all(table, &mut of_columns.from),
        Change::Table { sides, ops } => {
            for delta in ops.iter().filter_map(TableOp::column) {
                let from = delta.before().and_then(|c| own_sequence(&sides.from, c));
                let to = delta.after().and_then(|c| own_sequence(&sides.to, c));
                // a sequence that stays with its column is renamed with it
                if from.is_some() && to.is_some() {
                    continue;
                }
                let named = |own: OwnSequence| (own.id, own.sequence);
                of_columns.from.extend(from.map(named));
                of_columns.to.extend(to.map(named));
            }
        }
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => {}
    }
}

/// Replaces `serial` columns by plain ones where their sequence is kept as an object.
fn use_plain_columns(change: &mut Change, kept: &BTreeMap<ObjectId, Pair<Sequence>>) {
    let replace = |table: &Table, column: &mut Column| {
        let own = own_sequence(table, column).filter(|own| kept.contains_key(&own.id));
        if let Some(own) = own {
            *column = own.column;
        }
    };
    match change {
        Change::Create(_, Object::Table(table)) | Change::Drop(_, Object::Table(table)) => {
            let whole = table.clone();
            for column in &mut table.columns {
                replace(&whole, column);
            }
        }
        Change::Table { sides, ops } => {
            for op in ops {
                match op {
                    TableOp::Column(Delta::Add(column)) => replace(&sides.to, column),
                    TableOp::Column(Delta::Drop(column)) => replace(&sides.from, column),
                    TableOp::Column(Delta::Alter(pair))
                        if pair.from.identity != pair.to.identity =>
                    {
                        replace(&sides.from, &mut pair.from);
                        replace(&sides.to, &mut pair.to);
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
