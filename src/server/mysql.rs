//! MySQL and MariaDB: `GET_LOCK`, the process list, `performance_schema`, `KILL QUERY`. In a Galera cluster `GET_LOCK` is
//! local to one server, so the lock is a row with a lease.

use crate::server::ServerProfile;
use crate::server::execution_profile::{
    DdlTransactions, ExecutionProfile, ReadOnlyCheck, ReadOnlyWhen, schema_or,
};
use crate::server::journal_sql::{JournalSql, OtherSessions};
use crate::server::session_control::{
    HolderRow, Lease, LockBackend, LockKey, LockPurpose, SessionControl, SessionLock,
};
use crate::sql::literal;
use crate::sql::literal::mysql_string_any_mode;
use std::time::Duration;

/// The table of lock holders, which also records since when the lock is held, and of leases.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS tablewright_lock (\n\
     name VARCHAR(64) NOT NULL PRIMARY KEY,\n\
     owner VARCHAR(64) NOT NULL,\n\
     session BIGINT UNSIGNED NOT NULL,\n\
     client VARCHAR(400) NOT NULL,\n\
     application VARCHAR(400) NOT NULL,\n\
     since DATETIME(6) NOT NULL,\n\
     expires DATETIME(6) NULL\n\
     ) ENGINE=InnoDB CHARACTER SET utf8mb4";

/// An expiry time in the past.
const PAST: &str = "'2000-01-01'";

/// An expression for the lock's name, of at most 64 characters (MySQL's limit). GET_LOCK is server-wide, so the name
/// includes a hash of the database's name, which the server computes.
fn name(key: &LockKey, which: LockPurpose) -> String {
    let word = match which {
        LockPurpose::Run => "tablewright:",
        LockPurpose::Work => "tablewright-work:",
    };
    format!(
        "CONCAT('{word}', LEFT(SHA2(CONCAT(DATABASE(), '/', {}), 256), 40))",
        mysql_string_any_mode(&key.history)
    )
}

fn micros(time: Duration) -> u128 {
    time.as_micros()
}

/// Columns of `trx_started` are in the system's time zone, whatever the session's.
const NOW_AS_THE_SYSTEM: &str = "CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')";

/// A query for the InnoDB transactions that fulfil a condition, with their sessions.
fn transactions(condition: &str) -> String {
    format!(
        "SELECT p.ID, p.USER, p.HOST, NULL, TIMESTAMPDIFF(SECOND, t.trx_started, {NOW_AS_THE_SYSTEM}), \
         COALESCE(t.trx_query, p.INFO) FROM information_schema.INNODB_TRX t \
         JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id \
         WHERE {condition} ORDER BY t.trx_started"
    )
}

/// A query for the blocking threads, which `from` joins as `g` to the waiting thread `w`.
fn threads(from: &str, session: u64) -> String {
    format!(
        "SELECT DISTINCT g.PROCESSLIST_ID, g.PROCESSLIST_USER, g.PROCESSLIST_HOST, NULL, \
         COALESCE(TIMESTAMPDIFF(SECOND, t.trx_started, {NOW_AS_THE_SYSTEM}), g.PROCESSLIST_TIME), \
         COALESCE(g.PROCESSLIST_INFO, e.SQL_TEXT) FROM performance_schema.threads w {from} \
         LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = g.PROCESSLIST_ID \
         LEFT JOIN performance_schema.events_statements_current e ON e.THREAD_ID = g.THREAD_ID \
         WHERE w.PROCESSLIST_ID = {session} AND g.PROCESSLIST_ID IS NOT NULL"
    )
}

/// The profile.
pub static PROFILE: ServerProfile = ServerProfile {
    default_schema: None,
    execution: ExecutionProfile {
        journal: JournalSql {
            long_text_type: "LONGTEXT",
            table_options: " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
            utc_now: "DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')",
            string_literal: literal::mysql_string,
            identity_query: "SELECT SUBSTRING_INDEX(USER(), '@', 1), SUBSTRING_INDEX(USER(), '@', -1), CONNECTION_ID(), \
                  /*!80000 @@server_uuid */ \
                  /*M!100600 LEFT(SHA2(CONCAT_WS('/', @@hostname, @@port, @@datadir, @@server_id), 256), 32) */",
            other_sessions: Some(&OtherSessions {
                exists: |id| {
                    format!(
                        "SELECT COUNT(*) > 0 FROM information_schema.PROCESSLIST WHERE ID = {id}"
                    )
                },
                terminate: |id| format!("KILL {id}"),
            }),
        },
        ddl: DdlTransactions::ImplicitCommit,
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
            let schema = schema_or(schema, "DATABASE()", literal::mysql_string_any_mode);
            format!(
                "SELECT COUNT(*) > 0 FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {}",
                literal::mysql_string_any_mode(name)
            )
        },
        // MySQL caches these statistics for a day by default; MariaDB has no such variable
        table_size: |schema, name| {
            let schema = schema_or(schema, "DATABASE()", literal::mysql_string_any_mode);
            format!(
                "SET @tablewright = 0 /*!80000 , SESSION information_schema_stats_expiry = 0 */; \
                 SELECT (SELECT DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {})",
                literal::mysql_string_any_mode(name)
            )
        },
        foreign_keys: None,
        invalid_index_names: None,
        read_only_checks: &[
            ReadOnlyCheck {
                query: "SELECT @@global.read_only",
                read_only_when: ReadOnlyWhen::FirstCellTrue,
                reason: "the server is read-only (read_only)",
            },
            ReadOnlyCheck {
                query: "SHOW REPLICA STATUS", // MySQL from 8.0.22, MariaDB from 10.5.1
                read_only_when: ReadOnlyWhen::AnyRow,
                reason: "the server is a replica",
            },
            ReadOnlyCheck {
                query: "SHOW SLAVE STATUS", // MySQL before 8.4
                read_only_when: ReadOnlyWhen::AnyRow,
                reason: "the server is a replica",
            },
        ],
    },
    session_control: SessionControl {
        lock: LockBackend::Session(SessionLock {
            try_acquire: |key, which| format!("SELECT GET_LOCK({}, 0)", name(key, which)),
            release_all: "SELECT RELEASE_ALL_LOCKS()", // MariaDB from 10.5
            is_held: |key, which| {
                format!(
                    "SELECT IS_USED_LOCK({}) <=> CONNECTION_ID()",
                    name(key, which)
                )
            },
            holder_queries: &[
                |key, which| match which {
                    // TIME counts from the last statement, not from the lock
                    LockPurpose::Run => format!(
                        "SELECT p.ID, p.USER, p.HOST, n.application, \
                         TIMESTAMPDIFF(SECOND, n.since, UTC_TIMESTAMP()), NULL \
                         FROM information_schema.PROCESSLIST p \
                         LEFT JOIN tablewright_lock n ON n.session = p.ID AND n.name = {name} \
                         WHERE p.ID = IS_USED_LOCK({name})",
                        name = name(key, which)
                    ),
                    LockPurpose::Work => format!(
                        "SELECT ID, USER, HOST, NULL, TIME, INFO FROM information_schema.PROCESSLIST \
                         WHERE ID = IS_USED_LOCK({})",
                        name(key, which)
                    ),
                },
                |key, which| {
                    format!(
                        "SELECT ID, USER, HOST FROM information_schema.PROCESSLIST WHERE ID = IS_USED_LOCK({})",
                        name(key, which)
                    )
                },
                // without the privilege PROCESS, other users' sessions are hidden
                |key, which| {
                    format!(
                        "SELECT held FROM (SELECT IS_USED_LOCK({}) AS held) l WHERE held IS NOT NULL",
                        name(key, which)
                    )
                },
            ],
            idle_timeout: |time| {
                vec![
                    format!("SET SESSION wait_timeout = {}", time.as_secs().max(1)),
                    // writes of this connection must not wait for other sessions
                    String::from("SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2"),
                ]
            },
            holder_row: Some(&HolderRow {
                create_table: TABLE,
                write: |key, application| {
                    format!(
                        "REPLACE INTO tablewright_lock VALUES ({}, '', CONNECTION_ID(), USER(), {}, UTC_TIMESTAMP(6), NULL)",
                        name(key, LockPurpose::Run),
                        mysql_string_any_mode(application)
                    )
                },
            }),
            lease: Some(&Lease {
                needed_query: "SELECT @@wsrep_on",
                create_table: TABLE,
                insert_row: |key| {
                    format!(
                        "INSERT IGNORE INTO tablewright_lock VALUES ({}, '', 0, '', '', {PAST}, {PAST})",
                        name(key, LockPurpose::Run)
                    )
                },
                try_acquire: |key, owner, application, time| {
                    format!(
                        "UPDATE tablewright_lock SET owner = {}, session = CONNECTION_ID(), client = USER(), application = {}, \
                         since = UTC_TIMESTAMP(6), expires = UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND \
                         WHERE name = {} AND (expires IS NULL OR expires < UTC_TIMESTAMP(6))",
                        mysql_string_any_mode(owner),
                        mysql_string_any_mode(application),
                        micros(time),
                        name(key, LockPurpose::Run)
                    )
                },
                renew: |key, owner, time| {
                    format!(
                        "UPDATE tablewright_lock SET expires = UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND \
                         WHERE name = {} AND owner = {}",
                        micros(time),
                        name(key, LockPurpose::Run),
                        mysql_string_any_mode(owner)
                    )
                },
                is_held: |key, owner| {
                    format!(
                        "SELECT owner = {} AND expires > UTC_TIMESTAMP(6) FROM tablewright_lock WHERE name = {}",
                        mysql_string_any_mode(owner),
                        name(key, LockPurpose::Run)
                    )
                },
                release: |key, owner| {
                    format!(
                        "UPDATE tablewright_lock SET expires = {PAST} WHERE name = {} AND owner = {}",
                        name(key, LockPurpose::Run),
                        mysql_string_any_mode(owner)
                    )
                },
                holder_query: |key| {
                    format!(
                        "SELECT session, SUBSTRING_INDEX(client, '@', 1), SUBSTRING_INDEX(client, '@', -1), application, \
                         TIMESTAMPDIFF(SECOND, since, UTC_TIMESTAMP()), NULL FROM tablewright_lock \
                         WHERE name = {} AND expires > UTC_TIMESTAMP(6)",
                        name(key, LockPurpose::Run)
                    )
                },
                // of two commits on two servers, one fails with a deadlock, or because its statement was
                // ended (Galera's manual, "certification")
                conflict_errors: &["1213", "1205", "1317"],
            }),
        }),
        session_id_query: Some("SELECT CONNECTION_ID()"),
        pooler_hint: None,
        cancel: Some(|session| format!("KILL QUERY {session}")),
        lock_wait_slice: None,
        disconnect_checks: &[],
        // INNODB_TRX is refreshed only if it was not queried for 0.1 s (trx0i_s.cc, CACHE_MIN_IDLE_TIME)
        blocker_query_interval: Duration::from_millis(300),
        blockers: &[
            // metadata locks: on by default in MySQL, off in MariaDB
            |session| {
                threads(
                    "JOIN performance_schema.metadata_locks a ON a.OWNER_THREAD_ID = w.THREAD_ID AND a.LOCK_STATUS = 'PENDING' \
                     JOIN performance_schema.metadata_locks h ON h.OBJECT_TYPE = a.OBJECT_TYPE \
                     AND h.OBJECT_SCHEMA <=> a.OBJECT_SCHEMA AND h.OBJECT_NAME <=> a.OBJECT_NAME \
                     AND h.LOCK_STATUS = 'GRANTED' AND h.OWNER_THREAD_ID <> a.OWNER_THREAD_ID \
                     JOIN performance_schema.threads g ON g.THREAD_ID = h.OWNER_THREAD_ID",
                    session,
                )
            },
            // row locks of MySQL
            |session| {
                threads(
                    "JOIN performance_schema.data_lock_waits d ON d.REQUESTING_THREAD_ID = w.THREAD_ID \
                     JOIN performance_schema.threads g ON g.THREAD_ID = d.BLOCKING_THREAD_ID",
                    session,
                )
            },
            // row locks of MariaDB
            |session| {
                transactions(&format!(
                    "t.trx_id IN (SELECT l.blocking_trx_id FROM information_schema.INNODB_LOCK_WAITS l \
                     JOIN information_schema.INNODB_TRX r ON r.trx_id = l.requesting_trx_id \
                     WHERE r.trx_mysql_thread_id = {session})"
                ))
            },
            // metadata locks of MariaDB, with its plugin
            |session| {
                format!(
                    "SELECT DISTINCT p.ID, p.USER, p.HOST, NULL, p.TIME, p.INFO \
                     FROM information_schema.METADATA_LOCK_INFO m JOIN information_schema.PROCESSLIST p ON p.ID = m.THREAD_ID \
                     WHERE p.ID <> {session} AND m.TABLE_SCHEMA = DATABASE() AND EXISTS \
                     (SELECT 1 FROM information_schema.PROCESSLIST w WHERE w.ID = {session} AND w.STATE LIKE 'Waiting for%lock')"
                )
            },
            // without any of these: the open transactions of this database
            |session| {
                transactions(&format!(
                    "p.ID <> {session} AND p.DB = DATABASE() AND EXISTS \
                     (SELECT 1 FROM information_schema.PROCESSLIST w WHERE w.ID = {session} AND w.STATE LIKE 'Waiting for%lock')"
                ))
            },
        ],
        long_transactions: &[|session, time| {
            transactions(&format!(
                "p.ID NOT IN ({session}, CONNECTION_ID()) AND p.DB = DATABASE() \
                 AND TIMESTAMPDIFF(SECOND, t.trx_started, {NOW_AS_THE_SYSTEM}) >= {}",
                time.as_secs()
            ))
        }],
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK
        lock_errors: &["1205", "1213"],
        // ER_QUERY_INTERRUPTED
        cancelled_errors: &["1317"],
        invalid_indexes: None,
    },
};
