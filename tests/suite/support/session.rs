//! Connections for tests: plain clients that read text.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlRow};
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, PgConnection, Row as _,
    SqliteConnection, TypeInfo as _, ValueRef as _,
};

/// Rows of text cells, as the server writes them.
pub type Rows = Vec<Vec<Option<String>>>;

/// One connection of its own, kept by a thread of its own: usable from any test, async or not, and from `Drop`.
pub struct Session {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    sql: String,
    reply: mpsc::Sender<Result<Rows, String>>,
}

/// A statement under way; see [`Session::start`].
pub struct Pending(mpsc::Receiver<Result<Rows, String>>);

impl Session {
    pub fn open(url: &str) -> Self {
        Self::try_open(url).unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn try_open(url: &str) -> Result<Self, String> {
        let url = url.to_owned();
        let (jobs, queue) = mpsc::channel::<Job>();
        let (ready, opened) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let mut client = match runtime.block_on(Client::open(&url)) {
                Ok(client) => client,
                Err(error) => return drop(ready.send(Err(describe(&error)))),
            };
            let _ = ready.send(Ok(()));
            for job in queue {
                let rows = runtime.block_on(client.rows(job.sql));
                let _ = job.reply.send(rows.map_err(|error| describe(&error)));
            }
            let _ = runtime.block_on(client.close());
        });
        opened
            .recv()
            .map_err(|_| "the connection's thread ended".to_owned())??;
        Ok(Self { jobs })
    }

    /// Begins a statement and doesn't wait for it: for one that is to wait for a lock.
    pub fn start(&self, sql: &str) -> Pending {
        let (reply, rows) = mpsc::channel();
        self.jobs
            .send(Job {
                sql: sql.to_owned(),
                reply,
            })
            .expect("the connection's thread runs");
        Pending(rows)
    }

    pub fn try_query(&self, sql: &str) -> Result<Rows, String> {
        self.start(sql).wait()
    }

    pub fn query(&self, sql: &str) -> Rows {
        self.try_query(sql)
            .unwrap_or_else(|error| panic!("{error}\n{sql}"))
    }

    pub fn exec(&self, sql: &str) {
        self.query(sql);
    }

    pub fn try_exec(&self, sql: &str) -> Result<(), String> {
        self.try_query(sql).map(drop)
    }
}

impl Pending {
    /// Waits until the statement is done.
    pub fn wait(self) -> Result<Rows, String> {
        self.0
            .recv()
            .unwrap_or_else(|_| Err("the connection's thread ended".to_owned()))
    }

    /// The result, if it comes within that time.
    pub fn wait_for(&self, time: Duration) -> Option<Result<Rows, String>> {
        self.0.recv_timeout(time).ok()
    }
}

enum Client {
    Postgres(PgConnection),
    MySql(MySqlConnection),
    Sqlite(SqliteConnection),
}

impl Client {
    async fn open(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("postgres") {
            Ok(Self::Postgres(PgConnection::connect(url).await?))
        } else if url.starts_with("sqlite:") {
            // As sqlx has it, foreign keys are on.
            let options: SqliteConnectOptions = url.parse()?;
            Ok(Self::Sqlite(
                options
                    .create_if_missing(true)
                    .busy_timeout(Duration::from_secs(10))
                    .connect()
                    .await?,
            ))
        } else {
            // A plain client: nothing that sqlx sets by itself, save the character set.
            let options: MySqlConnectOptions = url.parse()?;
            let options = options
                .pipes_as_concat(false)
                .no_engine_substitution(false)
                .timezone(None);
            Ok(Self::MySql(options.charset("utf8mb4").connect().await?))
        }
    }

    async fn rows(&mut self, sql: String) -> Result<Rows, sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Postgres(client) => texts(&sql.fetch_all(client).await?, pg_text),
            Self::MySql(client) => texts(&sql.fetch_all(client).await?, mysql_text),
            Self::Sqlite(client) => texts(&sql.fetch_all(client).await?, sqlite_text),
        }
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(client) => client.close().await,
            Self::MySql(client) => client.close().await,
            Self::Sqlite(client) => client.close().await,
        }
    }
}

type Text = Result<Option<String>, sqlx::Error>;

fn texts<R: sqlx::Row>(rows: &[R], text: impl Fn(&R, usize) -> Text) -> Result<Rows, sqlx::Error> {
    rows.iter()
        .map(|row| (0..row.len()).map(|column| text(row, column)).collect())
        .collect()
}

fn pg_text(row: &PgRow, column: usize) -> Text {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(None);
    }
    value
        .as_str()
        .map(|text| Some(text.to_owned()))
        .map_err(sqlx::Error::Decode)
}

fn mysql_text(row: &MySqlRow, column: usize) -> Text {
    Ok(row
        .try_get_unchecked::<Option<Vec<u8>>, _>(column)?
        .map(text_or_hex))
}

fn sqlite_text(row: &SqliteRow, column: usize) -> Text {
    if row.try_get_raw(column)?.type_info().name() == "BLOB" {
        return Ok(row
            .try_get_unchecked::<Option<Vec<u8>>, _>(column)?
            .map(text_or_hex));
    }
    row.try_get_unchecked(column)
}

fn text_or_hex(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        error
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    })
}

fn describe(error: &sqlx::Error) -> String {
    match error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
    {
        Some(code) => format!("[{code}] {error}"),
        None => error.to_string(),
    }
}
