//! Whether what `renamed_from` says fits what was there.

use super::Renames;
use crate::diag::Diagnostic;
use crate::model::{Ident, ObjectId, Schema, Table};
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

fn judge(old_there: bool, new_there: bool, what: &str, old: &Ident, found: &mut Vec<Diagnostic>) {
    let why = match (old_there, new_there) {
        (true, false) | (false, true) => return,
        (true, true) => "both are there already",
        (false, false) => "neither was there before",
    };
    found.push(
        Diagnostic::error(
            "renamed-from",
            format!("{what} can't be renamed from `{old}`: {why}"),
        )
        .help("correct `renamed_from`, or take it out"),
    );
}

#[cfg(test)]
mod tests {
    use super::stale;
    use crate::diff::Renames;
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
