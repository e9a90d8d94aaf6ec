//! Errors of servers and connections.

use std::fmt;
use std::sync::Arc;

/// An error of a server or of its connection.
#[derive(Clone, Debug, thiserror::Error)]
pub struct DbError {
    /// SQLSTATE (PostgreSQL), error number (MySQL), result code (SQLite), or empty.
    pub code: String,
    /// The server's own message.
    pub message: String,
    /// The server's detail and hint, if it sent any.
    pub detail: Option<String>,
    /// Position of the error in the message sent, in characters from 1 (PostgreSQL).
    pub position: Option<usize>,
    /// Whether the connection is lost.
    pub lost: bool,
    /// The driver's error.
    pub(crate) source: Option<Arc<sqlx::Error>>,
}

/// Errors with the same contents are equal, whatever the driver's error was.
impl PartialEq for DbError {
    fn eq(&self, other: &Self) -> bool {
        let contents = |error: &Self| {
            let Self {
                code,
                message,
                detail,
                position,
                lost,
                source: _,
            } = error;
            (
                code.clone(),
                message.clone(),
                detail.clone(),
                *position,
                *lost,
            )
        };
        contents(self) == contents(other)
    }
}

impl Eq for DbError {}

impl DbError {
    /// A lost connection that the server didn't report.
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
            source: None,
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

/// The failure of a message with one or more statements.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
pub struct BatchError {
    /// The number of statements of the message that completed before the failure.
    pub completed: usize,
    /// The server's error.
    #[source]
    pub error: DbError,
}
