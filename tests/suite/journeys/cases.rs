//! Cases as data: `tests/cases/*.yaml` holds two states of a database's specs, rows for the first,
//! and the SQL that must lead from one to the other on each dialect.
//!
//! On each server: the first state is migrated, rows go in, the second is migrated and verified,
//! rolled back (the server's own dump must be as before), and migrated again.
//! `TABLEWRIGHT_BLESS=1` writes the SQL that came out into the cases; read the difference.

use super::journey::{Journey, migrations, there_and_back, version};
use crate::support::bless::blessing;
use crate::support::{Engine, Server, TestDb, Tw};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

#[derive(serde::Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Case {
    before: String,
    after: String,
    rows: Option<String>,
    #[serde(default)]
    up: BTreeMap<String, String>,
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

fn cases() -> Vec<(PathBuf, Case)> {
    let mut paths: Vec<PathBuf> = fs::read_dir("tests/cases")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    paths.sort();
    assert!(paths.len() > 30, "the cases are gone");
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let case = serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, case)
        })
        .collect()
}

/// The up files of a dialect after the first state, in order of their versions.
fn up(dir: &Tw, dialect: &str, first: i32) -> String {
    let mut files: Vec<(i32, String)> = dir
        .files(&format!("migrations/{dialect}/case"))
        .into_iter()
        .filter(|f| !f.ends_with(".down.sql"))
        .filter_map(|f| Some((version(&f)?, f)))
        .filter(|(version, _)| *version > first)
        .collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|(_, f)| dir.read(f)).collect();
    texts.concat()
}

#[test]
fn the_sql_is_as_expected_on_each_dialect() {
    let mut wrong = Vec::new();
    for (path, case) in cases() {
        let (dir, first) = migrations(&case.journey());
        let got: BTreeMap<String, String> = ["postgres", "mysql", "sqlite"]
            .into_iter()
            .map(|dialect| (dialect.to_owned(), up(&dir, dialect, first)))
            .collect();
        if blessing() {
            write(&path, &case, &got);
        } else if got != case.up {
            for (dialect, text) in &got {
                if case.up.get(dialect) != Some(text) {
                    wrong.push(format!("{} on {dialect}:\n{text}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn write(path: &Path, case: &Case, up: &BTreeMap<String, String>) {
    let block = |text: &str, indent: &str| {
        let lines: Vec<String> = text
            .trim_end_matches('\n')
            .lines()
            .map(|line| {
                if line.is_empty() {
                    String::new()
                } else {
                    format!("{indent}{line}")
                }
            })
            .collect();
        if text.is_empty() {
            String::from("''\n")
        } else {
            format!("|\n{}\n", lines.join("\n"))
        }
    };
    let mut out = format!(
        "before: {}after: {}",
        block(&case.before, "  "),
        block(&case.after, "  ")
    );
    if let Some(rows) = &case.rows {
        out += &format!("rows: {}", block(rows, "  "));
    }
    out += "up:\n";
    for dialect in ["postgres", "mysql", "sqlite"] {
        out += &format!("  {dialect}: {}", block(&up[dialect], "    "));
    }
    fs::write(path, out).unwrap();
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
                    let Some((path, case)) = queue.lock().unwrap().pop() else {
                        return;
                    };
                    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                    if only
                        .as_ref()
                        .is_some_and(|only| !name.contains(only.as_str()))
                    {
                        continue;
                    }
                    let Some(db) = TestDb::create(server) else {
                        return;
                    };
                    if let Err(why) = there_and_back(&case.journey(), &db) {
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
fn there_and_back_on_postgres() {
    all_on(Engine::Postgres);
}

#[test]
fn there_and_back_on_mysql() {
    all_on(Engine::MySql);
}

#[test]
fn there_and_back_on_mariadb() {
    all_on(Engine::MariaDb);
}

#[test]
fn there_and_back_on_sqlite() {
    all_on(Engine::Sqlite);
}

#[test]
fn there_and_back_on_postgres_18() {
    all_on(Server::POSTGRES_18);
}

#[test]
fn there_and_back_on_further_servers() {
    for server in Server::further() {
        all_on(*server);
    }
}
