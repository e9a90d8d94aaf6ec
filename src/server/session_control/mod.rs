//! What runs beside the working session, as data: the lock that lets one run work at a time, who is
//! in the way, how a statement is cancelled, and which errors say that a lock was waited for in vain.
//!
//! Queries about other sessions give the columns of [`PEER`]. Where several are listed they go from
//! the one that knows most to the one that always works: the first that gives a row is believed, and
//! an error (a missing privilege, another version, a module that isn't there) leads to the next.

pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::db::Vendor;
use std::time::Duration;

/// The columns of a query about other sessions: number of the session, user, client, application,
/// seconds that its transaction is open (or its statement runs, or it is there), statement.
pub const PEER: usize = 6;

/// A query about other sessions, asked by the number of the session that waits.
pub type PeerQuery = fn(u64) -> String;

/// What the lock of a database and its history table is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockKey {
    /// The name of the history table as it is written in SQL.
    pub history: String,
}

/// Which of the two locks of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockOf {
    /// The one on a connection of its own: while it is held, this run is the only one.
    Run,
    /// The one of the session that works: while it is held, a statement may still be at work, though
    /// the program that sent it may be gone.
    Work,
}

impl LockOf {
    fn word(self) -> &'static str {
        match self {
            Self::Run => "lock",
            Self::Work => "work",
        }
    }
}

/// A lock of a server that belongs to a session.
#[derive(Debug)]
pub struct SessionLock {
    /// A query whose first cell says whether the lock was taken; it never waits.
    pub take: fn(&LockKey, LockOf) -> String,
    /// Gives back all that this session holds: the end of its connection does so, too, but only when
    /// the server gets round to it.
    pub release: &'static str,
    /// A query whose first cell says whether this session holds it.
    pub mine: fn(&LockKey, LockOf) -> String,
    /// Queries for the session that holds it.
    pub holder: &'static [fn(&LockKey, LockOf) -> String],
    /// Statements that end the session that holds the lock when nothing was heard from it for so
    /// long, so that a run that hangs doesn't keep the others out.
    pub idle_timeout: fn(Duration) -> Vec<String>,
    /// What says who holds the lock where the server can't: a row that is written after it was taken.
    pub note: Option<&'static Note>,
    /// What is used where locks are each server's own.
    pub lease: Option<&'static Lease>,
}

/// A row that says who holds a lock of a session, and since when.
#[derive(Debug)]
pub struct Note {
    /// Makes the table.
    pub create: &'static str,
    /// Writes the row: for a key, with the text that names this program.
    pub write: fn(&LockKey, &str) -> String,
}

/// A lock that is a row: it belongs to an owner until a time by the server's clock, and is renewed.
#[derive(Debug)]
pub struct Lease {
    /// A query whose first cell says whether such a lock is needed here; an error of it says no.
    pub needed: &'static str,
    /// Makes the table.
    pub create: &'static str,
    /// Makes the row, which then belongs to nobody.
    pub prepare: fn(&LockKey) -> String,
    /// Takes the row where nobody has it: for a key, an owner, the text that names this program,
    /// and how long.
    pub take: fn(&LockKey, &str, &str, Duration) -> String,
    /// Renews it where this owner has it.
    pub renew: fn(&LockKey, &str, Duration) -> String,
    /// A query whose first cell says whether this owner has it.
    pub mine: fn(&LockKey, &str) -> String,
    /// Gives it back.
    pub release: fn(&LockKey, &str) -> String,
    /// Who has it.
    pub holder: fn(&LockKey) -> String,
    /// Errors that say that another server of the cluster was first.
    pub conflicts: &'static [&'static str],
}

/// Where the lock lives that lets one run work at a time.
#[derive(Debug)]
pub enum LockKind {
    /// On the server.
    Session(SessionLock),
    /// On a file beside the database's.
    File,
}

/// What the connection beside the working one can do.
#[derive(Debug)]
pub struct Control {
    /// The lock.
    pub lock: LockKind,
    /// A query for the number of the session that asks.
    pub session: Option<&'static str>,
    /// Two connections with one session number, or a number that changes, mean that something
    /// in between hands sessions around; what it is called.
    pub pooler: Option<&'static str>,
    /// Cancels the statement of a session.
    pub cancel: Option<fn(u64) -> String>,
    /// How long a statement waits for a lock in one go, where nothing else is heard meanwhile: a longer
    /// wait is one of several.
    pub slice: Option<Duration>,
    /// Ends a session, as a person would write it.
    pub end: Option<fn(u64) -> String>,
    /// Statements for the working session that have the server notice early when this program is
    /// gone. An error of one (a system that can't) changes nothing.
    pub notice_early: &'static [&'static str],
    /// Looks at those in the way are at least so far apart.
    pub look_every: Duration,
    /// Sessions that the given one waits for; nobody where it doesn't wait.
    pub blockers: &'static [PeerQuery],
    /// Sessions other than the given one with a transaction that has been open for so long.
    pub long_transactions: &'static [fn(u64, Duration) -> String],
    /// Errors that say that a lock wasn't granted in time: the statement did nothing.
    pub lock_errors: &'static [&'static str],
    /// Errors that say that the statement was cancelled.
    pub cancelled_errors: &'static [&'static str],
    /// What a build of an index outside of a transaction leaves behind when it fails.
    pub leftover: Option<&'static Leftover>,
}

/// An index that a failed build left behind. It is there, takes part in writes, and answers no query;
/// `IF NOT EXISTS` would take it for the index that is wanted.
#[derive(Debug)]
pub struct Leftover {
    /// Such an index by name and table, as they are written in SQL: its name, and the session that is
    /// building it right now, if there is one.
    pub find: fn(&str, &str) -> String,
    /// Such indexes of a table, given as it is written in SQL: their names.
    pub all: fn(&str) -> String,
    /// Drops one, without blocking anybody.
    pub drop: fn(&str) -> String,
}

impl Control {
    /// Whether an error says that a lock was waited for in vain.
    pub fn is_lock_error(&self, code: &str) -> bool {
        self.lock_errors.contains(&code)
    }

    /// Whether an error says that the statement was cancelled.
    pub fn is_cancelled(&self, code: &str) -> bool {
        self.cancelled_errors.contains(&code)
    }
}

/// What the connection beside the working one can do on a vendor's server.
pub fn of(vendor: Vendor) -> &'static Control {
    match vendor {
        Vendor::Postgres => &postgres::CONTROL,
        Vendor::MySql | Vendor::MariaDb => &mysql::CONTROL,
        Vendor::Sqlite => &sqlite::CONTROL,
    }
}

/// The first eight bytes of a hash of the key: the same on every machine and in every version.
fn number(key: &LockKey, which: LockOf) -> i64 {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("tablewright {} {}", which.word(), key.history).as_bytes());
    let mut head = [0; 8];
    for (to, from) in head.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    i64::from_be_bytes(head)
}
