//! Reading the journal through the executor's connection.

use crate::migrate::error::ExecError;
use crate::migrate::files::directory::Version;
use crate::migrate::journal::entry::JournalEntry;
use crate::migrate::journal::table::JournalError;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::run::executor::Executor;

impl Executor {
    /// The partially applied migration according to the journal, if there is one. Reads only. The result can change
    /// unless the lock is held.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn unfinished(&mut self) -> Result<Option<UnfinishedMigration>, ExecError> {
        let exists = self
            .record
            .journal
            .exists(&mut self.session.conn, self.session.profile)
            .await;
        if !exists.map_err(JournalError::Server)? {
            return Ok(None);
        }
        let Some((last, unit)) = self
            .record
            .journal
            .last_unit(&mut self.session.conn)
            .await?
        else {
            return Ok(None);
        };
        self.record.next_id = self.record.next_id.max(last + 1);
        Ok(UnfinishedMigration::from_entries(
            self.unit_entries(unit).await?,
        ))
    }

    /// The journal rows of a unit: of the run of a migration and of its repairs.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn unit_entries(&mut self, unit: i64) -> Result<Vec<JournalEntry>, ExecError> {
        let entries = self
            .record
            .journal
            .unit_entries(&mut self.session.conn, unit)
            .await;
        Ok(entries.map_err(JournalError::Server)?)
    }

    /// Whether the journal has a row of a version, because this tool applied or recorded it.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn has_journal_entry(&mut self, version: Version) -> Result<bool, ExecError> {
        let exists = self
            .record
            .journal
            .exists(&mut self.session.conn, self.session.profile)
            .await;
        if !exists.map_err(JournalError::Server)? {
            return Ok(false);
        }
        let known = self
            .record
            .journal
            .has_version(&mut self.session.conn, version)
            .await;
        Ok(known.map_err(JournalError::Server)?)
    }

    /// All rows of the journal, the oldest first; `None` if the table does not exist.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn journal_entries(&mut self) -> Result<Option<Vec<JournalEntry>>, ExecError> {
        Ok(self
            .record
            .journal
            .all_entries(&mut self.session.conn, self.session.profile)
            .await?)
    }

    /// Whether the session that ran a migration last still exists. The result may be outdated; only the lock, taken by
    /// [`Executor::lock`], proves that it has ended.
    pub async fn is_previous_session_active(&mut self, unfinished: &UnfinishedMigration) -> bool {
        let session = unfinished.entries.last().and_then(|entry| entry.session);
        let (Some(sessions), Some(id)) = (self.session.profile.journal.other_sessions, session)
        else {
            return false;
        };
        let rows = self.session.conn.query(&(sessions.exists)(id)).await;
        rows.is_ok_and(|rows| rows.first().is_some_and(|row| row.flag_at(0)))
    }
}
