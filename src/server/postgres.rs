//! PostgreSQL: advisory locks, `pg_stat_activity`, `pg_cancel_backend`.

use crate::server::ServerProfile;
use crate::server::execution_profile::{
    DdlTransactions, ExecutionProfile, ReadOnlyCheck, ReadOnlyWhen, schema_or,
};
use crate::server::journal_sql::{JournalSql, OtherSessions};
use crate::server::session_control::{
    InvalidIndexQueries, LockBackend, LockKey, LockPurpose, SessionControl, SessionLock,
};
use crate::sql::literal;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The schema that a new database has and that unqualified names mean.
pub const DEFAULT_SCHEMA: &str = "public";

/// The number of an advisory lock: the first eight bytes of a hash of the key, so that it is the same on every
/// machine and in every version of this program.
fn advisory_key(key: &LockKey, which: LockPurpose) -> i64 {
    let word = match which {
        LockPurpose::Run => "lock",
        LockPurpose::Work => "work",
    };
    let digest = Sha256::digest(format!("tablewright {} {}", word, key.history).as_bytes());
    let mut head = [0; 8];
    for (to, from) in head.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    i64::from_be_bytes(head)
}

/// The condition that selects a lock in `pg_locks`, where a bigint key is stored as two halves
/// (manual, 54.12 "pg_locks").
fn lock_condition(key: &LockKey, which: LockPurpose) -> String {
    let key = advisory_key(key, which).cast_unsigned();
    format!(
        "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = {} AND l.objid = {} \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
        key >> 32,
        key & 0xffff_ffff,
    )
}

fn holder(key: &LockKey, which: LockPurpose) -> String {
    // the lock's connection is as old as the lock; for the working session, its statement matters
    let (age, query) = match which {
        LockPurpose::Run => ("a.backend_start", "NULL"),
        LockPurpose::Work => ("coalesce(a.query_start, a.backend_start)", "a.query"),
    };
    format!(
        "SELECT l.pid, a.usename, coalesce(host(a.client_addr), 'local'), a.application_name, \
         greatest(extract(epoch FROM clock_timestamp() - {age}), 0)::bigint, {query} \
         FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE {}",
        lock_condition(key, which)
    )
}

/// An expression for the OID of a table, by its name as written and the session's search path.
fn table_oid(name: &str) -> String {
    format!("pg_catalog.to_regclass({})", literal::string(name))
}

/// The profile.
pub static PROFILE: ServerProfile = ServerProfile {
    default_schema: Some(DEFAULT_SCHEMA),
    execution: ExecutionProfile {
        journal: JournalSql {
            long_text_type: "TEXT",
            table_options: "",
            utc_now: "pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
            string_literal: literal::string,
            identity_query: "SELECT session_user, coalesce(pg_catalog.host(pg_catalog.inet_client_addr()), 'local'), \
                  pg_catalog.pg_backend_pid(), (SELECT system_identifier FROM pg_catalog.pg_control_system())",
            other_sessions: Some(&OtherSessions {
                exists: |id| {
                    format!(
                        "SELECT count(*) > 0 FROM pg_catalog.pg_stat_activity \
                         WHERE pid = {id} AND application_name = 'tablewright'"
                    )
                },
                terminate: |id| format!("SELECT pg_catalog.pg_terminate_backend({id})"),
            }),
        },
        ddl: DdlTransactions::Transactional,
        begin: "BEGIN",
        one_message: true,
        timeouts: |wait| vec![format!("SET lock_timeout = {}", wait.as_millis())],
        tx_timeouts: |wait| Some(format!("SET LOCAL lock_timeout = {}", wait.as_millis())),
        table_exists: |schema, name| {
            let schema = schema_or(schema, "current_schema()", literal::string);
            format!(
                "SELECT count(*) > 0 FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname = {schema} AND c.relname = {} AND c.relkind IN ('r', 'p', 'v')",
                literal::string(name)
            )
        },
        table_size: |schema, name| {
            let schema = schema_or(schema, "current_schema()", literal::string);
            format!(
                "SELECT (SELECT pg_catalog.pg_total_relation_size(c.oid) + COALESCE((\
                 SELECT sum(pg_catalog.pg_total_relation_size(p.relid)) \
                 FROM pg_catalog.pg_partition_tree(c.oid) p WHERE p.relid <> c.oid), 0) \
                 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname = {schema} AND c.relname = {})",
                literal::string(name)
            )
        },
        foreign_keys: None,
        invalid_index_names: Some(
            "SELECT c.oid::regclass::text FROM pg_catalog.pg_index i \
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid ORDER BY 1",
        ),
        read_only_checks: &[
            ReadOnlyCheck {
                query: "SELECT pg_catalog.pg_is_in_recovery()",
                read_only_when: ReadOnlyWhen::FirstCellTrue,
                reason: "the server is a standby in recovery",
            },
            ReadOnlyCheck {
                query: "SELECT pg_catalog.current_setting('transaction_read_only') = 'on'",
                read_only_when: ReadOnlyWhen::FirstCellTrue,
                reason: "transactions are read-only here (default_transaction_read_only)",
            },
        ],
    },
    session_control: SessionControl {
        lock: LockBackend::Session(SessionLock {
            try_acquire: |key, which| {
                format!(
                    "SELECT pg_catalog.pg_try_advisory_lock({})",
                    advisory_key(key, which)
                )
            },
            release_all: "SELECT pg_catalog.pg_advisory_unlock_all()",
            is_held: |key, which| {
                format!(
                    "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND {})",
                    lock_condition(key, which)
                )
            },
            holder_queries: &[holder],
            idle_timeout: |time| vec![format!("SET idle_session_timeout = {}", time.as_millis())],
            holder_row: None,
            lease: None,
        }),
        session_id_query: Some("SELECT pg_catalog.pg_backend_pid()"),
        pooler_hint: Some(
            "a connection pooler in transaction mode (PgBouncer's `pool_mode = transaction`)",
        ),
        cancel: Some(|session| format!("SELECT pg_catalog.pg_cancel_backend({session})")),
        lock_wait_slice: None,
        disconnect_checks: &["SET client_connection_check_interval = 500"],
        blocker_query_interval: Duration::from_millis(30),
        blockers: &[|session| {
            // process id 0 means a prepared transaction (manual, table 9.72)
            format!(
                "SELECT coalesce(b.pid::text, 'of a prepared transaction'), b.usename, \
                 coalesce(host(b.client_addr), 'local'), b.application_name, \
                 extract(epoch FROM clock_timestamp() - coalesce(b.xact_start, b.query_start))::bigint, b.query \
                 FROM pg_catalog.pg_stat_activity w \
                 CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(w.pid)) AS p (pid) \
                 LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = p.pid \
                 WHERE w.pid = {session} AND w.wait_event_type = 'Lock'"
            )
        }],
        long_transactions: &[|session, time| {
            format!(
                "SELECT pid, usename, coalesce(host(client_addr), 'local'), application_name, \
                 extract(epoch FROM clock_timestamp() - xact_start)::bigint, query \
                 FROM pg_catalog.pg_stat_activity WHERE datname = current_database() \
                 AND pid NOT IN ({session}, pg_catalog.pg_backend_pid()) AND backend_type = 'client backend' \
                 AND xact_start <= clock_timestamp() - interval '{} milliseconds' ORDER BY xact_start",
                time.as_millis()
            )
        }],
        // lock_not_available, deadlock_detected (manual, appendix A)
        lock_errors: &["55P03", "40P01"],
        cancelled_errors: &["57014"],
        invalid_indexes: Some(&InvalidIndexQueries {
            find_by_name: |name, on| {
                format!(
                    "SELECT c.oid::regclass::text, p.pid FROM pg_catalog.pg_index i \
                     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                     LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON p.index_relid = c.oid \
                     WHERE NOT i.indisvalid AND i.indrelid = {} AND c.relname = {}",
                    table_oid(on),
                    literal::string(name)
                )
            },
            list_for_table: |on| {
                format!(
                    "SELECT c.oid::regclass::text FROM pg_catalog.pg_index i \
                     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                     WHERE NOT i.indisvalid AND i.indrelid = {} ORDER BY 1",
                    table_oid(on)
                )
            },
            drop: |name| format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"),
        }),
    },
};
