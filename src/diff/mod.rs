//! The changes between two schemas. Pure, and independent of the dialect.

pub(crate) mod columns;
pub(crate) mod enum_values;
pub(crate) mod matching;
pub(crate) mod open_choices;
pub(crate) mod prune;
pub(crate) mod rename;
pub(crate) mod rename_check;
pub(crate) mod renames;
pub(crate) mod structure;
pub(crate) mod table;

pub use crate::diff::open_choices::{OpenChoices, adopt_column_order, fill_open_choices};
pub use crate::diff::prune::{KeptObjects, Prune, prune};
pub use crate::diff::rename_check::{check_renames, settle_renames};
pub use crate::diff::renames::Renames;

use crate::change::Change;
use crate::model::{Object, ObjectId, Pair, Schema};
use std::collections::BTreeSet;

/// The changes that turn `from` into `to`, in a stable order; the planner orders them by their dependencies.
///
/// Both sides are in normal form and have the names of the database, given or derived, so names are compared
/// as they are. External tables are never created, changed or dropped, and an object that `from` lists as not
/// compared isn't created.
pub fn diff(from: &Schema, to: &Schema, renames: &Renames) -> Vec<Change> {
    let tables = renames.renamed_tables(from, to);
    let values = enum_values::renamed_values(from, to, renames);
    let mut changes = Vec::new();
    let mut matched: BTreeSet<&ObjectId> = BTreeSet::new();
    let hidden = from.hidden();
    for (id, object) in &to.objects {
        let old_id = tables.get(id).copied().unwrap_or(id);
        let Some(old) = from.objects.get(old_id) else {
            if !is_external(object) && !hidden.may_contain(id) {
                changes.push(Change::Create(id.clone(), object.clone()));
            }
            continue;
        };
        matched.insert(old_id);
        match (old, object) {
            (Object::Table(old), Object::Table(new)) => {
                let old = &*enum_values::rename_in_table(old, &values);
                if new.external {
                    continue;
                }
                if old.external {
                    changes.push(Change::Create(id.clone(), object.clone()));
                } else if !structure::is_same_table(old, new) {
                    let old = rename::with_new_names(old, new, &tables, renames);
                    changes.extend(table::diff(&old, new, renames));
                }
            }
            (old, new) => {
                let (renames, old) = enum_values::rename_in_type(id, old, &values);
                changes.extend(renames);
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
        if !matched.contains(id) && !is_external(object) {
            changes.push(Change::Drop(id.clone(), object.clone()));
        }
    }
    changes
}

/// The change of an object's comment. A dropped object loses its comment in a change before the drop, so that the
/// inverse adds the comment again.
fn comment(id: &ObjectId, from: &Schema, to: &Schema) -> Option<Change> {
    let (old, new) = (from.comments.get(id), to.comments.get(id));
    (old != new).then(|| Change::Comment(id.clone(), Pair::new(old.cloned(), new.cloned())))
}

fn is_external(object: &Object) -> bool {
    object.as_table().is_some_and(|table| table.external)
}

#[cfg(test)]
mod tests;
