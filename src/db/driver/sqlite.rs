//! SQLite's driver.

use crate::db::driver::api::{Driver, Reply};
use crate::db::driver::results::{bytes_as_text, count_completed};
use crate::db::row::read_all;
use crate::db::{DbError, DbUrl, Family, Row};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, Connection as _, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _,
};
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

struct Sqlite(SqliteConnection);

pub(crate) async fn connect(url: &DbUrl, create: bool) -> Result<Box<dyn Driver>, DbError> {
    let options = SqliteConnectOptions::from_str(url.expose())?
        .create_if_missing(create)
        .foreign_keys(true);
    let conn = SqliteConnection::connect_with(&options).await?;
    Ok(Box::new(Sqlite(conn)))
}

impl Driver for Sqlite {
    fn family(&self) -> Family {
        Family::Sqlite
    }

    fn version_query(&self) -> &'static str {
        "select sqlite_version()"
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

    fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Reply<'_, ()> {
        // instructions of SQLite's virtual machine between two looks at the flag: thousands per millisecond
        const STEPS: i32 = 10_000;
        Box::pin(async move {
            let go_on = move || !flag.load(Ordering::Relaxed);
            let mut handle = self.0.lock_handle().await?;
            handle.set_progress_handler(STEPS, go_on);
            Ok(())
        })
    }

    fn close(self: Box<Self>) -> Reply<'static, ()> {
        Box::pin(async move { Ok(self.0.close().await?) })
    }
}

/// A cell as text: SQLite's numbers aren't.
fn cell(row: &SqliteRow, at: usize) -> Result<Option<String>, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(None);
    }
    let name = raw.type_info().name().to_owned();
    Ok(Some(match name.as_str() {
        "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(at)?.to_string(),
        "REAL" => row.try_get_unchecked::<f64, _>(at)?.to_string(),
        _ => bytes_as_text(row, at)?.unwrap_or_default(),
    }))
}
