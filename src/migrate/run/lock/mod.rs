//! The lock that allows one run at a time per database and history table. The lock is polled until the
//! waiting time is over. The server never waits for it, because a waiting session would block
//! `CREATE INDEX CONCURRENTLY`.
//!
//! A server has two locks. The lock of the run is held by a separate connection, which a `Heartbeat` owns:
//! it checks periodically that the lock is still held, and queries and cancels on behalf of the working
//! session. The lock of the working session covers a crash: a statement continues on the server after the
//! program that sent it was killed, and until it ends, this lock prevents the next run from starting.

pub mod error;
pub(crate) mod file;
pub(crate) mod heartbeat;
pub mod options;
pub(crate) mod source;

use crate::db::{Conn, DbUrl};
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::lock::heartbeat::Heartbeat;
use crate::migrate::run::lock::options::LockOptions;
use crate::migrate::run::lock::source::LockAttempt;
use crate::migrate::run::session_info::SessionInfo;
use crate::migrate::run::stop::Stop;
use crate::server::session_control::{LockBackend, LockKey, SessionControl};
use std::fmt;
use std::fs::File;
use std::time::{Duration, Instant};

/// A lock that is held. Dropping it releases it, because the server releases the locks of a closed session
/// and the system those of a closed file; [`Lock::release`] releases it explicitly.
pub struct Lock(Held);

enum Held {
    /// On a separate connection, never the working one.
    Server(Heartbeat),
    /// An open file.
    File(File),
    /// A database in memory, which no other process can open.
    Private,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Held::Server(_) => "Lock(server)",
            Held::File(_) => "Lock(file)",
            Held::Private => "Lock(private)",
        })
    }
}

/// The first pause between attempts; pauses double.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Opens the connection for the lock and checks that it and the working connection are separate sessions.
/// `None` where the lock needs no connection.
///
/// # Errors
/// [`LockError::Pooled`], and errors of the server.
pub async fn open_lock_connection(
    url: &DbUrl,
    control: &SessionControl,
    work: &mut Conn,
) -> Result<Option<Conn>, LockError> {
    let LockBackend::Session(_) = control.lock else {
        return Ok(None);
    };
    let mut conn = Conn::open(url, false).await.map_err(LockError::Server)?;
    if let (Some(pooler), Some(session)) = (control.pooler_hint, control.session_id_query) {
        // a pooler may give both connections the same session, or a different session per query
        let mut seen: Option<(String, String)> = None;
        for _ in 0..3 {
            let mine = session_id(&mut conn, session).await?;
            let other = session_id(work, session).await?;
            let now = (mine, other);
            if now.0 == now.1 || seen.as_ref().is_some_and(|seen| *seen != now) {
                return Err(LockError::Pooled(pooler));
            }
            seen = Some(now);
        }
    }
    Ok(Some(conn))
}

async fn session_id(conn: &mut Conn, query: &str) -> Result<String, LockError> {
    let rows = conn.query(query).await.map_err(LockError::Server)?;
    Ok(rows.first().map_or("", |row| row.text_at(0)).to_owned())
}

impl Lock {
    /// Takes the lock on a connection from [`open_lock_connection`]. Waits until the lock is free, the time
    /// is over, or the run is asked to stop.
    ///
    /// # Errors
    /// See [`LockError`].
    pub async fn take(
        conn: Option<Conn>,
        url: &DbUrl,
        control: &SessionControl,
        key: &LockKey,
        options: &LockOptions,
        stop: &Stop,
        observer: &mut dyn Observer,
    ) -> Result<Self, LockError> {
        let mut attempt = match (&control.lock, conn) {
            (LockBackend::Session(lock), Some(conn)) => {
                source::on_server(conn, lock, key, options).await?
            }
            (LockBackend::Session(_) | LockBackend::File, _) => source::on_file(url)?,
        };
        wait(&mut attempt, options.wait, stop, observer).await?;
        Ok(Self(match attempt {
            LockAttempt::Server {
                conn, mut proof, ..
            } => {
                let mut conn = *conn;
                proof.record_holder(&mut conn).await;
                Held::Server(Heartbeat::start(conn, proof, options))
            }
            LockAttempt::File(file) => Held::File(file.into_file()),
            LockAttempt::Private => Held::Private,
        }))
    }

    /// Checks that the lock is still held. A check less than 300 ms old is not repeated.
    ///
    /// # Errors
    /// [`LockError::Lost`].
    pub async fn prove(&self) -> Result<(), LockError> {
        match &self.0 {
            Held::Server(heartbeat) => heartbeat.prove().await.map_err(LockError::Lost),
            Held::File(_) | Held::Private => Ok(()),
        }
    }

    /// The rows of the first query that returns some, on the connection of the lock. Empty without such a
    /// connection, or when it is lost: the information only improves messages.
    pub(crate) async fn sessions(&self, queries: Vec<String>) -> Vec<SessionInfo> {
        match &self.0 {
            Held::Server(heartbeat) if !queries.is_empty() => heartbeat.sessions(queries).await,
            Held::Server(_) | Held::File(_) | Held::Private => Vec::new(),
        }
    }

    /// Waits until all requests to the connection of the lock are completed.
    pub(crate) async fn settle(&self) {
        if let Held::Server(heartbeat) = &self.0 {
            heartbeat.settle().await;
        }
    }

    /// Releases the lock.
    pub async fn release(self) {
        match self.0 {
            Held::Server(heartbeat) => heartbeat.release().await,
            Held::File(file) => {
                // closing the file releases the lock as well
                let _ = file.unlock();
            }
            Held::Private => {}
        }
    }
}

async fn wait(
    attempt: &mut LockAttempt,
    longest: Duration,
    stop: &Stop,
    observer: &mut dyn Observer,
) -> Result<(), LockError> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let waited = started.elapsed();
        if attempt.attempt().await? {
            observer.event(&Event::LockAcquired { waited });
            return Ok(());
        }
        let holder = attempt.holder().await;
        if waited >= longest {
            let holder = holder.map(Box::new);
            return Err(LockError::Held { holder, waited });
        }
        let holder = holder.as_ref();
        observer.event(&Event::LockWaiting { holder, waited });
        let next = pause.min(longest.saturating_sub(waited));
        tokio::select! {
            () = tokio::time::sleep(next) => {}
            signal = stop.wait() => return Err(LockError::Interrupted(signal)),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
