//! What turns one schema into another. Pure, and without any idea of a dialect.

pub(crate) mod columns;
pub(crate) mod enum_values;
pub(crate) mod matching;
pub(crate) mod open_choices;
pub(crate) mod prune;
pub(crate) mod rename;
pub(crate) mod rename_check;
pub(crate) mod table;

pub use crate::diff::open_choices::{Adopt, adopt, adopt_order};
pub use crate::diff::prune::{Kept, Prune, prune};
pub use crate::diff::rename_check::{settle, stale};

use crate::change::Change;
use crate::model::{Ident, Object, ObjectId, Pair, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// What `renamed_from` says: from the new name to the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables: the new id, the old name.
    pub tables: BTreeMap<ObjectId, Ident>,
    /// Columns: the table's new id and the column's new name, the old name.
    pub columns: BTreeMap<(ObjectId, Ident), Ident>,
    /// Indexes, likewise.
    pub indexes: BTreeMap<(ObjectId, Ident), Ident>,
    /// Constraints, likewise.
    pub constraints: BTreeMap<(ObjectId, Ident), Ident>,
    /// Enum values: the table's new id and the column's new name, `(old, new)` values.
    pub values: BTreeMap<(ObjectId, Ident), Vec<(String, String)>>,
    /// Values of enum types that are objects of their own: `(old, new)` values.
    pub types: BTreeMap<ObjectId, Vec<(String, String)>>,
}

/// The changes that turn `from` into `to`, in a stable order that no dependency has shaped yet.
///
/// Both sides are canonical and know the names that the database has, be they written or made; so
/// names are compared as they are. External tables are never created, changed or dropped, and what
/// `from` names as not_compared isn't created.
pub fn diff(from: &Schema, to: &Schema, renames: &Renames) -> Vec<Change> {
    let tables = renamed_tables(from, to, renames);
    let renamed = enum_values::renamed(from, to, renames);
    let mut changes = Vec::new();
    let mut taken: BTreeSet<&ObjectId> = BTreeSet::new();
    let hidden = from.hidden();
    for (id, object) in &to.objects {
        let old_id = tables.get(id).copied().unwrap_or(id);
        let Some(old) = from.objects.get(old_id) else {
            if !is_external(object) && !hidden.may_contain(id) {
                changes.push(Change::Create(id.clone(), object.clone()));
            }
            continue;
        };
        taken.insert(old_id);
        match (old, object) {
            (Object::Table(old), Object::Table(new)) => {
                let old = &*enum_values::of_table(old, &renamed);
                if new.external {
                    continue;
                }
                if old.external {
                    changes.push(Change::Create(id.clone(), object.clone()));
                } else if !table::same(old, new) {
                    let old = rename::retarget(old, new, &tables, renames);
                    changes.extend(table::diff(&old, new, renames));
                }
            }
            (old, new) => {
                let (values, old) = enum_values::of_type(id, old, &renamed);
                changes.extend(values);
                if old != *new {
                    let pair = Pair::new(old, new.clone());
                    changes.push(Change::Replace(id.clone(), pair));
                }
            }
        }
    }
    let commented: BTreeSet<&ObjectId> = from.comments.keys().chain(to.comments.keys()).collect();
    for id in commented {
        changes.extend(comment(id, from, to));
    }
    for (id, object) in &from.objects {
        if !taken.contains(id) && !is_external(object) {
            changes.push(Change::Drop(id.clone(), object.clone()));
        }
    }
    changes
}

/// The change of an object's comment; that of one that goes is taken away before, so that it comes
/// again on the way back.
fn comment(id: &ObjectId, from: &Schema, to: &Schema) -> Option<Change> {
    let (old, new) = (from.comments.get(id), to.comments.get(id));
    (old != new).then(|| Change::Comment(id.clone(), Pair::new(old.cloned(), new.cloned())))
}

fn is_external(object: &Object) -> bool {
    object.as_table().is_some_and(|table| table.external)
}

/// New id to old id, for the tables whose `renamed_from` holds: the old one is there, the new one
/// is not, and nobody else keeps the old name.
fn renamed_tables<'a>(
    from: &'a Schema,
    to: &Schema,
    renames: &Renames,
) -> BTreeMap<ObjectId, &'a ObjectId> {
    let mut found = BTreeMap::new();
    for (new, old) in &renames.tables {
        let old = ObjectId::table(old.clone()).within(new.ns.clone());
        if from.objects.contains_key(new) || to.objects.contains_key(&old) {
            continue;
        }
        if let Some((old, _)) = from.objects.get_key_value(&old) {
            found.insert(new.clone(), old);
        }
    }
    found
}

#[cfg(test)]
mod tests;
