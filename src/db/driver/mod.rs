//! Drivers: sqlx's connections behind one trait, each compiled with its Cargo feature.

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod results;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

use crate::db::vendor::url_schemes;
use crate::db::{DbError, DbUrl, Family, Row};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A boxed future of a driver.
pub(crate) type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbError>> + Send + 'a>>;

/// One connection of a driver. Messages use the simple (text) protocol.
pub(crate) trait Driver: Send {
    /// The family of the vendors that the driver serves.
    fn family(&self) -> Family;

    /// The query that returns the server's version.
    fn version_query(&self) -> &'static str;

    /// Sends a message and returns the rows of all its results, cells as text.
    fn fetch<'a>(&'a mut self, sql: &'a str) -> Reply<'a, Vec<Row>>;

    /// Sends a message and increments `completed` with each statement that completes.
    fn run<'a>(&'a mut self, sql: &'a str, completed: &'a mut usize) -> Reply<'a, ()>;

    /// Interrupts the running statement of an embedded database as soon as the flag is set. A server is
    /// told over another connection; its driver does nothing here.
    fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Reply<'_, ()>;

    /// Closes the connection.
    fn close(self: Box<Self>) -> Reply<'static, ()>;
}

/// Opens a connection with the driver of the URL's scheme. A SQLite file that does not exist is created
/// if `create` is set.
pub(crate) async fn connect(url: &DbUrl, create: bool) -> Result<Box<dyn Driver>, DbError> {
    // without SQLite's driver nothing is created
    let _ = create;
    match url.family() {
        #[cfg(feature = "postgres")]
        Some(Family::Postgres) => postgres::connect(url).await,
        #[cfg(feature = "mysql")]
        Some(Family::MySql) => mysql::connect(url).await,
        #[cfg(feature = "sqlite")]
        Some(Family::Sqlite) => sqlite::connect(url, create).await,
        #[cfg(not(all(feature = "postgres", feature = "mysql", feature = "sqlite")))]
        Some(family) => Err(missing(url, family)),
        None => Err(DbError::local(format!(
            "`{url}` is not a database URL: it must start with {}",
            url_schemes()
        ))),
    }
}

#[cfg(not(all(feature = "postgres", feature = "mysql", feature = "sqlite")))]
fn missing(url: &DbUrl, family: Family) -> DbError {
    let feature = match family {
        Family::Postgres => "postgres",
        Family::MySql => "mysql",
        Family::Sqlite => "sqlite",
    };
    DbError::local(format!(
        "no driver for {url}: tablewright was built without its feature `{feature}`"
    ))
}
