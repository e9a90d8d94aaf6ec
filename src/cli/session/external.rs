//! Tables that something else owns, before a migration refers to them.

use crate::change::{Action, Change};
use crate::cli::exit_code::Exit;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::Session;
use crate::cli::session::target::embedded_file;
use crate::diag::Severity;
use crate::model::{
    Constraint, ConstraintKind, Given, IndexPart, Object, ObjectId, ObjectKind, Schema, Table,
    TableOptions,
};
use std::collections::BTreeMap;

/// Makes sure that all external tables are there. The embedded database, where nothing else could
/// make them, gets stand-ins with the columns that the specs name.
///
/// # Errors
/// An external table is missing, or the server failed.
pub(crate) async fn prepare(session: &mut Session) -> Outcome<()> {
    let workspace = &session.workspace;
    if !workspace.schemas.is_dir() {
        return Ok(());
    }
    let dialect = session.target.dialect;
    let vendor = session.executor.conn().server().vendor;
    let (documents, mut found) = workspace.documents()?;
    let settings = &workspace.settings;
    let want = settings
        .lower(&documents, dialect, vendor, &mut found)
        .schema;
    // specs may be ahead of the migrations and half-written; then there is nothing to go by
    let wrong = found.iter().any(|d| d.severity == Severity::Error);
    if wrong || !want.tables().any(|(_, table)| table.external) {
        return Ok(());
    }
    let scope = workspace.settings.scope(&want);
    let have = dialect.inspect(session.executor.conn(), &scope).await?;
    for table in stand_ins(&want, &have) {
        if embedded_file(&session.target).is_none() {
            return Err(Failure::new(
                Exit::Failed,
                format!(
                    "external table {} does not exist; nothing was run",
                    table.id
                ),
            )
            .help("create the table first: `external: true` tables are owned by something else"));
        }
        session
            .workspace
            .output
            .message(&format!("External table {}: created a stand-in.", table.id));
        let create = Change::Create(table.id.clone(), Object::Table(Box::new(table)));
        for statement in dialect.statements(&Action::Change(create)) {
            session.executor.conn().query(&statement).await?;
        }
    }
    Ok(())
}

/// The external tables that aren't there, with a key wherever a foreign key refers to.
fn stand_ins(want: &Schema, have: &Schema) -> Vec<Table> {
    let mut keys: BTreeMap<&ObjectId, Vec<Vec<IndexPart>>> = BTreeMap::new();
    for (_, fk) in want.tables().flat_map(|(_, table)| table.foreign_keys()) {
        let key: Vec<IndexPart> = fk
            .target_columns
            .iter()
            .map(|name| IndexPart::on_column(name.clone()))
            .collect();
        let of = keys.entry(&fk.target).or_default();
        if !of.contains(&key) {
            of.push(key);
        }
    }
    want.tables()
        .filter(|(id, table)| {
            table.external && id.kind == ObjectKind::Table && have.table(id).is_none()
        })
        .map(|(id, table)| {
            let mut made = Table::new(id.clone());
            made.columns.clone_from(&table.columns);
            made.options = TableOptions::default();
            let primary = table.primary_key().cloned();
            let primary_parts = primary.as_ref().map(|key| key.kind.clone());
            made.constraints.extend(primary);
            for (number, parts) in keys.remove(id).unwrap_or_default().into_iter().enumerate() {
                if primary_parts == Some(ConstraintKind::PrimaryKey(parts.clone())) {
                    continue;
                }
                made.constraints.push(Constraint::new(
                    Given::Derived(format!("uq_{}_{}", id.name, number + 1).into()),
                    ConstraintKind::Unique(parts),
                ));
            }
            made
        })
        .collect()
}
