//! The journal's table: its definition, and reading and updating its rows.

use crate::db::{Conn, DbError};
use crate::migrate::files::directory::Version;
use crate::migrate::history::HistoryTable;
use crate::migrate::journal::entry::{COLUMNS, FORMAT, JournalEntry, StatementOutcome};
use crate::server::execution_profile::ExecutionProfile;
use crate::server::journal_sql::JournalSql;

/// The reason why the journal can't be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// The server returned an error.
    #[error("reading the journal: {0}")]
    Server(#[from] DbError),
    /// A newer version of this tool wrote the table.
    #[error(
        "{table} has format {format}, but this version reads format {FORMAT}: a newer tablewright wrote it"
    )]
    Newer {
        /// The table, as written in SQL.
        table: String,
        /// The format of its rows.
        format: u32,
    },
}

/// The name of a journal table. Each history table has one, in the same schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalTable {
    schema: Option<String>,
    name: String,
    /// The qualified and quoted name.
    pub(crate) sql: String,
}

impl JournalTable {
    /// The journal that belongs to a history table.
    pub fn for_history(history: &HistoryTable) -> Self {
        let (name, sql) = history.journal();
        Self {
            schema: history.schema.clone(),
            name: name.to_owned(),
            sql: sql.to_owned(),
        }
    }

    /// The statement that creates the table if it does not exist.
    pub fn create_sql(&self, sql: &JournalSql) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\n  \
             id BIGINT NOT NULL PRIMARY KEY,\n  unit BIGINT NOT NULL,\n  format INT NOT NULL,\n  \
             command VARCHAR(16) NOT NULL,\n  version INT,\n  name VARCHAR(255) NOT NULL,\n  \
             direction VARCHAR(4) NOT NULL,\n  statement INT NOT NULL,\n  statements INT NOT NULL,\n  \
             step INT,\n  hash VARCHAR(64) NOT NULL,\n  before_hash VARCHAR(64) NOT NULL,\n  \
             started_at VARCHAR(32) NOT NULL,\n  finished_at VARCHAR(32),\n  \
             outcome VARCHAR(16) NOT NULL,\n  message {long},\n  db_user VARCHAR(255),\n  \
             client_host VARCHAR(255),\n  tool VARCHAR(32) NOT NULL,\n  session_id BIGINT,\n  \
             server_id VARCHAR(64),\n  database_name VARCHAR(255),\n  plan {long}\n){}",
            self.sql,
            sql.table_options,
            long = sql.long_text_type,
        )
    }

    /// Whether the table exists.
    ///
    /// # Errors
    /// The server's error.
    pub async fn exists(
        &self,
        conn: &mut Conn,
        profile: &ExecutionProfile,
    ) -> Result<bool, DbError> {
        let query = (profile.table_exists)(self.schema.as_deref(), &self.name);
        let rows = conn.query(&query).await?;
        Ok(rows.first().is_some_and(|row| row.flag_at(0)))
    }

    /// Id and unit of the last row; `None` for an empty table.
    ///
    /// # Errors
    /// The server's error, or a newer format.
    pub async fn last_unit(&self, conn: &mut Conn) -> Result<Option<(i64, i64)>, JournalError> {
        let query = format!(
            "SELECT id, unit, format FROM {} ORDER BY id DESC LIMIT 1",
            self.sql
        );
        let rows = conn.query(&query).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let format = row.number_at(2).unwrap_or(u32::MAX);
        if format > FORMAT {
            let table = self.sql.clone();
            return Err(JournalError::Newer { table, format });
        }
        Ok(row.number_at(0).zip(row.number_at(1)))
    }

    /// The rows of one run of a migration and of its repairs, the oldest first.
    ///
    /// # Errors
    /// The server's error.
    pub async fn unit_entries(
        &self,
        conn: &mut Conn,
        unit: i64,
    ) -> Result<Vec<JournalEntry>, DbError> {
        self.read(conn, &format!("WHERE unit = {unit} ORDER BY id"))
            .await
    }

    /// All rows, the oldest first; `None` if the table does not exist.
    ///
    /// # Errors
    /// The server's error, or a newer format.
    pub async fn all_entries(
        &self,
        conn: &mut Conn,
        profile: &ExecutionProfile,
    ) -> Result<Option<Vec<JournalEntry>>, JournalError> {
        if !self.exists(conn, profile).await? {
            return Ok(None);
        }
        self.last_unit(conn).await?;
        Ok(Some(self.read(conn, "ORDER BY id").await?))
    }

    /// The update that records the outcome of a row whose statement was undecided.
    pub(crate) fn outcome_sql(
        &self,
        sql: &JournalSql,
        id: i64,
        outcome: StatementOutcome,
        message: &str,
    ) -> String {
        format!(
            "UPDATE {} SET outcome = '{outcome}', finished_at = {}, message = {} WHERE id = {id}",
            self.sql,
            sql.utc_now,
            (sql.string_literal)(message)
        )
    }

    /// Whether this tool ever applied or recorded a version.
    ///
    /// # Errors
    /// The server's error.
    pub async fn has_version(&self, conn: &mut Conn, version: Version) -> Result<bool, DbError> {
        let query = format!(
            "SELECT 1 FROM {} WHERE version = {version} LIMIT 1",
            self.sql
        );
        Ok(!conn.query(&query).await?.is_empty())
    }

    async fn read(&self, conn: &mut Conn, rest: &str) -> Result<Vec<JournalEntry>, DbError> {
        let query = format!("SELECT {COLUMNS} FROM {} {rest}", self.sql);
        Ok(conn
            .query(&query)
            .await?
            .iter()
            .map(JournalEntry::read)
            .collect())
    }
}
