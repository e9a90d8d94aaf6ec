//! The lock of an embedded database: a lock of the operating system on a file next to the database.

use crate::db::DbUrl;
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::session_info::SessionInfo;
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An open lock file.
pub(crate) struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    /// Opens the file. `None` for a database in memory, which no other process can open.
    pub(crate) fn open(url: &DbUrl) -> Result<Option<Self>, LockError> {
        let Some(path) = lock_path(url) else {
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

    /// Tries once to lock the file, and writes the holder into it.
    pub(crate) fn attempt(&mut self) -> Result<bool, LockError> {
        match self.file.try_lock() {
            Ok(()) => {
                // for the messages of waiting runs; the lock itself doesn't need it
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

    /// The lock holder: process, user, and the time since it took the lock.
    pub(crate) fn holder(&mut self) -> Option<SessionInfo> {
        let mut text = String::new();
        self.file.rewind().ok()?;
        self.file.read_to_string(&mut text).ok()?;
        let mut lines = text.lines();
        let mut info = SessionInfo::named(format!("process {}", lines.next()?));
        let since: Option<u64> = lines.next().and_then(|line| line.parse().ok());
        info.since = since.map(|since| Duration::from_secs(now().saturating_sub(since)));
        info.user = lines
            .next()
            .filter(|user| !user.is_empty())
            .map(str::to_owned);
        Some(info)
    }

    /// The file, which keeps the lock while it is open.
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
fn lock_path(url: &DbUrl) -> Option<PathBuf> {
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
    fn lock_files_are_next_to_databases() {
        for (url, expected) in [
            ("sqlite://a/b.db", Some("a/b.db.tablewright-lock")),
            ("sqlite:/a/b.db?mode=rwc", Some("/a/b.db.tablewright-lock")),
            ("sqlite::memory:", None),
            ("sqlite://:memory:", None),
            ("sqlite://x?mode=memory", None),
        ] {
            assert_eq!(
                lock_path(&DbUrl::new(url)),
                expected.map(PathBuf::from),
                "{url}"
            );
        }
    }

    #[test]
    fn files_are_locked_once() {
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
