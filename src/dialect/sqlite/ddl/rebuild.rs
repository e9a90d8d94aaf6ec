//! What ALTER TABLE can't do: the table is made anew, filled from the old one, and put in its place,
//! in the steps of "Making Other Kinds Of Table Schema Changes" in SQLite's manual of ALTER TABLE.

use crate::change::{Delta, TableOp};
use crate::dialect::sqlite::ddl::{attachments, create_table, is_constant, trigger_name};
use crate::dialect::sqlite::naming::quote;
use crate::dialect::sqlite::types::{Affinity, affinity};
use crate::model::derived_name;
use crate::model::{Column, Constraint, ConstraintKind, Ident, Index, Table};
use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::SQLITE;
use crate::sql::literal;
use crate::sql::text::significant_tokens;

/// Fails while foreign keys are enforced: then dropping the old table would delete, by cascade, the
/// rows that refer to it. A path that JSON doesn't know is the one error with a text of one's own
/// that a plain SELECT can raise.
const GUARD: &str = "SELECT json_extract('[]', CASE foreign_keys WHEN 1 THEN 'foreign keys must be off while a table is rebuilt (PRAGMA foreign_keys = OFF before BEGIN), or rows that refer to it are lost' ELSE '$' END) FROM pragma_foreign_keys";

/// Whether the ops need more than ALTER TABLE has.
pub(crate) fn needed(from: &Table, to: &Table, ops: &[TableOp]) -> bool {
    let touched = |table: &Table| table.columns.iter().any(|c| c.on_update_now);
    ops.iter().any(|op| match op {
        // the trigger's name holds the table's
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
            !added.any(|column| belongs(constraint, column))
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

/// An index that SQLite made for a UNIQUE within CREATE TABLE: it goes only with the table.
pub(crate) fn is_of_constraint(index: &Index) -> bool {
    index.name.get().as_str().starts_with(AUTOINDEX)
}

/// What the index of a UNIQUE over these columns is called here.
pub(crate) fn autoindex(columns: &[&str]) -> Ident {
    Ident::from(format!("{AUTOINDEX}{}", columns.join("_")))
}

/// How the server's own names of indexes begin.
const AUTOINDEX: &str = "sqlite_autoindex_";

/// The constraints that are written within a column that is added.
pub(crate) fn inline_constraints<'a>(
    column: &'a Column,
    ops: &'a [TableOp],
) -> impl Iterator<Item = &'a Constraint> {
    let added = ops.iter().filter_map(|op| op.constraint()?.added());
    added.filter(move |constraint| belongs(constraint, column))
}

/// Whether a constraint speaks of this one column only.
fn belongs(constraint: &Constraint, column: &Column) -> bool {
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

/// The rules of ADD COLUMN.
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

/// The rules of DROP COLUMN: nothing else of the table may speak of the column. Its indexes are
/// dropped by ops of their own.
fn can_drop(from: &Table, column: &Column) -> bool {
    let spoken_of = from.constraints.iter().any(|constraint| {
        let of_check = match &constraint.kind {
            // what can't be read might speak of anything
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
    !spoken_of && !computed_from && !column.on_update_now
}

/// Fails where a trigger would go with the old table that nothing makes again: a person's own.
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

/// The statements of a rebuild. `ops` tell of renames, of columns and of values; without them
/// columns are matched by name.
pub(crate) fn statements(from: &Table, to: &Table, ops: &[TableOp]) -> Vec<String> {
    let mut out = vec![GUARD.to_owned(), trigger_guard(from)];
    let name = quote(to.name().as_str());
    if from.name() != to.name() {
        // this way the foreign keys of other tables follow
        let old = quote(from.name().as_str());
        out.push(format!("ALTER TABLE {old} RENAME TO {name}"));
    }
    let temporary = derived_name("tablewright_new", to.name().as_str(), &[]);
    let new = quote(temporary.as_str());
    out.push(create_table(to, &temporary));
    let (columns, values) = copy(from, to, ops);
    if !columns.is_empty() {
        out.push(format!(
            "INSERT INTO {new} ({})\nSELECT {}\nFROM {name}",
            literal::list(columns),
            literal::list(values)
        ));
    }
    out.push(format!("DROP TABLE {name}"));
    // so that views and triggers that speak of the table are left as they are
    out.push("PRAGMA legacy_alter_table = ON".into());
    out.push(format!("ALTER TABLE {new} RENAME TO {name}"));
    out.push("PRAGMA legacy_alter_table = OFF".into());
    out.extend(attachments(to));
    out
}

/// The columns that are filled, and with what.
fn copy(from: &Table, to: &Table, ops: &[TableOp]) -> (Vec<String>, Vec<String>) {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in to.columns.iter().filter(|c| c.generated.is_none()) {
        let value = match from.column(old_name(&column.name, ops).as_str()) {
            Some(old) => {
                let value = with_values(&quote(old.name.as_str()), &column.name, ops);
                if old.nullable && !column.nullable && column.identity.is_none() {
                    let zero = fill(to, column);
                    format!("coalesce({value}, {zero})")
                } else {
                    value
                }
            }
            // the default, or NULL
            None if column.nullable || column.default.is_some() || column.identity.is_some() => {
                continue;
            }
            None => zero(to, column),
        };
        columns.push(quote(column.name.as_str()));
        values.push(value);
    }
    // rows of which no column stays are rows nevertheless
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

pub(crate) fn old_name<'a>(name: &'a Ident, ops: &'a [TableOp]) -> &'a Ident {
    let mut altered = ops.iter().filter_map(|op| op.column()?.altered());
    let renamed = altered.find(|pair| pair.to.name == *name);
    renamed.map_or(name, |pair| &pair.from.name)
}

fn with_values(old: &str, name: &Ident, ops: &[TableOp]) -> String {
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

/// What takes the place of NULL: the default, else the type's zero.
fn fill(table: &Table, column: &Column) -> String {
    match &column.default {
        Some(default) => default.text.clone(),
        None => zero(table, column),
    }
}

/// The type's zero, within what the type's own check lets in.
fn zero(table: &Table, column: &Column) -> String {
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
