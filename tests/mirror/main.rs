//! Any database in, the same database out: what is read is made again and compared by the server's own
//! dump; and from one state to another and back. The cases are SQL files, a section a case.

#![allow(clippy::unwrap_used)] // a test may panic

#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::mirror::{Mirrored, between, mirror};
use support::{Engine, Server, TestDb, since, skipped};

/// The sections of a file: each begins with a line `--- name`, or `--- name (15)` where it is only for
/// PostgreSQL 15 and later.
fn sections(text: &str) -> Vec<(&str, &str)> {
    let heads = text
        .match_indices("--- ")
        .filter(|(at, _)| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'));
    let starts: Vec<usize> = heads.map(|(at, _)| at).collect();
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    (starts.iter().zip(ends))
        .map(|(start, end)| {
            let section = &text[*start..end];
            let (head, body) = section.split_once('\n').unwrap_or((section, ""));
            (head.trim_start_matches("--- ").trim(), body)
        })
        .collect()
}

/// The sections that a server can have; what the others need is said.
fn sections_for(server: Server, path: &str) -> Vec<(&'static str, &'static str)> {
    let sections = sections(file(path));
    if server.engine() != Engine::Postgres {
        return sections;
    }
    let Some(db) = TestDb::create(server) else {
        return Vec::new();
    };
    let major = db.postgres_major();
    let fits = |(name, _): &(&str, &str)| {
        let fits = since(name).1.is_none_or(|since| major >= since);
        if !fits {
            skipped(&format!("{path}, {name}"));
        }
        fits
    };
    sections.into_iter().filter(fits).collect()
}

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

/// A file of cases beside this one; read, not compiled in, so that a case can be added without a build.
fn file(path: &str) -> &'static str {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/mirror")
        .join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.leak()
}

/// Each section by itself is made again.
fn copies(server: Server, path: &str) {
    let case =
        |(name, sql): (&str, &'static str)| -> (String, Box<dyn Fn() -> Mirrored + Send + Sync>) {
            (name.to_owned(), Box::new(move || mirror(server, sql)))
        };
    all(sections_for(server, path).into_iter().map(case).collect());
}

/// From each section to the next and back.
fn journeys(server: Server, path: &str) {
    let sections = sections_for(server, path);
    let pairs = sections.iter().zip(sections.iter().skip(1));
    let case = |(a, b): (&(&str, &'static str), &(&str, &'static str))| -> (String, Box<dyn Fn() -> Mirrored + Send + Sync>) {
        let (from, to) = (a.1, b.1);
        (format!("{} to {}", a.0, b.0), Box::new(move || between(server, from, to)))
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
