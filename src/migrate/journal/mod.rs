//! The journal: a row for each statement that commits by itself, written before it, and its outcome
//! after; a row for each migration that runs in a transaction, within that. Also the audit log.
//!
//! It travels in the messages of the statements themselves, so it costs no round trip. Row ids are
//! chosen here, under the lock: where the lock was lost and another run works, the primary key
//! refuses the row before the statement begins.

pub mod unfinished;

use crate::db::{Conn, DbError, Row};
use crate::migrate::files::directory::Version;
use crate::migrate::files::snapshot::statement_hash;
use crate::migrate::history::HistoryTable;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::{MigrationUnit, PlanRecord, title};
use crate::server::execution_profile::ExecutionProfile;
use crate::server::journal_sql::JournalSql;
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The version of the journal's own form. The columns `id`, `unit`, `format`, `statement`,
/// `statements` and `outcome` keep their meaning in all of them.
pub const FORMAT: u32 = 1;
/// The whole of a migration, where a statement's number is asked for.
pub const WHOLE_MIGRATION: usize = 0;

/// What a run was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunCommand {
    /// `migrate`
    #[default]
    Migrate,
    /// `rollback`
    Rollback,
    /// `apply`
    Apply,
    /// `repair`
    Repair,
}

impl fmt::Display for RunCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Migrate => "migrate",
            Self::Rollback => "rollback",
            Self::Apply => "apply",
            Self::Repair => "repair",
        })
    }
}

/// What became of what a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementOutcome {
    /// It was begun, and nothing more is known from here.
    Running,
    /// It was done, and stays.
    Done,
    /// It failed, and nothing of it stays.
    Failed,
    /// What had been done was taken back.
    Undone,
    /// A person recorded it as done by hand.
    Marked,
}

impl StatementOutcome {
    const ALL: [Self; 5] = [
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Undone,
        Self::Marked,
    ];
}

impl fmt::Display for StatementOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::Marked => "marked",
        })
    }
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number, growing.
    pub id: i64,
    /// The first row of the migration's run that it belongs to; what repairs it belongs to it too.
    pub unit_id: i64,
    /// What the run was asked for.
    pub command: String,
    /// The version; none for what has no files.
    pub version: Option<Version>,
    /// The migration's name.
    pub name: String,
    /// Which way the statement goes.
    pub direction: Direction,
    /// The statement's number in its file, from 1, or [`WHOLE`].
    pub statement: usize,
    /// How many statements the file has.
    pub statements: usize,
    /// The step mark above it.
    pub step: Option<u32>,
    /// Its hash: see [`statement_hash`].
    pub hash: String,
    /// The running hash of those before it: see [`running_hashes`].
    pub before_hash: String,
    /// When it began, RFC 3339 in UTC, by the server's clock.
    pub started_at: String,
    /// When it ended.
    pub finished_at: Option<String>,
    /// What became of it.
    pub outcome: StatementOutcome,
    /// The server's error, or what a person did.
    pub message: Option<String>,
    /// The database user.
    pub db_user: Option<String>,
    /// Where it connected from.
    pub client_host: Option<String>,
    /// The version of this tool.
    pub tool: String,
    /// The server's number of the session that worked.
    pub session: Option<u64>,
    /// The server's identity.
    pub server: Option<String>,
    /// The logical database.
    pub database: Option<String>,
    /// For what has no files: the texts of both ways, as [`crate::migrate::run::migration_unit::Plan`] writes them.
    pub plan: Option<String>,
}

const COLUMNS: &str = "id, unit, format, command, version, name, direction, statement, statements, \
    step, hash, before_hash, started_at, finished_at, outcome, message, db_user, client_host, tool, \
    session_id, server_id, database_name, plan";

impl JournalEntry {
    fn read(row: &Row) -> Self {
        let text = |at: usize| row.get_at(at).map(str::to_owned);
        Self {
            id: row.number_at(0).unwrap_or_default(),
            unit_id: row.number_at(1).unwrap_or_default(),
            command: row.text_at(3).to_owned(),
            version: row.number_at(4),
            name: row.text_at(5).to_owned(),
            direction: if row.text_at(6) == "down" {
                Direction::Down
            } else {
                Direction::Up
            },
            statement: row.number_at(7).unwrap_or_default(),
            statements: row.number_at(8).unwrap_or_default(),
            step: row.number_at(9),
            hash: row.text_at(10).to_owned(),
            before_hash: row.text_at(11).to_owned(),
            started_at: row.text_at(12).to_owned(),
            finished_at: text(13),
            // what no version of this form writes is as open as what is running
            outcome: StatementOutcome::ALL
                .into_iter()
                .find(|outcome| outcome.to_string() == row.text_at(14))
                .unwrap_or(StatementOutcome::Running),
            message: text(15),
            db_user: text(16),
            client_host: text(17),
            tool: row.text_at(18).to_owned(),
            session: row.number_at(19),
            server: text(20),
            database: text(21),
            plan: text(22),
        }
    }

    /// How long it took, where it ended.
    pub fn took(&self) -> Option<std::time::Duration> {
        let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
        let took = time(self.finished_at.as_deref()?)? - time(&self.started_at)?;
        took.try_into().ok()
    }

    /// `V7__name`, or the name of what has no version.
    pub fn title(&self) -> String {
        title(self.version, &self.name)
    }
}

/// The hashes of statements: each one's own, and the running one of those before it.
pub fn running_hashes<'a>(statements: impl IntoIterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut before = String::new();
    let mut hashes = Vec::new();
    for sql in statements {
        let own = statement_hash(sql);
        let next = statement_hash(&format!("{before}{own}"));
        hashes.push((own, std::mem::replace(&mut before, next)));
    }
    hashes
}

/// Who works, as the server sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionIdentity {
    /// The database user.
    pub user: Option<String>,
    /// Where it connects from.
    pub client: Option<String>,
    /// The server's number of the session.
    pub session: Option<u64>,
    /// The server's identity.
    pub server: Option<String>,
}

impl SessionIdentity {
    /// Asks the server about a connection.
    ///
    /// # Errors
    /// What the server said.
    pub async fn query(conn: &mut Conn, words: &JournalSql) -> Result<Self, DbError> {
        let rows = conn.query(words.identity_query).await?;
        let text = |at: usize| {
            rows.first()
                .and_then(|row| row.get_at(at))
                .map(str::to_owned)
        };
        Ok(Self {
            user: text(0),
            client: text(1),
            session: text(2).and_then(|id| id.parse().ok()),
            server: text(3),
        })
    }
}

/// Why the journal can't be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// The server failed.
    #[error("reading the journal: {0}")]
    Server(#[from] DbError),
    /// A newer version of this tool wrote it.
    #[error(
        "{table} has form {format}, and this program knows form {FORMAT}: a newer tablewright wrote it"
    )]
    Newer {
        /// The table.
        table: String,
        /// Its form.
        format: u32,
    },
}

/// Which table the journal is in: one beside each history table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalTable {
    schema: Option<String>,
    name: String,
    sql: String,
}

impl JournalTable {
    /// The journal beside a history table.
    pub fn for_history(history: &HistoryTable) -> Self {
        let (name, sql) = history.journal();
        Self {
            schema: history.schema.clone(),
            name: name.to_owned(),
            sql: sql.to_owned(),
        }
    }

    /// Makes the table where it isn't there.
    pub fn create_sql(&self, words: &JournalSql) -> String {
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
            words.table_options,
            long = words.long_text_type,
        )
    }

    /// Whether the table is there.
    ///
    /// # Errors
    /// What the server said.
    pub async fn exists(
        &self,
        conn: &mut Conn,
        running: &ExecutionProfile,
    ) -> Result<bool, DbError> {
        let query = (running.table_exists)(self.schema.as_deref(), &self.name);
        let rows = conn.query(&query).await?;
        Ok(rows.first().is_some_and(|row| row.flag_at(0)))
    }

    /// The last row's id and unit; `None` where there is no row.
    ///
    /// # Errors
    /// What the server said, and a form that this program doesn't know.
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

    /// The rows of a migration's run, and of what repaired it.
    ///
    /// # Errors
    /// What the server said.
    pub async fn unit_entries(
        &self,
        conn: &mut Conn,
        unit: i64,
    ) -> Result<Vec<JournalEntry>, DbError> {
        self.read(conn, &format!("WHERE unit = {unit} ORDER BY id"))
            .await
    }

    /// All rows, the oldest first; `None` where there is no journal.
    ///
    /// # Errors
    /// What the server said, and a form that this program doesn't know.
    pub async fn all_entries(
        &self,
        conn: &mut Conn,
        running: &ExecutionProfile,
    ) -> Result<Option<Vec<JournalEntry>>, JournalError> {
        if !self.exists(conn, running).await? {
            return Ok(None);
        }
        self.last_unit(conn).await?;
        Ok(Some(self.read(conn, "ORDER BY id").await?))
    }

    /// Writes what was found later of a row that was running.
    pub(crate) fn settle_sql(
        &self,
        words: &JournalSql,
        id: i64,
        outcome: StatementOutcome,
        message: &str,
    ) -> String {
        format!(
            "UPDATE {} SET outcome = '{outcome}', finished_at = {}, message = {} WHERE id = {id}",
            self.sql,
            words.utc_now,
            (words.string_literal)(message)
        )
    }

    /// Whether a version was ever applied or recorded by this tool.
    ///
    /// # Errors
    /// What the server said.
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

/// The rows of one migration while it runs.
#[derive(Clone, Debug)]
pub struct UnitJournal<'a> {
    /// The table.
    pub table: JournalTable,
    /// The server's words.
    pub words: &'static JournalSql,
    /// Who works.
    pub who: SessionIdentity,
    /// The logical database.
    pub database: Option<String>,
    /// What the run was asked for.
    pub command: RunCommand,
    /// The id of the first of its rows.
    pub first_id: i64,
    /// What runs.
    pub item: &'a MigrationUnit,
    /// [`running_hashes`] of its statements.
    pub hashes: Vec<(String, String)>,
}

impl UnitJournal<'_> {
    fn id(&self, number: usize) -> i64 {
        // a resumed run has no rows for what it doesn't run, and its first one is its first
        let offset = number.saturating_sub(self.item.first());
        self.first_id + i64::try_from(offset).unwrap_or(i64::MAX)
    }

    fn unit(&self) -> i64 {
        self.item.scope.resumed_unit().unwrap_or(self.first_id)
    }

    /// How many ids it takes at most: one for the whole, one a statement, and one for how it ends.
    pub fn reserved_ids(&self) -> i64 {
        i64::try_from(self.item.parsed.statements.len()).map_or(i64::MAX, |count| count + 2)
    }

    /// The row of a statement before it runs; [`WHOLE`] is all of them together.
    pub fn start_sql(&self, number: usize) -> String {
        self.insert(self.id(number), number, StatementOutcome::Running, None)
    }

    /// What is written once a statement is done.
    pub fn success_sql(&self, number: usize) -> String {
        self.update(number, StatementOutcome::Done, "")
    }

    /// What is written once a statement has failed.
    pub fn failure_sql(&self, number: usize, message: &str) -> String {
        let message = format!(", message = {}", self.text(message));
        self.update(number, StatementOutcome::Failed, &message)
    }

    /// A row that says how the whole of it ended.
    pub fn closing_sql(&self, outcome: StatementOutcome, message: Option<&str>) -> String {
        let id = self.first_id + self.reserved_ids() - 1;
        self.insert(id, WHOLE_MIGRATION, outcome, message)
    }

    fn update(&self, number: usize, outcome: StatementOutcome, more: &str) -> String {
        format!(
            "UPDATE {} SET outcome = '{outcome}', finished_at = {}{more} WHERE id = {}",
            self.table.sql,
            self.words.utc_now,
            self.id(number)
        )
    }

    fn text(&self, text: &str) -> String {
        (self.words.string_literal)(text)
    }

    fn insert(
        &self,
        id: i64,
        number: usize,
        outcome: StatementOutcome,
        message: Option<&str>,
    ) -> String {
        let item = self.item;
        let or_null = |text: Option<&str>| text.map_or_else(|| "NULL".into(), |t| self.text(t));
        let at = number.checked_sub(1);
        let mark = at.and_then(|at| item.parsed.marks.get(at)?.as_ref());
        let (hash, before) = at.and_then(|at| self.hashes.get(at)).map_or_else(
            || (item.own_checksum.to_string(), String::new()),
            Clone::clone,
        );
        let finished = match outcome {
            StatementOutcome::Running => "NULL",
            StatementOutcome::Done
            | StatementOutcome::Failed
            | StatementOutcome::Undone
            | StatementOutcome::Marked => self.words.utc_now,
        };
        let first = id == self.unit();
        let plan = item.plan.as_ref().filter(|_| first).map(PlanRecord::text);
        format!(
            "INSERT INTO {} ({COLUMNS}) VALUES ({id}, {}, {FORMAT}, '{}', {}, {}, '{}', {number}, {}, {}, \
             '{hash}', '{before}', {}, {finished}, '{outcome}', {}, {}, {}, '{}', {}, {}, {}, {})",
            self.table.sql,
            self.unit(),
            self.command,
            item.version
                .map_or_else(|| "NULL".into(), |v| v.to_string()),
            self.text(&item.name),
            item.direction,
            item.parsed.statements.len(),
            mark.map_or_else(|| "NULL".into(), |mark| mark.step.to_string()),
            self.words.utc_now,
            or_null(message),
            or_null(self.who.user.as_deref()),
            or_null(self.who.client.as_deref()),
            env!("CARGO_PKG_VERSION"),
            self.who
                .session
                .map_or_else(|| "NULL".into(), |id| id.to_string()),
            or_null(self.who.server.as_deref()),
            or_null(self.database.as_deref()),
            or_null(plan.as_deref()),
        )
    }
}

impl<'a> UnitJournal<'a> {
    /// The rows to be of an item, from this id on.
    pub fn new(
        table: &JournalTable,
        words: &'static JournalSql,
        who: &SessionIdentity,
        item: &'a MigrationUnit,
        first_id: i64,
    ) -> Self {
        let statements = item.parsed.statements.iter().map(|s| s.sql.as_str());
        Self {
            table: table.clone(),
            words,
            who: who.clone(),
            database: None,
            command: RunCommand::default(),
            first_id,
            item,
            hashes: running_hashes(statements),
        }
    }
}
