//! Fills choices that the specs leave to the server from the live schema: names of sequences and NOT NULL
//! constraints (unless `names: exact`), and the schema of an extension.

use crate::diag::{Code, Diagnostic};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::compare::spelling::null_default_differs;
use crate::dialect::postgres::ddl::not_null::not_null_name;
use crate::dialect::postgres::expr::normal_form::defaults_to_null;
use crate::dialect::postgres::naming;
use crate::model::{Column, Ident, Object, ObjectId, Schema, Table};

/// Fills unset choices of the declared schema `want` from the live schema `have`. Reports declared names that the
/// server can't give. `names_not_nulls` is whether NOT NULL constraints have names (since PostgreSQL 18).
pub(crate) fn take_live_choices(
    want: &mut Schema,
    have: &Schema,
    names_not_nulls: bool,
) -> Vec<Diagnostic> {
    if !names_not_nulls {
        let columns = want.tables_mut().flat_map(|(_, table)| &mut table.columns);
        for column in columns {
            column.attrs.remove(keys::NOT_NULL);
            column.attrs.remove(keys::NOT_NULL_INHERITED);
        }
    }
    let (spelling, exact) = (want.exact_spelling, want.exact_names);
    for (id, object) in &mut want.objects {
        match object {
            Object::Extension(want) => {
                if let (None, Some(Object::Extension(have))) = (&want.schema, have.objects.get(id))
                {
                    want.schema.clone_from(&have.schema);
                }
            }
            Object::Table(want) => {
                let Some(have) = have.table(id) else { continue };
                for column in &mut want.columns {
                    if let Some(live) = have.column(column.name.as_str()) {
                        take_live_column(column, live, spelling);
                        take_live_names(id, column, live, exact);
                    }
                }
            }
            Object::Namespace | Object::Type(_) | Object::Sequence(_) | Object::Routine(_) => {}
        }
    }
    keep_inherited_names(want, have)
}

/// Keeps the names of inherited NOT NULL constraints (PostgreSQL 18). The server renames such a constraint only
/// together with the parent's, and only if both have the same name.
fn keep_inherited_names(want: &mut Schema, have: &Schema) -> Vec<Diagnostic> {
    let children = have
        .tables()
        .filter(|(_, live)| !live.inheritance.parents().is_empty());
    let mut children: Vec<&ObjectId> = children.map(|(id, _)| id).collect();
    // the name of a child's constraint depends on that of its parent
    children.sort_by_cached_key(|id| generation(have, id));
    let mut found = Vec::new();
    for id in children {
        let names = names_to_keep(want, have, id);
        let Some(table) = want.table_mut(id) else {
            continue;
        };
        for (column, name) in table.columns.iter_mut().zip(names) {
            let Some(name) = name else { continue };
            if column.attrs.get(keys::NOT_NULL).is_some() {
                let message = format!(
                    "{id}: the NOT NULL of {} keeps its name {name}",
                    column.name
                );
                found.push(Diagnostic::note(Code::KeptName, message).help(
                    "detach the table, rename the constraint, and attach the table again: the server can't rename inherited constraints",
                ));
            }
            column.attrs.set(keys::NOT_NULL, name.as_str());
        }
    }
    found
}

/// The number of ancestor levels of a live table. The inheritance of a live schema has no cycles.
fn generation(have: &Schema, id: &ObjectId) -> usize {
    let parents = have
        .table(id)
        .map_or(&[][..], |table| table.inheritance.parents());
    let above = parents.iter().map(|parent| generation(have, parent) + 1);
    above.max().unwrap_or(0)
}

/// The name that each column's NOT NULL keeps, for columns whose declared name the server can't give.
fn names_to_keep(want: &Schema, have: &Schema, id: &ObjectId) -> Vec<Option<Ident>> {
    let (Some(table), Some(live)) = (want.table(id), have.table(id)) else {
        return Vec::new();
    };
    let stays = |parent: &&ObjectId| live.inheritance.parents().contains(parent);
    let parents = table.inheritance.parents().iter().filter(stays);
    let sides = parents.filter_map(|parent| Some((want.table(parent)?, have.table(parent)?)));
    let sides: Vec<(&Table, &Table)> = sides.collect();
    let kept_name = |column: &Column| {
        let name_in = |table: &Table| {
            let column = table.column(column.name.as_str())?;
            (!column.nullable).then(|| not_null_name(table, column))
        };
        let wanted = name_in(table)?;
        let Some(own) = live.column(column.name.as_str()) else {
            // the column is added by the parent, with the name of the parent's constraint
            column.attrs.get(keys::NOT_NULL)?;
            let passed = sides.iter().find_map(|(above, _)| name_in(above))?;
            return (passed != wanted).then_some(passed);
        };
        own.attrs.get(keys::NOT_NULL)?;
        let own = name_in(live)?;
        let above = |(above, live): &(&Table, &Table)| Some((name_in(above)?, name_in(live)?));
        let (above, live_above) = sides.iter().find_map(above)?;
        let name = if own == live_above { above } else { own };
        (name != wanted).then_some(name)
    };
    table.columns.iter().map(kept_name).collect()
}

fn take_live_column(want: &mut Column, live: &Column, exact: bool) {
    if defaults_to_null(want)
        && defaults_to_null(live)
        && !(exact && null_default_differs(want, live))
    {
        want.default.clone_from(&live.default);
    }
    // migrations for older servers declare it stored; its values are the same
    if let (Some(want), Some(live)) = (&mut want.generated, &live.generated) {
        want.stored |= live.stored;
    }
    // a type of an extension, in any schema; or one that the specs use but don't declare
    let mut found = live.ty.clone();
    found.user_defined = want.ty.user_defined;
    if !live.ty.user_defined {
        found.schema = None;
    }
    if found == want.ty {
        want.ty.clone_from(&live.ty);
    }
}

/// Takes the live names for unset ones, unless `exact` requires the default names.
fn take_live_names(table: &ObjectId, want: &mut Column, live: &Column, exact: bool) {
    // a constraint that the table declares itself is not only inherited
    let inherited = "not_null_inherited";
    match live.attrs.get(inherited) {
        None if !live.nullable => drop(want.attrs.remove(inherited)),
        Some(_) if !exact => want.attrs.set(inherited, "true"),
        Some(_) | None => {}
    }
    let mut take = |key: &str| {
        if want.attrs.get(key).is_none() {
            want.attrs.set_some(key, live.attrs.get(key));
        }
    };
    let not_null = live.attrs.get(keys::NOT_NULL);
    if !exact || not_null.is_some_and(|name| is_generated(table, live, name)) {
        take("not_null");
    }
    if !exact && live.identity.is_some() && want.identity == live.identity {
        take("sequence");
    }
}

/// Whether the name of a NOT NULL is generated: the default name, followed by a number if another table has a
/// constraint of that name.
fn is_generated(table: &ObjectId, column: &Column, name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name.get(stem.len()..).unwrap_or_default();
    let label = format!("not_null{number}");
    naming::generated_name(table.name.as_str(), column.name.as_str(), &label) == name
}
