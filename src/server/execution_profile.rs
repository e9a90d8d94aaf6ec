//! How migrations run on each server, as data: transactions, time-outs, and what says
//! that a server isn't to be written to. The executor asks this table, never which server it is.

use crate::db::Vendor;
use crate::dialect::mysql;
use crate::server::journal_sql;
use crate::server::journal_sql::JournalWords;
use crate::sql::literal;
use std::time::Duration;

/// What a server does with the statements of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// DDL takes part in transactions: all of a migration or nothing.
    Together,
    /// Each DDL statement commits; only migrations of data alone run in a transaction.
    Each,
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
    /// A query with one row, whose first cell says how many bytes a table takes with its indexes, by schema
    /// and name; NULL where it isn't there. Where the server only knows that of all of its file, it is that.
    pub table_size: fn(Option<&str>, &str) -> String,
    /// What switches foreign keys off, proves them, and switches them on again.
    pub foreign_keys: Option<&'static ForeignKeySwitch>,
    /// A query for the names of what a failed statement outside a transaction may have left behind.
    pub leftovers: Option<&'static str>,
    /// What says that this server isn't to be written to.
    pub gates: &'static [Gate],
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

/// A schema as an expression; without one it is the server's own word for the one that it looks in.
fn place(schema: Option<&str>, own: &str, string: fn(&str) -> String) -> String {
    schema.map_or_else(|| own.to_owned(), string)
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
    journal: &journal_sql::POSTGRES,
    commits: Commits::Together,
    begin: "BEGIN",
    one_message: true,
    timeouts: |wait| vec![format!("SET lock_timeout = {}", wait.as_millis())],
    tx_timeouts: |wait| Some(format!("SET LOCAL lock_timeout = {}", wait.as_millis())),
    table_exists: |schema, name| {
        let place = place(schema, "current_schema()", literal::string);
        format!(
            "SELECT count(*) > 0 FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = {place} AND c.relname = {} AND c.relkind IN ('r', 'p', 'v')",
            literal::string(name)
        )
    },
    table_size: |schema, name| {
        let place = place(schema, "current_schema()", literal::string);
        format!(
            "SELECT (SELECT pg_catalog.pg_total_relation_size(c.oid) + COALESCE((\
             SELECT sum(pg_catalog.pg_total_relation_size(p.relid)) \
             FROM pg_catalog.pg_partition_tree(c.oid) p WHERE p.relid <> c.oid), 0) \
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = {place} AND c.relname = {})",
            literal::string(name)
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
};

/// MySQL and MariaDB.
pub static MYSQL: Running = Running {
    journal: &journal_sql::MYSQL,
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
        let place = place(schema, "DATABASE()", mysql::string_in_any_mode);
        format!(
            "SELECT COUNT(*) > 0 FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {place} AND TABLE_NAME = {}",
            mysql::string_in_any_mode(name)
        )
    },
    // MySQL shows what it knew a day ago, unless told otherwise; MariaDB has no such variable
    table_size: |schema, name| {
        let place = place(schema, "DATABASE()", mysql::string_in_any_mode);
        format!(
            "SET @tablewright = 0 /*!80000 , SESSION information_schema_stats_expiry = 0 */; \
             SELECT (SELECT DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {place} AND TABLE_NAME = {})",
            mysql::string_in_any_mode(name)
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
};

/// SQLite.
pub static SQLITE: Running = Running {
    journal: &journal_sql::SQLITE,
    commits: Commits::Together,
    begin: "BEGIN IMMEDIATE",
    one_message: false,
    timeouts: |wait| vec![format!("PRAGMA busy_timeout = {}", wait.as_millis())],
    tx_timeouts: |_| None,
    table_exists: |_, name| {
        format!(
            "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower({})",
            literal::string(name)
        )
    },
    table_size: |_, _| {
        String::from("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
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
};
