//! PostgreSQL: advisory locks, `pg_stat_activity`, `pg_cancel_backend`.

use crate::server::session_control::{
    Control, Leftover, LockKey, LockKind, LockOf, SessionLock, number,
};
use crate::sql::literal;
use std::time::Duration;

/// The condition that picks a lock out of `pg_locks`: a bigint key stands there as two halves
/// (manual, 54.12 "pg_locks").
fn picked(key: &LockKey, which: LockOf) -> String {
    let number = number(key, which).cast_unsigned();
    format!(
        "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = {} AND l.objid = {} \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
        number >> 32,
        number & 0xffff_ffff,
    )
}

fn holder(key: &LockKey, which: LockOf) -> String {
    // the lock's own connection is as old as the lock; of the working one the statement matters
    let (age, query) = match which {
        LockOf::Run => ("a.backend_start", "NULL"),
        LockOf::Work => ("coalesce(a.query_start, a.backend_start)", "a.query"),
    };
    format!(
        "SELECT l.pid, a.usename, coalesce(host(a.client_addr), 'local'), a.application_name, \
         greatest(extract(epoch FROM clock_timestamp() - {age}), 0)::bigint, {query} \
         FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE {}",
        picked(key, which)
    )
}

/// The table of a name as it is written, by the session's search path.
fn table(name: &str) -> String {
    format!("pg_catalog.to_regclass({})", literal::string(name))
}

/// PostgreSQL.
pub(crate) static CONTROL: Control = Control {
    lock: LockKind::Session(SessionLock {
        take: |key, which| {
            format!(
                "SELECT pg_catalog.pg_try_advisory_lock({})",
                number(key, which)
            )
        },
        release: "SELECT pg_catalog.pg_advisory_unlock_all()",
        mine: |key, which| {
            format!(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND {})",
                picked(key, which)
            )
        },
        holder: &[holder],
        idle_timeout: |time| vec![format!("SET idle_session_timeout = {}", time.as_millis())],
        note: None,
        lease: None,
    }),
    session: Some("SELECT pg_catalog.pg_backend_pid()"),
    pooler: Some("a connection pooler in transaction mode (PgBouncer's `pool_mode = transaction`)"),
    cancel: Some(|session| format!("SELECT pg_catalog.pg_cancel_backend({session})")),
    slice: None,
    end: Some(|session| format!("SELECT pg_terminate_backend({session})")),
    notice_early: &["SET client_connection_check_interval = 500"],
    look_every: Duration::from_millis(30),
    blockers: &[|session| {
        // process id 0 stands for a prepared transaction (manual, table 9.72)
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
    leftover: Some(&Leftover {
        find: |name, on| {
            format!(
                "SELECT c.oid::regclass::text, p.pid FROM pg_catalog.pg_index i \
                 JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                 LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON p.index_relid = c.oid \
                 WHERE NOT i.indisvalid AND i.indrelid = {} AND c.relname = {}",
                table(on),
                literal::string(name)
            )
        },
        all: |on| {
            format!(
                "SELECT c.oid::regclass::text FROM pg_catalog.pg_index i \
                 JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                 WHERE NOT i.indisvalid AND i.indrelid = {} ORDER BY 1",
                table(on)
            )
        },
        drop: |name| format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"),
    }),
};
