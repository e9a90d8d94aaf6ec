//! SQLite's driver.

use crate::db::driver::results::{count_completed, lossy};
use crate::db::driver::{Driver, Reply};
use crate::db::{DbError, DbUrl, Row, Vendor};
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
    fn vendor(&self) -> Vendor {
        Vendor::Sqlite
    }

    fn version_query(&self) -> &'static str {
        "select sqlite_version()"
    }

    fn fetch<'a>(&'a mut self, sql: &'a str) -> Reply<'a, Vec<Row>> {
        Box::pin(async move {
            let sql = AssertSqlSafe(sql.to_owned());
            let rows = sqlx::raw_sql(sql).fetch_all(&mut self.0).await?;
            Ok(rows.iter().map(row_as_text).collect::<Result<_, _>>()?)
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

fn row_as_text(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let mut cells = Vec::with_capacity(row.len());
    for at in 0..row.len() {
        let raw = row.try_get_raw(at)?;
        let cell = if raw.is_null() {
            None
        } else {
            let name = raw.type_info().name().to_owned();
            Some(match name.as_str() {
                "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(at)?.to_string(),
                "REAL" => row.try_get_unchecked::<f64, _>(at)?.to_string(),
                _ => {
                    let bytes: Option<Vec<u8>> = row.try_get_unchecked(at)?;
                    bytes.map(lossy).unwrap_or_default()
                }
            })
        };
        cells.push(cell);
    }
    Ok(Row::new(cells))
}
