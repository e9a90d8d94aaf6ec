//! One row of the journal.

use crate::db::Row;
use crate::migrate::files::directory::Version;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::title;
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The version of the table's format. The columns `id`, `unit`, `format`, `statement`, `statements` and
/// `outcome` have the same meaning in all formats.
pub const FORMAT: u32 = 1;
/// In place of a statement's number: the row is about the whole migration.
pub const WHOLE_MIGRATION: usize = 0;

/// The command that started a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunCommand {
    /// `migrate`
    #[default]
    Migrate,
    /// `rollback`
    Rollback,
    /// `apply`
    Apply,
    /// `repair`
    Repair,
}

impl fmt::Display for RunCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Migrate => "migrate",
            Self::Rollback => "rollback",
            Self::Apply => "apply",
            Self::Repair => "repair",
        })
    }
}

/// The outcome of a row's statement, or of the whole migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementOutcome {
    /// The statement was sent, and the journal has no outcome of it.
    Running,
    /// The statement took effect and is committed.
    Done,
    /// The statement failed without effect.
    Failed,
    /// The statements that had been applied were reverted.
    Reverted,
    /// The user recorded the migration as completed or reverted by hand.
    Marked,
}

impl StatementOutcome {
    const ALL: [Self; 5] = [
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Reverted,
        Self::Marked,
    ];
}

impl fmt::Display for StatementOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Reverted => "undone",
            Self::Marked => "marked",
        })
    }
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// The row's number. Later rows have higher numbers.
    pub id: i64,
    /// The first row of the run of the migration. Rows of later repairs have the same unit.
    pub unit_id: i64,
    /// The command that started the run.
    pub command: String,
    /// The version; `None` for an applied plan, which has no files.
    pub version: Option<Version>,
    /// The name of the migration.
    pub name: String,
    /// The direction of the statement.
    pub direction: Direction,
    /// The statement's number in its file, from 1, or [`WHOLE_MIGRATION`].
    pub statement: usize,
    /// The number of statements of the file.
    pub statements: usize,
    /// The step of the mark above the statement.
    pub step: Option<u32>,
    /// The statement's hash: see [`statement_hash`](crate::migrate::files::snapshot::statement_hash).
    pub hash: String,
    /// The running hash of the statements before it: see
    /// [`running_hashes`](crate::migrate::journal::hashes::running_hashes).
    pub before_hash: String,
    /// The time when the statement was sent, RFC 3339 in UTC, by the server's clock.
    pub started_at: String,
    /// The time when the outcome was recorded; `None` while it is unknown.
    pub finished_at: Option<String>,
    /// The recorded outcome.
    pub outcome: StatementOutcome,
    /// The server's error, or a remark of a repair.
    pub message: Option<String>,
    /// The database user.
    pub db_user: Option<String>,
    /// The host from which the session connected.
    pub client_host: Option<String>,
    /// The version of this tool.
    pub tool: String,
    /// The server's number of the session that sent the statement.
    pub session: Option<u64>,
    /// The server's identity.
    pub server: Option<String>,
    /// The logical database.
    pub database: Option<String>,
    /// For an applied plan: the texts of both directions, as
    /// [`PlanRecord`](crate::migrate::run::plan_record::PlanRecord) writes them.
    pub plan: Option<String>,
}

/// The columns of the table, in the order in which [`JournalEntry::read`] reads them.
pub(crate) const COLUMNS: &str = "id, unit, format, command, version, name, direction, statement, statements, \
    step, hash, before_hash, started_at, finished_at, outcome, message, db_user, client_host, tool, \
    session_id, server_id, database_name, plan";

impl JournalEntry {
    pub(crate) fn read(row: &Row) -> Self {
        let text = |at: usize| row.get_at(at).map(str::to_owned);
        Self {
            id: row.number_at(0).unwrap_or_default(),
            unit_id: row.number_at(1).unwrap_or_default(),
            command: row.text_at(3).to_owned(),
            version: row.number_at(4),
            name: row.text_at(5).to_owned(),
            direction: if row.text_at(6) == "down" {
                Direction::Down
            } else {
                Direction::Up
            },
            statement: row.number_at(7).unwrap_or_default(),
            statements: row.number_at(8).unwrap_or_default(),
            step: row.number_at(9),
            hash: row.text_at(10).to_owned(),
            before_hash: row.text_at(11).to_owned(),
            started_at: row.text_at(12).to_owned(),
            finished_at: text(13),
            // an unknown word is as undecided as a running statement
            outcome: StatementOutcome::ALL
                .into_iter()
                .find(|outcome| outcome.to_string() == row.text_at(14))
                .unwrap_or(StatementOutcome::Running),
            message: text(15),
            db_user: text(16),
            client_host: text(17),
            tool: row.text_at(18).to_owned(),
            session: row.number_at(19),
            server: text(20),
            database: text(21),
            plan: text(22),
        }
    }

    /// The time between start and recorded outcome.
    pub fn took(&self) -> Option<std::time::Duration> {
        let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
        let took = time(self.finished_at.as_deref()?)? - time(&self.started_at)?;
        took.try_into().ok()
    }

    /// `V7__name`, or only the name where there is no version.
    pub fn title(&self) -> String {
        title(self.version, &self.name)
    }
}
