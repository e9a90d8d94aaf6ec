//! What a spec need not say because the server chose it: names of sequences and of NOT NULL
//! constraints, the schema that an extension is in. What is there is taken as wanted.

use super::alter_column::not_null_name;
use super::canon::defaults_to_null;
use crate::diag::Diagnostic;
use crate::model::{Column, Ident, Object, ObjectId, Schema, Table};

/// Takes over from the live schema what the wanted one leaves open, and says what it can't have.
pub(super) fn choices(want: &mut Schema, have: &Schema) -> Vec<Diagnostic> {
    for (id, object) in &mut want.objects {
        match (object, have.objects.get(id)) {
            (Object::Extension(want), Some(Object::Extension(have))) if want.schema.is_none() => {
                want.schema.clone_from(&have.schema);
            }
            (Object::Table(want), Some(Object::Table(have))) => {
                for column in &mut want.columns {
                    if let Some(live) = have.column(column.name.as_str()) {
                        self::column(column, live);
                    }
                }
            }
            _ => {}
        }
    }
    inherited_names(want, have)
}

/// The NOT NULL that a child has from its parent (PostgreSQL 18): the server renames it only with the
/// parent's, and only if both have one name. Anything else is left as it is.
fn inherited_names(want: &mut Schema, have: &Schema) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    loop {
        let next = want.tables().find_map(|(id, table)| {
            let live = have.table(id)?;
            let (n, name) = inherited_name(want, have, table, live)?;
            Some((id.clone(), n, name))
        });
        let Some((id, n, name)) = next else {
            return found;
        };
        let table = want.table_mut(&id);
        let Some(column) = table.and_then(|table| table.columns.get_mut(n)) else {
            return found;
        };
        let said = column.attrs.get("not_null").is_some();
        column.attrs.set("not_null", name.as_str());
        if said {
            let message = format!(
                "{id}: the NOT NULL of {} keeps its name {name}",
                column.name
            );
            found.push(Diagnostic::note("kept-name", message).help(
                "the server doesn't rename what a table has from its parent; detach it, rename it, attach it again",
            ));
        }
    }
}

/// The first column of a table whose NOT NULL would get a name that it can't have, and the one it has.
fn inherited_name(
    want: &Schema,
    have: &Schema,
    table: &Table,
    live: &Table,
) -> Option<(usize, Ident)> {
    let stays = |parent: &&ObjectId| live.lineage.parents().contains(parent);
    let parents = table.lineage.parents().iter().filter(stays);
    let sides = parents.filter_map(|parent| Some((want.table(parent)?, have.table(parent)?)));
    let sides: Vec<(&Table, &Table)> = sides.collect();
    table.columns.iter().enumerate().find_map(|(n, column)| {
        let of = |table: &Table| {
            let column = table.column(column.name.as_str())?;
            (!column.nullable).then(|| not_null_name(table, column))
        };
        let own = live.column(column.name.as_str())?;
        own.attrs.get("not_null")?;
        let (own, wanted) = (of(live)?, of(table)?);
        let above = |(above, live): &(&Table, &Table)| Some((of(above)?, of(live)?));
        let (above, live_above) = sides.iter().find_map(above)?;
        let name = if own == live_above { above } else { own };
        (name != wanted).then_some((n, name))
    })
}

fn column(want: &mut Column, live: &Column) {
    if defaults_to_null(want) && defaults_to_null(live) {
        want.default.clone_from(&live.default);
    }
    let mut open = vec!["not_null"];
    if want.identity.is_some() && want.identity == live.identity {
        open.push("sequence");
    }
    // a migration for older servers stores it; what it holds is the same
    if let (Some(want), Some(live)) = (&mut want.generated, &live.generated) {
        want.stored |= live.stored;
    }
    for key in open {
        if want.attrs.get(key).is_none() {
            want.attrs.set_some(key, live.attrs.get(key));
        }
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
