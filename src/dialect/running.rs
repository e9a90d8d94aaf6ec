//! How migrations run on each server, as data: transactions, time-outs, the lock, and what says
//! that a server isn't to be written to. The executor asks this table, never which server it is.

use super::journal::{self, JournalWords};
use super::sql;
use crate::db::Vendor;
use std::time::Duration;

/// What a server does with the statements of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// DDL takes part in transactions: all of a migration or nothing.
    Together,
    /// Each DDL statement commits; only migrations of data alone run in a transaction.
    Each,
}

/// Where the lock lives that lets one run work at a time.
#[derive(Clone, Copy, Debug)]
pub enum LockKind {
    /// An advisory lock of the server, held by a session of its own.
    Session {
        /// A query whose first cell says whether the lock was taken, for a key.
        take: fn(&LockKey) -> String,
        /// A query for session id, user, client, seconds since it came, of the holder.
        holder: fn(&LockKey) -> String,
    },
    /// A lock on a file beside the database's.
    File,
}

/// What the lock of a database and its history table is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockKey {
    /// The name of the history table as it is written in SQL.
    pub history: String,
}

impl LockKey {
    /// The lock of the session that works: while a statement goes on whose client is gone, it says so.
    #[must_use]
    pub fn of_work(&self) -> Self {
        Self {
            history: format!("{} at work", self.history),
        }
    }

    /// The key as a number. The same on every machine and in every version of this tool.
    fn number(&self) -> i64 {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(format!("tablewright lock {}", self.history).as_bytes());
        let mut head = [0; 8];
        for (to, from) in head.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
        i64::from_be_bytes(head)
    }

    /// The key as a name within MySQL's 64 characters. GET_LOCK is server-wide, so the name holds
    /// a hash of the database, which only the server knows.
    fn mysql_name(&self) -> String {
        format!(
            "CONCAT('tablewright:', LEFT(SHA2(CONCAT(DATABASE(), '/', {}), 256), 40))",
            sql::string(&self.history)
        )
    }
}

/// A query that says whether the server is to be written to.
#[derive(Debug)]
pub struct Gate {
    /// The query. An error of it says nothing either way (a missing privilege, an older version).
    pub query: &'static str,
    /// What the answer means.
    pub closed: GateAnswer,
    /// What to say where it is closed.
    pub reason: &'static str,
}

/// When a [`Gate`] is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateAnswer {
    /// The first cell says yes.
    Yes,
    /// There is a row.
    AnyRow,
}

/// How migrations run on a server.
#[derive(Debug)]
pub struct Running {
    /// What commits when.
    pub commits: Commits,
    /// Begins a transaction.
    pub begin: &'static str,
    /// Several statements may go in one message with the transaction around them; all answers come
    /// at its end.
    pub one_message: bool,
    /// Statements that set the time-outs of locks for the session.
    pub timeouts: fn(Duration) -> Vec<String>,
    /// The same for the transaction that was just begun, where there is such a thing.
    pub tx_timeouts: fn(Duration) -> Option<String>,
    /// A query whose first cell says whether a table exists, by schema and name.
    pub table_exists: fn(Option<&str>, &str) -> String,
    /// What switches foreign keys off, proves them, and switches them on again.
    pub foreign_keys: Option<&'static ForeignKeySwitch>,
    /// A query for the names of what a failed statement outside a transaction may have left behind.
    pub leftovers: Option<&'static str>,
    /// What says that this server isn't to be written to.
    pub gates: &'static [Gate],
    /// The lock.
    pub lock: LockKind,
    /// Its words for the journal.
    pub journal: &'static JournalWords,
}

/// Foreign keys off and on again, around a transaction.
#[derive(Debug)]
pub struct ForeignKeySwitch {
    /// Before the transaction; inside it this does nothing.
    pub off: &'static str,
    /// Before the commit: each row that comes is a row without its parent.
    pub check: &'static str,
    /// After the transaction.
    pub on: &'static str,
}

/// How migrations run on a vendor's server.
pub fn of(vendor: Vendor) -> &'static Running {
    match vendor {
        Vendor::Postgres => &POSTGRES,
        Vendor::MySql | Vendor::MariaDb => &MYSQL,
        Vendor::Sqlite => &SQLITE,
    }
}

/// PostgreSQL.
pub static POSTGRES: Running = Running {
    journal: &journal::POSTGRES,
    commits: Commits::Together,
    begin: "BEGIN",
    one_message: true,
    timeouts: |wait| vec![format!("SET lock_timeout = {}", wait.as_millis())],
    tx_timeouts: |wait| Some(format!("SET LOCAL lock_timeout = {}", wait.as_millis())),
    table_exists: |schema, name| {
        let place = schema.map_or_else(|| String::from("current_schema()"), sql::string);
        format!(
            "SELECT count(*) > 0 FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = {place} AND c.relname = {} AND c.relkind IN ('r', 'p', 'v')",
            sql::string(name)
        )
    },
    foreign_keys: None,
    leftovers: Some(
        "SELECT c.oid::regclass::text FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid ORDER BY 1",
    ),
    gates: &[
        Gate {
            query: "SELECT pg_catalog.pg_is_in_recovery()",
            closed: GateAnswer::Yes,
            reason: "the server is a standby in recovery",
        },
        Gate {
            query: "SELECT pg_catalog.current_setting('transaction_read_only') = 'on'",
            closed: GateAnswer::Yes,
            reason: "transactions are read-only here (default_transaction_read_only)",
        },
    ],
    lock: LockKind::Session {
        take: |key| format!("SELECT pg_catalog.pg_try_advisory_lock({})", key.number()),
        // a bigint key stands as two halves in pg_locks (manual, 54.12 "pg_locks")
        holder: |key| {
            let [a, b, c, d, e, f, g, h] = key.number().to_be_bytes();
            format!(
                "SELECT l.pid, a.usename, coalesce(host(a.client_addr), 'local'), \
                 extract(epoch FROM now() - a.backend_start)::bigint \
                 FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
                 AND l.classid = {} AND l.objid = {} AND l.database = \
                 (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
                u32::from_be_bytes([a, b, c, d]),
                u32::from_be_bytes([e, f, g, h]),
            )
        },
    },
};

/// MySQL and MariaDB.
pub static MYSQL: Running = Running {
    journal: &journal::MYSQL,
    commits: Commits::Each,
    begin: "START TRANSACTION",
    one_message: false,
    // whole seconds, at least one: 0 would mean "don't wait" on MariaDB and is refused by MySQL
    timeouts: |wait| {
        let seconds = wait.as_secs().max(1);
        vec![
            format!("SET SESSION lock_wait_timeout = {seconds}"),
            format!("SET SESSION innodb_lock_wait_timeout = {seconds}"),
        ]
    },
    tx_timeouts: |_| None,
    table_exists: |schema, name| {
        let place = schema.map_or_else(|| String::from("DATABASE()"), sql::string);
        format!(
            "SELECT COUNT(*) > 0 FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {place} AND TABLE_NAME = {}",
            sql::string(name)
        )
    },
    foreign_keys: None,
    leftovers: None,
    gates: &[
        Gate {
            query: "SELECT @@global.read_only",
            closed: GateAnswer::Yes,
            reason: "the server is read-only (read_only)",
        },
        Gate {
            query: "SHOW REPLICA STATUS", // MySQL from 8.0.22, MariaDB from 10.5.1
            closed: GateAnswer::AnyRow,
            reason: "the server is a replica",
        },
        Gate {
            query: "SHOW SLAVE STATUS", // MySQL before 8.4
            closed: GateAnswer::AnyRow,
            reason: "the server is a replica",
        },
    ],
    lock: LockKind::Session {
        take: |key| format!("SELECT GET_LOCK({}, 0)", key.mysql_name()),
        holder: |key| {
            format!(
                "SELECT ID, USER, HOST, TIME FROM information_schema.PROCESSLIST \
                 WHERE ID = IS_USED_LOCK({})",
                key.mysql_name()
            )
        },
    },
};

/// SQLite.
pub static SQLITE: Running = Running {
    journal: &journal::SQLITE,
    commits: Commits::Together,
    begin: "BEGIN IMMEDIATE",
    one_message: false,
    timeouts: |wait| vec![format!("PRAGMA busy_timeout = {}", wait.as_millis())],
    tx_timeouts: |_| None,
    table_exists: |_, name| {
        format!(
            "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower({})",
            sql::string(name)
        )
    },
    foreign_keys: Some(&ForeignKeySwitch {
        off: "PRAGMA foreign_keys = OFF",
        check: "PRAGMA foreign_key_check",
        on: "PRAGMA foreign_keys = ON",
    }),
    leftovers: None,
    gates: &[Gate {
        query: "PRAGMA query_only",
        closed: GateAnswer::Yes,
        reason: "the connection is read-only (query_only)",
    }],
    lock: LockKind::File,
};
