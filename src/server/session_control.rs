//! Queries and statements of the connection that watches the working session, as data: the lock that admits one run at a time, queries for
//! blocking sessions, cancellation, and the error codes of lock time-outs.
//!
//! Queries about other sessions return the columns of [`SessionQuery`]. A list of queries is ordered from the most
//! detailed to the one that always works: the first one that returns a row is used, and an error (a missing
//! privilege, another version, a module that isn't installed) leads to the next one.

use std::time::Duration;

/// A query about other sessions, by the number of the waiting session. Columns: session number, user, client,
/// application, seconds since the transaction began (else since the statement or the session began), statement.
pub type SessionQuery = fn(u64) -> String;

/// The key of the lock: one per database and history table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockKey {
    /// The history table, as it is written in SQL.
    pub history: String,
}

/// The two locks of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockPurpose {
    /// Held by a separate connection: while it is held, no other run starts.
    Run,
    /// Held by the working session: while it is held, a statement may still be running, even if the program that
    /// sent it has ended.
    Work,
}

/// A server lock that belongs to a session.
#[derive(Debug)]
pub struct SessionLock {
    /// A query whose first cell is true if the lock was acquired; it never waits.
    pub try_acquire: fn(&LockKey, LockPurpose) -> String,
    /// Releases all locks of the session. The end of its connection does so too, but only once the server
    /// notices it.
    pub release_all: &'static str,
    /// A query whose first cell is true if this session holds the lock.
    pub is_held: fn(&LockKey, LockPurpose) -> String,
    /// Queries for the session that holds the lock.
    pub holder_queries: &'static [fn(&LockKey, LockPurpose) -> String],
    /// Statements after which the server terminates this session if it is idle for the given time, so that a hung
    /// run doesn't keep the lock.
    pub idle_timeout: fn(Duration) -> Vec<String>,
    /// A row that names the lock holder, for servers that can't report it.
    pub holder_row: Option<&'static HolderRow>,
    /// The lock for clusters, where session locks are local to one server.
    pub lease: Option<&'static Lease>,
}

/// A row that names the holder of a session lock, and since when it is held; written after the lock was acquired.
#[derive(Debug)]
pub struct HolderRow {
    /// Creates the table.
    pub create_table: &'static str,
    /// Writes the row, for a key and the name of this program.
    pub write: fn(&LockKey, &str) -> String,
}

/// A lock that is a row: it belongs to an owner until a time by the server's clock, and is renewed.
#[derive(Debug)]
pub struct Lease {
    /// A query whose first cell is true if this server needs a lease; an error means that it doesn't.
    pub needed_query: &'static str,
    /// Creates the table.
    pub create_table: &'static str,
    /// Inserts the row without an owner.
    pub insert_row: fn(&LockKey) -> String,
    /// Acquires the row if it has no owner: for a key, an owner, the name of this program, and the duration.
    pub try_acquire: fn(&LockKey, &str, &str, Duration) -> String,
    /// Extends the lease of this owner.
    pub renew: fn(&LockKey, &str, Duration) -> String,
    /// A query whose first cell is true if this owner holds the lease.
    pub is_held: fn(&LockKey, &str) -> String,
    /// Releases the lease of this owner.
    pub release: fn(&LockKey, &str) -> String,
    /// A query for the session that holds the lease.
    pub holder_query: fn(&LockKey) -> String,
    /// Error codes that mean that another server of the cluster acquired the lease first.
    pub conflict_errors: &'static [&'static str],
}

/// The storage of the lock that admits one run at a time.
#[derive(Debug)]
pub enum LockBackend {
    /// On the server.
    Session(SessionLock),
    /// In a file next to the database file.
    File,
}

/// The queries and statements of the connection that watches the working session.
#[derive(Debug)]
pub struct SessionControl {
    /// The lock.
    pub lock: LockBackend,
    /// A query for the number of the current session.
    pub session_id_query: Option<&'static str>,
    /// The kind of pooler to name in messages. Two connections with one session number, or a number that changes,
    /// mean that a pooler shares sessions between clients.
    pub pooler_hint: Option<&'static str>,
    /// Cancels the statement of a session.
    pub cancel: Option<fn(u64) -> String>,
    /// The longest single wait of a statement for a lock, where a stop request takes no effect meanwhile; longer
    /// waits are divided.
    pub lock_wait_slice: Option<Duration>,
    /// Statements for the working session after which the server notices early that this program has ended. An error
    /// (a system without support) is ignored.
    pub disconnect_checks: &'static [&'static str],
    /// The shortest interval between two queries for blocking sessions.
    pub blocker_query_interval: Duration,
    /// Queries for the sessions that the given one waits for; no row if it doesn't wait.
    pub blockers: &'static [SessionQuery],
    /// Queries for sessions other than the given one whose transaction has been open for at least this time.
    pub long_transactions: &'static [fn(u64, Duration) -> String],
    /// Error codes of lock time-outs and deadlocks: the statement had no effect.
    pub lock_errors: &'static [&'static str],
    /// Error codes of cancelled statements.
    pub cancelled_errors: &'static [&'static str],
    /// Statements about invalid indexes, on servers that build indexes outside of transactions.
    pub invalid_indexes: Option<&'static InvalidIndexQueries>,
}

/// Statements about invalid indexes. A failed `CREATE INDEX CONCURRENTLY` leaves an invalid index: writes maintain it,
/// but no query uses it, and `IF NOT EXISTS` treats it as the index to create.
#[derive(Debug)]
pub struct InvalidIndexQueries {
    /// A query for an invalid index, by name and table as they are written in SQL: its name, and the number of the
    /// session that is building it at the moment, if there is one.
    pub find_by_name: fn(&str, &str) -> String,
    /// A query for the names of a table's invalid indexes; the table as it is written in SQL.
    pub list_for_table: fn(&str) -> String,
    /// Drops an index without blocking other sessions.
    pub drop: fn(&str) -> String,
}

impl SessionControl {
    /// Whether an error code is a lock time-out or a deadlock.
    pub fn is_lock_error(&self, code: &str) -> bool {
        self.lock_errors.contains(&code)
    }

    /// Whether an error code is that of a cancelled statement.
    pub fn is_cancelled(&self, code: &str) -> bool {
        self.cancelled_errors.contains(&code)
    }
}
