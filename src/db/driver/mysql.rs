//! The driver of MySQL and MariaDB.

use crate::db::driver::api::{Driver, Reply};
use crate::db::driver::results::{bytes_as_text, count_completed};
use crate::db::row::read_all;
use crate::db::{DbError, DbUrl, Family, Row};
use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError};
use sqlx::{AssertSqlSafe, Connection as _, MySqlConnection};
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

struct MySql(MySqlConnection);

pub(crate) async fn connect(url: &DbUrl) -> Result<Box<dyn Driver>, DbError> {
    // sqlx adds PIPES_AS_CONCAT and IGNORE_SPACE by default; both change what DDL means
    let options = MySqlConnectOptions::from_str(url.expose())?
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .set_names(true)
        .timezone(Some(String::from("+00:00")));
    let conn = MySqlConnection::connect_with(&options).await?;
    Ok(Box::new(MySql(conn)))
}

impl Driver for MySql {
    fn family(&self) -> Family {
        Family::MySql
    }

    fn version_query(&self) -> &'static str {
        "select version()"
    }

    fn fetch<'a>(&'a mut self, sql: &'a str) -> Reply<'a, Vec<Row>> {
        Box::pin(async move {
            let sql = AssertSqlSafe(sql.to_owned());
            let rows = sqlx::raw_sql(sql).fetch_all(&mut self.0).await?;
            read_all(&rows, |row, at| bytes_as_text(row, at))
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

/// Error number and loss of connection of a server's error.
pub(crate) fn complete(error: &mut DbError, inner: &dyn sqlx::error::DatabaseError) {
    let Some(own) = inner.try_downcast_ref::<MySqlDatabaseError>() else {
        return;
    };
    error.code = own.number().to_string();
    // 1317, an interrupted query, keeps the connection open
    error.lost = matches!(own.number(), 1053 | 2006 | 2013 | 4031);
}
