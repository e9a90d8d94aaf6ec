//! NOT NULL constraints of columns. Since PostgreSQL 18 they are constraints with a name, and can be NOT
//! VALID or NO INHERIT.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::naming::{self, bare_or_quoted};
use crate::model::{Column, Ident, Table};

/// The name of a column's NOT NULL constraint.
pub(crate) fn not_null_name(table: &Table, column: &Column) -> Ident {
    let default = || naming::not_null(&table.id.name, &column.name);
    let declared = column.attrs.get(keys::NOT_NULL);
    Ident::from(declared.map_or_else(default, str::to_owned))
}

/// Whether the NOT NULL of a column is only inherited.
pub(crate) fn inherits_not_null(column: &Column) -> bool {
    column.attrs.get(keys::NOT_NULL_INHERITED)
}

/// ` NOT NULL` of a column definition, with its name where one is declared. Versions before 18 ignore the
/// name.
pub(crate) fn not_null_clause(column: &Column) -> String {
    let name = column.attrs.get(keys::NOT_NULL);
    let name = name.map_or_else(String::new, |name| {
        format!(" CONSTRAINT {}", bare_or_quoted(name))
    });
    format!("{name} NOT NULL{}", no_inherit(column))
}

fn no_inherit(column: &Column) -> &'static str {
    if column.attrs.get(keys::NOT_NULL_NO_INHERIT) {
        " NO INHERIT"
    } else {
        ""
    }
}

/// Makes a column NOT NULL: by `ADD CONSTRAINT` where attributes are declared (PostgreSQL 18).
pub(crate) fn set_not_null(table: &Table, on: &str, column: &Column) -> String {
    let name = bare_or_quoted(column.name.as_str());
    let attrs = &column.attrs;
    let declared = ["not_null", "not_null_validated", "not_null_no_inherit"];
    if declared.iter().all(|key| attrs.get(key).is_none()) {
        return format!("ALTER TABLE {on} ALTER COLUMN {name} SET NOT NULL");
    }
    let constraint = bare_or_quoted(not_null_name(table, column).as_str());
    let not_valid = if attrs.get(keys::NOT_NULL_VALIDATED) {
        ""
    } else {
        " NOT VALID"
    };
    format!(
        "ALTER TABLE {on} ADD CONSTRAINT {constraint} NOT NULL {name}{}{not_valid}",
        no_inherit(column)
    )
}

/// The statements that change the constraint of a column which is NOT NULL before and after (PostgreSQL 18).
pub(crate) fn alter_not_null(table: &Table, on: &str, from: &Column, to: &Column) -> Vec<String> {
    let constraint = |column| bare_or_quoted(not_null_name(table, column).as_str());
    let (old, new) = (constraint(from), constraint(to));
    let column = bare_or_quoted(to.name.as_str());
    let mut out = Vec::new();
    if inherits_not_null(from) && !inherits_not_null(to) {
        out.push(format!(
            "ALTER TABLE {on} ALTER COLUMN {column} SET NOT NULL"
        ));
    }
    // a constraint keeps its name when its column is renamed
    let redeclared = from.attrs.get(keys::NOT_NULL) != to.attrs.get(keys::NOT_NULL);
    if redeclared && old != new {
        out.push(format!("ALTER TABLE {on} RENAME CONSTRAINT {old} TO {new}"));
    }
    let is_validated = |column: &Column| column.attrs.get(keys::NOT_NULL_VALIDATED);
    match (is_validated(from), is_validated(to)) {
        (false, true) => out.push(format!("ALTER TABLE {on} VALIDATE CONSTRAINT {new}")),
        (true, false) => {
            out.push(format!(
                "ALTER TABLE {on} ALTER COLUMN {column} DROP NOT NULL"
            ));
            out.push(set_not_null(table, on, to));
            return out;
        }
        (true, true) | (false, false) => {}
    }
    let is_not_inherited = |column: &Column| column.attrs.get(keys::NOT_NULL_NO_INHERIT);
    if is_not_inherited(from) != is_not_inherited(to) {
        let inherit = if is_not_inherited(to) {
            "NO INHERIT"
        } else {
            "INHERIT"
        };
        out.push(format!("ALTER TABLE {on} ALTER CONSTRAINT {new} {inherit}"));
    }
    out
}
