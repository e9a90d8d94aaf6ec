//! One run at a time: a lock a database and history table, tried for again and again until the
//! time to wait is over, and never waited for in the server (where the waiting session would hold
//! up `CREATE INDEX CONCURRENTLY`).
//!
//! There are two locks on a server. The run's own is on a connection of its own, which a [`Keeper`]
//! owns: it proves again and again that the lock is still held, and asks and cancels on behalf of
//! the working session. The other one is the working session's: a statement goes on when the program
//! that sent it is gone, and while it does, this lock keeps the next run from starting.

pub(crate) mod file;
pub(crate) mod heartbeat;
pub(crate) mod source;

use crate::db::{Conn, DbError, DbUrl};
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::lock::heartbeat::Heartbeat;
use crate::migrate::run::lock::source::LockAttempt;
use crate::migrate::run::session_info::SessionInfo;
use crate::migrate::run::stop::{Signal, Stop};
use crate::server::session_control::{LockBackend, LockKey, SessionControl};
use std::fmt;
use std::fs::File;
use std::time::{Duration, Instant};

/// Why there is no lock.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("another run holds the lock{}", shown(.holder.as_deref()))]
    Held {
        /// Who, where that can be told.
        holder: Option<Box<SessionInfo>>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// It was asked to stop while it waited.
    #[error("{0} while it waited for another run")]
    Interrupted(Signal),
    /// Sessions are not this program's own.
    #[error(
        "between here and the server is {0}: a lock that belongs to a session would protect nothing there"
    )]
    Pooled(&'static str),
    /// It was held, and is no more.
    #[error("the lock was lost: {0}")]
    Lost(String),
    /// The server said something else.
    #[error("the lock can't be taken: {0}")]
    Server(DbError),
    /// The lock file can't be used.
    #[error("the lock file {path} can't be used: {message}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        message: String,
    },
}

fn shown(holder: Option<&SessionInfo>) -> String {
    holder.map_or_else(String::new, |holder| format!(": {holder}"))
}

impl LockError {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Held { .. } => 6,
            Self::Pooled(_) => 7,
            Self::Interrupted(signal) => signal.exit_code(),
            Self::Lost(_) | Self::Server(_) | Self::File { .. } => 1,
        }
    }
}

/// How the lock is taken and kept.
#[derive(Clone, Debug)]
pub struct LockOptions {
    /// How long to wait for another run to end; zero tries once.
    pub wait: Duration,
    /// How often the lock is proven to be still held.
    pub beat: Duration,
    /// How long a lock that is a row stays held after the last sign of life, and a session that is
    /// silent is left alone by the server.
    pub lease: Duration,
    /// Use a row with a lease wherever there is such a thing, not only where it is needed.
    pub always_lease: bool,
}

impl Default for LockOptions {
    /// No waiting, a beat every two seconds, a lease of a minute.
    fn default() -> Self {
        Self {
            wait: Duration::ZERO,
            beat: Duration::from_secs(2),
            lease: Duration::from_mins(1),
            always_lease: false,
        }
    }
}

/// The lock, while it is held. Dropping it gives it back (the server frees what a closed session
/// held, the system what a closed file held); [`Lock::release`] says goodbye first.
pub struct Lock(Held);

enum Held {
    /// A connection of its own, never the one that works.
    Kept(Heartbeat),
    /// An open file.
    File(File),
    /// A database in memory, which nobody else can reach.
    Private,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Held::Kept(_) => "Lock(kept)",
            Held::File(_) => "Lock(file)",
            Held::Private => "Lock(private)",
        })
    }
}

/// Tries at first this far apart, then ever less often.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Tries at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Opens the connection beside the working one and makes sure that both are sessions of their own.
/// `None` where the lock needs no connection.
///
/// # Errors
/// [`LockError::Pooled`], and what the server said.
pub async fn beside(
    url: &DbUrl,
    control: &SessionControl,
    work: &mut Conn,
) -> Result<Option<Conn>, LockError> {
    let LockBackend::Session(_) = control.lock else {
        return Ok(None);
    };
    let mut conn = Conn::open(url, false).await.map_err(LockError::Server)?;
    if let (Some(pooler), Some(session)) = (control.pooler_hint, control.session_id_query) {
        // a pooler gives the session that was used last to whoever asks next, or another one each time
        let mut seen: Option<(String, String)> = None;
        for _ in 0..3 {
            let mine = number(&mut conn, session).await?;
            let other = number(work, session).await?;
            let now = (mine, other);
            if now.0 == now.1 || seen.as_ref().is_some_and(|seen| *seen != now) {
                return Err(LockError::Pooled(pooler));
            }
            seen = Some(now);
        }
    }
    Ok(Some(conn))
}

async fn number(conn: &mut Conn, query: &str) -> Result<String, LockError> {
    let rows = conn.query(query).await.map_err(LockError::Server)?;
    Ok(rows.first().map_or("", |row| row.text_at(0)).to_owned())
}

impl Lock {
    /// Takes the lock on a connection from [`beside`], waiting for it, or until it is asked to stop.
    ///
    /// # Errors
    /// When somebody else keeps it, or it can't be asked for.
    pub async fn take(
        conn: Option<Conn>,
        url: &DbUrl,
        control: &SessionControl,
        key: &LockKey,
        options: &LockOptions,
        stop: &Stop,
        observer: &mut dyn Observer,
    ) -> Result<Self, LockError> {
        let mut source = match (&control.lock, conn) {
            (LockBackend::Session(lock), Some(conn)) => {
                source::on_server(conn, lock, key, options).await?
            }
            (LockBackend::Session(_) | LockBackend::File, _) => source::on_file(url)?,
        };
        wait(&mut source, options.wait, stop, observer).await?;
        Ok(Self(match source {
            LockAttempt::Server {
                conn, mut proof, ..
            } => {
                let mut conn = *conn;
                proof.note(&mut conn).await;
                Held::Kept(Heartbeat::start(conn, proof, options))
            }
            LockAttempt::File(file) => Held::File(file.into_file()),
            LockAttempt::Private => Held::Private,
        }))
    }

    /// Makes sure that the lock is still held: at once where that was proven a moment ago.
    ///
    /// # Errors
    /// [`LockError::Lost`].
    pub async fn prove(&self) -> Result<(), LockError> {
        match &self.0 {
            Held::Kept(keeper) => keeper.prove().await.map_err(LockError::Lost),
            Held::File(_) | Held::Private => Ok(()),
        }
    }

    /// Asks the first of these queries that gives rows, on the connection of the lock. Nothing where
    /// there is none, or it is gone: what is asked here is good to know, not needed.
    pub(crate) async fn sessions(&self, queries: Vec<String>) -> Vec<SessionInfo> {
        match &self.0 {
            Held::Kept(keeper) if !queries.is_empty() => keeper.sessions(queries).await,
            Held::Kept(_) | Held::File(_) | Held::Private => Vec::new(),
        }
    }

    /// Waits until all that was asked on the connection of the lock is done.
    pub(crate) async fn settle(&self) {
        if let Held::Kept(keeper) = &self.0 {
            keeper.settle().await;
        }
    }

    /// Gives the lock back.
    pub async fn release(self) {
        match self.0 {
            Held::Kept(keeper) => keeper.release().await,
            Held::File(file) => {
                // closing the file, which comes next, frees it as well
                let _ = file.unlock();
            }
            Held::Private => {}
        }
    }
}

async fn wait(
    source: &mut LockAttempt,
    longest: Duration,
    stop: &Stop,
    observer: &mut dyn Observer,
) -> Result<(), LockError> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let waited = started.elapsed();
        if source.attempt().await? {
            observer.event(&Event::LockAcquired { waited });
            return Ok(());
        }
        let holder = source.holder().await;
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

/// How this program names itself to others: what it is, and its process.
fn application() -> String {
    format!(
        "tablewright {}, process {}",
        env!("CARGO_PKG_VERSION"),
        std::process::id()
    )
}
