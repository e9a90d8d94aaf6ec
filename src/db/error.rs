//! What servers say when something is wrong.

#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::db::driver;
use std::fmt;

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DbError {
    /// SQLSTATE (PostgreSQL), error number (MySQL), result code (SQLite), or empty.
    pub code: String,
    /// The server's own message.
    pub message: String,
    /// Detail and hint, where the server gave them.
    pub detail: Option<String>,
    /// Character position in the message sent, from 1 (PostgreSQL).
    pub position: Option<usize>,
    /// Whether the connection is gone.
    pub lost: bool,
}

impl DbError {
    /// A connection that is of no more use, without the server having said so.
    pub fn lost(message: String) -> Self {
        Self {
            lost: true,
            ..Self::local(message)
        }
    }

    /// An error of this program, without a code; the connection, if there is one, stays usable.
    pub(crate) fn local(message: String) -> Self {
        Self {
            code: String::new(),
            message,
            detail: None,
            position: None,
            lost: false,
        }
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            f.write_str(&self.message)?;
        } else {
            write!(f, "{}: {}", self.code, self.message)?;
        }
        if let Some(detail) = &self.detail {
            write!(f, "\n{detail}")?;
        }
        Ok(())
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let lost = matches!(
            error,
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed
        );
        let sqlx::Error::Database(inner) = &error else {
            return Self {
                lost,
                ..Self::local(error.to_string())
            };
        };
        let code = inner.code().map(std::borrow::Cow::into_owned);
        let mut out = Self::local(inner.message().to_owned());
        out.code = code.unwrap_or_default();
        #[cfg(feature = "postgres")]
        driver::postgres::complete(&mut out, inner.as_ref());
        #[cfg(feature = "mysql")]
        driver::mysql::complete(&mut out, inner.as_ref());
        out
    }
}

/// A message of several statements that failed on the way.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
pub struct Failed {
    /// How many statements of the message were completed before.
    pub completed: usize,
    /// What the server said.
    pub error: DbError,
}
