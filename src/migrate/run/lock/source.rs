//! Where a lock is asked for.

use crate::db::{Conn, DbError, DbUrl};
use crate::migrate::run::lock::file::LockFile;
use crate::migrate::run::lock::{LockError, LockOptions, application};
use crate::migrate::run::session_info;
use crate::migrate::run::session_info::SessionInfo;
use crate::server::session_control::{Lease, LockKey, LockPurpose, SessionLock};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// Where a lock is asked for.
pub(crate) enum LockAttempt {
    /// The run's own, on a connection of its own.
    Server {
        conn: Box<Conn>,
        /// Sent in this order; the last one's first cell says whether it was taken.
        take: Vec<String>,
        /// Errors that say that somebody else was first.
        conflicts: &'static [&'static str],
        holder: Vec<String>,
        proof: LockProof,
    },
    /// An embedded database.
    File(LockFile),
    /// A database in memory, which nobody else can reach.
    Private,
}

/// How a lock on a server is kept and given back.
pub(crate) struct LockProof {
    /// Sent before each proof.
    pub(crate) renew: Option<String>,
    /// The first cell says whether the lock is still held.
    pub(crate) mine: String,
    /// Gives it back.
    pub(crate) release: Option<String>,
    /// Says who holds it: makes the place, and writes.
    note: Option<(&'static str, String)>,
    /// How long it is certainly held after a proof.
    pub(crate) span: Duration,
    /// A proof may take as long as that, because it waits behind the statement at work.
    pub(crate) waits: bool,
}

impl LockProof {
    /// Writes down who holds it. Others are told less where that fails.
    pub(crate) async fn note(&mut self, conn: &mut Conn) {
        if let Some((create, write)) = self.note.take()
            && conn.run(&write).await.is_err()
            && conn.run(create).await.is_ok()
        {
            let _ = conn.run(&write).await;
        }
    }
}

/// The lock of a server: of a session, or where those are each server's own, a row with a lease.
pub(crate) async fn on_server(
    mut conn: Conn,
    lock: &SessionLock,
    key: &LockKey,
    options: &LockOptions,
) -> Result<LockAttempt, LockError> {
    for statement in (lock.idle_timeout)(options.lease) {
        // older servers have no such time-out; then a silent holder stays until its connection ends
        let _ = conn.run(&statement).await;
    }
    if let Some(lease) = lock.lease
        && (options.always_lease || needed(&mut conn, lease).await)
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
            mine: (lock.is_held)(key, LockPurpose::Run),
            release: Some(lock.release_all.to_owned()),
            note: lock
                .holder_row
                .map(|note| (note.create_table, (note.write)(key, &application()))),
            span: Duration::MAX,
            waits: false,
        },
        conn: Box::new(conn),
    })
}

async fn needed(conn: &mut Conn, lease: &Lease) -> bool {
    let rows = conn.query(lease.needed_query).await.unwrap_or_default();
    rows.first().is_some_and(|row| row.flag_at(0))
}

async fn leased(
    mut conn: Conn,
    lease: &'static Lease,
    key: &LockKey,
    span: Duration,
) -> Result<LockAttempt, LockError> {
    let owner = owner();
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
            mine: (lease.is_held)(key, &owner),
            release: Some((lease.release)(key, &owner)),
            note: None,
            span,
            waits: true,
        },
        conn: Box::new(conn),
    })
}

/// A name that nobody else has: two numbers that the system made at random.
fn owner() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// The lock of an embedded database.
pub(crate) fn on_file(url: &DbUrl) -> Result<LockAttempt, LockError> {
    Ok(LockFile::open(url)?.map_or(LockAttempt::Private, LockAttempt::File))
}

impl LockAttempt {
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
                    taken = answer(conn, sql, conflicts).await;
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

    /// Who holds it. What can't be found out isn't worth an error of its own.
    pub(crate) async fn holder(&mut self) -> Option<SessionInfo> {
        match self {
            Self::Server { conn, holder, .. } => {
                session_info::first(conn, holder).await.into_iter().next()
            }
            Self::File(file) => file.holder(),
            Self::Private => None,
        }
    }
}

/// Sends a statement that takes a lock, or a step towards one; the first cell of a row says whether.
async fn answer(conn: &mut Conn, sql: &str, conflicts: &[&str]) -> Result<bool, LockError> {
    match conn.query(sql).await {
        Ok(rows) => match rows.first() {
            Some(row) if row.get_at(0).is_none() => {
                Err(LockError::Server(DbError::local(String::from(
                    "the server gave no answer about the lock; does the URL name a database?",
                ))))
            }
            row => Ok(row.is_some_and(|row| row.flag_at(0))),
        },
        Err(error) if conflicts.contains(&error.code.as_str()) => Ok(false),
        Err(error) => Err(LockError::Server(error)),
    }
}
