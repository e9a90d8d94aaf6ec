//! Indexes that a table's own attributes name: the name is said anew where its index is made anew.

use crate::change::{Delta, TableOp};
use crate::dialect::{Dialect, Place, Values};
use crate::model::{Ident, Pair, Table};
use crate::plan::table_changes::Sides;
use std::collections::BTreeSet;

/// Takes such an attribute away before its index goes or the server forbids what becomes of a column
/// of it: gives the operation that does so, before all else. What the table says in the end is set
/// when its index is there.
pub(crate) fn indexes(
    sides: &Sides,
    held: &[TableOp],
    ops: &mut Vec<TableOp>,
    dialect: &dyn Dialect,
) -> Option<TableOp> {
    let (from, to) = (&sides.from.options, &sides.to.options);
    let mut without = from.clone();
    let all = || held.iter().chain(ops.iter());
    let freed = all().filter_map(TableOp::made_nullable);
    let dropped = all().filter_map(|op| Some(&op.column()?.dropped()?.name));
    let lost: BTreeSet<Ident> = freed.chain(dropped).cloned().collect();
    for attribute in dialect.attributes() {
        let names_index =
            matches!(attribute.values, Values::Index) && attribute.places.contains(&Place::Table);
        let Some(name) = from.attrs.get(attribute.key).filter(|_| names_index) else {
            continue;
        };
        // one that gives way to another is named until that one is
        let next = (to.attrs.get(attribute.key)).filter(|next| *next != name);
        let goes = next.is_none() && all().any(|op| drops(op, name));
        if goes || columns(&sides.from, name).any(|column| lost.contains(column)) {
            without.attrs.remove(attribute.key);
        }
    }
    if without == *from {
        return None;
    }
    ops.retain(|op| !matches!(op, TableOp::Options(_)));
    if without != *to {
        let pair = Pair::new(without.clone(), to.clone());
        ops.push(TableOp::Options(pair));
    }
    Some(TableOp::Options(Pair::new(from.clone(), without)))
}

/// The columns of an index, or of a key's, by its name.
fn columns<'a>(table: &'a Table, name: &'a str) -> impl Iterator<Item = &'a Ident> {
    let indexes = table.indexes.iter();
    let index = indexes.filter(move |index| index.name.get().as_str() == name);
    let keys = table.constraints.iter();
    let key = keys.filter(move |key| key.name.get().as_str() == name);
    let parts = index.flat_map(|index| index.parts.iter().filter_map(|part| part.column_name()));
    parts.chain(key.flat_map(|key| key.columns()))
}

/// Whether an operation takes an index, or the one of a key, away.
fn drops(op: &TableOp, name: &str) -> bool {
    let index = op.index().and_then(Delta::dropped).map(|index| &index.name);
    let constraint = op.constraint().and_then(Delta::dropped);
    let gone = index.or(constraint.map(|constraint| &constraint.name));
    gone.is_some_and(|gone| gone.get().as_str() == name)
}
