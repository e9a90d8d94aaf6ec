//! Why a run stopped, with everything that a person needs to be told.

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

/// Why a run stopped or never began.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExecError {
    /// Files and history don't fit together, or a file can't run; nothing was sent.
    #[error("{} problem(s) with the migrations, nothing was run", .0.len())]
    Files(Vec<Diagnostic>),
    /// The server isn't to be written to.
    #[error("{}", .0.message)]
    NotWritable(Box<Diagnostic>),
    /// The lock couldn't be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The server failed outside of any migration.
    #[error("{doing}: {error}")]
    Server {
        /// What was being done.
        doing: &'static str,
        /// What the server said.
        error: DbError,
    },
    /// The journal can't be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An earlier run stopped within a migration.
    #[error("{0}")]
    Unfinished(Box<UnfinishedMigration>),
    /// The session of an earlier run is still at work.
    #[error("a statement of an earlier run is still at work on the server: {holder}")]
    StillAtWork {
        /// Which session.
        holder: SessionInfo,
        /// How long it was waited for.
        waited: Duration,
    },
    /// A migration stopped.
    #[error(transparent)]
    Stopped(Box<Stopped>),
    /// It was asked to stop, and did so between two migrations.
    #[error("{signal}")]
    Interrupted {
        /// By which signal.
        signal: Signal,
        /// The migrations that this run had done before, in order.
        before: Vec<Version>,
    },
    /// The lock was lost between two migrations; nothing more was sent.
    #[error("the lock was lost: {why}")]
    LockLost {
        /// How that was seen.
        why: String,
        /// The migrations that this run had done before, in order.
        before: Vec<Version>,
    },
}

impl ExecError {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Files(_) | Self::Server { .. } | Self::Journal(_) | Self::LockLost { .. } => 1,
            Self::Unfinished(_) | Self::StillAtWork { .. } => 5,
            Self::NotWritable(_) => 7,
            Self::Lock(error) => error.exit_code(),
            Self::Stopped(stopped) => match (&stopped.cause, stopped.outcome()) {
                (StopCause::Interrupted(signal), StoppedState::Unchanged) => signal.exit_code(),
                // it had worked for long, and the next run would begin that work anew
                (
                    StopCause::LockTimeout {
                        wait,
                        by_itself: true,
                        ..
                    },
                    _,
                ) if wait.worked.is_some() => 5,
                (_, StoppedState::Unchanged) => 1,
                (_, StoppedState::PartiallyApplied | StoppedState::Unknown) => 5,
            },
            Self::Interrupted { signal, .. } => signal.exit_code(),
        }
    }
}

/// What became of a statement of a migration that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementState {
    /// It ran, and stays.
    Applied,
    /// It ran, and was taken back with its transaction.
    RolledBack,
    /// It failed.
    NotApplied,
    /// The connection was lost before its answer came.
    Unknown,
    /// It was never sent.
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

/// Where a migration that stopped leaves the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedState {
    /// Between two migrations: nothing of this one stays.
    Unchanged,
    /// Within the migration, and it is known where.
    PartiallyApplied,
    /// The connection was lost, and it isn't known what the server did.
    Unknown,
}

/// What stopped a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// The server's error.
    Server {
        /// SQLSTATE, number or result code.
        code: String,
        /// The message with its detail and hint.
        message: String,
        /// Whether the connection is gone.
        lost: bool,
    },
    /// With foreign keys off, rows would have lost the rows that they refer to: table and row id
    /// of each child, at most ten.
    Orphans(Vec<String>),
    /// It was asked to stop.
    Interrupted(Signal),
    /// The lock that makes this run the only one was lost; nothing more was sent.
    LockLost(String),
    /// A lock wasn't granted in time, again and again, or after long work.
    LockTimeout {
        /// What the server said.
        error: DbError,
        /// How it was waited for.
        wait: Box<LockWait>,
        /// Each statement commits by itself.
        by_itself: bool,
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
                write!(f, "rows would be left without the row that they refer to: ")?;
                f.write_str(&rows.join(", "))
            }
            Self::Interrupted(signal) => write!(f, "{signal}"),
            Self::LockLost(why) => write!(f, "the lock was lost: {why}"),
            Self::LockTimeout { error, .. } => write!(f, "{error}"),
        }
    }
}

/// A migration that stopped.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Its version; none for what has no files.
    pub version: Option<Version>,
    /// Its name.
    pub name: String,
    /// Which server.
    pub server: Server,
    /// What the failed statement was for.
    pub role: StatementRole,
    /// Where it stands in the file, where it is one of the file's.
    pub at: Option<Location>,
    /// Its text.
    pub sql: String,
    /// What stopped it.
    pub cause: StopCause,
    /// What became of each statement of the file, in order.
    pub effects: Vec<StatementState>,
    /// Objects that a failed statement left behind, such as invalid indexes.
    pub invalid_indexes: Vec<String>,
    /// The migrations that this run had done before, in order.
    pub before: Vec<Version>,
}

impl Stopped {
    /// Where it leaves the database.
    pub fn outcome(&self) -> StoppedState {
        let lost = self.is_lost();
        let in_force = self.effects.contains(&StatementState::Applied);
        if self.effects.contains(&StatementState::Unknown)
            || (lost && in_force && self.role.is_record())
        {
            StoppedState::Unknown
        } else if in_force || !self.invalid_indexes.is_empty() {
            StoppedState::PartiallyApplied
        } else {
            StoppedState::Unchanged
        }
    }

    /// Whether the connection was lost.
    pub fn is_lost(&self) -> bool {
        matches!(self.cause, StopCause::Server { lost: true, .. })
    }

    /// `V7__name`, or the name of what has no version.
    pub fn title(&self) -> String {
        title(self.version, &self.name)
    }

    /// The number of the failed statement, from 1, where it is one of the file's.
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
            StatementRole::Switch => f.write_str("at a switch of the session")?,
        }
        if let Some(at) = &self.at {
            write!(f, " ({}:{})", at.file, at.line)?;
        }
        write!(f, ": {} {}", self.server.vendor, self.cause)
    }
}
