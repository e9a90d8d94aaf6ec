//! Statements for the sequence of an identity or `serial` column.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::column_sequence::{
    column_sequence, column_sequence_id, has_default_sequence, is_sequence_unlogged,
    nextval_default, non_default_options, with_changed_type,
};
use crate::dialect::postgres::ddl::sequences::{
    alter_sequence, create_sequence, logging_keyword, option_clause, set_logging,
};
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::model::{Column, Identity, Namespace, ObjectId, Table};
use crate::sql::literal;

/// ` (SEQUENCE NAME s START WITH 5)` after AS IDENTITY, or nothing.
pub(crate) fn identity_options(table: &ObjectId, column: &Column) -> String {
    if has_default_sequence(column) {
        return String::new();
    }
    let (name, sequence) = column_sequence(table, column);
    let mut clauses = Vec::new();
    if column.attrs.get(keys::SEQUENCE).is_some() {
        clauses.push(format!("SEQUENCE NAME {}", within(&table.ns, &name)));
    }
    clauses.extend(
        non_default_options(&sequence)
            .iter()
            .map(|(key, value)| option_clause(key, value)),
    );
    if let Some(unlogged) = column.attrs.get(keys::SEQUENCE_UNLOGGED) {
        clauses.push(logging_keyword(unlogged).to_owned());
    }
    format!(" ({})", clauses.join(" "))
}

/// Creates the sequence of a `serial` column that has options. The sequence must exist before the column;
/// [`set_sequence_owner`] makes it the column's own afterwards.
pub(crate) fn create_column_sequence(table: &Table, column: &Column) -> String {
    let (name, sequence) = column_sequence(&table.id, column);
    create_sequence(&column_sequence_id(table, name), &sequence)
}

/// Makes a sequence owned by its column. Since PostgreSQL 15 the sequence of an unlogged table is unlogged
/// too; older versions have no unlogged sequences.
pub(crate) fn set_sequence_owner(table: &Table, column: &Column, on: &str) -> Vec<String> {
    let (name, sequence) = column_sequence(&table.id, column);
    let name = within(&table.id.ns, &name);
    let owned_by = format!(
        "ALTER SEQUENCE {name} OWNED BY {on}.{}",
        bare_or_quoted(column.name.as_str())
    );
    let mut out = vec![owned_by];
    if is_sequence_unlogged(table, column) && !sequence.unlogged {
        let set = literal::string(&set_logging(&name, true));
        out.push(format!(
            "DO $$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN EXECUTE {set}; END IF; END $$"
        ));
    }
    out
}

/// Sets the logging that a column declares for its sequence. A change of the table's logging overwrites it.
pub(crate) fn restore_sequence_logging(table: &Table, column: &Column) -> Option<String> {
    column.attrs.get(keys::SEQUENCE_UNLOGGED)?;
    Some(set_sequence_logging(table, column))
}

/// The statement for a column whose sequence changes its logging.
pub(crate) fn alter_sequence_logging(table: &Table, from: &Column, to: &Column) -> Option<String> {
    (from.attrs.get(keys::SEQUENCE_UNLOGGED) != to.attrs.get(keys::SEQUENCE_UNLOGGED))
        .then(|| set_sequence_logging(table, to))
}

fn set_sequence_logging(table: &Table, column: &Column) -> String {
    let (name, _) = column_sequence(&table.id, column);
    let name = within(&table.id.ns, &name);
    set_logging(&name, is_sequence_unlogged(table, column))
}

/// The call that returns the name of a column's sequence by ownership.
fn owned_sequence(on: &str, column: &Column) -> String {
    format!(
        "pg_get_serial_sequence({}, {})",
        literal::string(on),
        literal::string(column.name.as_str())
    )
}

/// Removes the identity or the `serial` sequence of a column.
pub(crate) fn drop_identity(on: &str, from: &Column, to: &Column) -> Vec<String> {
    let name = bare_or_quoted(to.name.as_str());
    match from.identity {
        Some(Identity::Serial) => {
            let sequence = owned_sequence(on, to);
            // the default depends on the sequence and is dropped with it
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

/// Adds an identity or a `serial` sequence to a column, or changes the kind of its identity. Numbering
/// continues after the values of existing rows.
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
        let next = nextval_default(table, to);
        out.push(create_column_sequence(table, to));
        out.extend(set_sequence_owner(table, to, on));
        out.push(alter(&format!("SET DEFAULT {next}")));
    } else if is_identity(from.identity) {
        out.push(alter(&format!("SET GENERATED {kind}")));
        return out;
    } else {
        let options = identity_options(&table.id, to);
        out.push(alter(&format!("ADD GENERATED {kind} AS IDENTITY{options}")));
    }
    let sequence = owned_sequence(on, to);
    out.push(if has_default_sequence(to) {
        format!("SELECT setval({sequence}, (SELECT coalesce(max({name}), 0) + 1 FROM {on}), false)")
    } else {
        let (_, options) = column_sequence(&table.id, to);
        let last = if options.increment > 0 { "max" } else { "min" };
        let (step, start) = (options.increment, options.start);
        format!("SELECT setval({sequence}, coalesce((SELECT {last}({name}) FROM {on}) + {step}, {start}), false)")
    });
    out
}

/// Changes the name and the options of a column's sequence. A name that isn't declared follows the names of
/// the table and the column.
pub(crate) fn alter_column_sequence(
    tables: [&ObjectId; 2],
    from: &Column,
    to: &Column,
) -> Vec<String> {
    let has_sequence = |column: &Column| column.identity.is_some();
    let is_serial = |column: &Column| column.identity == Some(Identity::Serial);
    if !has_sequence(from) || !has_sequence(to) || is_serial(from) != is_serial(to) {
        return Vec::new();
    }
    let ns: &Namespace = &tables[1].ns;
    let (old_name, mut before) = column_sequence(tables[0], from);
    let (new_name, mut after) = column_sequence(tables[1], to);
    let mut out = Vec::new();
    if old_name != new_name {
        out.push(format!(
            "ALTER SEQUENCE {} RENAME TO {}",
            within(ns, &old_name),
            bare_or_quoted(new_name.as_str())
        ));
    }
    if !is_serial(to) && before.ty != after.ty {
        // the server has changed the type of the identity's sequence with that of the column
        before = with_changed_type(&before, &after.ty);
    }
    after.unlogged = before.unlogged;
    out.extend(alter_sequence(&within(ns, &new_name), &before, &after));
    out
}

/// Whether a column is `GENERATED … AS IDENTITY`; a `serial` isn't.
pub(crate) fn is_identity(identity: Option<Identity>) -> bool {
    match identity {
        Some(
            Identity::ByDefault | Identity::Always | Identity::AutoIncrement | Identity::Rowid,
        ) => true,
        Some(Identity::Serial) | None => false,
    }
}
