//! Cases as data: `tests/cases/*.yaml` holds two states of a database's specs, rows for the first,
//! and the SQL that must lead from one to the other on each dialect.
//!
//! On each server: the first state is migrated, rows go in, the second is migrated and verified,
//! rolled back (the server's own dump must be as before), and migrated again.
//! `TABLEWRIGHT_BLESS=1` writes the SQL that came out into the cases; read the difference.

#![allow(clippy::pedantic, clippy::unwrap_used)]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use support::{Engine, OWN_TABLES, TestDb, Tw, tw};

#[derive(serde::Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Case {
    before: String,
    after: String,
    rows: Option<String>,
    #[serde(default)]
    up: BTreeMap<String, String>,
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

/// Both states' migrations in a folder of their own; gives the highest version of the first state.
fn migrations(case: &Case) -> (Tw, i32) {
    let dir = tw();
    dir.file("schemas/case/case.yaml", &case.before);
    dir.run(new("before")).success();
    let first = highest(&dir);
    dir.file("schemas/case/case.yaml", &case.after);
    dir.run(new("after")).success();
    (dir, first)
}

fn new(name: &str) -> [&str; 9] {
    [
        "migration",
        "new",
        name,
        "-d",
        "case",
        "--schemas",
        "schemas/case",
        "--migrations",
        "migrations",
    ]
}

fn version(path: &str) -> Option<i32> {
    let name = path.rsplit('/').next()?;
    name.strip_prefix('V')?.split("__").next()?.parse().ok()
}

fn highest(dir: &Tw) -> i32 {
    dir.files("migrations")
        .iter()
        .filter_map(|f| version(f))
        .max()
        .unwrap()
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
    let bless = std::env::var_os("TABLEWRIGHT_BLESS").is_some();
    let mut wrong = Vec::new();
    for (path, case) in cases() {
        let (dir, first) = migrations(&case);
        let got: BTreeMap<String, String> = ["postgres", "mysql", "sqlite"]
            .into_iter()
            .map(|dialect| (dialect.to_owned(), up(&dir, dialect, first)))
            .collect();
        if bless {
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

fn there_and_back(case: &Case, db: &TestDb) -> Result<(), String> {
    let (dir, first) = migrations(case);
    let url = db.url().to_owned();
    let first = first.to_string();
    let run = |args: &[&str]| -> Result<(), String> {
        let output = dir
            .command(
                args.iter()
                    .copied()
                    .chain(["-d", "case", "--url", &url, "--yes"]),
            )
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!(
            "{args:?}: {:?}\n{}{}",
            output.status.code(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    };
    let files = ["--migrations", "migrations"];
    let verify = || run(&["verify", "--schemas", "schemas/case"]);
    run(&[&["migrate", "--to", &first], &files[..]].concat())?;
    if let Some(rows) = &case.rows {
        db.exec(rows);
    }
    let before = db.dump_without(OWN_TABLES);
    let count = || {
        db.try_query("select count(*) from users")
            .map(|rows| rows[0][0].clone())
            .unwrap_or_default()
    };
    let rows = count();
    run(&[&["migrate"], &files[..]].concat())?;
    verify()?;
    let after = db.dump_without(OWN_TABLES);
    run(&[&["rollback", "--to", &first], &files[..]].concat())?;
    let back = db.dump_without(OWN_TABLES);
    if !same(&back, &before) {
        return Err(format!(
            "the way back is not the start:\n{}",
            difference(&before, &back)
        ));
    }
    if count() != rows {
        return Err(format!(
            "{rows:?} rows before, {:?} after the way back",
            count()
        ));
    }
    run(&[&["migrate"], &files[..]].concat())?;
    verify()?;
    let again = db.dump_without(OWN_TABLES);
    if !same(&again, &after) {
        return Err(format!(
            "the second time is not the first:\n{}",
            difference(&after, &again)
        ));
    }
    Ok(())
}

/// A column that comes back stands at the end of its table where the server has no order to give;
/// so lines count, not their places, and neither do the commas between them.
fn same(a: &str, b: &str) -> bool {
    lines(a) == lines(b)
}

fn lines(dump: &str) -> Vec<String> {
    let mut lines: Vec<String> = dump
        .split(['\n', ','])
        .map(|line| {
            line.trim()
                .trim_end_matches([',', ')', '(', ';'])
                .replace('"', "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort();
    lines
}

fn difference(a: &str, b: &str) -> String {
    let (a, b) = (lines(a), lines(b));
    let gone = a
        .iter()
        .filter(|line| !b.contains(line))
        .map(|line| format!("- {line}"));
    let new = b
        .iter()
        .filter(|line| !a.contains(line))
        .map(|line| format!("+ {line}"));
    gone.chain(new).collect::<Vec<_>>().join("\n")
}

fn all_on(engine: Engine) {
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
                    let Some(db) = TestDb::create(engine) else {
                        return;
                    };
                    if let Err(why) = there_and_back(&case, &db) {
                        failed.lock().unwrap().push(format!("{name}: {why}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} failed on {engine}\n{}",
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
