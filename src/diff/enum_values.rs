//! Values of enum types that get another text.

use crate::change::Change;
use crate::diff::renames::Renames;
use crate::model::{Column, Object, ObjectId, Pair, Schema, Table, UserType};
use crate::sql::literal::replace_string;
use std::borrow::Cow;

/// A value of a type, before and after.
type Renamed = (ObjectId, Pair<String>);

/// The renames that `renamed_from` asks for. One counts where the old value is there and no longer
/// wanted, and the new one is wanted and not there.
pub(crate) fn renamed(from: &Schema, to: &Schema, renames: &Renames) -> Vec<Renamed> {
    let values = |schema: &Schema, id: &ObjectId| {
        if let Some(Object::Type(UserType::Enum(values))) = schema.objects.get(id) {
            values.clone()
        } else {
            Vec::new()
        }
    };
    let mut found = Vec::new();
    for (id, asked) in &renames.types {
        let (there, wanted) = (values(from, id), values(to, id));
        let counts = asked.iter().filter(|(old, new)| {
            there.contains(old)
                && !there.contains(new)
                && wanted.contains(new)
                && !wanted.contains(old)
        });
        found.extend(counts.map(|(old, new)| (id.clone(), Pair::new(old.clone(), new.clone()))));
    }
    found
}

/// A type with its values renamed, and the changes that do it.
pub(crate) fn of_type(id: &ObjectId, old: &Object, renamed: &[Renamed]) -> (Vec<Change>, Object) {
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

/// A table whose defaults speak of the values as they are then: the server carries them along.
pub(crate) fn of_table<'a>(table: &'a Table, renamed: &[Renamed]) -> Cow<'a, Table> {
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
                let renamed = |text: &str| replace_string(text, &pair.from, &pair.to);
                default.text = renamed(&default.text);
                default.normal_form = default.normal_form.as_deref().map(renamed);
            }
        }
    }
    table
}
