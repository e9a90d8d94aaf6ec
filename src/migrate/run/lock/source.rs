//! Attempts to take the lock, by kind of backend.

use crate::db::{Conn, DbError, DbUrl};
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::lock::file::LockFile;
use crate::migrate::run::lock::options::LockOptions;
use crate::migrate::run::session_info;
use crate::migrate::run::session_info::SessionInfo;
use crate::server::session_control::{Lease, LockKey, LockPurpose, SessionLock};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// A lock that can be attempted.
pub(crate) enum LockAttempt {
    /// A lock on a server, on a separate connection.
    Server {
        conn: Box<Conn>,
        /// Sent in this order; the first cell of the last one tells whether the lock was taken.
        take: Vec<String>,
        /// Codes of errors which mean that another run was faster.
        conflicts: &'static [&'static str],
        /// Queries for the lock holder.
        holder: Vec<String>,
        proof: LockProof,
    },
    /// A lock file next to an embedded database.
    File(LockFile),
    /// A database in memory, which no other process can open.
    Private,
}

/// The statements that check, renew and release a lock on a server.
pub(crate) struct LockProof {
    /// Renews the lease before each check.
    pub(crate) renew: Option<String>,
    /// The first cell tells whether the lock is still held.
    pub(crate) is_held: String,
    /// Releases the lock.
    pub(crate) release: Option<String>,
    /// Records the lock holder for other runs: the statements that create the table and write the row.
    holder_row: Option<(&'static str, String)>,
    /// The time for which the lock is certainly held after a check.
    pub(crate) span: Duration,
    /// Whether a check may take as long as `span`, because it waits for the running statement.
    pub(crate) waits: bool,
}

impl LockProof {
    /// Records the lock holder. If that fails, messages of other runs have fewer details.
    pub(crate) async fn record_holder(&mut self, conn: &mut Conn) {
        if let Some((create, write)) = self.holder_row.take()
            && conn.run(&write).await.is_err()
            && conn.run(create).await.is_ok()
        {
            let _ = conn.run(&write).await;
        }
    }
}

/// The lock on a server: a session-level lock, or a row with a lease where session-level locks are local to
/// one node of a cluster.
pub(crate) async fn on_server(
    mut conn: Conn,
    lock: &SessionLock,
    key: &LockKey,
    options: &LockOptions,
) -> Result<LockAttempt, LockError> {
    for statement in (lock.idle_timeout)(options.lease) {
        // older servers lack this time-out; a silent holder then keeps the lock until its connection ends
        let _ = conn.run(&statement).await;
    }
    if let Some(lease) = lock.lease
        && (options.always_lease || needs_lease(&mut conn, lease).await)
    {
        return leased(conn, lease, key, options.lease).await;
    }
    Ok(LockAttempt::Server {
        take: vec![(lock.try_acquire)(key, LockPurpose::Run)],
        conflicts: &[],
        holder: lock
            .holder_queries
            .iter()
            .map(|q| q(key, LockPurpose::Run))
            .collect(),
        proof: LockProof {
            renew: None,
            is_held: (lock.is_held)(key, LockPurpose::Run),
            release: Some(lock.release_all.to_owned()),
            holder_row: lock
                .holder_row
                .map(|row| (row.create_table, (row.write)(key, &application()))),
            span: Duration::MAX,
            waits: false,
        },
        conn: Box::new(conn),
    })
}

async fn needs_lease(conn: &mut Conn, lease: &Lease) -> bool {
    let rows = conn.query(lease.needed_query).await.unwrap_or_default();
    rows.first().is_some_and(|row| row.flag_at(0))
}

async fn leased(
    mut conn: Conn,
    lease: &'static Lease,
    key: &LockKey,
    span: Duration,
) -> Result<LockAttempt, LockError> {
    let owner = random_owner();
    let failed = |failed: crate::db::BatchError| LockError::Server(failed.error);
    conn.run(lease.create_table).await.map_err(failed)?;
    Ok(LockAttempt::Server {
        take: vec![
            (lease.insert_row)(key),
            (lease.try_acquire)(key, &owner, &application(), span),
            (lease.is_held)(key, &owner),
        ],
        conflicts: lease.conflict_errors,
        holder: vec![(lease.holder_query)(key)],
        proof: LockProof {
            renew: Some((lease.renew)(key, &owner, span)),
            is_held: (lease.is_held)(key, &owner),
            release: Some((lease.release)(key, &owner)),
            holder_row: None,
            span,
            waits: true,
        },
        conn: Box::new(conn),
    })
}

/// A unique name of this run: two random numbers of the system.
fn random_owner() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// The lock file of an embedded database.
pub(crate) fn on_file(url: &DbUrl) -> Result<LockAttempt, LockError> {
    Ok(LockFile::open(url)?.map_or(LockAttempt::Private, LockAttempt::File))
}

impl LockAttempt {
    /// Tries once to take the lock.
    pub(crate) async fn attempt(&mut self) -> Result<bool, LockError> {
        match self {
            Self::Server {
                conn,
                take,
                conflicts,
                ..
            } => {
                let mut taken = Ok(false);
                for sql in take {
                    taken = is_taken(conn, sql, conflicts).await;
                    if taken.is_err() {
                        break;
                    }
                }
                taken
            }
            Self::File(file) => file.attempt(),
            Self::Private => Ok(true),
        }
    }

    /// The lock holder. Errors count as unknown.
    pub(crate) async fn holder(&mut self) -> Option<SessionInfo> {
        match self {
            Self::Server { conn, holder, .. } => session_info::query_first(conn, holder)
                .await
                .into_iter()
                .next(),
            Self::File(file) => file.holder(),
            Self::Private => None,
        }
    }
}

/// Sends one statement of an attempt. The first cell of its row tells whether the lock was taken.
async fn is_taken(conn: &mut Conn, sql: &str, conflicts: &[&str]) -> Result<bool, LockError> {
    match conn.query(sql).await {
        Ok(rows) => match rows.first() {
            Some(row) if row.get_at(0).is_none() => {
                Err(LockError::Server(DbError::local(String::from(
                    "the server returned NULL for the lock; does the URL name a database?",
                ))))
            }
            row => Ok(row.is_some_and(|row| row.flag_at(0))),
        },
        Err(error) if conflicts.contains(&error.code.as_str()) => Ok(false),
        Err(error) => Err(LockError::Server(error)),
    }
}

/// The name of this process in the messages of other runs: program, version and process number.
fn application() -> String {
    format!(
        "tablewright {}, process {}",
        env!("CARGO_PKG_VERSION"),
        std::process::id()
    )
}
