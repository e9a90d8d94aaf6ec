//! MySQL and MariaDB: `GET_LOCK`, the process list, `performance_schema`, `KILL QUERY`. In a Galera
//! cluster `GET_LOCK` is each server's own, so there a row with a lease is the lock.

use crate::dialect::mysql::string_in_any_mode;
use crate::server::session_control::{
    Control, Lease, LockKey, LockKind, LockOf, Note, SessionLock,
};
use std::time::Duration;

/// Who holds the lock, where the server itself can't say since when; and the lock itself where
/// `GET_LOCK` can't be it.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS tablewright_lock (\n\
     name VARCHAR(64) NOT NULL PRIMARY KEY,\n\
     owner VARCHAR(64) NOT NULL,\n\
     session BIGINT UNSIGNED NOT NULL,\n\
     client VARCHAR(400) NOT NULL,\n\
     application VARCHAR(400) NOT NULL,\n\
     since DATETIME(6) NOT NULL,\n\
     expires DATETIME(6) NULL\n\
     ) ENGINE=InnoDB CHARACTER SET utf8mb4";

/// A time that is over.
const PAST: &str = "'2000-01-01'";

/// The lock's name within MySQL's 64 characters. GET_LOCK is server-wide, so the name holds a hash
/// of the database, which only the server knows.
fn name(key: &LockKey, which: LockOf) -> String {
    let word = match which {
        LockOf::Run => "tablewright:",
        LockOf::Work => "tablewright-work:",
    };
    format!(
        "CONCAT('{word}', LEFT(SHA2(CONCAT(DATABASE(), '/', {}), 256), 40))",
        string_in_any_mode(&key.history)
    )
}

fn micros(time: Duration) -> u128 {
    time.as_micros()
}

/// Columns of `trx_started` are in the system's time zone, whatever the session's.
const NOW_AS_THE_SYSTEM: &str = "CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')";

/// Transactions of InnoDB with their sessions, by a condition.
fn transactions(condition: &str) -> String {
    format!(
        "SELECT p.ID, p.USER, p.HOST, NULL, TIMESTAMPDIFF(SECOND, t.trx_started, {NOW_AS_THE_SYSTEM}), \
         COALESCE(t.trx_query, p.INFO) FROM information_schema.INNODB_TRX t \
         JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id \
         WHERE {condition} ORDER BY t.trx_started"
    )
}

/// Threads of `performance_schema` that are in the way, joined as `g` to what `from` says.
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

/// MySQL and MariaDB.
pub(crate) static CONTROL: Control = Control {
    lock: LockKind::Session(SessionLock {
        take: |key, which| format!("SELECT GET_LOCK({}, 0)", name(key, which)),
        release: "SELECT RELEASE_ALL_LOCKS()", // MariaDB from 10.5
        mine: |key, which| {
            format!(
                "SELECT IS_USED_LOCK({}) <=> CONNECTION_ID()",
                name(key, which)
            )
        },
        holder: &[
            |key, which| match which {
                // TIME there is since the last statement, which was the last sign of life
                LockOf::Run => format!(
                    "SELECT p.ID, p.USER, p.HOST, n.application, \
                     TIMESTAMPDIFF(SECOND, n.since, UTC_TIMESTAMP()), NULL \
                     FROM information_schema.PROCESSLIST p \
                     LEFT JOIN tablewright_lock n ON n.session = p.ID AND n.name = {name} \
                     WHERE p.ID = IS_USED_LOCK({name})",
                    name = name(key, which)
                ),
                LockOf::Work => format!(
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
            // without the privilege PROCESS nobody else's session is seen
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
                // what this connection writes must not hang behind somebody else
                String::from("SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2"),
            ]
        },
        note: Some(&Note {
            create: TABLE,
            write: |key, application| {
                format!(
                    "REPLACE INTO tablewright_lock VALUES ({}, '', CONNECTION_ID(), USER(), {}, UTC_TIMESTAMP(6), NULL)",
                    name(key, LockOf::Run),
                    string_in_any_mode(application)
                )
            },
        }),
        lease: Some(&Lease {
            needed: "SELECT @@wsrep_on",
            create: TABLE,
            prepare: |key| {
                format!(
                    "INSERT IGNORE INTO tablewright_lock VALUES ({}, '', 0, '', '', {PAST}, {PAST})",
                    name(key, LockOf::Run)
                )
            },
            take: |key, owner, application, time| {
                format!(
                    "UPDATE tablewright_lock SET owner = {}, session = CONNECTION_ID(), client = USER(), application = {}, \
                     since = UTC_TIMESTAMP(6), expires = UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND \
                     WHERE name = {} AND (expires IS NULL OR expires < UTC_TIMESTAMP(6))",
                    string_in_any_mode(owner),
                    string_in_any_mode(application),
                    micros(time),
                    name(key, LockOf::Run)
                )
            },
            renew: |key, owner, time| {
                format!(
                    "UPDATE tablewright_lock SET expires = UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND \
                     WHERE name = {} AND owner = {}",
                    micros(time),
                    name(key, LockOf::Run),
                    string_in_any_mode(owner)
                )
            },
            mine: |key, owner| {
                format!(
                    "SELECT owner = {} AND expires > UTC_TIMESTAMP(6) FROM tablewright_lock WHERE name = {}",
                    string_in_any_mode(owner),
                    name(key, LockOf::Run)
                )
            },
            release: |key, owner| {
                format!(
                    "UPDATE tablewright_lock SET expires = {PAST} WHERE name = {} AND owner = {}",
                    name(key, LockOf::Run),
                    string_in_any_mode(owner)
                )
            },
            holder: |key| {
                format!(
                    "SELECT session, SUBSTRING_INDEX(client, '@', 1), SUBSTRING_INDEX(client, '@', -1), application, \
                     TIMESTAMPDIFF(SECOND, since, UTC_TIMESTAMP()), NULL FROM tablewright_lock \
                     WHERE name = {} AND expires > UTC_TIMESTAMP(6)",
                    name(key, LockOf::Run)
                )
            },
            // the loser of two commits on two servers is told of a deadlock, or that its statement was
            // ended (Galera's manual, "certification")
            conflicts: &["1213", "1205", "1317"],
        }),
    }),
    session: Some("SELECT CONNECTION_ID()"),
    pooler: None,
    cancel: Some(|session| format!("KILL QUERY {session}")),
    slice: None,
    end: Some(|session| format!("KILL {session}")),
    notice_early: &[],
    // INNODB_TRX is read anew only when nobody asked for 0.1 s (trx0i_s.cc, CACHE_MIN_IDLE_TIME)
    look_every: Duration::from_millis(300),
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
        // without any of that: the open transactions of this database
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
    leftover: None,
};
