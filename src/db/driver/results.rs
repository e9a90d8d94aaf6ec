//! Results of sqlx, for every driver.

use crate::db::DbError;
use futures_util::{Stream, TryStreamExt as _};
use sqlx::Either;

/// Reads the results of a message and increments `completed` with each statement that completes.
pub(crate) async fn count_completed<Done, Row>(
    mut results: impl Stream<Item = Result<Either<Done, Row>, sqlx::Error>> + Unpin,
    completed: &mut usize,
) -> Result<(), DbError> {
    while let Some(result) = results.try_next().await? {
        if result.is_left() {
            *completed += 1;
        }
    }
    Ok(())
}

/// A cell that the server sends as the bytes of a text; bytes that are not UTF-8 are replaced.
#[cfg(any(feature = "mysql", feature = "sqlite"))]
pub(crate) fn bytes_as_text<'r, R>(row: &'r R, at: usize) -> Result<Option<String>, sqlx::Error>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    Vec<u8>: sqlx::Decode<'r, R::Database>,
{
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(at)?;
    Ok(bytes.map(|bytes| {
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }))
}
