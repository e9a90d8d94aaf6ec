//! Foreign keys that can't be compared: their target table was not inspected, because it is in a schema out of
//! scope or doesn't exist. They are listed as not compared, and kept in the database.

use std::cell::LazyCell;
use std::collections::HashSet;

use crate::model::{Constraint, ForeignKey, Ident, IndexPart, ObjectId, Schema, Table};

/// Lists the foreign keys whose target was not inspected as not compared.
pub fn list_as_not_compared(schema: &mut Schema) {
    let keys = out_of_scope(schema);
    schema.not_compared.extend(keys);
}

/// The foreign keys whose target was not inspected, as far as they are not listed yet.
fn out_of_scope(schema: &Schema) -> Vec<(ObjectId, &'static str)> {
    // a server with case-insensitive names may store a reference in the case of its declaration
    let fold = |id: &ObjectId| (id.ns.clone(), id.name.as_str().to_lowercase());
    let tables = || {
        schema
            .tables()
            .map(|(id, _)| fold(id))
            .collect::<HashSet<_>>()
    };
    let folded = LazyCell::new(tables);
    let is_read = |id: &ObjectId| schema.table(id).is_some() || folded.contains(&fold(id));
    let is_listed = is_listed(schema);
    let of_table = |(id, table): (&ObjectId, &Table)| {
        let keys = table.foreign_keys();
        let keys =
            keys.filter(|(constraint, key)| !is_read(&key.target) && !is_listed(id, constraint));
        let ids = keys.map(|(constraint, _)| constraint_id(id, constraint));
        ids.collect::<Vec<ObjectId>>()
    };
    let why = "its target table does not exist, or is in a schema that is not read";
    schema
        .tables()
        .flat_map(of_table)
        .map(|id| (id, why))
        .collect()
}

/// Whether a constraint of a table is listed as not compared.
pub(crate) fn is_listed(schema: &Schema) -> impl Fn(&ObjectId, &Constraint) -> bool + '_ {
    let parts = schema.not_compared.iter().map(|(id, _)| id);
    let parts: HashSet<&ObjectId> = parts.filter(|id| id.parent.is_some()).collect();
    move |table, constraint| !parts.is_empty() && parts.contains(&constraint_id(table, constraint))
}

/// Adds the uncompared foreign keys of a live database to the declared schema, so that they are kept, where that
/// is possible: their columns are unchanged, no declared foreign key has the same columns or name, and an index
/// supports them if the server requires one (`indexed`).
pub(crate) fn keep(want: &mut Schema, have: &Schema, indexed: bool) {
    let unlisted = out_of_scope(have);
    let listed: HashSet<&ObjectId> = { have.not_compared.iter().chain(&unlisted) }
        .map(|(id, _)| id)
        .collect();
    for (id, live) in have.tables() {
        let Some(table) = want.table_mut(id).filter(|table| !table.external) else {
            continue;
        };
        let keys = live.foreign_keys();
        let keys = keys.filter(|(constraint, key)| {
            listed.contains(&constraint_id(id, constraint))
                && can_stay(table, live, constraint, key)
                && (!indexed || has_index(table, live, key))
        });
        let keys: Vec<Constraint> = keys.map(|(constraint, _)| constraint.clone()).collect();
        table.constraints.extend(keys);
    }
    want.not_compared.extend(unlisted);
}

fn can_stay(want: &Table, live: &Table, constraint: &Constraint, key: &ForeignKey) -> bool {
    let same = |name: &Ident| {
        let [new, old] = [want, live].map(|table| table.column(name.as_str()));
        matches!((new, old), (Some(new), Some(old)) if new.ty == old.ty)
    };
    let is_replaced = want.foreign_keys().any(|(other, its)| {
        its.columns == key.columns || other.name.get() == constraint.name.get()
    });
    !is_replaced && key.columns.iter().all(same)
}

fn has_index(want: &Table, live: &Table, key: &ForeignKey) -> bool {
    let kept = want
        .indexes
        .iter()
        .filter(|index| live.indexes.contains(index));
    let mut parts = kept.map(|index| &index.parts);
    parts.any(|parts| {
        let mut columns = parts.iter().map(IndexPart::column_name);
        key.columns
            .iter()
            .all(|column| columns.next() == Some(Some(column)))
    })
}

/// The id of a constraint in the list of objects that are not compared.
pub(crate) fn constraint_id(table: &ObjectId, constraint: &Constraint) -> ObjectId {
    ObjectId {
        name: constraint.name.get().clone(),
        parent: Some(table.name.clone()),
        ..table.clone()
    }
}
