//! What the integration tests share: databases on real servers, and the program to run.
//!
//! `tests/run` starts the servers and names them in the environment. A test whose server isn't named is
//! skipped, and says so: on stderr, past the test runner's capture, and in the file `TABLEWRIGHT_TEST_SKIPS`.
//! Everything here panics on errors that a test doesn't expect; what starts with `try_` gives them back.

#![allow(unreachable_pub)]
#![allow(clippy::pedantic, clippy::unwrap_used)]

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

pub mod bless;
mod dump;
mod matrix;
pub mod mirror;
mod program;
pub mod proxy;
pub mod runs;
mod session;
pub(crate) mod workbench;

pub use dump::client;
pub(crate) use matrix::on_every_engine;
pub use matrix::{Engine, Server, from_environment, say, skipped};
pub use program::{Tw, tw};
pub use session::{Rows, Session};

/// Tables that the tool itself makes, as patterns for [`TestDb::dump_without`].
pub const OWN_TABLES: &[&str] = &["refinery_schema_history", "tablewright_*"];

// ---------------------------------------------------------------------------------------- databases

/// A fresh database, dropped with this value.
pub struct TestDb {
    server: Server,
    name: String,
    url: String,
    admin: String,
    session: Mutex<Option<Session>>,
    /// The folder of a SQLite file, deleted with this value.
    _folder: Option<TempDir>,
}

impl TestDb {
    /// A database with a name of its own on that server (an engine stands for its first server), or `None`
    /// and a visible skip.
    pub fn create(server: impl Into<Server>) -> Option<Self> {
        let server = server.into();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "tw_{}_{}_{:x}",
            process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed),
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap()
                .subsec_nanos()
        );
        let (url, admin, folder) = match server.variable() {
            None => {
                let dir = TempDir::new().unwrap();
                let url = format!(
                    "sqlite://{}",
                    dir.path().join(format!("{name}.db")).display()
                );
                (url.clone(), url, Some(dir))
            }
            Some(variable) => {
                let admin = from_environment(&variable)?;
                let charset = if server.engine() == Engine::Postgres {
                    ""
                } else {
                    "character set utf8mb4"
                };
                Session::open(&admin).exec(&format!("create database {name} {charset}"));
                (with_database(&admin, &name), admin, None)
            }
        };
        Some(Self {
            server,
            name,
            url,
            admin,
            session: Mutex::new(None),
            _folder: folder,
        })
    }

    pub fn engine(&self) -> Engine {
        self.server.engine()
    }

    /// The server that it is on: for one more database on the same.
    pub fn server(&self) -> Server {
        self.server
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of this database, with the administrator's user and password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The major version of a PostgreSQL server.
    pub fn postgres_major(&self) -> u32 {
        let version = self.value("select current_setting('server_version_num')");
        version.unwrap().parse::<u32>().unwrap() / 10_000
    }

    /// A further connection, for tests of locks and of concurrent work.
    pub fn session(&self) -> Session {
        Session::open(&self.url)
    }

    /// Runs one or more statements. All calls share one connection, so `set` and `begin` last.
    pub fn exec(&self, sql: &str) {
        self.query(sql);
    }

    pub fn try_exec(&self, sql: &str) -> Result<(), String> {
        self.try_query(sql).map(drop)
    }

    /// The rows of one or more statements, as text.
    pub fn query(&self, sql: &str) -> Rows {
        self.try_query(sql)
            .unwrap_or_else(|error| panic!("{}: {error}\n{sql}", self.server))
    }

    pub fn try_query(&self, sql: &str) -> Result<Rows, String> {
        // A test that panics while it holds this is done with it.
        let mut session = self
            .session
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        session
            .get_or_insert_with(|| Session::open(&self.url))
            .try_query(sql)
    }

    /// The first cell of the first row.
    pub fn value(&self, sql: &str) -> Option<String> {
        self.query(sql).into_iter().next()?.into_iter().next()?
    }

    /// Closes the connection that `exec` and `query` use; they open the next by themselves.
    pub fn disconnect(&self) {
        self.session
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.disconnect();
        let name = &self.name;
        let dropped = match self.engine() {
            Engine::Sqlite => return, // the folder deletes itself
            Engine::Postgres => Session::try_open(&self.admin).and_then(|admin| {
                admin.try_query(&format!("drop database if exists {name} with (force)"))
            }),
            Engine::MariaDb | Engine::MySql => Session::try_open(&self.admin).and_then(|admin| {
                // DROP waits for open transactions of other sessions, so these go first.
                for row in admin.try_query(&format!(
                    "select id from information_schema.processlist where db = '{name}'"
                ))? {
                    let _gone_by_itself =
                        admin.try_query(&format!("kill {}", row[0].as_deref().unwrap_or("0")));
                }
                admin.try_query(&format!(
                    "set lock_wait_timeout = 20; drop database if exists {name}"
                ))
            }),
        };
        if let Err(error) = dropped {
            let _ = writeln!(io::stderr(), "{name} could not be dropped: {error}");
        }
    }
}

fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let host = base.find("://").expect("a URL") + 3;
    let end = base[host..]
        .find('/')
        .map_or(base.len(), |slash| host + slash);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &base[..end])
}

/// The program `refinery`, to test against, or `None` and a visible skip.
pub fn refinery() -> Option<PathBuf> {
    from_environment("TABLEWRIGHT_TEST_REFINERY").map(PathBuf::from)
}
