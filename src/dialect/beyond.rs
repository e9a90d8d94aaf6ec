//! Foreign keys to tables that were not read: in a schema that nobody asked for, or gone, which MySQL lets
//! happen while it is told not to check foreign keys. No spec can speak of what isn't described.

use std::cell::LazyCell;
use std::collections::HashSet;

use crate::model::{Constraint, ConstraintKind, Ident, ObjectId, Schema, Table};

/// Takes such foreign keys out of what was read, and names them as not compared.
pub fn leave_out(schema: &mut Schema) {
    for (id, keys) in found(schema) {
        let names: Vec<Ident> = keys.iter().map(|key| key.name.get().clone()).collect();
        if let Some(table) = schema.table_mut(&id) {
            table
                .constraints
                .retain(|one| !names.contains(one.name.get()));
        }
        schema
            .uncompared
            .extend(keys.iter().map(|key| named(&id, key)));
    }
}

/// Leaves such foreign keys of a live database alone where the specs have none of that name, as far as their
/// columns stay.
pub(super) fn leave_alone(want: &mut Schema, have: &Schema) {
    for (id, keys) in found(have) {
        let Some(table) = want.table_mut(&id).filter(|table| !table.external) else {
            continue;
        };
        let fits = |key: &Constraint, table: &Table| {
            let has = |name: &&Ident| table.column(name.as_str()).is_some();
            let mut others = table.constraints.iter();
            others.all(|one| one.name.get() != key.name.get()) && key.columns().iter().all(has)
        };
        let mut left = Vec::new();
        for key in keys {
            if fits(&key, table) {
                left.push(named(&id, &key));
                table.constraints.push(key);
            }
        }
        want.uncompared.extend(left);
    }
}

/// Their tables, each with those that it has.
fn found(schema: &Schema) -> Vec<(ObjectId, Vec<Constraint>)> {
    // a server that folds names may keep a reference as somebody wrote it
    let fold = |id: &ObjectId| (id.ns.clone(), id.name.as_str().to_lowercase());
    let folded = LazyCell::new(|| {
        schema
            .tables()
            .map(|(id, _)| fold(id))
            .collect::<HashSet<_>>()
    });
    let there =
        |target: &ObjectId| schema.table(target).is_some() || folded.contains(&fold(target));
    let dangles = |one: &&Constraint| matches!(&one.kind, ConstraintKind::ForeignKey(key) if !there(&key.target));
    let tables = schema.tables().map(|(id, table)| {
        let keys = table.constraints.iter().filter(dangles).cloned();
        (id.clone(), keys.collect::<Vec<Constraint>>())
    });
    tables.filter(|(_, keys)| !keys.is_empty()).collect()
}

fn named(table: &ObjectId, key: &Constraint) -> (ObjectId, &'static str) {
    let id = ObjectId {
        name: key.name.get().clone(),
        parent: Some(table.name.clone()),
        ..table.clone()
    };
    (
        id,
        "a foreign key to a table that isn't there, or wasn't asked for",
    )
}
