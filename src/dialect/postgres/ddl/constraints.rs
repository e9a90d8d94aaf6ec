//! Constraint definitions, as in `CREATE TABLE` and `ADD CONSTRAINT`.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{clauses, storage};
use crate::dialect::postgres::naming::{bare_or_quoted, list, object};
use crate::model::{
    Attributes, Constraint, ConstraintKind, Exclusion, ForeignKey, ForeignKeyMatch, Ident,
    ReferentialAction, Table, Timing,
};
use crate::sql::literal;
use std::fmt::Write as _;

/// A constraint with its name, as in `CREATE TABLE` and `ADD`.
pub(crate) fn constraint_definition(constraint: &Constraint) -> String {
    let mut out = format!(
        "CONSTRAINT {} ",
        bare_or_quoted(constraint.name.get().as_str())
    );
    match &constraint.kind {
        ConstraintKind::PrimaryKey(parts) => {
            let overlaps = without_overlaps(constraint);
            let key = clauses::key_parts(parts);
            let _ = write!(out, "PRIMARY KEY ({key}{overlaps})");
            out.push_str(&index_tail(constraint));
        }
        ConstraintKind::Unique(parts) => {
            let nulls = clauses::nulls_not_distinct(&constraint.attrs);
            let overlaps = without_overlaps(constraint);
            let key = clauses::key_parts(parts);
            let _ = write!(out, "UNIQUE{nulls} ({key}{overlaps})");
            out.push_str(&index_tail(constraint));
        }
        ConstraintKind::ForeignKey(fk) => out.push_str(&foreign_key(fk, &constraint.attrs)),
        ConstraintKind::Exclusion(exclusion) => out.push_str(&exclude(exclusion, constraint)),
        ConstraintKind::Check(check) => {
            let _ = write!(out, "CHECK ({})", check.expr.text.trim());
            if constraint.attrs.get(keys::NO_INHERIT) {
                out.push_str(" NO INHERIT");
            }
        }
    }
    match constraint.timing {
        Timing::Immediate => {}
        Timing::Deferrable => out.push_str(" DEFERRABLE"),
        Timing::Deferred => out.push_str(" DEFERRABLE INITIALLY DEFERRED"),
    }
    if !constraint.attrs.get(keys::ENFORCED) {
        out.push_str(" NOT ENFORCED");
    } else if !is_validated(constraint) {
        out.push_str(" NOT VALID");
    }
    out
}

fn foreign_key(fk: &ForeignKey, attrs: &Attributes) -> String {
    let period = attrs.get(keys::PERIOD);
    let mut out = format!(
        "FOREIGN KEY ({}) REFERENCES {}",
        foreign_key_columns(&fk.columns, period),
        object(&fk.target)
    );
    if !fk.target_columns.is_empty() {
        let _ = write!(
            out,
            " ({})",
            foreign_key_columns(&fk.target_columns, period)
        );
    }
    if fk.matching == ForeignKeyMatch::Full {
        out.push_str(" MATCH FULL");
    }
    for (event, action) in [("DELETE", fk.on_delete), ("UPDATE", fk.on_update)] {
        if action != ReferentialAction::NoAction {
            let _ = write!(out, " ON {event} {}", action.sql());
            if let Some(columns) = attrs.get(keys::ON_DELETE_COLUMNS)
                && event == "DELETE"
            {
                let _ = write!(out, " ({columns})");
            }
        }
    }
    out
}

fn exclude(exclusion: &Exclusion, constraint: &Constraint) -> String {
    let parts = exclusion
        .parts
        .iter()
        .map(|(key, operator)| format!("{} WITH {operator}", clauses::key_part(key)));
    let method = bare_or_quoted(&exclusion.method);
    let mut out = format!("EXCLUDE USING {method} ({})", literal::list(parts));
    out.push_str(&index_tail(constraint));
    if let Some(predicate) = &exclusion.predicate {
        let _ = write!(out, " WHERE ({})", predicate.text.trim());
    }
    out
}

/// The clauses after the key of a constraint that an index backs.
fn index_tail(constraint: &Constraint) -> String {
    let include = if constraint.include.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE ({})", list(&constraint.include))
    };
    format!(
        "{include}{}{}",
        storage::index_parameters(&constraint.attrs),
        storage::constraint_tablespace(&constraint.attrs)
    )
}

/// ` WITHOUT OVERLAPS` after the last column of a temporal key.
fn without_overlaps(constraint: &Constraint) -> &'static str {
    if constraint.attrs.get(keys::WITHOUT_OVERLAPS) {
        " WITHOUT OVERLAPS"
    } else {
        ""
    }
}

/// The columns of a foreign key. The last column of a temporal one is its period.
fn foreign_key_columns(columns: &[Ident], period: bool) -> String {
    match columns.split_last() {
        Some((last, others)) if period => {
            let mut out = list(others);
            let _ = write!(out, ", PERIOD {}", bare_or_quoted(last.as_str()));
            out
        }
        Some(_) | None => list(columns),
    }
}

/// `ADD CONSTRAINT`, and the statements after it.
pub(crate) fn add_constraint(table: &Table, on: &str, constraint: &Constraint) -> Vec<String> {
    let mut out = vec![format!(
        "ALTER TABLE {on} ADD {}",
        constraint_definition(constraint)
    )];
    out.extend(constraint_afterwards(table, on, constraint));
    out
}

/// Statements after the constraint is created: its comment, and the statistics and comment of its index.
pub(crate) fn constraint_afterwards(
    table: &Table,
    on: &str,
    constraint: &Constraint,
) -> Vec<String> {
    let ns = &table.id.ns;
    let mut out = storage::index_afterwards(ns, constraint.name.get(), &constraint.attrs);
    if constraint.comment.is_some() {
        out.push(clauses::constraint_comment(on, constraint));
    }
    out
}

/// Whether existing rows are known to meet the constraint.
pub(crate) fn is_validated(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::ForeignKey(fk) => fk.validated,
        ConstraintKind::Check(check) => check.validated,
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => true,
    }
}
