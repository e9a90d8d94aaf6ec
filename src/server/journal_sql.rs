//! What the journal's statements need of a server: its words for long texts and the time, who is
//! connected, and what says whether a session is still there.

use crate::dialect::mysql;
use crate::sql::literal;

/// A server's words for the journal.
#[derive(Debug)]
pub struct JournalWords {
    /// A type for texts of any length.
    pub long_text: &'static str,
    /// What follows the table's definition.
    pub table_options: &'static str,
    /// The server's own UTC time at that moment, as RFC 3339 text.
    pub clock: &'static str,
    /// A string literal.
    pub text: fn(&str) -> String,
    /// A query for the user, the client's host, the session's number and the server's identity, each
    /// NULL where there is no such thing.
    pub who: &'static str,
    /// Other sessions of the server, where it has any.
    pub sessions: Option<&'static Sessions>,
}

/// How other sessions are seen and ended.
#[derive(Debug)]
pub struct Sessions {
    /// A query whose first cell says whether a session with this number is there.
    pub there: fn(u64) -> String,
    /// Ends it.
    pub end: fn(u64) -> String,
}

/// PostgreSQL's words. `system_identifier` is made by initdb and stays with a promoted standby.
pub static POSTGRES: JournalWords = JournalWords {
    long_text: "TEXT",
    table_options: "",
    clock: "pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    text: literal::string,
    who: "SELECT session_user, coalesce(pg_catalog.host(pg_catalog.inet_client_addr()), 'local'), \
          pg_catalog.pg_backend_pid(), (SELECT system_identifier FROM pg_catalog.pg_control_system())",
    sessions: Some(&Sessions {
        there: |id| {
            format!(
                "SELECT count(*) > 0 FROM pg_catalog.pg_stat_activity \
                 WHERE pid = {id} AND application_name = 'tablewright'"
            )
        },
        end: |id| format!("SELECT pg_catalog.pg_terminate_backend({id})"),
    }),
};

/// MySQL's and MariaDB's. MariaDB has no `server_uuid`; host, port and data directory stand for it.
pub static MYSQL: JournalWords = JournalWords {
    long_text: "LONGTEXT",
    table_options: " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    clock: "DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')",
    text: mysql::string,
    who: "SELECT SUBSTRING_INDEX(USER(), '@', 1), SUBSTRING_INDEX(USER(), '@', -1), CONNECTION_ID(), \
          /*!80000 @@server_uuid */ \
          /*M!100600 LEFT(SHA2(CONCAT_WS('/', @@hostname, @@port, @@datadir, @@server_id), 256), 32) */",
    sessions: Some(&Sessions {
        there: |id| {
            format!("SELECT COUNT(*) > 0 FROM information_schema.PROCESSLIST WHERE ID = {id}")
        },
        end: |id| format!("KILL {id}"),
    }),
};

/// SQLite's. Its statements end with their process.
pub static SQLITE: JournalWords = JournalWords {
    long_text: "TEXT",
    table_options: "",
    clock: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    text: literal::string,
    who: "SELECT NULL, NULL, NULL, NULL",
    sessions: None,
};
