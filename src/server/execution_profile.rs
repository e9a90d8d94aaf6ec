//! Rules for running migrations on a server, as data: transactions, time-outs, catalogue queries, read-only checks. The
//! executor reads this table and never tests which server it is connected to.

use crate::server::journal_sql::JournalSql;
use std::time::Duration;

/// Whether DDL takes part in transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DdlTransactions {
    /// DDL is transactional: a migration is applied completely or not at all.
    Transactional,
    /// Each DDL statement commits implicitly; only migrations without DDL run in a transaction.
    ImplicitCommit,
}

/// A query that finds out whether the server refuses writes.
#[derive(Debug)]
pub struct ReadOnlyCheck {
    /// The query. An error (a missing privilege, an older version) decides nothing.
    pub query: &'static str,
    /// Which result means read-only.
    pub read_only_when: ReadOnlyWhen,
    /// The reason for messages.
    pub reason: &'static str,
}

/// The result of a [`ReadOnlyCheck`] that means read-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnlyWhen {
    /// The first cell is true.
    FirstCellTrue,
    /// There is at least one row.
    AnyRow,
}

/// The rules for running migrations on a server.
#[derive(Debug)]
pub struct ExecutionProfile {
    /// Whether DDL takes part in transactions.
    pub ddl: DdlTransactions,
    /// The statement that begins a transaction.
    pub begin: &'static str,
    /// Several statements may be sent in one message, with the transaction around them; the replies arrive
    /// together.
    pub one_message: bool,
    /// Statements that set the session's lock time-outs.
    pub timeouts: fn(Duration) -> Vec<String>,
    /// A statement that sets the lock time-out of the current transaction, on servers that have one.
    pub tx_timeouts: fn(Duration) -> Option<String>,
    /// A query, by schema and name, whose first cell is true if the table exists.
    pub table_exists: fn(Option<&str>, &str) -> String,
    /// A query, by schema and name, for the size of a table with its indexes: one row with the number of bytes,
    /// NULL without the table. A server that only has the size of its whole file returns that.
    pub table_size: fn(Option<&str>, &str) -> String,
    /// Statements that disable, check and enable foreign keys, where a rebuild needs them.
    pub foreign_keys: Option<&'static ForeignKeySwitch>,
    /// A query for the names of all invalid indexes, which remain after failed builds outside of transactions.
    pub invalid_index_names: Option<&'static str>,
    /// Queries that find out whether the server refuses writes.
    pub read_only_checks: &'static [ReadOnlyCheck],
    /// The journal's SQL.
    pub journal: JournalSql,
}

/// Statements that disable and enable the enforcement of foreign keys around a transaction.
#[derive(Debug)]
pub struct ForeignKeySwitch {
    /// Disables enforcement; has no effect inside a transaction.
    pub off: &'static str,
    /// Run before the commit: returns one row for each row without its parent.
    pub check: &'static str,
    /// Enables enforcement, after the transaction.
    pub on: &'static str,
}

/// A schema as a SQL expression: its name as a literal, or `unset` where none is given.
pub(crate) fn schema_or(schema: Option<&str>, unset: &str, literal: fn(&str) -> String) -> String {
    schema.map_or_else(|| unset.to_owned(), literal)
}
