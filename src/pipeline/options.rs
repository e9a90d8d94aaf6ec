//! Options of the runs on one connection.

use crate::change::HazardKind;
use crate::migrate::{ExecOptions, Stop};
use std::time::Duration;

/// An effect that a run refuses unless it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Allow {
    /// Rows or values are deleted.
    DataLoss,
    /// A large table is rewritten.
    Rewrite,
    /// Writes to a large table are blocked.
    BlocksWrites,
    /// [`Database::apply`](crate::pipeline::Database::apply) changes a database with applied
    /// migrations.
    Versioned,
    /// The schema differs from the recorded one.
    Drift,
}

/// Options of the runs on one connection, as a builder.
#[derive(Clone, Debug)]
pub struct RunOptions {
    allowed: Vec<Allow>,
    pub(crate) create: bool,
    pub(crate) safe_below: u64,
    on_replica: bool,
    wait: Duration,
    lock_timeout: Option<Duration>,
    lock_tries: Option<u32>,
    stop: Stop,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            allowed: Vec::new(),
            create: true,
            safe_below: crate::migrate::run::table_size::SAFE_BELOW,
            on_replica: false,
            wait: Duration::ZERO,
            lock_timeout: None,
            lock_tries: None,
            stop: Stop::default(),
        }
    }
}

impl RunOptions {
    /// The defaults: nothing is allowed, other runs are not waited for, the lock time-out of a statement
    /// is two seconds, with ten attempts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows an effect.
    #[must_use]
    pub fn allow(mut self, what: Allow) -> Self {
        self.allowed.push(what);
        self
    }

    /// Whether a SQLite file that does not exist is created. Default: yes.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// The size in bytes below which tables may be rewritten, or writes to them blocked, without consent. Default:
    /// 500 MB.
    #[must_use]
    pub fn safe_below(mut self, bytes: u64) -> Self {
        self.safe_below = bytes;
        self
    }

    /// Whether to write to a server that is a replica or read-only. Default: no.
    #[must_use]
    pub fn on_replica(mut self, write: bool) -> Self {
        self.on_replica = write;
        self
    }

    /// The time to wait for another run to end. Default: zero, which fails immediately. Services that start at the
    /// same time should wait: one of them migrates, and the others then have no pending migrations.
    #[must_use]
    pub fn wait(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// The lock time-out of a statement. Default: two seconds.
    #[must_use]
    pub fn lock_timeout(mut self, time: Duration) -> Self {
        self.lock_timeout = Some(time);
        self
    }

    /// The number of attempts for a statement that timed out waiting for a lock. Default: ten.
    #[must_use]
    pub fn lock_tries(mut self, tries: u32) -> Self {
        self.lock_tries = Some(tries.max(1));
        self
    }

    /// A token that stops a run: keep a clone and call [`Stop::ask`](crate::migrate::Stop).
    #[must_use]
    pub fn stop(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    pub(crate) fn allows(&self, what: Allow) -> bool {
        self.allowed.contains(&what)
    }

    /// Whether an impact on a large table is allowed, or needs no consent.
    pub(crate) fn allows_impact(&self, kind: HazardKind) -> bool {
        match kind {
            HazardKind::DataLoss => self.allows(Allow::DataLoss),
            HazardKind::Rewrite => self.allows(Allow::Rewrite),
            HazardKind::BlocksWrites => self.allows(Allow::BlocksWrites),
            HazardKind::DataChange | HazardKind::BlocksReads | HazardKind::Scan => true,
        }
    }

    pub(crate) fn set(&self, options: &mut ExecOptions) {
        options.lock.wait = self.wait;
        options.on_replica = self.on_replica;
        options.stop = self.stop.clone();
        if let Some(time) = self.lock_timeout {
            options.lock_timeout = time;
        }
        if let Some(tries) = self.lock_tries {
            options.retry.tries = tries;
        }
    }
}
