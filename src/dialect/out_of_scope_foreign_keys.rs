//! Foreign keys of which no spec can speak: to tables that were not read, in a schema that nobody asked for
//! or gone, and those that a server itself says hold nothing. They are named as not compared, and left alone.

use std::cell::LazyCell;
use std::collections::HashSet;

use crate::model::{Constraint, ForeignKey, Ident, IndexPart, ObjectId, Schema, Table};

/// Names those whose table wasn't read.
pub fn name(schema: &mut Schema) {
    let lost = lost(schema);
    schema.not_compared.extend(lost);
}

/// Those whose table wasn't read, as far as they aren't named.
fn lost(schema: &Schema) -> Vec<(ObjectId, &'static str)> {
    // a server that folds names may keep a reference as somebody wrote it
    let fold = |id: &ObjectId| (id.ns.clone(), id.name.as_str().to_lowercase());
    let tables = || {
        schema
            .tables()
            .map(|(id, _)| fold(id))
            .collect::<HashSet<_>>()
    };
    let folded = LazyCell::new(tables);
    let is_read = |id: &ObjectId| schema.table(id).is_some() || folded.contains(&fold(id));
    let is_named = is_named(schema);
    let of_table = |(id, table): (&ObjectId, &Table)| {
        let keys = table.foreign_keys();
        let lost = keys.filter(|(one, key)| !is_read(&key.target) && !is_named(id, one));
        let ids = lost.map(|(one, _)| id_of(id, one));
        ids.collect::<Vec<ObjectId>>()
    };
    let why = "a foreign key to a table that isn't there, or wasn't asked for";
    schema
        .tables()
        .flat_map(of_table)
        .map(|id| (id, why))
        .collect()
}

/// Whether a constraint of a table is named as not compared.
pub(crate) fn is_named(schema: &Schema) -> impl Fn(&ObjectId, &Constraint) -> bool + '_ {
    let parts = schema.not_compared.iter().map(|(id, _)| id);
    let parts: HashSet<&ObjectId> = parts.filter(|id| id.parent.is_some()).collect();
    move |table, constraint| !parts.is_empty() && parts.contains(&id_of(table, constraint))
}

/// Keeps those of a live database that can stay: their columns do as they are, what is wanted has none in their
/// place, and an index serves them yet where the server asks for one.
pub(crate) fn leave_alone(want: &mut Schema, have: &Schema, indexed: bool) {
    let lost = lost(have);
    let named: HashSet<&ObjectId> = { have.not_compared.iter().chain(&lost) }
        .map(|(id, _)| id)
        .collect();
    for (id, live) in have.tables() {
        let Some(table) = want.table_mut(id).filter(|table| !table.external) else {
            continue;
        };
        let keys = live.foreign_keys();
        let keys = keys.filter(|(constraint, key)| {
            named.contains(&id_of(id, constraint))
                && stays(table, live, constraint, key)
                && (!indexed || is_served(table, live, key))
        });
        let keys: Vec<Constraint> = keys.map(|(constraint, _)| constraint.clone()).collect();
        table.constraints.extend(keys);
    }
    want.not_compared.extend(lost);
}

fn stays(want: &Table, live: &Table, constraint: &Constraint, key: &ForeignKey) -> bool {
    let same = |name: &Ident| {
        let [new, old] = [want, live].map(|table| table.column(name.as_str()));
        matches!((new, old), (Some(new), Some(old)) if new.ty == old.ty)
    };
    let rival = want.foreign_keys().any(|(other, its)| {
        its.columns == key.columns || other.name.get() == constraint.name.get()
    });
    !rival && key.columns.iter().all(same)
}

fn is_served(want: &Table, live: &Table, key: &ForeignKey) -> bool {
    let stay = want
        .indexes
        .iter()
        .filter(|index| live.indexes.contains(index));
    let mut parts = stay.map(|index| &index.parts);
    parts.any(|parts| {
        let mut columns = parts.iter().map(IndexPart::column_name);
        key.columns
            .iter()
            .all(|column| columns.next() == Some(Some(column)))
    })
}

/// How a constraint of a table is named among what isn't compared.
pub(crate) fn id_of(table: &ObjectId, constraint: &Constraint) -> ObjectId {
    ObjectId {
        name: constraint.name.get().clone(),
        parent: Some(table.name.clone()),
        ..table.clone()
    }
}
