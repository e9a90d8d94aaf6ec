//! Events of a run, for observers such as a progress display or a log.

use crate::migrate::files::directory::Version;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::run::session_info::SessionInfo;
use std::fmt;
use std::time::Duration;

/// The direction of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The migration is applied.
    Up,
    /// The migration is reverted.
    Down,
}

impl Direction {
    /// The opposite direction.
    #[must_use]
    pub fn back(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

/// An event of a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another run holds the lock. Repeated at each attempt.
    LockWaiting {
        /// The lock holder, if the server reports it.
        holder: Option<&'a SessionInfo>,
        /// The time spent waiting.
        waited: Duration,
    },
    /// The lock was taken.
    LockAcquired {
        /// The time spent waiting.
        waited: Duration,
    },
    /// The session of an earlier run has not ended. Repeated at each check.
    PreviousSession {
        /// The session.
        holder: &'a SessionInfo,
        /// The time spent waiting.
        waited: Duration,
    },
    /// Other sessions have long-running transactions, whose locks may block the run.
    LongTransactions {
        /// The sessions, the longest transaction first.
        sessions: &'a [SessionInfo],
    },
    /// A statement timed out waiting for a lock and is retried after a pause.
    Retrying {
        /// The number of the statement, from 1, if it is one of the file's.
        statement: Option<usize>,
        /// The number of attempts so far.
        tried: u32,
        /// The maximum number of attempts.
        of: u32,
        /// The pause before the next attempt.
        pause: Duration,
        /// The blocking sessions.
        blockers: &'a [SessionInfo],
    },
    /// An invalid index, left by a failed build, is dropped before the index is built again.
    DroppingInvalidIndex {
        /// The index, as written in SQL.
        name: &'a str,
    },
    /// A migration starts.
    MigrationStarted {
        /// The version; `None` for an applied plan, which has no files.
        version: Option<Version>,
        /// The name.
        name: &'a str,
        /// The direction.
        direction: Direction,
        /// The label of each statement.
        labels: &'a [StatementLabel],
        /// The number of statements.
        statements: usize,
        /// The number of the migration within the run, from 1.
        number: usize,
        /// The number of migrations of the run.
        of: usize,
    },
    /// A statement is sent.
    StatementStarted {
        /// The number of the statement within the migration, from 1.
        number: usize,
        /// The number of statements.
        of: usize,
        /// The label.
        label: &'a StatementLabel,
        /// The text.
        sql: &'a str,
    },
    /// A statement is completed.
    StatementDone {
        /// The number of the statement within the migration, from 1.
        number: usize,
        /// The duration; `None` if it was sent in one message with others, whose sum is known only.
        took: Option<Duration>,
    },
    /// A migration is completed, including its history row.
    MigrationDone {
        /// The version; `None` for an applied plan, which has no files.
        version: Option<Version>,
        /// The name.
        name: &'a str,
        /// The duration.
        took: Duration,
    },
    /// A migration stopped. The run returns the details as an error.
    MigrationFailed {
        /// The version; `None` for an applied plan, which has no files.
        version: Option<Version>,
        /// The name.
        name: &'a str,
        /// The failed statement, if it is one of the file's.
        statement: Option<usize>,
    },
}

/// Receives the events of a run.
pub trait Observer: Send {
    /// Receives an event.
    fn event(&mut self, event: &Event<'_>);
}

/// Ignores all events.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&mut self, _: &Event<'_>) {}
}
