//! What a spec need not say because the server chose it: names of sequences and of NOT NULL
//! constraints (but for `names: exact`), the schema that an extension is in. What is there is taken as wanted.

use crate::diag::{Code, Diagnostic};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::compare::spelling::null_otherwise;
use crate::dialect::postgres::ddl::not_null::not_null_name;
use crate::dialect::postgres::expr::normal_form::defaults_to_null;
use crate::dialect::postgres::naming;
use crate::model::{Column, Ident, Object, ObjectId, Schema, Table};

/// Takes over from the live schema what the wanted one leaves open, and says what it can't have. A NOT NULL
/// may have no name of its own there (`nameless`, before PostgreSQL 18).
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
                        self::column(column, live, spelling);
                        self::names(id, column, live, exact);
                    }
                }
            }
            Object::Namespace | Object::Type(_) | Object::Sequence(_) | Object::Routine(_) => {}
        }
    }
    inherited_names(want, have)
}

/// The NOT NULL that a child has from its parent (PostgreSQL 18): the server renames it only with the
/// parent's, and only if both have one name. Anything else is left as it is.
fn inherited_names(want: &mut Schema, have: &Schema) -> Vec<Diagnostic> {
    let heirs = have
        .tables()
        .filter(|(_, live)| !live.inheritance.parents().is_empty());
    let mut heirs: Vec<&ObjectId> = heirs.map(|(id, _)| id).collect();
    // what a child can have follows from what its parent gets
    heirs.sort_by_cached_key(|id| generation(have, id));
    let mut found = Vec::new();
    for id in heirs {
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
                    "the server doesn't rename what a table has from its parent; detach it, rename it, attach it again",
                ));
            }
            column.attrs.set(keys::NOT_NULL, name.as_str());
        }
    }
    found
}

/// How many tables are above one of a live schema, where no circles can be.
fn generation(have: &Schema, id: &ObjectId) -> usize {
    let parents = have
        .table(id)
        .map_or(&[][..], |table| table.inheritance.parents());
    let above = parents.iter().map(|parent| generation(have, parent) + 1);
    above.max().unwrap_or(0)
}

/// By column of a wanted table: the name of its NOT NULL, where it would get one that it can't have.
fn names_to_keep(want: &Schema, have: &Schema, id: &ObjectId) -> Vec<Option<Ident>> {
    let (Some(table), Some(live)) = (want.table(id), have.table(id)) else {
        return Vec::new();
    };
    let stays = |parent: &&ObjectId| live.inheritance.parents().contains(parent);
    let parents = table.inheritance.parents().iter().filter(stays);
    let sides = parents.filter_map(|parent| Some((want.table(parent)?, have.table(parent)?)));
    let sides: Vec<(&Table, &Table)> = sides.collect();
    let kept = |column: &Column| {
        let of = |table: &Table| {
            let column = table.column(column.name.as_str())?;
            (!column.nullable).then(|| not_null_name(table, column))
        };
        let wanted = of(table)?;
        let Some(own) = live.column(column.name.as_str()) else {
            // it comes with the parent's, and so does its name
            column.attrs.get(keys::NOT_NULL)?;
            let passed = sides.iter().find_map(|(above, _)| of(above))?;
            return (passed != wanted).then_some(passed);
        };
        own.attrs.get(keys::NOT_NULL)?;
        let own = of(live)?;
        let above = |(above, live): &(&Table, &Table)| Some((of(above)?, of(live)?));
        let (above, live_above) = sides.iter().find_map(above)?;
        let name = if own == live_above { above } else { own };
        (name != wanted).then_some(name)
    };
    table.columns.iter().map(kept).collect()
}

fn column(want: &mut Column, live: &Column, exact: bool) {
    if defaults_to_null(want) && defaults_to_null(live) && !(exact && null_otherwise(want, live)) {
        want.default.clone_from(&live.default);
    }
    // a migration for older servers stores it; what it holds is the same
    if let (Some(want), Some(live)) = (&mut want.generated, &live.generated) {
        want.stored |= live.stored;
    }
    // an extension's type, wherever the extension is; or one that the specs name but don't define
    let mut found = live.ty.clone();
    found.user_defined = want.ty.user_defined;
    if !live.ty.user_defined {
        found.schema = None;
    }
    if found == want.ty {
        want.ty.clone_from(&live.ty);
    }
}

/// Names that the spec leaves out are those that are there, unless they are to be exactly the usual ones.
fn names(table: &ObjectId, want: &mut Column, live: &Column, exact: bool) {
    // what is a table's own stays so, and a server that knows none has none
    let follows = "not_null_inherited";
    match live.attrs.get(follows) {
        None if !live.nullable => drop(want.attrs.remove(follows)),
        Some(_) if !exact => want.attrs.set(follows, "true"),
        Some(_) | None => {}
    }
    let mut take = |key: &str| {
        if want.attrs.get(key).is_none() {
            want.attrs.set_some(key, live.attrs.get(key));
        }
    };
    let not_null = live.attrs.get(keys::NOT_NULL);
    if !exact || not_null.is_some_and(|name| is_chosen(table, live, name)) {
        take("not_null");
    }
    if !exact && live.identity.is_some() && want.identity == live.identity {
        take("sequence");
    }
}

/// Whether a NOT NULL has a name of the server's choice: the usual one, with a number behind where another
/// table has a constraint of that name.
fn is_chosen(table: &ObjectId, column: &Column, name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name.get(stem.len()..).unwrap_or_default();
    let label = format!("not_null{number}");
    naming::generated_name(table.name.as_str(), column.name.as_str(), &label) == name
}
