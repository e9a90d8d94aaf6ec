//! Changes beyond ALTER TABLE: the table is created again, filled from the old one and renamed to its name, in the steps of
//! "Making Other Kinds Of Table Schema Changes" in SQLite's manual of ALTER TABLE.

use crate::change::{Delta, TableOp};
use crate::dialect::sqlite::ddl::create_table::{
    attachments, create_table, is_constant, is_of_constraint, trigger_name,
};
use crate::dialect::sqlite::naming::quote;
use crate::dialect::sqlite::types::{Affinity, affinity};
use crate::model::derived_name;
use crate::model::{Column, Constraint, ConstraintKind, Ident, Table};
use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::SQLITE;
use crate::sql::literal;
use crate::sql::text::significant_tokens;

/// A query that fails while foreign keys are enforced, because dropping the old table would then delete the rows that refer
/// to it, by cascade. An invalid JSON path is the only error with a free text that a plain SELECT can raise.
const GUARD: &str = "SELECT json_extract('[]', CASE foreign_keys WHEN 1 THEN 'foreign keys must be off while a table is rebuilt (PRAGMA foreign_keys = OFF before BEGIN), or rows that refer to it are lost' ELSE '$' END) FROM pragma_foreign_keys";

/// Whether operations need a rebuild because ALTER TABLE can't do them.
pub(crate) fn needed(from: &Table, to: &Table, ops: &[TableOp]) -> bool {
    let touched = |table: &Table| table.columns.iter().any(|c| c.on_update_now);
    ops.iter().any(|op| match op {
        // the trigger's name contains the table's
        TableOp::Rename(_) => touched(from) || touched(to),
        TableOp::Column(Delta::Add(column)) => !can_add(to, column, ops),
        TableOp::Column(Delta::Drop(column)) => !can_drop(from, column),
        TableOp::Column(Delta::Alter(pair)) => {
            let mut renamed = pair.from.clone();
            renamed.name = pair.to.name.clone();
            renamed.comment.clone_from(&pair.to.comment);
            renamed.on_update_now |= pair.to.on_update_now;
            renamed != pair.to || (pair.from.on_update_now && pair.from.name != pair.to.name)
        }
        TableOp::Constraint(Delta::Add(constraint)) => {
            let mut added = ops.iter().filter_map(|op| op.column()?.added());
            !added.any(|column| is_of_column_only(constraint, column))
        }
        TableOp::Constraint(Delta::Drop(_) | Delta::Alter(_))
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => true,
        TableOp::Index(delta) => {
            let sides = [delta.before(), delta.after()];
            sides.into_iter().flatten().any(is_of_constraint)
        }
        TableOp::Options(pair) => pair.from.attrs != pair.to.attrs,
        TableOp::Value { .. } => false,
    })
}

/// The constraints that are part of an added column's definition.
pub(crate) fn inline_constraints<'a>(
    column: &'a Column,
    ops: &'a [TableOp],
) -> impl Iterator<Item = &'a Constraint> {
    let added = ops.iter().filter_map(|op| op.constraint()?.added());
    added.filter(move |constraint| is_of_column_only(constraint, column))
}

/// Whether a constraint refers to this one column only.
fn is_of_column_only(constraint: &Constraint, column: &Column) -> bool {
    match &constraint.kind {
        ConstraintKind::ForeignKey(fk) => fk.columns == [column.name.clone()],
        ConstraintKind::Check(check) => {
            check.expr.reads.len() == 1 && check.expr.reads.contains(&column.name)
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => false,
    }
}

/// Whether ADD COLUMN accepts a column.
fn can_add(to: &Table, column: &Column, ops: &[TableOp]) -> bool {
    let constant = column.default.as_ref().is_none_or(is_constant);
    let fills = column.nullable || column.default.is_some();
    let key = to
        .primary_key()
        .is_some_and(|key| key.columns().contains(&&column.name));
    let refers = inline_constraints(column, ops)
        .any(|constraint| matches!(constraint.kind, ConstraintKind::ForeignKey(_)));
    let stored = column.generated.as_ref().is_some_and(|g| g.stored);
    constant && fills && !key && !stored && !(refers && column.default.is_some())
}

/// Whether DROP COLUMN accepts a column: nothing else in the table may refer to it. Its indexes are dropped by separate
/// operations.
fn can_drop(from: &Table, column: &Column) -> bool {
    let is_referenced = from.constraints.iter().any(|constraint| {
        let of_check = match &constraint.kind {
            // an expression that can't be parsed may refer to any column
            ConstraintKind::Check(check) => {
                check.expr.reads.is_empty() || check.expr.reads.contains(&column.name)
            }
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion(_)
            | ConstraintKind::ForeignKey(_) => false,
        };
        of_check || constraint.columns().contains(&&column.name)
    });
    let computed_from = from.columns.iter().any(|other| {
        other
            .generated
            .as_ref()
            .is_some_and(|g| g.expr.reads.is_empty() || g.expr.reads.contains(&column.name))
    });
    !is_referenced && !computed_from && !column.on_update_now
}

/// A query that fails if dropping the old table would drop a hand-written trigger, which isn't created again.
fn trigger_guard(table: &Table) -> String {
    let own = table.columns.iter().filter(|c| c.on_update_now);
    let own = own.map(|c| literal::string(trigger_name(table.name(), &c.name).as_str()));
    format!(
        "SELECT json_extract('[]', CASE count(*) WHEN 0 THEN '$' ELSE 'these triggers would be lost, drop them in a migration of their own: ' || group_concat(name, ', ') END)\n\
         FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = {} COLLATE NOCASE AND name NOT IN ({})",
        literal::string(table.name().as_str()),
        literal::list(own)
    )
}

/// The statements of a rebuild. The operations say which columns and values are renamed; all other columns are matched by
/// name.
pub(crate) fn statements(from: &Table, to: &Table, ops: &[TableOp]) -> Vec<String> {
    let mut out = vec![GUARD.to_owned(), trigger_guard(from)];
    let name = quote(to.name().as_str());
    if from.name() != to.name() {
        // renames the table in the foreign keys of other tables, too
        let old = quote(from.name().as_str());
        out.push(format!("ALTER TABLE {old} RENAME TO {name}"));
    }
    let temporary = derived_name("tablewright_new", to.name().as_str(), &[]);
    let new = quote(temporary.as_str());
    out.push(create_table(to, &temporary));
    let (columns, values) = copied_columns(from, to, ops);
    if !columns.is_empty() {
        out.push(format!(
            "INSERT INTO {new} ({})\nSELECT {}\nFROM {name}",
            literal::list(columns),
            literal::list(values)
        ));
    }
    out.push(format!("DROP TABLE {name}"));
    // leaves views and triggers that refer to the table unchanged
    out.push("PRAGMA legacy_alter_table = ON".into());
    out.push(format!("ALTER TABLE {new} RENAME TO {name}"));
    out.push("PRAGMA legacy_alter_table = OFF".into());
    out.extend(attachments(to));
    out
}

/// The columns to fill in the new table, and their expressions.
fn copied_columns(from: &Table, to: &Table, ops: &[TableOp]) -> (Vec<String>, Vec<String>) {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in to.columns.iter().filter(|c| c.generated.is_none()) {
        let value = match from.column(old_name(&column.name, ops).as_str()) {
            Some(old) => {
                let value = with_renamed_values(&quote(old.name.as_str()), &column.name, ops);
                if old.nullable && !column.nullable && column.identity.is_none() {
                    let replacement = null_replacement(to, column);
                    format!("coalesce({value}, {replacement})")
                } else {
                    value
                }
            }
            // the default, or NULL
            None if column.nullable || column.default.is_some() || column.identity.is_some() => {
                continue;
            }
            None => type_zero(to, column),
        };
        columns.push(quote(column.name.as_str()));
        values.push(value);
    }
    // rows are copied even if no column of the old table is kept
    let spare = to.columns.iter().find(|c| c.generated.is_none());
    if let Some(column) = spare.filter(|_| columns.is_empty()) {
        columns.push(quote(column.name.as_str()));
        values.push(match &column.default {
            Some(default) => default.text.clone(),
            None => "NULL".into(),
        });
    }
    (columns, values)
}

/// The name of a column before the operations.
pub(crate) fn old_name<'a>(name: &'a Ident, ops: &'a [TableOp]) -> &'a Ident {
    let mut altered = ops.iter().filter_map(|op| op.column()?.altered());
    let renamed = altered.find(|pair| pair.to.name == *name);
    renamed.map_or(name, |pair| &pair.from.name)
}

/// An expression for an old column with its values renamed.
fn with_renamed_values(old: &str, name: &Ident, ops: &[TableOp]) -> String {
    let mut cases = String::new();
    let values = ops.iter().filter_map(TableOp::value);
    for (_, rename) in values.filter(|(column, _)| *column == name) {
        let (before, after) = (literal::string(&rename.from), literal::string(&rename.to));
        cases.extend([" WHEN ", &before, " THEN ", &after]);
    }
    if cases.is_empty() {
        old.to_owned()
    } else {
        format!("CASE {old}{cases} ELSE {old} END")
    }
}

/// The replacement of NULL in a column that becomes NOT NULL: the default, else the type's zero.
fn null_replacement(table: &Table, column: &Column) -> String {
    match &column.default {
        Some(default) => default.text.clone(),
        None => type_zero(table, column),
    }
}

/// The type's zero, among the values that the type's own check allows.
fn type_zero(table: &Table, column: &Column) -> String {
    let checks = table.constraints.iter().find_map(|c| match &c.kind {
        ConstraintKind::Check(check) if check.of_type.as_ref() == Some(&column.name) => {
            Some(check.expr.text.as_str())
        }
        ConstraintKind::Check(_)
        | ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_)
        | ConstraintKind::ForeignKey(_) => None,
    });
    if let Some(text) = checks {
        let lower = text.to_ascii_lowercase();
        if lower.contains("json_valid") {
            return "'{}'".into();
        }
        // the first value of an enum
        let first = significant_tokens(&SQLITE, text)
            .into_iter()
            .find(|token| token.kind == TokenKind::QuotedString);
        if let Some(value) = first.filter(|_| lower.contains(" in ")) {
            return text[value.start..value.end].to_owned();
        }
    }
    match affinity(&column.ty) {
        Affinity::Integer | Affinity::Numeric => "0",
        Affinity::Real => "0.0",
        Affinity::Text => "''",
        Affinity::Blob => "X''",
    }
    .into()
}
