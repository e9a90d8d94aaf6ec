//! Any database is inspected and created again, and compared by the server's own dump; and changed from one state to
//! another and back. The cases are SQL files, one section per case.

#![allow(clippy::unwrap_used)] // a test may panic

use crate::support::mirror::{Mirrored, Section, between, mirror, sections};
use crate::support::{Engine, Server, TestDb};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs all cases, a few at a time, and tells of all that fail. `TABLEWRIGHT_TEST_CASE` picks those
/// whose name has that text.
fn all(cases: Vec<(String, Box<dyn Fn() -> Mirrored + Send + Sync>)>) {
    let picked = std::env::var("TABLEWRIGHT_TEST_CASE").unwrap_or_default();
    let cases: Vec<_> = (cases.into_iter())
        .filter(|(name, _)| name.contains(&picked))
        .collect();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((name, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(case));
                    let outcome = run.unwrap_or_else(|_| Err(String::from("panicked")));
                    if let Err(why) = outcome {
                        writeln!(failures.lock().unwrap(), "=== {name}\n{why}\n").unwrap();
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{failures}");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mirror")
}

/// The files of cases of a folder.
fn files(path: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder().join(path)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "sql"));
    names.map(|name| format!("{path}/{name}")).collect()
}

/// A file of cases in `tests/mirror`; read, not compiled in, so that a case can be added without a build.
fn file(path: &str) -> &'static str {
    let path = folder().join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.leak()
}

type Case = (String, Box<dyn Fn() -> Mirrored + Send + Sync>);

/// Each section by itself is made again.
fn copies(server: Server, path: &str) {
    let case = |section: Section<'static>| -> Case {
        let name = section.name.to_owned();
        let run = move || {
            if section.fits(server) {
                mirror(server, section.sql)
            } else {
                Ok(())
            }
        };
        (name, Box::new(run))
    };
    all(sections(file(path)).into_iter().map(case).collect());
}

/// From each section to the next and back.
fn journeys(server: Server, path: &str) {
    let mut sections = sections(file(path));
    sections.retain(|section| section.fits(server));
    let pairs = sections.iter().zip(sections.iter().skip(1));
    let case = |(a, b): (&Section<'static>, &Section<'static>)| -> Case {
        let (from, to) = (a.sql, b.sql);
        let name = format!("{} to {}", a.name, b.name);
        (name, Box::new(move || between(server, from, to)))
    };
    all(pairs.map(case).collect());
}

/// One test a file: `copies` of `tests/mirror/<engine>/<file>.sql`, `journeys` of
/// `tests/mirror/<engine>/between/<file>.sql`.
macro_rules! mirrors {
    ($server:expr, $folder:literal: $($file:ident),* ; between: $($pair:ident),*) => {
        $(#[test]
        fn $file() {
            copies(Server::from($server), concat!($folder, "/", stringify!($file), ".sql"));
        })*
        mod between {
            #[allow(unused_imports, clippy::wildcard_imports)]
            use super::*;
            $(#[test]
            fn $pair() {
                journeys(Server::from($server), concat!($folder, "/between/", stringify!($pair), ".sql"));
            })*
        }
    };
}

mod postgres {
    use super::{Engine, Server, copies, journeys};

    mirrors! { Engine::Postgres, "postgres": columns, types, sequences, schemas, functions,
    constraints, indexes, storage, partitions, inheritance;
    between: columns, types, constraints, indexes, storage, partitions, inheritance, names }
}

mod postgres_18 {
    use super::{Server, copies, journeys};

    mirrors! { Server::POSTGRES_18, "postgres": columns, types, sequences, schemas, functions,
    constraints, indexes, storage, partitions, inheritance;
    between: columns, types, constraints, indexes, storage, partitions, inheritance, names }
}

#[test]
fn postgres_on_further_servers() {
    let files = [
        "columns",
        "types",
        "sequences",
        "schemas",
        "functions",
        "constraints",
        "indexes",
    ];
    let files = files
        .iter()
        .chain(&["storage", "partitions", "inheritance"]);
    let pairs = [
        "columns",
        "types",
        "constraints",
        "indexes",
        "storage",
        "partitions",
    ];
    let pairs = pairs.iter().chain(&["inheritance", "names"]);
    for server in (Server::further().iter()).filter(|one| one.engine() == Engine::Postgres) {
        for file in files.clone() {
            copies(*server, &format!("postgres/{file}.sql"));
        }
        for file in pairs.clone() {
            journeys(*server, &format!("postgres/between/{file}.sql"));
        }
    }
}

mod mysql {
    use super::{Engine, Server, copies, journeys};

    mirrors! { Engine::MySql, "mysql": tables; between: tables }

    mod family {
        use super::super::{Engine, Server, copies, journeys};

        mirrors! { Engine::MySql, "mysql_family": columns, keys, partitions; between: tables, references }
    }
}

mod mariadb {
    use super::{Engine, Server, copies, journeys};

    mirrors! { Engine::MariaDb, "mariadb": tables; between: tables }

    mod family {
        use super::super::{Engine, Server, copies, journeys};

        mirrors! { Engine::MariaDb, "mysql_family": columns, keys, partitions; between: tables, references }
    }
}

/// All cases of an engine on each further server of it.
#[test]
fn further_servers() {
    for server in Server::further() {
        let folders: &[&str] = match server.engine() {
            Engine::Postgres => &["postgres"],
            Engine::MySql => &["mysql", "mysql_family"],
            Engine::MariaDb => &["mariadb", "mysql_family"],
            Engine::Sqlite => &[],
        };
        for folder in folders {
            files(folder).iter().for_each(|path| copies(*server, path));
            files(&format!("{folder}/between"))
                .iter()
                .for_each(|path| journeys(*server, path));
        }
    }
}

/// Every word that a server knows is the name of a column and of a table.
#[test]
fn each_word_of_the_language_is_a_name() {
    let servers = [
        Server::from(Engine::Postgres),
        Server::POSTGRES_18,
        Engine::MySql.into(),
        Engine::MariaDb.into(),
    ];
    for server in servers.iter().chain(Server::further()) {
        let (ask, quote) = match server.engine() {
            Engine::Postgres => ("select word from pg_get_keywords()", '"'),
            Engine::MySql | Engine::MariaDb => {
                ("select lower(word) from information_schema.keywords", '`')
            }
            Engine::Sqlite => continue,
        };
        let Some(db) = TestDb::create(*server) else {
            continue;
        };
        let words = db
            .query(ask)
            .into_iter()
            .filter_map(|row| row.into_iter().next().flatten());
        let words = words.filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        let words: Vec<String> = words
            .map(|word| format!("{quote}{word}{quote} int"))
            .collect();
        assert!(words.len() > 300, "{server}: {}", words.len());
        let mut sql = String::new();
        for word in &words {
            let table = word.trim_end_matches(" int");
            writeln!(sql, "create table {table} ({word});").unwrap();
        }
        if let Err(why) = mirror(*server, &sql) {
            panic!("{server}: {why}");
        }
    }
}
