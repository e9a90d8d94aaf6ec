//! Errors of sqlx as errors of the server or of the connection.

use crate::db::DbError;
#[cfg(feature = "mysql")]
use crate::db::driver::mysql;
#[cfg(feature = "postgres")]
use crate::db::driver::postgres;
use std::sync::Arc;

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let mut out = match &error {
            sqlx::Error::Database(inner) => {
                let mut out = Self::local(inner.message().to_owned());
                out.code = inner
                    .code()
                    .map(std::borrow::Cow::into_owned)
                    .unwrap_or_default();
                #[cfg(feature = "postgres")]
                postgres::complete(&mut out, inner.as_ref());
                #[cfg(feature = "mysql")]
                mysql::complete(&mut out, inner.as_ref());
                out
            }
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Self::lost(error.to_string())
            }
            _ => Self::local(error.to_string()),
        };
        out.source = Some(Arc::new(error));
        out
    }
}
