//! Sequences whose logging differs from that of their table, when the table's logging changes.

use crate::change::Change;
use crate::dialect::postgres::attribute_keys as keys;
use crate::model::{Object, ObjectId, Pair, Schema, Sequence, Table};
use std::collections::BTreeMap;

/// A change of a table's logging applies to the sequences that its columns own, too. A sequence that is to differ from
/// its table is changed after the table; one that differed is made equal before the table changes, so that the
/// inverse plan restores the difference after the table, too.
pub(crate) fn set_after_table(changes: &mut Vec<Change>, schemas: &Pair<&Schema>) {
    let tables = changes.iter().filter_map(|change| {
        let Change::Table { sides, .. } = change else {
            return None;
        };
        Some((sides.to.id.clone(), unlogged(sides)?))
    });
    let tables: BTreeMap<ObjectId, Pair<bool>> = tables.collect();
    if tables.is_empty() {
        return;
    }
    let before = differing(schemas.from, |owner| {
        tables.get(owner).map(|side| side.from)
    });
    let after = differing(schemas.to, |owner| tables.get(owner).map(|side| side.to));
    // replaced by the changes below
    changes.retain(|change| match change {
        Change::Replace(_, pair) => !changes_logging_of_owned(pair, &tables),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Comment(..)
        | Change::Value(..)
        | Change::Table { .. } => true,
    });
    let before = before
        .into_iter()
        .map(|(id, pair)| Change::Replace(id, pair.invert()));
    changes.splice(0..0, before);
    let after = after.into_iter();
    changes.extend(after.map(|(id, pair)| Change::Replace(id, pair)));
}

/// Whether a table is unlogged, before and after. None if that doesn't change.
fn unlogged(sides: &Pair<Box<Table>>) -> Option<Pair<bool>> {
    let unlogged = |table: &Table| table.options.attrs.get(keys::UNLOGGED);
    let pair = Pair::new(unlogged(&sides.from), unlogged(&sides.to));
    (pair.from != pair.to).then_some(pair)
}

/// The sequences whose logging differs from what their table's change gives them: as the change leaves them, and as
/// the schema has them.
fn differing(
    schema: &Schema,
    unlogged_by_table: impl Fn(&ObjectId) -> Option<bool>,
) -> Vec<(ObjectId, Pair<Object>)> {
    let sequences = schema.objects.iter().filter_map(|(id, object)| {
        let sequence = as_sequence(object)?;
        let unlogged = unlogged_by_table(sequence.owner_table()?)?;
        let changed = Sequence {
            unlogged,
            ..sequence.clone()
        };
        let pair = Pair::new(Object::Sequence(changed), object.clone());
        (unlogged != sequence.unlogged).then(|| (id.clone(), pair))
    });
    sequences.collect()
}

/// Whether a change only concerns the logging of a sequence that one of these tables owns.
fn changes_logging_of_owned(pair: &Pair<Object>, tables: &BTreeMap<ObjectId, Pair<bool>>) -> bool {
    let (Some(from), Some(to)) = (as_sequence(&pair.from), as_sequence(&pair.to)) else {
        return false;
    };
    let owner = to.owner_table();
    from.differs_only_in_logging(to) && owner.is_some_and(|id| tables.contains_key(id))
}

fn as_sequence(object: &Object) -> Option<&Sequence> {
    match object {
        Object::Sequence(sequence) => Some(sequence),
        Object::Namespace
        | Object::Table(_)
        | Object::Type(_)
        | Object::Extension(_)
        | Object::Routine(_) => None,
    }
}
