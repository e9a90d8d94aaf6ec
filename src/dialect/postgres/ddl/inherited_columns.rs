//! Columns of partitions and child tables, which follow those of their parent.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::ddl::not_null::inherits_not_null;
use crate::dialect::postgres::naming::{self, bare_or_quoted};
use crate::model::{Attributes, Column, Inheritance, ObjectId, Table};

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
/// column after the change, except for its attributes.
pub(crate) fn column_after_parent_change(
    table: &Table,
    parent: &ObjectId,
    parent_column: ColumnSides<'_>,
    own: ColumnSides<'_>,
    mut result: Column,
) -> Column {
    let mut attrs = own.0.map(|own| own.attrs.clone()).unwrap_or_default();
    inherit_storage(parent_column, &mut attrs);
    let (from, to) = parent_column;
    let inherited = InheritedNotNull::from_parent(parent, to);
    let old_inherited = from.map(|from| InheritedNotNull::from_parent(parent, from));
    let change = NotNullChange {
        table,
        before: own.0.filter(|own| !own.nullable),
        after: own.1,
        from: old_inherited.unwrap_or_default(),
        to: inherited,
    };
    if change.keeps_not_null() {
        result.nullable = false;
    } else {
        change.update_name(&mut attrs);
    }
    if change.to.validated != change.from.validated {
        set_or_remove(&mut attrs, "not_null_validated", change.to.validated);
    }
    result.attrs = attrs;
    result
}

/// Updates storage and compression. A change of the type resets both.
fn inherit_storage((from, to): ColumnSides<'_>, attrs: &mut Attributes) {
    let type_changes = from.is_some_and(|from| from.ty != to.ty || from.collation != to.collation);
    for key in ["storage", "compression"] {
        // `SET COMPRESSION` isn't applied to partitions and child tables
        let is_applied =
            from.is_some_and(|from| key == "storage" && attribute(from, key) != attribute(to, key));
        if from.is_none() || is_applied {
            set_or_remove(attrs, key, attribute(to, key));
        } else if type_changes {
            set_or_remove(attrs, key, None);
        }
    }
}

/// The NOT NULL constraint that a column inherits; its fields are `None` if it inherits none.
#[derive(Default)]
struct InheritedNotNull {
    name: Option<String>,
    validated: Option<String>,
}

impl InheritedNotNull {
    /// The constraint that the tables below `parent` inherit with a column of it.
    fn from_parent(parent: &ObjectId, column: &Column) -> Self {
        let is_inherited = !column.nullable && !column.attrs.get(keys::NOT_NULL_NO_INHERIT);
        let default_name = || naming::not_null(&parent.name, &column.name);
        Self {
            name: is_inherited.then(|| attribute(column, "not_null").unwrap_or_else(default_name)),
            validated: attribute(column, "not_null_validated").filter(|_| is_inherited),
        }
    }
}

/// The change of an inherited NOT NULL constraint.
struct NotNullChange<'a> {
    table: &'a Table,
    /// The column before the change, if it was NOT NULL.
    before: Option<&'a Column>,
    /// The declared column after the change.
    after: &'a Column,
    from: InheritedNotNull,
    to: InheritedNotNull,
}

impl NotNullChange<'_> {
    /// Whether the column stays NOT NULL although it no longer inherits the constraint, because the table declares
    /// a constraint itself.
    fn keeps_not_null(&self) -> bool {
        let (Some(before), Some(old), None) = (self.before, &self.from.name, &self.to.name) else {
            return false;
        };
        let name = attribute(before, "not_null");
        name.as_ref().is_some_and(|name| name != old)
            || self.is_child() && name.is_some() && !inherits_not_null(before)
    }

    fn is_child(&self) -> bool {
        matches!(self.table.inheritance, Inheritance::Inherits(_))
    }

    /// Updates the attributes with the name of the constraint.
    ///
    /// A constraint that is added gets the parent's constraint name on servers that name NOT NULL constraints
    /// (since PostgreSQL 18, which is known from the column's own attribute). A constraint that the table
    /// declares itself keeps its name.
    fn update_name(&self, attrs: &mut Attributes) {
        if self.from.name == self.to.name {
            return;
        }
        let own_name = attribute(self.after, "not_null");
        match (self.before, &self.from.name, &self.to.name) {
            // the default name of the table's own constraint is recorded once the parent has a constraint too
            (Some(before), None, Some(_)) => {
                set_or_remove(
                    attrs,
                    "not_null",
                    attribute(before, "not_null").or(own_name),
                );
            }
            (Some(before), Some(old), Some(_))
                if attribute(before, "not_null").as_ref() != Some(old) => {}
            (before, ..) => {
                let (name, has_name) = (self.to.name.clone(), own_name.is_some());
                let only_inherited = name.is_some()
                    && (before.is_none() && self.is_child() && has_name
                        || before.is_some_and(inherits_not_null));
                let flag = only_inherited.then(|| String::from("true"));
                set_or_remove(attrs, "not_null_inherited", flag);
                set_or_remove(attrs, "not_null", name.filter(|_| has_name));
            }
        }
    }
}

fn attribute(column: &Column, key: &str) -> Option<String> {
    column.attrs.get(key).map(str::to_owned)
}

fn set_or_remove(attrs: &mut Attributes, key: &str, value: Option<String>) {
    attrs.remove(key);
    attrs.set_some(key, value);
}
