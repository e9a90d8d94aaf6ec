//! Completion of a lowered schema, the attributes of SQLite, and the spec forms of an inspected column.

pub(crate) mod attributes;
pub(crate) mod candidates;

use crate::diag::{Code, Diagnostic};
use crate::dialect::sqlite::attribute_keys as keys;
use crate::model::{
    Constraint, ConstraintKind, Index, IndexPart, Name, Schema, SqlType, Table, TableOptions,
};
use crate::spec::Spec;

/// Completes a lowered schema: unique constraints become unique indexes, and what SQLite doesn't store
/// (comments, character sets, index methods) is removed.
pub(crate) fn complete(spec: &Spec, schema: &mut Schema, found: &mut Vec<Diagnostic>) {
    let mut comments = 0_usize;
    for (_, table) in schema.tables_mut() {
        found.extend(misplaced_identity(spec, table));
        comments += complete_table(table);
    }
    if comments > 0 {
        found.push(
            Diagnostic::warning(
                Code::CommentNotStored,
                format!(
                    "SQLite stores no comments: {comments} comment{} will not be created",
                    if comments == 1 { "" } else { "s" }
                ),
            )
            .help("keep comments in the specs; all other databases store them"),
        );
    }
}

/// An error for an identity that isn't the whole primary key: only that can be the rowid.
fn misplaced_identity(spec: &Spec, table: &Table) -> Option<Diagnostic> {
    let column = table.columns.iter().find(|c| c.identity.is_some())?;
    let key = table.primary_key().map(Constraint::columns);
    if key.is_some_and(|key| key == [&column.name]) {
        return None;
    }
    let name = &column.name;
    let error = Diagnostic::error(
        Code::Unsupported,
        format!("on SQLite the identity `{name}` must be the primary key by itself"),
    )
    .help(format!(
        "write `primary_key: [{name}]`, and make another key a `unique`"
    ));
    let at = spec
        .tables
        .iter()
        .filter(|other| other.name.value == table.id.name)
        .flat_map(|other| &other.columns)
        .find(|other| other.name.value == *name)
        .and_then(|other| other.identity.as_ref().map(|identity| &identity.at));
    Some(match at {
        Some(at) => error.at(at),
        None => error,
    })
}

/// Brings a table to what SQLite stores, and counts the comments that are removed.
fn complete_table(table: &mut Table) -> usize {
    let mut comments = usize::from(table.options.comment.is_some());
    table.options = TableOptions {
        attrs: std::mem::take(&mut table.options.attrs),
        ..TableOptions::default()
    };
    let without_rowid = table.options.attrs.get(keys::WITHOUT_ROWID);
    let key: Vec<_> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        comments += usize::from(column.comment.take().is_some());
        column.charset = None;
        // `integer` as the only key would be the rowid, for which SQLite generates values;
        // `int` has the same affinity and stays an ordinary column
        let only_key = key.len() == 1 && key.contains(&column.name);
        if only_key
            && !without_rowid
            && column.identity.is_none()
            && column.ty == SqlType::new("integer")
        {
            column.ty = SqlType::new("int");
        }
    }
    // as indexes, unique constraints are added and dropped without a rebuild
    let constraints = std::mem::take(&mut table.constraints);
    for constraint in constraints {
        match constraint.kind {
            ConstraintKind::Unique(parts) => table.indexes.push(unique(constraint.name, parts)),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => table.constraints.push(Constraint {
                comment: None,
                ..constraint
            }),
        }
    }
    for index in &mut table.indexes {
        comments += usize::from(index.comment.take().is_some());
        index.method = None;
    }
    comments
}

fn unique(name: Name, parts: Vec<IndexPart>) -> Index {
    Index {
        unique: true,
        ..Index::new(name, parts)
    }
}
