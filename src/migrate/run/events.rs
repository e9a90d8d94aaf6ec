//! What happens while migrations run, for whoever listens: a progress display, a log, a test.

use crate::migrate::files::directory::Version;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::run::session_info::SessionInfo;
use std::fmt;
use std::time::Duration;

/// Which way a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is taken back.
    Down,
}

impl Direction {
    /// The other one.
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

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// Somebody else holds the lock. Said again at each try.
    LockWaiting {
        /// Who, where the server can tell.
        holder: Option<&'a SessionInfo>,
        /// How long it has been waited for.
        waited: Duration,
    },
    /// The lock is ours.
    LockAcquired {
        /// How long that took.
        waited: Duration,
    },
    /// The session of an earlier run is still at work. Said again at each look.
    PreviousSession {
        /// Which.
        holder: &'a SessionInfo,
        /// How long it has been waited for.
        waited: Duration,
    },
    /// Others have had transactions open for long: what they hold may be waited for in vain.
    LongTransactions {
        /// Who, the longest first.
        sessions: &'a [SessionInfo],
    },
    /// A lock wasn't granted in time: the same is tried again after a pause.
    Retrying {
        /// The statement that failed, from 1, where it was one of the file's.
        statement: Option<usize>,
        /// How often it was tried.
        tried: u32,
        /// How often it is tried at most.
        of: u32,
        /// How long it is waited before the next try.
        pause: Duration,
        /// Who was in the way.
        blockers: &'a [SessionInfo],
    },
    /// What a failed build of an index had left behind is dropped before the index is built again.
    DroppingInvalidIndex {
        /// The index, as it is written in SQL.
        name: &'a str,
    },
    /// A migration begins.
    MigrationStarted {
        /// Its version; none for what has no files.
        version: Option<Version>,
        /// Its name.
        name: &'a str,
        /// Which way.
        direction: Direction,
        /// What each of its statements is for.
        labels: &'a [StatementLabel],
        /// How many statements it holds.
        statements: usize,
        /// Which one of this run, from 1.
        number: usize,
        /// How many this run has.
        of: usize,
    },
    /// A statement is sent.
    StatementStarted {
        /// Its number within the migration, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// What it is for.
        label: &'a StatementLabel,
        /// Its text.
        sql: &'a str,
    },
    /// A statement is done.
    StatementDone {
        /// Its number within the migration, from 1.
        number: usize,
        /// How long it took; `None` where it went in one message with others and only their sum is
        /// known.
        took: Option<Duration>,
    },
    /// A migration is done, its history row included.
    MigrationDone {
        /// Its version; none for what has no files.
        version: Option<Version>,
        /// Its name.
        name: &'a str,
        /// How long it took.
        took: Duration,
    },
    /// A migration stopped. The error that the run returns says all about it.
    MigrationFailed {
        /// Its version; none for what has no files.
        version: Option<Version>,
        /// Its name.
        name: &'a str,
        /// The statement that failed, where it was one of the file's.
        statement: Option<usize>,
    },
}

/// Listens to a run.
pub trait Observer: Send {
    /// Something happened.
    fn event(&mut self, event: &Event<'_>);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&mut self, _: &Event<'_>) {}
}
