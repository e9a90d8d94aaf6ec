//! Indexes that a table's own attributes name: the name is said anew where its index is made anew.

use super::alter::Sides;
use crate::change::{Delta, TableOp};
use crate::dialect::{Dialect, Place, Values};
use crate::model::{Options, Pair};

/// Takes such an attribute away before its index goes, and sets it again when the new one is there.
pub(super) fn indexes(sides: &Sides, ops: &mut Vec<TableOp>, dialect: &dyn Dialect) {
    let (from, to) = (&sides.from.options, &sides.to.options);
    let mut without = from.clone();
    for attribute in dialect.attributes() {
        let names_index =
            matches!(attribute.values, Values::Index) && attribute.places.contains(&Place::Table);
        let Some(name) = from.attrs.get(attribute.key).filter(|_| names_index) else {
            continue;
        };
        if to.attrs.get(attribute.key) == Some(name) && ops.iter().any(|op| drops(op, name)) {
            without.attrs.remove(attribute.key);
        }
    }
    if without == *from {
        return;
    }
    ops.retain(|op| !matches!(op, TableOp::Options(_)));
    let change =
        |from: &Options, to: &Options| TableOp::Options(Pair::new(from.clone(), to.clone()));
    ops.insert(0, change(from, &without));
    ops.push(change(&without, to));
}

/// Whether an operation takes an index, or the one of a key, away.
fn drops(op: &TableOp, name: &str) -> bool {
    let index = op.index().and_then(Delta::dropped).map(|index| &index.name);
    let constraint = op.constraint().and_then(Delta::dropped);
    let gone = index.or(constraint.map(|constraint| &constraint.name));
    gone.is_some_and(|gone| gone.get().as_str() == name)
}
