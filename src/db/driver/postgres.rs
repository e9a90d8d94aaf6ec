//! PostgreSQL's driver.

use crate::db::driver::api::{Driver, Reply};
use crate::db::driver::results::count_completed;
use crate::db::row::read_all;
use crate::db::{DbError, DbUrl, Family, Row};
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgErrorPosition, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, ValueRef as _};
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

struct Postgres(PgConnection);

pub(crate) async fn connect(url: &DbUrl) -> Result<Box<dyn Driver>, DbError> {
    let options = PgConnectOptions::from_str(url.expose())?
        .application_name("tablewright")
        // sqlx sets one at the start, which poolers refuse; the server's own default is exact
        .extra_float_digits(None);
    let conn = PgConnection::connect_with(&options).await?;
    Ok(Box::new(Postgres(conn)))
}

impl Driver for Postgres {
    fn family(&self) -> Family {
        Family::Postgres
    }

    fn version_query(&self) -> &'static str {
        "show server_version"
    }

    fn fetch<'a>(&'a mut self, sql: &'a str) -> Reply<'a, Vec<Row>> {
        Box::pin(async move {
            let sql = AssertSqlSafe(sql.to_owned());
            let rows = sqlx::raw_sql(sql).fetch_all(&mut self.0).await?;
            read_all(&rows, cell)
        })
    }

    fn run<'a>(&'a mut self, sql: &'a str, completed: &'a mut usize) -> Reply<'a, ()> {
        let sql = AssertSqlSafe(sql.to_owned());
        let results = sqlx::raw_sql(sql).fetch_many(&mut self.0);
        Box::pin(count_completed(results, completed))
    }

    fn interrupt_when(&mut self, _flag: Arc<AtomicBool>) -> Reply<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn close(self: Box<Self>) -> Reply<'static, ()> {
        Box::pin(async move { Ok(self.0.close().await?) })
    }
}

/// A cell of the text protocol, where every value is text. (Decoded as bytes, it would be taken for
/// `bytea` in hex.)
fn cell(row: &PgRow, at: usize) -> Result<Option<String>, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(None);
    }
    let text = raw.as_str().map_err(sqlx::Error::Decode)?;
    Ok(Some(text.to_owned()))
}

/// Detail, hint, position and loss of connection of a server's error.
pub(crate) fn complete(error: &mut DbError, inner: &dyn sqlx::error::DatabaseError) {
    let Some(own) = inner.try_downcast_ref::<PgDatabaseError>() else {
        return;
    };
    let parts: Vec<&str> = [own.detail(), own.hint()].into_iter().flatten().collect();
    error.detail = (!parts.is_empty()).then(|| parts.join("\n"));
    error.position = match own.position() {
        Some(PgErrorPosition::Original(at)) => Some(at),
        Some(PgErrorPosition::Internal { .. }) | None => None,
    };
    error.lost = error.code.starts_with("57P") || error.code.starts_with("08");
}
