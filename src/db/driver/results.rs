//! Results of sqlx, for every driver.

use crate::db::{DbError, Row};
use futures_util::{Stream, TryStreamExt as _};
use sqlx::Either;

/// Reads the results of a message and increments `completed` with each statement that completes.
pub(crate) async fn count_completed<Done, Returned>(
    mut results: impl Stream<Item = Result<Either<Done, Returned>, sqlx::Error>> + Unpin,
    completed: &mut usize,
) -> Result<(), DbError> {
    while let Some(result) = results.try_next().await? {
        if result.is_left() {
            *completed += 1;
        }
    }
    Ok(())
}

impl Row {
    /// A row from its cells.
    pub(crate) fn new(cells: Vec<Option<String>>) -> Self {
        Self(cells)
    }
}

/// Text from the bytes of a cell.
#[cfg(any(feature = "mysql", feature = "sqlite"))]
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
