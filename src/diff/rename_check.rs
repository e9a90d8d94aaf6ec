//! Whether `renamed_from` fits the schema before the change.

use crate::diag::{Code, Diagnostic};
use crate::diff::renames::Renames;
use crate::model::{ConstraintKind, Ident, ObjectId, Schema, Table};
use std::collections::BTreeMap;

/// Reports each `renamed_from` of a table or column of which both names existed before, or neither. If only the new name
/// existed, the rename has been performed already.
pub fn check_renames(from: &Schema, renames: &Renames) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut old_ids: BTreeMap<&ObjectId, ObjectId> = BTreeMap::new();
    for (new, old) in &renames.tables {
        let old_id = ObjectId::table(old.clone()).within(new.ns.clone());
        report_misfit(
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
            report_misfit(false, false, &format!("column {id}.{new}"), old, &mut found);
            continue;
        };
        report_misfit(
            table.column(old.as_str()).is_some(),
            table.column(new.as_str()).is_some(),
            &format!("column {id}.{new}"),
            old,
            &mut found,
        );
    }
    found
}

/// Does the same for a live database, and removes from `renames` those that have been performed already, with a note.
/// An empty database and new tables need no renames.
pub fn settle_renames(live: &Schema, declared: &Schema, renames: &mut Renames) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if live.tables().next().is_none() {
        *renames = Renames::default();
        return found;
    }
    renames.tables.retain(|new, old| {
        let old_id = ObjectId::table(old.clone()).within(new.ns.clone());
        let exists = (live.table(&old_id).is_some(), live.table(new).is_some());
        is_pending(exists, &format!("table {new}"), old, &mut found)
    });
    let tables = renames.tables.clone();
    let before = |id: &ObjectId| -> Option<&Table> {
        live.table(id).or_else(|| {
            let old = tables.get(id)?.clone();
            live.table(&ObjectId::table(old).within(id.ns.clone()))
        })
    };
    let old_columns = renames.columns.clone();
    let parts: [(&str, &mut OldNames, Exists); 3] = [
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
    for (kind, map, exists) in parts {
        map.retain(|(id, new), old| {
            let Some(table) = before(id) else {
                return false;
            };
            let exists = (exists(table, old), exists(table, new));
            is_pending(exists, &format!("{kind} {id}.{new}"), old, &mut found)
        });
    }
    renames.values.retain(|(id, column), values| {
        let Some(table) = before(id) else {
            return false;
        };
        let old_column = old_columns.get(&(id.clone(), column.clone()));
        let names = [Some(column), old_column];
        let live_column = names
            .into_iter()
            .flatten()
            .find_map(|name| table.column(name.as_str()));
        let Some(live_column) = live_column else {
            return false;
        };
        let checked = declared
            .table(id)
            .is_some_and(|declared| has_same_check(declared, table, column));
        values.retain(|(old, new)| {
            let inline = &live_column.ty.values;
            let exists = if inline.is_empty() {
                (!checked, checked)
            } else {
                (inline.contains(old), inline.contains(new))
            };
            is_pending(
                exists,
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
type Exists = fn(&Table, &Ident) -> bool;

/// Whether a table has the declared check of a column's type.
fn has_same_check(declared: &Table, live: &Table, column: &Ident) -> bool {
    let check = declared.constraints.iter().find_map(|c| match &c.kind {
        ConstraintKind::Check(check) if check.of_type.as_ref() == Some(column) => Some(check),
        ConstraintKind::Check(_)
        | ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclusion(_) => None,
    });
    check.is_some_and(|check| {
        live.constraints
            .iter()
            .any(|c| matches!(&c.kind, ConstraintKind::Check(other) if other.expr == check.expr))
    })
}

/// Whether a rename has not been performed yet. `exists` says it of the old and of the new name.
fn is_pending(exists: (bool, bool), what: &str, old: &Ident, found: &mut Vec<Diagnostic>) -> bool {
    if exists == (false, true) {
        let message = format!("{what} has been renamed from `{old}` already");
        found.push(
            Diagnostic::note(Code::RenamedFrom, message)
                .help("remove `renamed_from` once all databases have the new name"),
        );
        return false;
    }
    report_misfit(exists.0, exists.1, what, old, found);
    exists == (true, false)
}

/// Reports a rename of which both names exist, or neither.
fn report_misfit(
    old_exists: bool,
    new_exists: bool,
    what: &str,
    old: &Ident,
    found: &mut Vec<Diagnostic>,
) {
    let why = match (old_exists, new_exists) {
        (true, false) | (false, true) => return,
        (true, true) => "both exist",
        (false, false) => "neither existed before",
    };
    found.push(
        Diagnostic::error(
            Code::RenamedFrom,
            format!("{what} cannot be renamed from `{old}`: {why}"),
        )
        .help("correct or remove `renamed_from`"),
    );
}

#[cfg(test)]
mod tests {
    use super::check_renames;
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
    fn a_rename_needs_exactly_one_of_its_names() {
        let mut renames = Renames::default();
        renames
            .columns
            .insert((ObjectId::table("t"), Ident::from("new")), "old".into());
        assert!(check_renames(&schema(&["old"]), &renames).is_empty());
        assert!(check_renames(&schema(&["new"]), &renames).is_empty());
        assert_eq!(check_renames(&schema(&["old", "new"]), &renames).len(), 1);
        assert_eq!(check_renames(&schema(&["other"]), &renames).len(), 1);
    }
}
