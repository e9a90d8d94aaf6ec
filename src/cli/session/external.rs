//! External tables of a target, before a migration refers to them.

use crate::cli::session::failure::Outcome;
use crate::cli::session::migration_run::Session;
use crate::cli::session::target::embedded_file;
use crate::diag::Severity;
use crate::pipeline::external_tables::prepare_external_tables;

/// Checks that the external tables of the specs exist; an embedded database gets stand-ins.
///
/// # Errors
/// An external table is missing, or the server returned an error.
pub(crate) async fn prepare(session: &mut Session) -> Outcome<()> {
    let workspace = &session.workspace;
    if !workspace.schemas.is_dir() {
        return Ok(());
    }
    let dialect = session.target.dialect;
    let conn = session.executor.conn();
    let (documents, mut found) = workspace.documents()?;
    let settings = &workspace.settings;
    let lowered = settings.lower(&documents, dialect, conn.server().vendor, &mut found);
    // specs may be ahead of the migrations, and unfinished
    if found.iter().any(|d| d.severity == Severity::Error) {
        return Ok(());
    }
    let embedded = embedded_file(&session.target).is_some();
    let created =
        prepare_external_tables(settings, dialect, conn, &lowered.schema, embedded).await?;
    for table in created {
        let output = workspace.output;
        output.message(&format!("External table {table}: created a stand-in."));
    }
    Ok(())
}
