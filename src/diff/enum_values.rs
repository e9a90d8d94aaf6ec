//! Renamed values of enum types.

use crate::change::Change;
use crate::diff::renames::Renames;
use crate::model::{Column, Object, ObjectId, Pair, Schema, Table, UserType};
use crate::sql::literal::replace_string;
use std::borrow::Cow;

/// A type, and a value of it before and after.
type RenamedValue = (ObjectId, Pair<String>);

/// The values that `renamed_from` renames: the old value exists and is no longer declared, and the new one is declared and
/// doesn't exist.
pub(crate) fn renamed_values(from: &Schema, to: &Schema, renames: &Renames) -> Vec<RenamedValue> {
    let values = |schema: &Schema, id: &ObjectId| {
        if let Some(Object::Type(UserType::Enum(values))) = schema.objects.get(id) {
            values.clone()
        } else {
            Vec::new()
        }
    };
    let mut found = Vec::new();
    for (id, declared) in &renames.types {
        let (before, after) = (values(from, id), values(to, id));
        let applicable = declared.iter().filter(|(old, new)| {
            before.contains(old)
                && !before.contains(new)
                && after.contains(new)
                && !after.contains(old)
        });
        found
            .extend(applicable.map(|(old, new)| (id.clone(), Pair::new(old.clone(), new.clone()))));
    }
    found
}

/// A type with its values renamed, and the changes that rename them.
pub(crate) fn rename_in_type(
    id: &ObjectId,
    old: &Object,
    renamed: &[RenamedValue],
) -> (Vec<Change>, Object) {
    let mut changes = Vec::new();
    let mut after = old.clone();
    if let Object::Type(UserType::Enum(values)) = &mut after {
        for (_, pair) in renamed.iter().filter(|(other, _)| other == id) {
            let value = values.iter_mut().find(|value| **value == pair.from);
            value.into_iter().for_each(|v| v.clone_from(&pair.to));
            changes.push(Change::Value(id.clone(), pair.clone()));
        }
    }
    (changes, after)
}

/// A table whose defaults have the new values. The server renames them, too.
pub(crate) fn rename_in_table<'a>(table: &'a Table, renamed: &[RenamedValue]) -> Cow<'a, Table> {
    let mut table = Cow::Borrowed(table);
    for (id, pair) in renamed {
        let has_type = |column: &Column| {
            column.default.is_some() && column.ty.user_type_id().as_ref() == Some(id)
        };
        if !table.columns.iter().any(has_type) {
            continue;
        }
        let columns = table.to_mut().columns.iter_mut();
        for column in columns.filter(|column| has_type(column)) {
            if let Some(default) = &mut column.default {
                default.text = replace_string(&default.text, &pair.from, &pair.to);
                let normal_form = default.normal_form.as_deref();
                default.normal_form =
                    normal_form.map(|text| replace_string(text, &pair.from, &pair.to));
            }
        }
    }
    table
}
