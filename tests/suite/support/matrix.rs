//! The servers that the tests run on.

use std::fmt::{self, Display};
use std::io::{self, Write as _};
use std::sync::OnceLock;
use std::{fs, thread};

use super::TestDb;

/// What kind of server it is. Where a [`Server`] is asked for, an engine stands for its first one.
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

    /// `test` with a fresh database, or a visible skip.
    pub fn with(self, test: impl FnOnce(&TestDb)) {
        Server::from(self).with(test);
    }
}

impl Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server of the matrix: the first of an engine, or one more, known by a label (`18` in `postgres_18`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    engine: Engine,
    label: Option<&'static str>,
}

impl From<Engine> for Server {
    fn from(engine: Engine) -> Self {
        Self {
            engine,
            label: None,
        }
    }
}

impl Server {
    /// The second PostgreSQL that `tests/servers` starts.
    pub const POSTGRES_18: Self = Self {
        engine: Engine::Postgres,
        label: Some("18"),
    };

    /// Those that `tests/servers` starts, SQLite, and those of the environment.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Engine::all().map(Self::from).into();
        all.push(Self::POSTGRES_18);
        all.extend(Self::further());
        all
    }

    /// One for each variable `TABLEWRIGHT_TEST_<ENGINE>_<label>` that `tests/servers` doesn't set by itself.
    pub fn further() -> &'static [Self] {
        static FOUND: OnceLock<Vec<Server>> = OnceLock::new();
        FOUND.get_or_init(|| {
            let mut names: Vec<String> = std::env::vars()
                .filter(|(_, url)| !url.is_empty())
                .map(|(name, _)| name)
                .collect();
            names.sort();
            let servers = names.iter().flat_map(|name| {
                Engine::all().into_iter().filter_map(move |engine| {
                    let label = name.strip_prefix(&format!("{}_", variable(engine)?))?;
                    Some(Server {
                        engine,
                        label: Some(label.to_owned().leak()),
                    })
                })
            });
            servers
                .filter(|server| *server != Self::POSTGRES_18)
                .collect()
        })
    }

    pub fn engine(self) -> Engine {
        self.engine
    }

    /// The variable that names an administrator's URL; SQLite needs no server.
    pub fn variable(self) -> Option<String> {
        let first = variable(self.engine)?;
        Some(match self.label {
            Some(label) => format!("{first}_{label}"),
            None => first.to_owned(),
        })
    }

    /// Whether it is of that version (`9.0`) or a later one; else a visible skip of `case`.
    pub fn reaches(self, version: &str, case: &str) -> bool {
        let asks = match self.engine {
            Engine::Postgres => "show server_version",
            Engine::MariaDb | Engine::MySql => "select version()",
            Engine::Sqlite => "select sqlite_version()",
        };
        let Some(found) = TestDb::create(self).map(|db| db.value(asks).unwrap()) else {
            return false;
        };
        let reaches = numbers(&found) >= numbers(version);
        if !reaches {
            skipped(&format!("{case}: from {version} on, {self} is {found}"));
        }
        reaches
    }

    /// `test` with a fresh database, or a visible skip.
    pub fn with(self, test: impl FnOnce(&TestDb)) {
        if let Some(db) = TestDb::create(self) {
            test(&db);
        }
    }
}

impl Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.engine.name())?;
        self.label.map_or(Ok(()), |label| write!(f, "_{label}"))
    }
}

fn variable(engine: Engine) -> Option<&'static str> {
    match engine {
        Engine::Postgres => Some("TABLEWRIGHT_TEST_POSTGRES"),
        Engine::MariaDb => Some("TABLEWRIGHT_TEST_MARIADB"),
        Engine::MySql => Some("TABLEWRIGHT_TEST_MYSQL"),
        Engine::Sqlite => None,
    }
}

/// Makes one test for each server of the matrix of a function over a [`TestDb`], named `<function>::<server>`:
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
            use $crate::support::{Engine, Server, TestDb};

            fn body($db: &TestDb) $body

            #[test]
            fn postgres() {
                Engine::Postgres.with(body);
            }
            #[test]
            fn postgres_18() {
                Server::POSTGRES_18.with(body);
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
            #[test]
            fn further() {
                for server in Server::further() {
                    server.with(body);
                }
            }
        }
    )+};
}
pub(crate) use on_every_engine;

/// The value of a variable that `tests/run` sets; without it, the running test counts as skipped.
pub fn from_environment(variable: &str) -> Option<String> {
    let value = std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty());
    if value.is_none() {
        skipped(&format!("no {variable}"));
    }
    value
}

/// `8.0.33-debug` as 8, 0, 33.
fn numbers(version: &str) -> Vec<u32> {
    let digits = version.split(|c: char| !c.is_ascii_digit());
    digits.map_while(|part| part.parse().ok()).collect()
}

/// Counts the running test, or one case of it, as skipped, and says why.
pub fn skipped(why: &str) {
    let thread = thread::current();
    let line = format!("skipped: {}: {why}\n", thread.name().unwrap_or("?"));
    aloud(&line, "TABLEWRIGHT_TEST_SKIPS");
}

/// Says what a test did, such as how many runs of which seed, also where it passes: at once, and again
/// at the end of `tests/run`.
pub fn say(text: &str) {
    aloud(&format!("{text}\n"), "TABLEWRIGHT_TEST_SAID");
}

fn aloud(line: &str, variable: &str) {
    // Not `eprintln!`: the test runner hides what that prints.
    io::stderr().write_all(line.as_bytes()).unwrap();
    if let Some(file) = std::env::var_os(variable) {
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}
