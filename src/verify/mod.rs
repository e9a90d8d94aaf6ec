//! Comparison of a live database with its specs, as a list of differences.
//!
//! Pure: `normalize` and `reconcile` have processed both schemas before. [`compare`] ignores what the server
//! generates (derived names, defaults of options that the spec leaves unset).

pub(crate) mod columns;
pub(crate) mod describe;
pub(crate) mod difference;
pub(crate) mod matching;
pub(crate) mod object_differences;
pub(crate) mod parts;

use crate::dialect::Dialect;
use crate::model::{Object, Schema};
use crate::verify::difference::MISSING;
use crate::verify::object_differences::ObjectDifferences;

pub use crate::verify::difference::{Comparison, Difference};

/// Compares the declared schema with the live one.
pub fn compare(dialect: &dyn Dialect, want: &Schema, have: &Schema) -> Comparison {
    let mut out = Comparison::default();
    let hidden = have.hidden();
    for (id, object) in &want.objects {
        let found = have.objects.get(id);
        if found.is_none() && hidden.may_contain(id) {
            continue;
        }
        let mut rows = ObjectDifferences::new(dialect, id);
        match (object, found) {
            (Object::Table(table), found) => {
                out.tables += 1;
                rows.table(table, found.and_then(Object::as_table));
                out.tables_differing += usize::from(!rows.list.is_empty());
            }
            (
                Object::Type(_)
                | Object::Extension(_)
                | Object::Routine(_)
                | Object::Sequence(_)
                | Object::Namespace,
                None,
            ) => rows.add(
                rows.object_label(),
                "object",
                describe::kind(object),
                MISSING,
            ),
            (Object::Type(want), Some(Object::Type(have))) => rows.user_type(want, have),
            // a spec declares only that the extension exists; its definition is the server's
            (Object::Extension(_), Some(_)) => {}
            (
                Object::Routine(_) | Object::Sequence(_) | Object::Namespace | Object::Type(_),
                Some(have),
            ) => {
                if object != have {
                    let sides = (describe::definition(object), describe::definition(have));
                    rows.add(rows.object_label(), "definition", sides.0, sides.1);
                }
            }
        }
        out.differences.append(&mut rows.list);
    }
    out.unmanaged = have
        .tables()
        .filter(|(id, _)| !want.objects.contains_key(*id))
        .map(|(id, _)| id.clone())
        .collect();
    for entry in want.not_compared.iter().chain(&have.not_compared) {
        if !out.not_compared.contains(entry) {
            out.not_compared.push(entry.clone());
        }
    }
    out
}

#[cfg(test)]
mod tests;
