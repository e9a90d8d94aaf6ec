//! The columns of a table: what comes, goes, changes, moves.

use crate::change::{Delta, TableOp};
use crate::diff::rename::Renamed;
use crate::diff::renames::Renames;
use crate::model::{Column, Ident, Pair, Table};
use std::collections::BTreeSet;

/// What happens to the columns, by when it has to happen.
#[derive(Default)]
pub(crate) struct ColumnOps {
    pub renames: Vec<TableOp>,
    pub adds: Vec<TableOp>,
    pub alters: Vec<TableOp>,
    pub drops: Vec<TableOp>,
}

pub(crate) fn diff(old: &Renamed, new: &Table, renames: &Renames) -> ColumnOps {
    let mut ops = ColumnOps::default();
    for (from, to) in &old.columns {
        if let Some(before) = old.before.column(from.as_str()) {
            let mut after = before.clone();
            after.name = to.clone();
            ops.renames.push(TableOp::Column(Delta::Alter(Pair::new(
                before.clone(),
                after,
            ))));
        }
    }
    for column in &new.columns {
        match old.after.column(column.name.as_str()) {
            None => ops.adds.push(TableOp::Column(Delta::Add(column.clone()))),
            Some(before) => {
                ops.alters
                    .extend(value_renames(before, column, new, renames));
                if before != column {
                    let pair = Pair::new(before.clone(), column.clone());
                    ops.alters.push(TableOp::Column(Delta::Alter(pair)));
                }
            }
        }
    }
    // last first, so that the way back finds each column's neighbour in place
    for column in old.after.columns.iter().rev() {
        if new.column(column.name.as_str()).is_none() {
            ops.drops.push(TableOp::Column(Delta::Drop(column.clone())));
        }
    }
    ops
}

/// Values of an enum that get another text. Whether the old one is still in use is for the spec to
/// say: it names the old text and no longer lists it.
fn value_renames(
    before: &Column,
    after: &Column,
    table: &Table,
    renames: &Renames,
) -> Vec<TableOp> {
    let key = (table.id.clone(), after.name.clone());
    if before.ty.values == after.ty.values && !before.ty.values.is_empty() {
        return Vec::new();
    }
    let Some(values) = renames.values.get(&key) else {
        return Vec::new();
    };
    values
        .iter()
        .filter(|(old, _)| before.ty.values.is_empty() || before.ty.values.contains(old))
        .map(|(old, new)| TableOp::Value {
            column: after.name.clone(),
            rename: Pair::new(old.clone(), new.clone()),
        })
        .collect()
}

/// The order of all columns, if they don't fall into place by themselves. It holds those that come,
/// each behind the one that stands before it in the table to be, and those that go once the others
/// stand in order, but for those in `gone`: so the way back finds all that it has to move.
pub(crate) fn order(before: &Table, after: &Table, gone: &BTreeSet<Ident>) -> Option<TableOp> {
    let names =
        |table: &Table| -> Vec<Ident> { table.columns.iter().map(|c| c.name.clone()).collect() };
    let to = names(after);
    let mut from = names(before);
    from.retain(|name| !gone.contains(name));
    let pair = Pair::new(joined(from.clone(), &to), joined(to.clone(), &from));
    let mut settled = pair.from.clone();
    settled.retain(|name| to.contains(name));
    (settled != to).then_some(TableOp::Order(pair))
}

/// Names, and each further one of others behind its neighbour there.
fn joined(mut names: Vec<Ident>, others: &[Ident]) -> Vec<Ident> {
    let mut neighbour: Option<&Ident> = None;
    for name in others {
        if !names.contains(name) {
            let place = names.iter().position(|other| Some(other) == neighbour);
            names.insert(place.map_or(0, |place| place + 1), name.clone());
        }
        neighbour = Some(name);
    }
    names
}
