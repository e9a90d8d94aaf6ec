//! The differences of a table's columns, and of their order.

use crate::change::{Delta, TableOp};
use crate::diff::rename::Renamed;
use crate::diff::renames::Renames;
use crate::model::{Column, Ident, Pair, Table};
use std::collections::BTreeSet;

/// The operations on columns, by when they run.
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
    // in reverse order, so that the inverse adds each column after its neighbour
    for column in old.after.columns.iter().rev() {
        if new.column(column.name.as_str()).is_none() {
            ops.drops.push(TableOp::Column(Delta::Drop(column.clone())));
        }
    }
    ops
}

/// The renamed values of an enum column. The spec gives the old text in `renamed_from` and no longer lists it.
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

/// The order of all columns, if adding and dropping columns alone doesn't give the desired one. Both sides have all
/// columns but those in `dropped_before`: new ones after their neighbour in the desired table, and those that are dropped
/// afterwards. So the inverse has all columns that it must move.
pub(crate) fn order(
    before: &Table,
    after: &Table,
    dropped_before: &BTreeSet<Ident>,
) -> Option<TableOp> {
    let names =
        |table: &Table| -> Vec<Ident> { table.columns.iter().map(|c| c.name.clone()).collect() };
    let to = names(after);
    let mut from = names(before);
    from.retain(|name| !dropped_before.contains(name));
    let pair = Pair::new(
        with_others(from.clone(), &to),
        with_others(to.clone(), &from),
    );
    let mut without_moves = pair.from.clone();
    without_moves.retain(|name| to.contains(name));
    (without_moves != to).then_some(TableOp::Order(pair))
}

/// Names, with each name of `others` that is missing after its neighbour there.
fn with_others(mut names: Vec<Ident>, others: &[Ident]) -> Vec<Ident> {
    let mut neighbour: Option<&Ident> = None;
    for name in others {
        if !names.contains(name) {
            let position = names.iter().position(|other| Some(other) == neighbour);
            names.insert(position.map_or(0, |at| at + 1), name.clone());
        }
        neighbour = Some(name);
    }
    names
}
