//! Errors of a run, with the state of the migration that stopped.

use crate::db::{DbError, Server};
use crate::diag::{Diagnostic, Location};
use crate::migrate::files::directory::Version;
use crate::migrate::journal::table::JournalError;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::migration_unit::title;
use crate::migrate::run::retry::LockWait;
use crate::migrate::run::script::StatementRole;
use crate::migrate::run::session_info::SessionInfo;
use crate::migrate::run::stop::Signal;
use std::fmt;
use std::time::Duration;

/// The error of a run that stopped or did not start.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecError {
    /// Files and history contradict each other, or a file can't run. Nothing was sent.
    #[error("{} problem(s) with the migrations; nothing was run", .0.len())]
    Files(Vec<Diagnostic>),
    /// The server is a replica, in recovery or read-only.
    #[error("{}", .0.message)]
    NotWritable(Box<Diagnostic>),
    /// The lock could not be taken, or was lost.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The server returned an error outside of any migration.
    #[error("{doing}: {error}")]
    Server {
        /// The action that failed.
        doing: &'static str,
        /// The server's error.
        error: DbError,
    },
    /// The journal can't be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An earlier run left a migration partially applied.
    #[error("{0}")]
    Unfinished(Box<UnfinishedMigration>),
    /// The session of an earlier run has not ended.
    #[error("a statement of an earlier run is still running on the server: {holder}")]
    StillAtWork {
        /// The session.
        holder: SessionInfo,
        /// The time spent waiting.
        waited: Duration,
    },
    /// A migration stopped.
    #[error(transparent)]
    Stopped(Box<Stopped>),
    /// The run was asked to stop, and stopped between two migrations.
    #[error("{signal}")]
    Interrupted {
        /// The signal.
        signal: Signal,
        /// The migrations that this run had completed, in order.
        before: Vec<Version>,
    },
    /// The lock was lost between two migrations; nothing more was sent.
    #[error("the lock was lost: {why}")]
    LockLost {
        /// The reason.
        why: String,
        /// The migrations that this run had completed, in order.
        before: Vec<Version>,
    },
}

/// The state of a statement of a migration that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementState {
    /// The statement took effect and is committed.
    Applied,
    /// The statement ran and was rolled back with its transaction.
    RolledBack,
    /// The statement failed without effect.
    NotApplied,
    /// The connection was lost before the reply arrived.
    Unknown,
    /// The statement was not sent.
    NotStarted,
}

impl fmt::Display for StatementState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Applied => "applied",
            Self::RolledBack => "rolled back",
            Self::NotApplied => "not applied",
            Self::Unknown => "unknown",
            Self::NotStarted => "not started",
        })
    }
}

/// The state of the database after a migration stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedState {
    /// Nothing of the migration remains.
    Unchanged,
    /// The migration is partially applied, and the state of each statement is known.
    PartiallyApplied,
    /// The connection was lost, and the outcome of a statement is unknown.
    Unknown,
}

/// The cause that stopped a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// The server's error.
    Server {
        /// SQLSTATE, number or result code.
        code: String,
        /// The message with its detail and hint.
        message: String,
        /// Whether the connection was lost.
        lost: bool,
    },
    /// The check of foreign keys found rows without their referenced rows: table and row id of at most ten.
    Orphans(Vec<String>),
    /// A stop request.
    Interrupted(Signal),
    /// The lock of the run was lost; nothing more was sent.
    LockLost(String),
    /// Every attempt timed out waiting for a lock, or one after long work.
    LockTimeout {
        /// The server's error.
        error: DbError,
        /// The attempts.
        wait: Box<LockWait>,
        /// Whether the statement commits by itself.
        commits_alone: bool,
    },
}

impl From<DbError> for StopCause {
    fn from(error: DbError) -> Self {
        let mut message = error.message;
        if let Some(detail) = error.detail {
            message.push('\n');
            message.push_str(&detail);
        }
        Self::Server {
            code: error.code,
            message,
            lost: error.lost,
        }
    }
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server { code, message, .. } if code.is_empty() => f.write_str(message),
            Self::Server { code, message, .. } => write!(f, "{code}: {message}"),
            Self::Orphans(rows) => {
                write!(f, "these rows would refer to missing rows: ")?;
                f.write_str(&rows.join(", "))
            }
            Self::Interrupted(signal) => write!(f, "{signal}"),
            Self::LockLost(why) => write!(f, "the lock was lost: {why}"),
            Self::LockTimeout { error, .. } => write!(f, "{error}"),
        }
    }
}

/// The report of a migration that stopped.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The version; `None` for an applied plan, which has no files.
    pub version: Option<Version>,
    /// The name.
    pub name: String,
    /// The server.
    pub server: Server,
    /// The role of the failed statement.
    pub role: StatementRole,
    /// The location of the failed statement, if it is one of the file's.
    pub at: Option<Location>,
    /// The text of the failed statement.
    pub sql: String,
    /// The cause.
    pub cause: StopCause,
    /// The state of each statement of the file, in order.
    pub effects: Vec<StatementState>,
    /// Invalid indexes that a failed statement left.
    pub invalid_indexes: Vec<String>,
    /// The migrations that this run had completed, in order.
    pub before: Vec<Version>,
}

impl Stopped {
    /// The state of the database.
    pub fn outcome(&self) -> StoppedState {
        let lost = self.is_lost();
        let applied = self.effects.contains(&StatementState::Applied);
        if self.effects.contains(&StatementState::Unknown)
            || (lost && applied && self.role.is_record())
        {
            StoppedState::Unknown
        } else if applied || !self.invalid_indexes.is_empty() {
            StoppedState::PartiallyApplied
        } else {
            StoppedState::Unchanged
        }
    }

    /// Whether the connection was lost.
    pub fn is_lost(&self) -> bool {
        matches!(self.cause, StopCause::Server { lost: true, .. })
    }

    /// `V7__name`, or only the name where there is no version.
    pub fn title(&self) -> String {
        title(self.version, &self.name)
    }

    /// The number of the failed statement, from 1, if it is one of the file's.
    pub fn statement(&self) -> Option<usize> {
        self.role.statement()
    }
}

impl std::error::Error for Stopped {}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} stopped ", self.title())?;
        match self.role {
            StatementRole::Statement(number) => {
                write!(f, "at statement {number} of {}", self.effects.len())?;
            }
            StatementRole::Begin => f.write_str("before its first statement")?,
            StatementRole::Check => f.write_str("at the check of foreign keys")?,
            StatementRole::Intent(_) | StatementRole::Outcome(_) => {
                f.write_str("at its journal row")?;
            }
            StatementRole::History => f.write_str("at its history row")?,
            StatementRole::Commit => f.write_str("at its commit")?,
            StatementRole::Switch => f.write_str("at a setting of the session")?,
        }
        if let Some(at) = &self.at {
            write!(f, " ({}:{})", at.file, at.line)?;
        }
        write!(f, ": {} {}", self.server.vendor, self.cause)
    }
}
