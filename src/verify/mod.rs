//! A live database against the specs: what differs, as rows that a person can read.
//!
//! Pure: both schemas have been through `normalize` and `reconcile` before. [`compare`] never looks at
//! what the server made up for itself (derived names, defaults of options that nobody wrote).

pub(crate) mod columns;
pub(crate) mod difference;
pub(crate) mod matching;
pub(crate) mod names;
pub(crate) mod parts;
pub(crate) mod rows;

use crate::dialect::Dialect;
use crate::model::{Object, Schema};
use crate::verify::difference::MISSING;
use crate::verify::rows::Rows;

pub use crate::verify::difference::{Comparison, Difference};

/// Compares the schema that the specs ask for with the one that is there.
pub fn compare(dialect: &dyn Dialect, want: &Schema, have: &Schema) -> Comparison {
    let mut out = Comparison::default();
    let hidden = have.hidden();
    for (id, object) in &want.objects {
        let found = have.objects.get(id);
        if found.is_none() && hidden.may_contain(id) {
            continue;
        }
        let mut rows = Rows::new(dialect, id);
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
            ) => rows.add(rows.named(), "object", names::kind(object), MISSING),
            (Object::Type(want), Some(Object::Type(have))) => rows.user_type(want, have),
            // an extension that is there is all that a spec asks for: its text is the server's own
            (Object::Extension(_), Some(_)) => {}
            (
                Object::Routine(_) | Object::Sequence(_) | Object::Namespace | Object::Type(_),
                Some(have),
            ) => {
                if object != have {
                    let sides = (names::definition(object), names::definition(have));
                    rows.add(rows.named(), "definition", sides.0, sides.1);
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
