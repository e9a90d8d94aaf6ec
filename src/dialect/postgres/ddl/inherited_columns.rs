//! Columns of partitions and child tables, which follow those of their parent.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::ddl::not_null::inherits_not_null;
use crate::dialect::postgres::naming::{self, bare_or_quoted};
use crate::model::{Column, Inheritance, ObjectId, Table};

/// Whether a column is inherited, and the table only overrides its default, NOT NULL or comment.
pub(crate) fn overrides_inherited(column: &Column) -> bool {
    column.attrs.get(keys::INHERITED)
}

/// The statements that override an inherited column.
pub(crate) fn override_inherited_column(on: &str, column: &Column) -> Vec<String> {
    let name = bare_or_quoted(column.name.as_str());
    let alter = |what: &str| format!("ALTER TABLE {on} ALTER COLUMN {name} {what}");
    let mut out = Vec::new();
    if column.generated.is_none() && column.identity.is_none() {
        out.push(match &column.default {
            Some(default) => alter(&format!("SET DEFAULT {}", clauses::default_value(default))),
            None => alter("DROP DEFAULT"),
        });
    }
    if !column.nullable && !inherits_not_null(column) {
        out.push(alter("SET NOT NULL"));
    }
    if column.comment.is_some() {
        out.push(clauses::column_comment(on, column));
    }
    out
}

/// The statements that remove the overrides of an inherited column.
pub(crate) fn remove_override(on: &str, column: &Column) -> Vec<String> {
    let plain = Column {
        nullable: true,
        default: None,
        comment: None,
        ..column.clone()
    };
    let mut out = override_inherited_column(on, &plain);
    if !column.nullable && !inherits_not_null(column) {
        let name = bare_or_quoted(column.name.as_str());
        out.push(format!(
            "ALTER TABLE {on} ALTER COLUMN {name} DROP NOT NULL"
        ));
    }
    if column.comment.is_some() {
        out.push(clauses::column_comment(on, &plain));
    }
    out
}

/// A column before a change (if it existed) and after it.
type ColumnSides<'a> = (Option<&'a Column>, &'a Column);

/// The column of a partition or child table after the server has applied a change of the parent's column to
/// it. `parent_column` and `own` are the column before the change (if it existed) and after it; `result` is the
/// column as it comes out, but for its attributes.
///
/// A change of the type resets storage and compression. A NOT NULL that is added gets the parent's
/// constraint name, on servers that name them (since PostgreSQL 18, told by the column's own attribute); one
/// that the table declares itself keeps its name.
pub(crate) fn column_after_parent_change(
    table: &Table,
    parent: &ObjectId,
    parent_column: ColumnSides<'_>,
    own: ColumnSides<'_>,
    mut result: Column,
) -> Column {
    let (from, to) = parent_column;
    let mut attrs = own.0.map(|own| own.attrs.clone()).unwrap_or_default();
    let mut take = |key: &str, value: Option<String>| {
        attrs.remove(key);
        attrs.set_some(key, value);
    };
    let value = |column: &Column, key: &str| column.attrs.get(key).map(str::to_owned);
    let type_changes = from.is_some_and(|from| from.ty != to.ty || from.collation != to.collation);
    for key in ["storage", "compression"] {
        // `SET COMPRESSION` isn't applied to partitions and child tables
        let is_applied =
            from.is_some_and(|from| key == "storage" && value(from, key) != value(to, key));
        if from.is_none() || is_applied {
            take(key, value(to, key));
        } else if type_changes {
            take(key, None);
        }
    }
    let passed_not_null = |column: &Column| {
        let is_passed = !column.nullable && !column.attrs.get(keys::NOT_NULL_NO_INHERIT);
        let default = || naming::not_null(&parent.name, &column.name);
        let name = is_passed.then(|| value(column, "not_null").unwrap_or_else(default));
        let validated = value(column, "not_null_validated").filter(|_| is_passed);
        (name, validated)
    };
    let (name, validated) = passed_not_null(to);
    let (old_name, old_validated) = from.map(passed_not_null).unwrap_or_default();
    let is_child = matches!(table.inheritance, Inheritance::Inherits(_));
    let before = own.0.filter(|own| !own.nullable);
    let recorded_name = |column: &Column| value(column, "not_null");
    match (before, &old_name, &name) {
        (_, old, new) if old == new => {}
        // the table's own stays; its default name is recorded once the parent has one too
        (Some(before), None, Some(_)) => {
            take(
                "not_null",
                recorded_name(before).or_else(|| recorded_name(own.1)),
            );
        }
        (Some(before), Some(old), None)
            if recorded_name(before).is_some_and(|own| own != *old)
                || is_child && recorded_name(before).is_some() && !inherits_not_null(before) =>
        {
            result.nullable = false;
        }
        (Some(before), Some(old), Some(_)) if recorded_name(before).as_ref() != Some(old) => {}
        (before, ..) => {
            let has_name = recorded_name(own.1).is_some();
            let only_inherited = before.is_none() && is_child && name.is_some() && has_name
                || before.is_some_and(inherits_not_null) && name.is_some();
            take(
                "not_null_inherited",
                only_inherited.then(|| String::from("true")),
            );
            take("not_null", name.filter(|_| has_name));
        }
    }
    if validated != old_validated {
        take("not_null_validated", validated);
    }
    result.attrs = attrs;
    result
}
