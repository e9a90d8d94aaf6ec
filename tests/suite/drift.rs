//! `verify` reports each difference: each case of `drift/cases.yaml` changes one thing in a database that matches
//! `drift/spec.yaml`, and lists the one row that must be reported, on every engine.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, Server, TestDb, Tw, tw};
use serde_yaml::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

const SPEC: &str = include_str!("../drift/spec.yaml");
const CASES: &str = include_str!("../drift/cases.yaml");

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The object and the property of the row.
    row: (String, String),
    /// What stands in place of `row` where a dialect's rows are others.
    #[serde(default)]
    rows: BTreeMap<String, Vec<(String, String)>>,
    postgres: Option<String>,
    mysql: Option<String>,
    /// What stands in place of `mysql`; `false` where MariaDB has nothing of the kind.
    #[serde(default)]
    mariadb: Value,
    /// Statements, or texts of the DDL and what comes in their place.
    sqlite: Option<Sqlite>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Sqlite {
    Statements(String),
    Exchange(BTreeMap<String, String>),
}

impl Case {
    /// The SQL that makes the database of this case, out of what makes the one without a difference.
    fn sql(&self, engine: Engine, ddl: &str) -> Option<String> {
        let after = |sql: &str| format!("{ddl}\n{sql};\n");
        match engine {
            Engine::Postgres => self.postgres.as_deref().map(after),
            Engine::MySql => self.mysql.as_deref().map(after),
            Engine::MariaDb => match &self.mariadb {
                Value::Null => self.mysql.as_deref().map(after),
                Value::String(sql) => Some(after(sql)),
                Value::Bool(false) => None,
                other => panic!("{}: mariadb: {other:?}", self.name),
            },
            Engine::Sqlite => self.sqlite.as_ref().map(|way| match way {
                Sqlite::Statements(sql) => after(sql),
                Sqlite::Exchange(texts) => texts.iter().fold(ddl.to_owned(), |ddl, (old, new)| {
                    assert!(ddl.contains(old), "{}: no {old:?} in\n{ddl}", self.name);
                    ddl.replacen(old, new, 1)
                }),
            }),
        }
    }
}

fn verify(program: &Tw, db: &TestDb) -> Result<Vec<(String, String)>, String> {
    let args = [
        "verify",
        "-d",
        "shop",
        "--format",
        "json",
        "--schemas",
        "shop",
    ];
    let run = program.command(args.into_iter().chain(["--url", db.url()]));
    let output = { run }.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let rows: Vec<_> = json["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            assert_ne!(
                text("spec"),
                text("database"),
                "a row without a difference: {row}"
            );
            (text("object"), text("property"))
        })
        .collect();
    let code = if rows.is_empty() { 0 } else { 4 };
    assert_eq!(output.status.code(), Some(code), "{text}");
    Ok(rows)
}

fn each_difference_is_a_row(server: impl Into<Server>) {
    let server = server.into();
    let engine = server.engine();
    if TestDb::create(server).is_none() {
        return;
    }
    let program = tw();
    program.file("shop/shop.yaml", SPEC);
    let ddl = program.stdout([
        "generate",
        "-d",
        "shop",
        "--schemas",
        "shop",
        "--dialect",
        engine.dialect(),
    ]);
    let cases: Vec<Case> = serde_yaml::from_str(CASES).unwrap();
    let clean = TestDb::create(server).unwrap();
    clean.exec(&ddl);
    assert_eq!(
        verify(&program, &clean),
        Ok(Vec::new()),
        "{server}: without a difference"
    );

    let queue = Mutex::new(cases.iter());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(case) = next else { return };
                    let Some(sql) = case.sql(engine, &ddl) else {
                        continue;
                    };
                    let db = TestDb::create(server).unwrap();
                    let found = match db.try_exec(&sql) {
                        Ok(()) => verify(&program, &db),
                        Err(why) => Err(format!("the case itself: {why}")),
                    };
                    let row = std::slice::from_ref(&case.row);
                    let expected = case.rows.get(engine.dialect()).map_or(row, Vec::as_slice);
                    if found.as_deref() != Ok(expected) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{}: {found:?}\n", case.name));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{server}:\n{}", wrong.concat());
}

#[test]
fn each_difference_is_a_row_on_postgres() {
    each_difference_is_a_row(Engine::Postgres);
}

#[test]
fn each_difference_is_a_row_on_mysql() {
    each_difference_is_a_row(Engine::MySql);
}

#[test]
fn each_difference_is_a_row_on_mariadb() {
    each_difference_is_a_row(Engine::MariaDb);
}

#[test]
fn each_difference_is_a_row_on_sqlite() {
    each_difference_is_a_row(Engine::Sqlite);
}

#[test]
fn each_difference_is_a_row_on_postgres_18() {
    each_difference_is_a_row(Server::POSTGRES_18);
}

#[test]
fn each_difference_is_a_row_on_further_servers() {
    for server in Server::further() {
        each_difference_is_a_row(*server);
    }
}
