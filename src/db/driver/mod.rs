//! Drivers: sqlx's connections behind one trait, each compiled with its Cargo feature.

mod api;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod results;
mod server_error;
#[cfg(feature = "sqlite")]
mod sqlite;

pub(crate) use crate::db::driver::api::Driver;

use crate::db::vendor::url_schemes;
use crate::db::{DbError, DbUrl, Family};

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
