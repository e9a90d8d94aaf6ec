//! Options of a run.

use crate::migrate::history::HistoryTable;
use crate::migrate::run::lock::options::LockOptions;
use crate::migrate::run::retry::RetryPolicy;
use crate::migrate::run::stop::Stop;
use crate::sql::lexical_rules::LexicalRules;
use std::time::Duration;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct ExecOptions {
    /// The lexical rules of the migration files.
    pub lexical_rules: &'static LexicalRules,
    /// Statements that set the session's variables. They are sent at the start, and again after a migration that may
    /// have changed variables.
    pub session: Vec<String>,
    /// The history table.
    pub history: HistoryTable,
    /// The logical database's name, for the journal.
    pub database: Option<String>,
    /// Ends the session of an earlier run if it is still running, instead of waiting for it.
    pub end_previous_session: bool,
    /// The time that a statement waits for a lock on the server.
    pub lock_timeout: Duration,
    /// Times and kind of the lock of the run.
    pub lock: LockOptions,
    /// The retries of statements that timed out waiting for a lock.
    pub retry: RetryPolicy,
    /// Transactions that have been open for this long are reported before a run.
    pub long_transaction: Duration,
    /// Whether to write to a replica or a server that is in recovery or read-only.
    pub on_replica: bool,
    /// Carries a stop request to the run.
    pub stop: Stop,
}

impl ExecOptions {
    /// The default options: a lock time-out of two seconds, ten attempts, no waiting for other runs, no writing to
    /// replicas.
    pub fn new(
        lexical_rules: &'static LexicalRules,
        session: Vec<String>,
        history: HistoryTable,
    ) -> Self {
        Self {
            lexical_rules,
            session,
            history,
            database: None,
            end_previous_session: false,
            lock_timeout: Duration::from_secs(2),
            lock: LockOptions::default(),
            retry: RetryPolicy::default(),
            long_transaction: Duration::from_mins(1),
            on_replica: false,
            stop: Stop::default(),
        }
    }
}
