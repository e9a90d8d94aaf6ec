//! Whether what `renamed_from` says fits what was there.

use crate::diag::{Code, Diagnostic};
use crate::diff::renames::Renames;
use crate::model::{ConstraintKind, Ident, ObjectId, Schema, Table};
use std::collections::BTreeMap;

/// The `renamed_from`s of tables and columns that fit nothing: both names were there, or neither.
/// The old name gone and the new one there is a rename that has been done.
pub fn stale(from: &Schema, renames: &Renames) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut old_ids: BTreeMap<&ObjectId, ObjectId> = BTreeMap::new();
    for (new, old) in &renames.tables {
        let old_id = ObjectId::table(old.clone()).within(new.ns.clone());
        judge(
            from.table(&old_id).is_some(),
            from.table(new).is_some(),
            &format!("table {new}"),
            old,
            &mut found,
        );
        old_ids.insert(new, old_id);
    }
    let before = |id: &ObjectId| -> Option<&Table> {
        from.table(id).or_else(|| from.table(old_ids.get(id)?))
    };
    for ((id, new), old) in &renames.columns {
        let Some(table) = before(id) else {
            judge(false, false, &format!("column {id}.{new}"), old, &mut found);
            continue;
        };
        judge(
            table.column(old.as_str()).is_some(),
            table.column(new.as_str()).is_some(),
            &format!("column {id}.{new}"),
            old,
            &mut found,
        );
    }
    found
}

/// The same for a live database, where a rename may have been done before: that is a note, and the
/// rename is taken out of `renames`. Where nothing is there yet nothing can be renamed, and a table
/// that comes new comes with its new names.
pub fn settle(have: &Schema, want: &Schema, renames: &mut Renames) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if have.tables().next().is_none() {
        *renames = Renames::default();
        return found;
    }
    renames.tables.retain(|new, old| {
        let old_id = ObjectId::table(old.clone()).within(new.ns.clone());
        let there = (have.table(&old_id).is_some(), have.table(new).is_some());
        open(there, &format!("table {new}"), old, &mut found)
    });
    let tables = renames.tables.clone();
    let before = |id: &ObjectId| -> Option<&Table> {
        have.table(id).or_else(|| {
            let old = tables.get(id)?.clone();
            have.table(&ObjectId::table(old).within(id.ns.clone()))
        })
    };
    let old_columns = renames.columns.clone();
    let parts: [(&str, &mut OldNames, IsThere); 3] = [
        ("column", &mut renames.columns, |table, name| {
            table.column(name.as_str()).is_some()
        }),
        ("index", &mut renames.indexes, |table, name| {
            table.indexes.iter().any(|index| index.name.get() == name)
        }),
        ("constraint", &mut renames.constraints, |table, name| {
            table.constraints.iter().any(|c| c.name.get() == name)
        }),
    ];
    for (kind, map, is_there) in parts {
        map.retain(|(id, new), old| {
            let Some(table) = before(id) else {
                return false;
            };
            let there = (is_there(table, old), is_there(table, new));
            open(there, &format!("{kind} {id}.{new}"), old, &mut found)
        });
    }
    renames.values.retain(|(id, column), values| {
        let Some(table) = before(id) else {
            return false;
        };
        let old_column = old_columns.get(&(id.clone(), column.clone()));
        let names = [Some(column), old_column];
        let live = names
            .into_iter()
            .flatten()
            .find_map(|name| table.column(name.as_str()));
        let Some(live) = live else { return false };
        let checked = want
            .table(id)
            .is_some_and(|want| same_check(want, table, column));
        values.retain(|(old, new)| {
            let inline = &live.ty.values;
            let there = if inline.is_empty() {
                (!checked, checked)
            } else {
                (inline.contains(old), inline.contains(new))
            };
            open(
                there,
                &format!("value {new} of {id}.{column}"),
                &old.as_str().into(),
                &mut found,
            )
        });
        !values.is_empty()
    });
    found
}

/// The old names of parts, by table and new name.
type OldNames = BTreeMap<(ObjectId, Ident), Ident>;

/// Whether a table has a part of this name.
type IsThere = fn(&Table, &Ident) -> bool;

/// Whether the check that a column's type makes is there as it is wanted.
fn same_check(want: &Table, have: &Table, column: &Ident) -> bool {
    let check = want.constraints.iter().find_map(|c| match &c.kind {
        ConstraintKind::Check(check) if check.of_type.as_ref() == Some(column) => Some(check),
        ConstraintKind::Check(_)
        | ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclusion(_) => None,
    });
    check.is_some_and(|check| {
        have.constraints
            .iter()
            .any(|c| matches!(&c.kind, ConstraintKind::Check(live) if live.expr == check.expr))
    })
}

/// Whether a rename is still to be done.
fn open(there: (bool, bool), what: &str, old: &Ident, found: &mut Vec<Diagnostic>) -> bool {
    if there == (false, true) {
        let message = format!("{what} bears its new name already; it was `{old}`");
        found.push(
            Diagnostic::note(Code::RenamedFrom, message)
                .help("`renamed_from` can go once all databases have the new name"),
        );
        return false;
    }
    judge(there.0, there.1, what, old, found);
    there == (true, false)
}

fn judge(old_there: bool, new_there: bool, what: &str, old: &Ident, found: &mut Vec<Diagnostic>) {
    let why = match (old_there, new_there) {
        (true, false) | (false, true) => return,
        (true, true) => "both are there already",
        (false, false) => "neither was there before",
    };
    found.push(
        Diagnostic::error(
            Code::RenamedFrom,
            format!("{what} can't be renamed from `{old}`: {why}"),
        )
        .help("correct `renamed_from`, or take it out"),
    );
}

#[cfg(test)]
mod tests {
    use super::stale;
    use crate::diff::renames::Renames;
    use crate::model::{Column, Ident, Object, ObjectId, Schema, SqlType, Table};

    fn schema(columns: &[&str]) -> Schema {
        let mut table = Table::new(ObjectId::table("t"));
        for name in columns {
            table.columns.push(Column::new(*name, SqlType::new("int")));
        }
        let mut schema = Schema::default();
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
        schema
    }

    #[test]
    fn a_rename_needs_the_old_name_or_to_be_done() {
        let mut renames = Renames::default();
        renames
            .columns
            .insert((ObjectId::table("t"), Ident::from("new")), "old".into());
        assert!(stale(&schema(&["old"]), &renames).is_empty());
        assert!(stale(&schema(&["new"]), &renames).is_empty());
        assert_eq!(stale(&schema(&["old", "new"]), &renames).len(), 1);
        assert_eq!(stale(&schema(&["other"]), &renames).len(), 1);
    }
}
