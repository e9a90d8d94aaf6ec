//! What of a column has its own clause in `ALTER TABLE`: how it is kept and counted, and the sequence
//! that numbers it.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{clauses, partitions, sequences};
use crate::dialect::postgres::naming;
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Column, Ident, Identity, Namespace, ObjectId, SqlType, Table};
use crate::sql::literal;

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

/// The call that finds a column's own sequence by the server's rules, not by its name.
fn own_sequence(on: &str, column: &Column) -> String {
    format!(
        "pg_get_serial_sequence({}, {})",
        literal::string(on),
        literal::string(column.name.as_str())
    )
}

/// Takes a column's numbers away.
pub(crate) fn drop_identity(on: &str, from: &Column, to: &Column) -> Vec<String> {
    let name = bare_or_quoted(to.name.as_str());
    match from.identity {
        Some(Identity::Serial) => {
            let sequence = own_sequence(on, to);
            // the default hangs on the sequence and goes with it
            vec![format!(
                "DO $$ BEGIN EXECUTE 'DROP SEQUENCE ' || {sequence} || ' CASCADE'; END $$"
            )]
        }
        Some(_) if is_identity(to.identity) => Vec::new(),
        Some(_) => vec![format!(
            "ALTER TABLE {on} ALTER COLUMN {name} DROP IDENTITY"
        )],
        None => Vec::new(),
    }
}

/// Gives a column numbers that go on where its rows end.
pub(crate) fn add_identity(table: &Table, on: &str, from: &Column, to: &Column) -> Vec<String> {
    let name = bare_or_quoted(to.name.as_str());
    let kind = if to.identity == Some(Identity::Always) {
        "ALWAYS"
    } else {
        "BY DEFAULT"
    };
    let alter = |what: &str| format!("ALTER TABLE {on} ALTER COLUMN {name} {what}");
    let mut out = Vec::new();
    if to.identity == Some(Identity::Serial) {
        let next = sequences::next_of_own(table, to);
        out.push(sequences::create_own(table, to));
        out.extend(sequences::give_own(table, to, on));
        out.push(alter(&format!("SET DEFAULT {next}")));
    } else if is_identity(from.identity) {
        out.push(alter(&format!("SET GENERATED {kind}")));
        return out;
    } else {
        let options = sequences::identity_options(&table.id, to);
        out.push(alter(&format!("ADD GENERATED {kind} AS IDENTITY{options}")));
    }
    let sequence = own_sequence(on, to);
    let (_, counts) = sequences::of_column(&table.id, to);
    let next = if counts.increment > 0 { "max" } else { "min" };
    out.push(if sequences::is_usual(to) {
        format!("SELECT setval({sequence}, (SELECT coalesce(max({name}), 0) + 1 FROM {on}), false)")
    } else {
        let (step, start) = (counts.increment, counts.start);
        format!("SELECT setval({sequence}, coalesce((SELECT {next}({name}) FROM {on}) + {step}, {start}), false)")
    });
    out
}

/// What differs in the sequence that a column has before and after: its name, which goes with those
/// of table and column unless it was chosen, and how it counts.
pub(crate) fn alter_sequence(tables: [&ObjectId; 2], from: &Column, to: &Column) -> Vec<String> {
    let owned = |column: &Column| column.identity.is_some();
    let serial = |column: &Column| column.identity == Some(Identity::Serial);
    if !owned(from) || !owned(to) || serial(from) != serial(to) {
        return Vec::new();
    }
    let ns: &Namespace = &tables[1].ns;
    let (old, mut before) = sequences::of_column(tables[0], from);
    let (new, mut after) = sequences::of_column(tables[1], to);
    let mut out = Vec::new();
    if old != new {
        out.push(format!(
            "ALTER SEQUENCE {} RENAME TO {}",
            within(ns, &old),
            bare_or_quoted(new.as_str())
        ));
    }
    if !serial(to) && before.ty != after.ty {
        // the server has changed the type of an identity's sequence, and bounds that were the type's
        before = sequences::retyped(&before, &after.ty);
    }
    after.unlogged = before.unlogged;
    out.extend(sequences::alter(&within(ns, &new), &before, &after));
    out
}

pub(crate) fn is_identity(identity: Option<Identity>) -> bool {
    match identity {
        Some(
            Identity::ByDefault | Identity::Always | Identity::AutoIncrement | Identity::Rowid,
        ) => true,
        Some(Identity::Serial) | None => false,
    }
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
