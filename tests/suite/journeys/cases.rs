//! Cases as data: `tests/cases/*.yaml` has pairs of states of a database's specs, rows for the first, and the SQL that
//! is generated for each dialect, in both directions. A file has several cases, one per document.
//!
//! On each server: the first state is migrated, rows are inserted, the second state is migrated and verified, rolled
//! back (the server's own dump must be as before), and migrated again.
//! `TABLEWRIGHT_BLESS=1` writes the generated SQL into the cases; review the difference.

use super::journey::{Journey, migrations, up_down_up, version};
use crate::support::bless::assert_written;
use crate::support::{Engine, Server, TestDb, Tw};
use serde::Deserialize as _;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

const DIALECTS: [&str; 3] = ["postgres", "mysql", "sqlite"];

/// The first line of a file: the schema by which editors complete keys.
const HEADER: &str = "# yaml-language-server: $schema=case.schema.json\n";

#[derive(serde::Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    before: String,
    after: String,
    rows: Option<String>,
    #[serde(default)]
    up: BTreeMap<String, String>,
    #[serde(default)]
    down: BTreeMap<String, String>,
}

impl Case {
    fn journey(&self) -> Journey {
        Journey {
            before: self.before.clone(),
            after: self.after.clone(),
            rows: self.rows.clone(),
        }
    }
}

/// The files of cases, each with its cases in order.
fn files() -> Vec<(PathBuf, Vec<Case>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir("tests/cases")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let documents = serde_yaml::Deserializer::from_str(&text);
        let cases = documents.map(|document| {
            Case::deserialize(document)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
        let cases = cases.collect();
        (path, cases)
    };
    paths.into_iter().map(read).collect()
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = files().into_iter().flat_map(|(_, cases)| cases).collect();
    assert!(cases.len() > 40, "cases are missing");
    cases
}

/// The generated files of a dialect after the first state, in the order in which they run: `(up, down)`.
fn generated(dir: &Tw, dialect: &str, first: i32) -> (String, String) {
    let files = dir.files(&format!("migrations/{dialect}/case"));
    let versions = files
        .into_iter()
        .filter_map(|file| Some((version(&file)?, file)));
    let later = versions.filter(|(version, _)| *version > first);
    let (mut downs, mut ups): (Vec<_>, Vec<_>) =
        later.partition(|(_, file)| file.ends_with(".down.sql"));
    ups.sort();
    downs.sort_by_key(|(version, _)| Reverse(*version));
    let text = |files: &[(i32, String)]| files.iter().map(|(_, file)| dir.read(file)).collect();
    (text(&ups), text(&downs))
}

#[test]
fn generated_sql_matches_the_cases() {
    for (path, cases) in files() {
        let mut text = String::from(HEADER);
        for mut case in cases {
            let (dir, first) = migrations(&case.journey());
            for dialect in DIALECTS {
                let (up, down) = generated(&dir, dialect, first);
                case.up.insert(dialect.to_owned(), up);
                case.down.insert(dialect.to_owned(), down);
            }
            text += &document(&case);
        }
        assert_written(&path.to_string_lossy(), &text);
    }
}

/// A case as the file has it: texts as literal blocks, in a fixed order of keys.
fn document(case: &Case) -> String {
    let block = |text: &str, indent: &str| {
        let line = |line: &str| match line {
            "" => String::new(),
            line => format!("{indent}{line}"),
        };
        let lines: Vec<String> = text.trim_end_matches('\n').lines().map(line).collect();
        if text.is_empty() {
            String::from("''\n")
        } else {
            format!("|\n{}\n", lines.join("\n"))
        }
    };
    let mut out = format!("---\ncase: {}\n", case.case);
    out += &format!("before: {}", block(&case.before, "  "));
    out += &format!("after: {}", block(&case.after, "  "));
    if let Some(rows) = &case.rows {
        out += &format!("rows: {}", block(rows, "  "));
    }
    for (key, texts) in [("up", &case.up), ("down", &case.down)] {
        out += &format!("{key}:\n");
        for dialect in DIALECTS {
            out += &format!("  {dialect}: {}", block(&texts[dialect], "    "));
        }
    }
    out
}

fn all_on(server: impl Into<Server>) {
    let server = server.into();
    let only = std::env::var("TABLEWRIGHT_CASE").ok();
    let queue = Mutex::new(cases());
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some(case) = queue.lock().unwrap().pop() else {
                        return;
                    };
                    let name = &case.case;
                    if only
                        .as_ref()
                        .is_some_and(|only| !name.contains(only.as_str()))
                    {
                        continue;
                    }
                    let Some(db) = TestDb::create(server) else {
                        return;
                    };
                    if let Err(why) = up_down_up(&case.journey(), &db) {
                        failed.lock().unwrap().push(format!("{name}: {why}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} failed on {server}\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}

#[test]
fn both_directions_on_postgres() {
    all_on(Engine::Postgres);
}

#[test]
fn both_directions_on_mysql() {
    all_on(Engine::MySql);
}

#[test]
fn both_directions_on_mariadb() {
    all_on(Engine::MariaDb);
}

#[test]
fn both_directions_on_sqlite() {
    all_on(Engine::Sqlite);
}

#[test]
fn both_directions_on_postgres_18() {
    all_on(Server::POSTGRES_18);
}

#[test]
fn both_directions_on_further_servers() {
    for server in Server::further() {
        all_on(*server);
    }
}
