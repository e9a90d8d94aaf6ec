//! Renamed sequences of columns, indexes and keys, which share their names.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::column_sequence::column_sequence;
use crate::model::{Column, Given, Ident, Namespace, ObjectId, Pair, derived_name};
use std::collections::BTreeMap;

/// Gives temporary names where renames can't be ordered: one of several that exchange their names in a cycle gets a
/// temporary name first and its new name last, and so does one whose new name is freed by a later operation of the
/// same table.
pub(crate) fn free_names(changes: &mut [Change]) {
    let mut renames: BTreeMap<(Namespace, Ident), (ObjectId, Ident)> = BTreeMap::new();
    for change in changes.iter() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let id = &sides.to.id;
        for Rename { ns, from, to } in ops.iter().filter_map(|op| rename(id, op)) {
            renames.insert((ns, from), (id.clone(), to));
        }
    }
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let id = &sides.to.id;
        let mut last = Vec::new();
        for op in ops.iter_mut() {
            let Some(Rename { ns, from, to }) = rename(id, op) else {
                continue;
            };
            let renamed = |name: &Ident| renames.get(&(ns.clone(), name.clone())).cloned();
            let is_freed_by_table = renamed(&to).is_some_and(|(table, _)| table == *id);
            let mut end = to.clone();
            let mut steps = 0;
            while let Some((_, name)) =
                renamed(&end).filter(|_| end != from && steps < renames.len())
            {
                end = name;
                steps += 1;
            }
            if !is_freed_by_table && end != from {
                continue;
            }
            let temporary = derived_name(from.as_str(), "tablewright_old", &[]);
            last.extend(split(op, &temporary));
            renames.remove(&(ns, from));
        }
        ops.extend(last);
    }
}

/// The rename of a part in a namespace.
struct Rename {
    ns: Namespace,
    from: Ident,
    to: Ident,
}

/// The rename of a column's sequence, of an index or of a key by an operation.
fn rename(table: &ObjectId, op: &TableOp) -> Option<Rename> {
    let column = op.column().and_then(Delta::altered);
    let index = op.index().and_then(Delta::altered);
    let key = op.constraint().and_then(Delta::altered);
    let key = key.filter(|pair| pair.from.kind.is_indexed());
    let names = if let Some(Pair { from, to }) = column {
        [from, to].map(|side| sequence_name(table, side))
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
    (from != to).then_some(Rename { ns, from, to })
}

fn sequence_name(table: &ObjectId, column: &Column) -> Option<Ident> {
    (column.identity.is_some()).then(|| column_sequence(table, column).0)
}

/// Lets an operation give a temporary name, and gives the operation that sets the final one.
fn split(op: &mut TableOp, temporary: &Ident) -> Option<TableOp> {
    match op {
        TableOp::Column(Delta::Alter(pair)) => {
            let mut between = pair.to.clone();
            between.attrs.set(keys::SEQUENCE, temporary.as_str());
            let to = std::mem::replace(&mut pair.to, between.clone());
            Some(TableOp::Column(Delta::Alter(Pair::new(between, to))))
        }
        TableOp::Index(Delta::Alter(pair)) => {
            let mut between = pair.to.clone();
            between.name = Given::Given(temporary.clone());
            let to = std::mem::replace(&mut pair.to, between.clone());
            Some(TableOp::Index(Delta::Alter(Pair::new(between, to))))
        }
        TableOp::Constraint(Delta::Alter(pair)) => {
            let mut between = pair.to.clone();
            between.name = Given::Given(temporary.clone());
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
