//! Errors of taking and holding the lock.

use crate::db::DbError;
use crate::migrate::run::session_info::SessionInfo;
use crate::migrate::run::stop::Signal;
use std::time::Duration;

/// The reason why the lock could not be taken, or was lost.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another run holds the lock.
    #[error("another run holds the lock{}", holder_suffix(.holder.as_deref()))]
    Held {
        /// The lock holder, if the server reports it.
        holder: Option<Box<SessionInfo>>,
        /// The time spent waiting.
        waited: Duration,
    },
    /// The run was asked to stop while it waited.
    #[error("{0} while waiting for another run")]
    Interrupted(Signal),
    /// A pooler shares sessions between clients.
    #[error("the connection passes through {0}, where a session-level lock protects nothing")]
    Pooled(&'static str),
    /// The lock was held and was lost.
    #[error("the lock was lost: {0}")]
    Lost(String),
    /// The server returned an error.
    #[error("the lock can't be taken: {0}")]
    Server(DbError),
    /// The lock file can't be used.
    #[error("the lock file {path} can't be used: {message}")]
    File {
        /// The file.
        path: String,
        /// The error of the operating system.
        message: String,
    },
}

fn holder_suffix(holder: Option<&SessionInfo>) -> String {
    holder.map_or_else(String::new, |holder| format!(": {holder}"))
}
