//! The lock of an embedded database: the system's lock on a file beside it.

use crate::db::DbUrl;
use crate::migrate::run::lock::LockError;
use crate::migrate::run::session_info::SessionInfo;
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The lock file, open.
pub(crate) struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    /// Opens it; `None` for a database in memory, which nobody else can reach.
    pub(crate) fn open(url: &DbUrl) -> Result<Option<Self>, LockError> {
        let Some(path) = beside(url) else {
            return Ok(None);
        };
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| failed(&path, &error))?;
        Ok(Some(Self { file, path }))
    }

    pub(crate) fn attempt(&mut self) -> Result<bool, LockError> {
        match self.file.try_lock() {
            Ok(()) => {
                // for whoever waits; the lock itself doesn't need it
                let user = std::env::var("USER").unwrap_or_default();
                let text = format!("{}\n{}\n{user}\n", std::process::id(), now());
                let _ = self
                    .file
                    .set_len(0)
                    .and_then(|()| self.file.rewind())
                    .and_then(|()| self.file.write_all(text.as_bytes()));
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(failed(&self.path, &error)),
        }
    }

    /// Who holds it: process, since when, user.
    pub(crate) fn holder(&mut self) -> Option<SessionInfo> {
        let mut text = String::new();
        self.file.rewind().ok()?;
        self.file.read_to_string(&mut text).ok()?;
        let mut lines = text.lines();
        let mut peer = SessionInfo::named(format!("process {}", lines.next()?));
        let since: Option<u64> = lines.next().and_then(|line| line.parse().ok());
        peer.since = since.map(|since| Duration::from_secs(now().saturating_sub(since)));
        peer.user = lines
            .next()
            .filter(|user| !user.is_empty())
            .map(str::to_owned);
        Some(peer)
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

fn failed(path: &Path, error: &std::io::Error) -> LockError {
    LockError::File {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

/// The lock file of a database file, or `None` for a database in memory.
fn beside(url: &DbUrl) -> Option<PathBuf> {
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
    use super::*;

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
                beside(&DbUrl::new(url)),
                expected.map(PathBuf::from),
                "{url}"
            );
        }
    }

    #[test]
    fn a_file_is_locked_once() {
        let dir = tempfile::tempdir().unwrap();
        let url = DbUrl::new(format!("sqlite://{}/a.db", dir.path().display()));
        let mut first = LockFile::open(&url).unwrap().unwrap();
        assert!(first.attempt().unwrap());
        let mut second = LockFile::open(&url).unwrap().unwrap();
        assert!(!second.attempt().unwrap());
        let holder = second.holder().unwrap();
        assert_eq!(holder.session, format!("process {}", std::process::id()));
        assert!(holder.since.unwrap() < Duration::from_secs(10));
        drop(first);
        assert!(second.attempt().unwrap());
    }
}
