//! One run at a time: a lock a database and history table, tried for again and again until the
//! time to wait is over, and never waited for in the server (where the waiting session would hold
//! up `CREATE INDEX CONCURRENTLY`).

use super::events::{Event, Observer};
use super::stop::{Signal, Stop};
use crate::db::{Conn, DbError, DbUrl, Row};
use crate::dialect::running::{LockKey, LockKind, Running};
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Who holds the lock, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The server's number of the session, or the process on this machine.
    pub session: String,
    /// The database user.
    pub user: Option<String>,
    /// Where it connects from.
    pub client: Option<String>,
    /// For how long it has been there at least.
    pub since: Option<Duration>,
}

impl Holder {
    /// From a row of the server's query for the holder of a lock.
    pub(super) fn of(row: &Row) -> Self {
        Self {
            session: format!("session {}", row.text(0)),
            user: row.get(1).map(str::to_owned),
            client: row.get(2).map(str::to_owned),
            since: row.number(3).map(Duration::from_secs),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.session)?;
        match (&self.user, &self.client) {
            (Some(user), Some(client)) => write!(f, " ({user}@{client})")?,
            (Some(one), None) | (None, Some(one)) => write!(f, " ({one})")?,
            (None, None) => {}
        }
        if let Some(since) = self.since {
            write!(f, ", for {} s", since.as_secs())?;
        }
        Ok(())
    }
}

/// Why there is no lock.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("another run holds the lock{}", .holder.as_ref().map(|h| format!(": {h}")).unwrap_or_default())]
    Held {
        /// Who, where that can be told.
        holder: Option<Holder>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// It was asked to stop while it waited.
    #[error("{0} while it waited for another run")]
    Interrupted(Signal),
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

/// The lock, while it is held. Dropping it gives it back (the server frees what a closed session
/// held, the system what a closed file held); [`Lock::release`] says goodbye first.
pub struct Lock(Held);

enum Held {
    /// A connection of its own, never the one that works.
    Session(Conn),
    /// An open file.
    File(File),
    /// A database in memory, which nobody else can reach.
    Private,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Held::Session(_) => "Lock(session)",
            Held::File(_) => "Lock(file)",
            Held::Private => "Lock(private)",
        })
    }
}

/// Tries at first this far apart, then ever less often.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Tries at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Lock {
    /// Takes the lock, waiting for it at most `wait` (zero tries once), or until it is asked to stop.
    ///
    /// # Errors
    /// When somebody else keeps it, or it can't be asked for.
    pub async fn take(
        url: &DbUrl,
        running: &Running,
        key: &LockKey,
        wait: Duration,
        stop: &Stop,
        observer: &mut dyn Observer,
    ) -> Result<Self, LockError> {
        let started = Instant::now();
        let mut source = Source::open(url, running, key).await?;
        let mut pause = FIRST_PAUSE;
        loop {
            let waited = started.elapsed();
            if source.attempt().await? {
                observer.event(&Event::LockAcquired { waited });
                return Ok(source.held());
            }
            let holder = source.holder().await;
            if waited >= wait {
                return Err(LockError::Held { holder, waited });
            }
            observer.event(&Event::LockWaiting {
                holder: holder.as_ref(),
                waited,
            });
            let next = pause.min(wait.saturating_sub(waited));
            tokio::select! {
                () = tokio::time::sleep(next) => {}
                signal = stop.wait() => return Err(LockError::Interrupted(signal)),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Gives the lock back.
    pub async fn release(self) {
        match self.0 {
            Held::Session(conn) => conn.close().await,
            Held::File(file) => {
                // closing the file, which comes next, frees it as well
                let _ = file.unlock();
            }
            Held::Private => {}
        }
    }
}

/// Where the lock is asked for.
enum Source {
    Session {
        conn: Conn,
        take: String,
        holder: String,
    },
    File {
        file: File,
        path: PathBuf,
    },
    Private,
}

impl Source {
    async fn open(url: &DbUrl, running: &Running, key: &LockKey) -> Result<Self, LockError> {
        match running.lock {
            LockKind::Session { take, holder } => Ok(Self::Session {
                conn: Conn::open(url, false).await.map_err(LockError::Server)?,
                take: take(key),
                holder: holder(key),
            }),
            LockKind::File => {
                let Some(path) = lock_file(url) else {
                    return Ok(Self::Private);
                };
                let file = File::options()
                    .create(true)
                    .truncate(false)
                    .read(true)
                    .write(true)
                    .open(&path)
                    .map_err(|error| file_error(&path, &error))?;
                Ok(Self::File { file, path })
            }
        }
    }

    async fn attempt(&mut self) -> Result<bool, LockError> {
        match self {
            Self::Session { conn, take, .. } => {
                let rows = conn.query(take).await.map_err(LockError::Server)?;
                let answer = rows.first();
                if answer.is_none_or(|row| row.get(0).is_none()) {
                    return Err(LockError::Server(DbError {
                        code: String::new(),
                        message: String::from(
                            "the server gave no answer about the lock; does the URL name a database?",
                        ),
                        detail: None,
                        position: None,
                        lost: false,
                    }));
                }
                Ok(answer.is_some_and(|row| row.flag(0)))
            }
            Self::File { file, path } => match file.try_lock() {
                Ok(()) => {
                    // for whoever waits; the lock itself doesn't need it
                    let _ = file
                        .set_len(0)
                        .and_then(|()| file.rewind())
                        .and_then(|()| write!(file, "process {}", std::process::id()));
                    Ok(true)
                }
                Err(TryLockError::WouldBlock) => Ok(false),
                Err(TryLockError::Error(error)) => Err(file_error(path, &error)),
            },
            Self::Private => Ok(true),
        }
    }

    /// Who holds it. What can't be found out isn't worth an error of its own.
    async fn holder(&mut self) -> Option<Holder> {
        match self {
            Self::Session { conn, holder, .. } => {
                let rows = conn.query(holder).await.ok()?;
                rows.first().map(Holder::of)
            }
            Self::File { file, .. } => {
                let mut text = String::new();
                file.rewind().ok()?;
                file.read_to_string(&mut text).ok()?;
                (!text.is_empty()).then_some(Holder {
                    session: text,
                    user: None,
                    client: None,
                    since: None,
                })
            }
            Self::Private => None,
        }
    }

    fn held(self) -> Lock {
        Lock(match self {
            Self::Session { conn, .. } => Held::Session(conn),
            Self::File { file, .. } => Held::File(file),
            Self::Private => Held::Private,
        })
    }
}

fn file_error(path: &Path, error: &std::io::Error) -> LockError {
    LockError::File {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

/// The lock file of a database file, or `None` for a database in memory.
fn lock_file(url: &DbUrl) -> Option<PathBuf> {
    let text = url.expose();
    let path = text.split_once(':').map_or(text, |(_, path)| path);
    let path = path.strip_prefix("//").unwrap_or(path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    if path.is_empty() || path == ":memory:" || query.contains("mode=memory") {
        return None;
    }
    Some(PathBuf::from(format!("{path}.tablewright-lock")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::events::Silent;
    use super::*;
    use crate::dialect::running;

    #[test]
    fn lock_files() {
        for (url, expected) in [
            ("sqlite://a/b.db", Some("a/b.db.tablewright-lock")),
            ("sqlite:/a/b.db?mode=rwc", Some("/a/b.db.tablewright-lock")),
            ("sqlite::memory:", None),
            ("sqlite://:memory:", None),
            ("sqlite://x?mode=memory", None),
        ] {
            assert_eq!(
                lock_file(&DbUrl::new(url)),
                expected.map(PathBuf::from),
                "{url}"
            );
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_file_is_locked_once() {
        let dir = tempfile::tempdir().unwrap();
        let url = DbUrl::new(format!("sqlite://{}/a.db", dir.path().display()));
        let key = LockKey {
            history: String::from("h"),
        };
        let take = async |wait| {
            let wait = Duration::from_millis(wait);
            let stop = Stop::default();
            Lock::take(&url, &running::SQLITE, &key, wait, &stop, &mut Silent).await
        };
        let first = take(0).await.unwrap();
        let LockError::Held { holder, waited } = take(100).await.unwrap_err() else {
            panic!("must be held");
        };
        assert!(waited >= Duration::from_millis(100));
        assert_eq!(
            holder.unwrap().session,
            format!("process {}", std::process::id())
        );
        first.release().await;
        take(0).await.unwrap();
    }
}
