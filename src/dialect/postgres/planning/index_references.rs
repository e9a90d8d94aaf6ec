//! Attributes of a table that name an index (`replica_identity`, `cluster_on`): they are reset before that index is
//! dropped, and set again when it is recreated.

use crate::change::{Delta, TableOp};
use crate::dialect::postgres::lowering::attributes::ATTRIBUTES;
use crate::dialect::{Place, Values};
use crate::model::{Ident, Pair, Table};
use std::collections::BTreeSet;

/// Gives the operation that resets such attributes before all others. An attribute is reset if its index is dropped, or
/// if a column of the index becomes nullable or is dropped, which the server refuses. `ops` then sets the desired
/// attributes. `type_changes` are the operations that were taken out of `ops`.
pub(crate) fn reset_before_drop(
    sides: &Pair<Box<Table>>,
    type_changes: &[TableOp],
    ops: &mut Vec<TableOp>,
) -> Option<TableOp> {
    let (from, to) = (&sides.from.options, &sides.to.options);
    let mut without = from.clone();
    let all = || type_changes.iter().chain(ops.iter());
    let nullable = all().filter_map(TableOp::made_nullable);
    let dropped = all().filter_map(|op| Some(&op.column()?.dropped()?.name));
    let lost: BTreeSet<Ident> = nullable.chain(dropped).cloned().collect();
    for attribute in ATTRIBUTES {
        let names_index =
            matches!(attribute.values, Values::Index) && attribute.places.contains(&Place::Table);
        let Some(name) = from.attrs.get(attribute.key).filter(|_| names_index) else {
            continue;
        };
        // one that is replaced by another stays until the other is set
        let next = (to.attrs.get(attribute.key)).filter(|next| *next != name);
        let is_dropped = next.is_none() && all().any(|op| drops(op, name));
        if is_dropped || columns(&sides.from, name).any(|column| lost.contains(column)) {
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

/// The columns of the index or key of this name.
fn columns<'a>(table: &'a Table, name: &'a str) -> impl Iterator<Item = &'a Ident> {
    let indexes = table.indexes.iter();
    let index = indexes.filter(move |index| index.name.get().as_str() == name);
    let keys = table.constraints.iter();
    let key = keys.filter(move |key| key.name.get().as_str() == name);
    let parts = index.flat_map(|index| index.parts.iter().filter_map(|part| part.column_name()));
    parts.chain(key.flat_map(|key| key.columns()))
}

/// Whether an operation drops the index or key of this name.
fn drops(op: &TableOp, name: &str) -> bool {
    let index = op.index().and_then(Delta::dropped).map(|index| &index.name);
    let constraint = op.constraint().and_then(Delta::dropped);
    let dropped = index.or(constraint.map(|constraint| &constraint.name));
    dropped.is_some_and(|dropped| dropped.get().as_str() == name)
}
