//! What of a column has its own clause in `ALTER TABLE`: how it is kept and counted, and the sequence
//! that numbers it.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{clauses, partitions};
use crate::dialect::postgres::naming;
use crate::dialect::postgres::naming::bare_or_quoted;
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Column, Ident, SqlType, Table};

/// How the server keeps values of a type unless told otherwise (`pg_type.typstorage`); before
/// PostgreSQL 16 there is no word for it.
fn usual_storage(ty: &SqlType) -> &'static str {
    if ty.dims > 0 {
        return "EXTENDED";
    }
    match ty.base.as_str() {
        "numeric" | "inet" | "cidr" => return "MAIN",
        "macaddr" | "macaddr8" | "point" | "line" | "lseg" | "box" | "circle" | "money" | "oid"
        | "name" | "char" | "pg_lsn" | "xid" | "xid8" | "tid" | "real" | "double precision" => {
            return "PLAIN";
        }
        _ => {}
    }
    match family(ty) {
        Family::Integer
        | Family::Bool
        | Family::Timestamp
        | Family::Date
        | Family::Time
        | Family::Uuid
        | Family::Interval => "PLAIN",
        _ => "EXTENDED",
    }
}

/// The statements for what differs in a column's attributes. A new type begins with its own storage
/// and compression.
pub(crate) fn attributes(table: &Table, on: &str, from: &Column, to: &Column) -> Vec<String> {
    let retyped = from.ty != to.ty || from.collation != to.collation;
    let name = bare_or_quoted(to.name.as_str());
    let alter = |what: String| format!("ALTER TABLE {on} ALTER COLUMN {name} {what}");
    let mut out = Vec::new();
    let was = |key: &str| from.attrs.get(key).filter(|_| !retyped);
    if was("storage") != to.attrs.get(keys::STORAGE) {
        let storage = to.attrs.get(keys::STORAGE).map(str::to_uppercase);
        let storage = storage.unwrap_or_else(|| usual_storage(&to.ty).to_owned());
        out.push(alter(format!("SET STORAGE {storage}")));
    }
    if was("compression") != to.attrs.get(keys::COMPRESSION) {
        let compression = to.attrs.get(keys::COMPRESSION).unwrap_or("default");
        out.push(alter(format!("SET COMPRESSION {compression}")));
    }
    if from.attrs.get(keys::STATISTICS) != to.attrs.get(keys::STATISTICS) {
        let target = to.attrs.get(keys::STATISTICS).unwrap_or("-1");
        out.push(statistics(on, &name, target));
    }
    for key in ["n_distinct", "n_distinct_inherited"] {
        if from.attrs.get(key) != to.attrs.get(key) {
            out.push(alter(match to.attrs.get(key) {
                Some(value) => format!("SET ({key} = {value})"),
                None => format!("RESET ({key})"),
            }));
        }
    }
    if !from.nullable && !to.nullable {
        out.extend(not_null(table, on, from, to));
    }
    out
}

/// How exactly a column's values are counted: heirs have their own target, a new one the usual.
pub(crate) fn statistics(on: &str, name: &str, target: &str) -> String {
    format!("ALTER TABLE ONLY {on} ALTER COLUMN {name} SET STATISTICS {target}")
}

/// Makes a column NOT NULL: as a constraint where it says more than that (PostgreSQL 18).
pub(crate) fn set_not_null(table: &Table, on: &str, column: &Column) -> String {
    let name = bare_or_quoted(column.name.as_str());
    let attrs = &column.attrs;
    let keys = ["not_null", "not_null_validated", "not_null_no_inherit"];
    if keys.iter().all(|key| attrs.get(key).is_none()) {
        return format!("ALTER TABLE {on} ALTER COLUMN {name} SET NOT NULL");
    }
    let given = bare_or_quoted(not_null_name(table, column).as_str());
    let heirs = if attrs.get(keys::NOT_NULL_NO_INHERIT) {
        " NO INHERIT"
    } else {
        ""
    };
    let valid = if !attrs.get(keys::NOT_NULL_VALIDATED) {
        " NOT VALID"
    } else {
        ""
    };
    format!("ALTER TABLE {on} ADD CONSTRAINT {given} NOT NULL {name}{heirs}{valid}")
}

/// What the NOT NULL of a column is called.
pub(crate) fn not_null_name(table: &Table, column: &Column) -> Ident {
    let own = || naming::not_null(&table.id.name, &column.name);
    Ident::from(
        column
            .attrs
            .get(keys::NOT_NULL)
            .map_or_else(own, str::to_owned),
    )
}

/// The NOT NULL that both have, as a constraint (PostgreSQL 18).
fn not_null(table: &Table, on: &str, from: &Column, to: &Column) -> Vec<String> {
    let name = |column| bare_or_quoted(not_null_name(table, column).as_str());
    let (old, new) = (name(from), name(to));
    let mut out = Vec::new();
    if partitions::follows_not_null(from) && !partitions::follows_not_null(to) {
        let column = bare_or_quoted(to.name.as_str());
        out.push(format!(
            "ALTER TABLE {on} ALTER COLUMN {column} SET NOT NULL"
        ));
    }
    // a renamed column keeps the constraint's name unless that was somebody's choice
    let given = from.attrs.get(keys::NOT_NULL) != to.attrs.get(keys::NOT_NULL);
    if given && old != new {
        out.push(format!("ALTER TABLE {on} RENAME CONSTRAINT {old} TO {new}"));
    }
    let validated = |column: &Column| column.attrs.get(keys::NOT_NULL_VALIDATED);
    match (validated(from), validated(to)) {
        (false, true) => out.push(format!("ALTER TABLE {on} VALIDATE CONSTRAINT {new}")),
        (true, false) => {
            let column = bare_or_quoted(to.name.as_str());
            out.push(format!(
                "ALTER TABLE {on} ALTER COLUMN {column} DROP NOT NULL"
            ));
            out.push(set_not_null(table, on, to));
            return out;
        }
        (true, true) | (false, false) => {}
    }
    let alone = |column: &Column| column.attrs.get(keys::NOT_NULL_NO_INHERIT);
    if alone(from) != alone(to) {
        let heirs = if alone(to) { "NO INHERIT" } else { "INHERIT" };
        out.push(format!("ALTER TABLE {on} ALTER CONSTRAINT {new} {heirs}"));
    }
    out
}

/// A column's type as `ALTER COLUMN TYPE` says it, with its collation.
pub(crate) fn type_clause(column: &Column, using: Option<String>) -> String {
    let collate = (column.collation.as_ref())
        .map(|c| format!(" COLLATE {}", clauses::collation(c)))
        .unwrap_or_default();
    let using = using.map(|u| format!(" USING {u}")).unwrap_or_default();
    format!(
        "TYPE {}{collate}{using}",
        crate::dialect::postgres::types::sql(&column.ty)
    )
}
