//! `CREATE TABLE`, and what follows it.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{
    clauses, column_sequence, identity, on_update_trigger, partitions, storage,
};
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::model::{Column, Constraint, ConstraintKind, Index, Table};

/// The constraints that stand in the statement, and those that come after it: the words NOT VALID
/// mean nothing in it, as there are no rows, and of two keys alike the server makes one there
/// (`transformIndexConstraints` in `parser/parse_utilcmd.c`).
fn constraints(table: &Table) -> (Vec<&Constraint>, Vec<&Constraint>) {
    let mut within: Vec<&Constraint> = Vec::with_capacity(table.constraints.len());
    let mut later = Vec::new();
    for constraint in &table.constraints {
        let merged = within.iter().any(|other| is_merged(other, constraint));
        if merged || !clauses::validated(constraint) {
            later.push(constraint);
        } else {
            within.push(constraint);
        }
    }
    (within, later)
}

/// Whether the indexes of two keys are one to `CREATE TABLE`.
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
    let said = |c: &Constraint| {
        (
            c.attrs.get(keys::NULLS_NOT_DISTINCT),
            c.attrs.get(keys::WITHOUT_OVERLAPS),
        )
    };
    keys && (one.timing, &one.include) == (other.timing, &other.include) && said(one) == said(other)
}

/// Everything that makes a table.
pub(crate) fn table(table: &Table) -> Vec<String> {
    let on = object(&table.id);
    let rows: Vec<(String, String, String)> = table
        .columns
        .iter()
        .filter(|c| !partitions::is_inherited(c))
        .map(|c| {
            (
                bare_or_quoted(c.name.as_str()),
                clauses::column_type(c),
                clauses::column_rest(table, c),
            )
        })
        .collect();
    let width = |get: fn(&(String, String, String)) -> &String| {
        // one very long type shouldn't push everything else out of sight
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
            .map(|c| format!("    {}", clauses::constraint(c))),
    );
    let apart = |c: &&Column| column_sequence::is_created_separately(c);
    let mut out: Vec<String> = (table.columns.iter().filter(apart))
        .map(|column| identity::create_column_sequence(table, column))
        .collect();
    let kept = if table.options.attrs.get(keys::UNLOGGED) {
        "UNLOGGED "
    } else {
        ""
    };
    let tail = format!(
        "{}{}",
        partitions::clauses(table),
        storage::table_tail(table)
    );
    let body = if lines.is_empty() {
        String::from("()")
    } else {
        format!("(\n{}\n)", lines.join(",\n"))
    };
    out.push(format!("CREATE {kept}TABLE {on} {body}{tail}"));
    for column in &table.columns {
        out.extend(clauses::column_after(table, &on, column));
    }
    // of those alike, ATTACH gives the first to the first of the whole table's
    let mut indexes: Vec<&Index> = table.indexes.iter().collect();
    indexes.sort_by_key(|index| (index.parent.is_none(), &index.parent));
    for index in indexes {
        out.push(clauses::index(&on, index, false));
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
        if partitions::is_inherited(column) {
            out.extend(partitions::override_column(&on, column));
        } else if column.comment.is_some() {
            out.push(clauses::column_comment(&on, column));
        }
    }
    for constraint in later {
        out.push(format!(
            "ALTER TABLE {on} ADD {}",
            clauses::constraint(constraint)
        ));
    }
    for constraint in &table.constraints {
        out.extend(clauses::after_constraint(table, &on, constraint));
    }
    for index in table.indexes.iter().filter(|i| i.comment.is_some()) {
        out.push(clauses::index_comment(&table.id.ns, index));
    }
    for column in table.columns.iter().filter(|c| c.on_update_now) {
        out.push(on_update_trigger::create(table, &on, column));
    }
    out.extend(storage::table_afterwards(&on, &table.options.attrs));
    out.extend(partitions::attach(&on, &table.inheritance));
    out
}
