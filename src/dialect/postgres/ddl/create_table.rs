//! `CREATE TABLE`, and the statements after it.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{
    clauses, column_sequence, columns, constraints, identity, indexes, inherited_columns,
    on_update_trigger, partitions, storage,
};
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::model::{Column, Constraint, ConstraintKind, Index, Table};

/// The constraints within the statement, and those that are added after it: `CREATE TABLE` ignores NOT VALID
/// as there are no rows, and merges keys with equal indexes (`transformIndexConstraints` in
/// `parser/parse_utilcmd.c`).
fn constraints(table: &Table) -> (Vec<&Constraint>, Vec<&Constraint>) {
    let mut within: Vec<&Constraint> = Vec::with_capacity(table.constraints.len());
    let mut later = Vec::new();
    for constraint in &table.constraints {
        let merged = within.iter().any(|other| is_merged(other, constraint));
        if merged || !constraints::is_validated(constraint) {
            later.push(constraint);
        } else {
            within.push(constraint);
        }
    }
    (within, later)
}

/// Whether `CREATE TABLE` merges the indexes of two keys.
fn is_merged(one: &Constraint, other: &Constraint) -> bool {
    let keys = match (&one.kind, &other.kind) {
        (
            ConstraintKind::PrimaryKey(one) | ConstraintKind::Unique(one),
            ConstraintKind::PrimaryKey(other) | ConstraintKind::Unique(other),
        ) => one == other,
        (ConstraintKind::Exclusion(one), ConstraintKind::Exclusion(other)) => one == other,
        (
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_),
            _,
        ) => false,
    };
    let flags = |c: &Constraint| {
        (
            c.attrs.get(keys::NULLS_NOT_DISTINCT),
            c.attrs.get(keys::WITHOUT_OVERLAPS),
        )
    };
    keys && (one.timing, &one.include) == (other.timing, &other.include)
        && flags(one) == flags(other)
}

/// The statements that create a table with all its parts.
pub(crate) fn create_table(table: &Table) -> Vec<String> {
    let on = object(&table.id);
    let rows: Vec<(String, String, String)> = table
        .columns
        .iter()
        .filter(|c| !inherited_columns::overrides_inherited(c))
        .map(|c| {
            (
                bare_or_quoted(c.name.as_str()),
                columns::column_type(c),
                columns::column_tail(table, c),
            )
        })
        .collect();
    let width = |get: fn(&(String, String, String)) -> &String| {
        // a very long type doesn't widen its column
        let long = rows.iter().map(|row| get(row).chars().count()).max();
        long.unwrap_or(0).min(30)
    };
    let (names, types) = (width(|row| &row.0), width(|row| &row.1));
    let mut lines: Vec<String> = rows
        .iter()
        .map(|(name, ty, rest)| {
            let line = if rest.is_empty() {
                format!("    {name:names$} {ty}")
            } else {
                format!("    {name:names$} {ty:types$}{rest}")
            };
            line.trim_end().to_owned()
        })
        .collect();
    let (within, later) = constraints(table);
    lines.extend(
        within
            .iter()
            .map(|c| format!("    {}", constraints::constraint_definition(c))),
    );
    let separate = |c: &&Column| column_sequence::is_created_separately(c);
    let mut out: Vec<String> = (table.columns.iter().filter(separate))
        .map(|column| identity::create_column_sequence(table, column))
        .collect();
    let unlogged = if table.options.attrs.get(keys::UNLOGGED) {
        "UNLOGGED "
    } else {
        ""
    };
    let tail = format!(
        "{}{}",
        partitions::inherits_and_partition_by(table),
        storage::table_storage_clauses(table)
    );
    let body = if lines.is_empty() {
        String::from("()")
    } else {
        format!("(\n{}\n)", lines.join(",\n"))
    };
    out.push(format!("CREATE {unlogged}TABLE {on} {body}{tail}"));
    for column in &table.columns {
        out.extend(columns::column_afterwards(table, &on, column));
    }
    // ATTACH matches equal indexes in the order of creation
    let mut indexes: Vec<&Index> = table.indexes.iter().collect();
    indexes.sort_by_key(|index| (index.parent.is_none(), &index.parent));
    for index in indexes {
        out.push(indexes::create_index(&on, index, false));
        out.extend(storage::index_afterwards(
            &table.id.ns,
            index.name.get(),
            &index.attrs,
        ));
    }
    if table.options.comment.is_some() {
        out.push(clauses::table_comment(&on, table.options.comment.as_ref()));
    }
    for column in &table.columns {
        if inherited_columns::overrides_inherited(column) {
            out.extend(inherited_columns::override_inherited_column(&on, column));
        } else if column.comment.is_some() {
            out.push(clauses::column_comment(&on, column));
        }
    }
    for constraint in later {
        out.push(format!(
            "ALTER TABLE {on} ADD {}",
            constraints::constraint_definition(constraint)
        ));
    }
    for constraint in &table.constraints {
        out.extend(constraints::constraint_afterwards(table, &on, constraint));
    }
    for index in table.indexes.iter().filter(|i| i.comment.is_some()) {
        out.push(clauses::index_comment(&table.id.ns, index));
    }
    for column in table.columns.iter().filter(|c| c.on_update_now) {
        out.push(on_update_trigger::create_trigger(table, &on, column));
    }
    out.extend(storage::table_afterwards(&on, &table.options.attrs));
    out.extend(partitions::attach_partition(&on, &table.inheritance));
    out
}
