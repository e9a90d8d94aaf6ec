//! What servers say when something is wrong.

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
            code: String::new(),
            message,
            detail: None,
            position: None,
            lost: true,
        }
    }

    /// A result that isn't of the expected form.
    pub(crate) fn unexpected_result(message: String) -> Self {
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
                code: String::new(),
                message: error.to_string(),
                detail: None,
                position: None,
                lost,
            };
        };
        let mut code = inner
            .code()
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default();
        let mut detail = None;
        let mut position = None;
        let mut lost = false;
        if let Some(pg) = inner.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            let parts: Vec<&str> = [pg.detail(), pg.hint()].into_iter().flatten().collect();
            detail = (!parts.is_empty()).then(|| parts.join("\n"));
            position = match pg.position() {
                Some(sqlx::postgres::PgErrorPosition::Original(at)) => Some(at),
                Some(sqlx::postgres::PgErrorPosition::Internal { .. }) | None => None,
            };
            lost = code.starts_with("57P") || code.starts_with("08");
        } else if let Some(my) = inner.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
            code = my.number().to_string();
            // 1317, an interrupted query, leaves the connection in place
            lost = matches!(my.number(), 1053 | 2006 | 2013 | 4031);
        }
        Self {
            code,
            message: inner.message().to_owned(),
            detail,
            position,
            lost,
        }
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
