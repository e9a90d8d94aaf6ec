//! Checks that the schema of a live database is the recorded one, before migrations run on it.

use crate::migrate::{ExecError, Executor, PendingUnits, Version};
use crate::pipeline::error::{Error, Problems};
use crate::pipeline::recorded_schema::RecordedSchemas;
use crate::verify::Difference;
use std::collections::BTreeSet;

async fn highest_applied(executor: &mut Executor) -> Result<Option<Version>, ExecError> {
    let rows = executor.history_rows().await?;
    Ok(rows.unwrap_or_default().iter().map(|row| row.version).max())
}

impl RecordedSchemas<'_> {
    /// Check before a migration. A history row that this library did not write may belong to a migration that is
    /// only partially applied, so the schema must be the recorded one.
    ///
    /// # Errors
    /// [`Error::AppliedElsewhere`].
    pub(crate) async fn check_before_migrating(
        &self,
        executor: &mut Executor,
    ) -> Result<(), Error> {
        let Some(version) = highest_applied(executor).await? else {
            return Ok(());
        };
        if executor.has_journal_entry(version).await? {
            return Ok(());
        }
        let differences = self.differences(executor.conn(), version).await?;
        if differences.is_empty() {
            return Ok(());
        }
        Err(Error::AppliedElsewhere {
            version,
            differences,
        })
    }

    /// Check before a rollback. It was written for the recorded schema, so the parts that it changes must not differ.
    ///
    /// # Errors
    /// [`Error::Drift`].
    pub(crate) async fn check_before_rollback(
        &self,
        executor: &mut Executor,
        units: &PendingUnits,
    ) -> Result<(), Error> {
        let Some(version) = highest_applied(executor).await? else {
            return Ok(());
        };
        let reverted: BTreeSet<Version> = units.items.iter().filter_map(|u| u.version).collect();
        let dialect = self.dialect.name();
        let touched: BTreeSet<&str> = (self.snapshots.entries.iter())
            .filter_map(|entry| entry.snapshot.files.get(dialect))
            .flatten()
            .filter(|(version, _)| reverted.contains(version))
            .flat_map(|(_, file)| &file.undo)
            .flat_map(|statement| statement.facets.iter().map(String::as_str))
            .collect();
        let found = self.differences(executor.conn(), version).await?;
        let differences: Vec<Difference> = (found.into_iter())
            .filter(|difference| touched.iter().any(|facet| concerns(facet, difference)))
            .collect();
        if differences.is_empty() {
            return Ok(());
        }
        Err(Error::Drift {
            version,
            differences,
        })
    }

    /// Check before statements that rebuild a table. A rebuild preserves only the parts that the migration lists, so
    /// columns, indexes and triggers that no spec declares would be dropped with the old table.
    ///
    /// # Errors
    /// [`Error::UndeclaredParts`].
    pub(crate) async fn check_before_rebuilding(
        &self,
        executor: &mut Executor,
        units: &PendingUnits,
    ) -> Result<(), Error> {
        let version = highest_applied(executor).await?.unwrap_or_default();
        let Some(recorded) = self.schema_after(version) else {
            return Ok(());
        };
        let statements: Vec<&str> = (units.items.iter())
            .flat_map(|unit| &unit.parsed.statements)
            .map(|statement| statement.sql.as_str())
            .collect();
        let conn = executor.conn();
        let losses = self.dialect.undeclared_losses(conn, &statements, &recorded);
        let losses = losses.await?;
        if losses.is_empty() {
            return Ok(());
        }
        Err(Error::UndeclaredParts(Problems::from(losses)))
    }
}

/// Whether a facet such as `table users column email` concerns a difference. For parts other than columns
/// only the table counts: keys and indexes are compared by structure, not by name.
fn concerns(facet: &str, difference: &Difference) -> bool {
    let owner = format!("{} {}", difference.owner.kind, difference.owner);
    let Some(part) = facet.strip_prefix(&owner) else {
        return false;
    };
    match (part.strip_prefix(" column "), &difference.column) {
        (Some(column), Some(differing)) => column == differing.as_str(),
        (Some(_), None) => difference.property == "table",
        (None, _) => part.is_empty() || part.starts_with(' '),
    }
}
