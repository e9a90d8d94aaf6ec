//! What the integration tests share: databases on real servers, and the program to run.
//!
//! `tests/run` starts the servers and names them in the environment. A test whose server isn't named is
//! skipped, and says so: on stderr, past the test runner's capture, and in the file `TABLEWRIGHT_TEST_SKIPS`.
//! Everything here panics on errors that a test doesn't expect; what starts with `try_` gives them back.

#![allow(dead_code, missing_docs, unreachable_pub, unused_macros)] // each test binary uses a part
#![allow(clippy::pedantic, clippy::unwrap_used)]

use std::fmt::{self, Display};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

mod program;
pub mod proxy;
pub mod runs;
mod session;

#[allow(unused_imports)]
pub use program::{Tw, tw};
#[allow(unused_imports)]
pub use session::{Pending, Rows, Session};

/// Tables that the tool itself makes, as patterns for [`TestDb::dump_without`].
pub const OWN_TABLES: &[&str] = &["refinery_schema_history", "tablewright_*"];

// ------------------------------------------------------------------------------------------ engines

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Postgres,
    MariaDb,
    MySql,
    Sqlite,
}

impl Engine {
    pub fn all() -> [Self; 4] {
        [Self::Postgres, Self::MariaDb, Self::MySql, Self::Sqlite]
    }

    /// The dialect's name, as in `--dialect` and the folders of migrations.
    pub fn dialect(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MariaDb | Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// The vendor's name, as in a spec's overrides.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// The variable that names an administrator's URL; SQLite needs no server.
    pub fn variable(self) -> Option<&'static str> {
        match self {
            Self::Postgres => Some("TABLEWRIGHT_TEST_POSTGRES"),
            Self::MariaDb => Some("TABLEWRIGHT_TEST_MARIADB"),
            Self::MySql => Some("TABLEWRIGHT_TEST_MYSQL"),
            Self::Sqlite => None,
        }
    }

    /// `test` with a fresh database, or a visible skip.
    pub fn with(self, test: impl FnOnce(&TestDb)) {
        if let Some(db) = TestDb::create(self) {
            test(&db);
        }
    }
}

impl Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Makes one test for each engine of a function over a [`TestDb`], named `<function>::<engine>`:
///
/// ```ignore
/// on_every_engine! {
///     fn creates_tables(db) { db.exec("create table t (id int)"); }
/// }
/// ```
macro_rules! on_every_engine {
    ($($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::wildcard_imports)]
            use super::*;
            use $crate::support::{Engine, TestDb};

            fn body($db: &TestDb) $body

            #[test]
            fn postgres() {
                Engine::Postgres.with(body);
            }
            #[test]
            fn mariadb() {
                Engine::MariaDb.with(body);
            }
            #[test]
            fn mysql() {
                Engine::MySql.with(body);
            }
            #[test]
            fn sqlite() {
                Engine::Sqlite.with(body);
            }
        }
    )+};
}
#[allow(unused_imports)]
pub(crate) use on_every_engine;

/// The value of a variable that `tests/run` sets; without it, the running test counts as skipped.
pub fn from_environment(variable: &str) -> Option<String> {
    let value = std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty());
    if value.is_none() {
        skip(variable);
    }
    value
}

fn skip(variable: &str) {
    let binary = std::env::current_exe().unwrap();
    let binary = binary.file_stem().unwrap().to_string_lossy();
    let binary = binary
        .rsplit_once('-')
        .map_or(&*binary, |(name, _hash)| name);
    let thread = thread::current();
    let line = format!(
        "skipped: {binary}::{}: no {variable}\n",
        thread.name().unwrap_or("?")
    );
    // Not `eprintln!`: the test runner hides what that prints.
    io::stderr().write_all(line.as_bytes()).unwrap();
    if let Some(file) = std::env::var_os("TABLEWRIGHT_TEST_SKIPS") {
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

// ---------------------------------------------------------------------------------------- databases

/// A fresh database, dropped with this value.
pub struct TestDb {
    engine: Engine,
    name: String,
    url: String,
    admin: String,
    session: Mutex<Option<Session>>,
    file: Option<TempDir>,
}

impl TestDb {
    /// A database with a name of its own on that engine's server, or `None` and a visible skip.
    pub fn create(engine: Engine) -> Option<Self> {
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
        let (url, admin, file) = match engine.variable() {
            None => {
                let dir = TempDir::new().unwrap();
                let url = format!(
                    "sqlite://{}",
                    dir.path().join(format!("{name}.db")).display()
                );
                (url.clone(), url, Some(dir))
            }
            Some(variable) => {
                let admin = from_environment(variable)?;
                let charset = if engine == Engine::Postgres {
                    ""
                } else {
                    "character set utf8mb4"
                };
                Session::open(&admin).exec(&format!("create database {name} {charset}"));
                (with_database(&admin, &name), admin, None)
            }
        };
        Some(Self {
            engine,
            name,
            url,
            admin,
            session: Mutex::new(None),
            file,
        })
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of this database, with the administrator's user and password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The SQLite file.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(
            self.url
                .strip_prefix("sqlite://")
                .expect("only SQLite has a file"),
        )
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
            .unwrap_or_else(|error| panic!("{}: {error}\n{sql}", self.engine))
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

    /// The schema in the server's own words: `pg_dump`, SHOW CREATE, or `sqlite_schema`.
    /// Two dumps are equal where the schemas are.
    pub fn dump(&self) -> String {
        self.dump_without(&[])
    }

    /// [`Self::dump`] without the tables whose names match a pattern (`*` stands for anything).
    pub fn dump_without(&self, tables: &[&str]) -> String {
        match self.engine {
            Engine::Postgres => self.pg_dump(tables),
            Engine::MariaDb | Engine::MySql => self.show_create(tables),
            Engine::Sqlite => self.sqlite_schema(tables),
        }
    }

    fn pg_dump(&self, without: &[&str]) -> String {
        let mut command = process::Command::new(pg_dump_program());
        command.args([
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--dbname",
            &self.url,
        ]);
        command.args(
            without
                .iter()
                .map(|pattern| format!("--exclude-table={pattern}")),
        );
        let output = command.output().expect("pg_dump runs");
        assert!(
            output.status.success(),
            "pg_dump: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let noise = |line: &&str| {
            line.is_empty()
                || *line == "--"
                || line.starts_with("-- Dumped ")
                || line.starts_with("-- Name: ")
                || line.starts_with("-- PostgreSQL database dump")
                || line.starts_with("\\restrict")
                || line.starts_with("\\unrestrict")
                || line.starts_with("SELECT pg_catalog.set_config(")
                || (line.starts_with("SET ") && line.ends_with(';'))
        };
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .filter(|line| !noise(line))
            .map(|line| format!("{line}\n"))
            .collect()
    }

    fn show_create(&self, without: &[&str]) -> String {
        let session = self.session();
        let schema = &self.name;
        let mut dump = String::new();
        let objects = session.query(&format!(
            "select case table_type when 'VIEW' then 'view' else 'table' end, table_name
               from information_schema.tables where table_schema = '{schema}' order by 1, binary table_name;
             select 'trigger', trigger_name from information_schema.triggers
              where trigger_schema = '{schema}' order by binary trigger_name;
             select lower(routine_type), routine_name from information_schema.routines
              where routine_schema = '{schema}' order by 1, binary routine_name;
             select 'event', event_name from information_schema.events
              where event_schema = '{schema}' order by binary event_name"
        ));
        for object in objects {
            let [Some(kind), Some(name)] = &object[..] else {
                panic!("{object:?}")
            };
            if matches_any(without, name) {
                continue;
            }
            let row = session.query(&format!("show create {kind} `{}`", name.replace('`', "``")));
            let column = match kind.as_str() {
                "table" | "view" => 1,
                "event" => 3,
                _ => 2,
            };
            let text = row[0][column].clone().unwrap_or_default();
            let text = cut(&text, " AUTO_INCREMENT=", |c| c.is_ascii_digit());
            let text = cut(&text, " DEFINER=", |c| !c.is_whitespace());
            dump += &format!("{text};\n");
        }
        dump
    }

    fn sqlite_schema(&self, without: &[&str]) -> String {
        let rows = self.query(
            "select tbl_name, sql from sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\'
             order by case type when 'table' then 1 when 'view' then 2 when 'index' then 3 else 4 end, name",
        );
        rows.iter()
            .filter(|row| !matches_any(without, row[0].as_deref().unwrap_or_default()))
            .map(|row| format!("{};\n", row[1].as_deref().unwrap_or_default()))
            .collect()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.disconnect();
        let name = &self.name;
        let dropped = match self.engine {
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

/// The newest `pg_dump` here: an older one refuses a newer server. Debian's `/usr/bin/pg_dump` is a slow wrapper.
fn pg_dump_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let versions = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten();
        versions
            .filter_map(|entry| {
                Some((
                    entry.file_name().to_str()?.parse::<u32>().ok()?,
                    entry.path().join("bin/pg_dump"),
                ))
            })
            .filter(|(_, program)| program.exists())
            .max()
            .map_or_else(|| PathBuf::from("pg_dump"), |(_, program)| program)
    })
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

fn matches_any(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        let mut parts = pattern.split('*');
        let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let parts: Vec<_> = parts.collect();
        let Some((last, between)) = parts.split_last() else {
            return rest.is_empty();
        };
        for part in between {
            let Some(at) = rest.find(part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    })
}

/// `text` without each `mark` and what belongs to it after it.
fn cut(text: &str, mark: &str, belongs: impl Fn(char) -> bool) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| done + part.trim_start_matches(&belongs))
}

/// The program `refinery`, to test against, or `None` and a visible skip.
pub fn refinery() -> Option<PathBuf> {
    from_environment("TABLEWRIGHT_TEST_REFINERY").map(PathBuf::from)
}
