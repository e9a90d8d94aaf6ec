//! A database shared with an application that embeds refinery, or with its command line: each continues where the other
//! stopped.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, TestDb, Tw, refinery, tw};
use std::path::Path;
use std::process::Command;

const FIRST: &str = "table: users\ncolumns:\n  id: { type: int, identity: true }\n  email: varchar(100)\nprimary_key: [id]\n";
const SECOND: &str = "---\ntable: posts\ncolumns:\n  id: { type: int, identity: true }\n  user_id: { type: int, references: users.id }\nprimary_key: [id]\nindexes:\n  idx_user: [user_id]\n";

fn project() -> Tw {
    let dir = tw();
    dir.file("schemas/app/app.yaml", FIRST);
    dir.run([
        "migration",
        "new",
        "users",
        "-d",
        "app",
        "--schemas",
        "schemas/app",
        "--migrations",
        "migrations",
    ])
    .success();
    dir.file("schemas/app/app.yaml", &format!("{FIRST}{SECOND}"));
    dir.run([
        "migration",
        "new",
        "posts",
        "-d",
        "app",
        "--schemas",
        "schemas/app",
        "--migrations",
        "migrations",
    ])
    .success();
    dir
}

fn by_refinery(program: &Path, dir: &Tw, db: &TestDb, more: &[&str]) {
    let folder = dir.path(&format!("migrations/{}/app", db.engine().dialect()));
    let output = Command::new(program)
        .args(["migrate", "-e", "TABLEWRIGHT_TEST_URL", "-p"])
        .arg(folder)
        .args(more)
        .env("TABLEWRIGHT_TEST_URL", db.url())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn by_tablewright(dir: &Tw, db: &TestDb, more: &[&str]) {
    let all = [
        "-d",
        "app",
        "--url",
        db.url(),
        "--migrations",
        "migrations",
        "--yes",
    ];
    dir.run(more.iter().copied().chain(all)).success();
}

fn history(db: &TestDb) -> String {
    let rows =
        db.query("select version, name, checksum from refinery_schema_history order by version");
    format!("{rows:?}")
}

fn share(engine: Engine) {
    let Some(program) = refinery() else { return };
    let dir = project();
    let verify = |db: &TestDb| {
        dir.run([
            "verify",
            "-d",
            "app",
            "--url",
            db.url(),
            "--schemas",
            "schemas/app",
        ])
        .success();
    };
    let Some(ours) = TestDb::create(engine) else {
        return;
    };
    by_tablewright(&dir, &ours, &["migrate", "--to", "1"]);
    by_refinery(&program, &dir, &ours, &[]);
    verify(&ours);
    by_tablewright(&dir, &ours, &["migrate"]);
    let Some(theirs) = TestDb::create(engine) else {
        return;
    };
    by_refinery(&program, &dir, &theirs, &["-t", "1"]);
    by_tablewright(&dir, &theirs, &["migrate"]);
    by_refinery(&program, &dir, &theirs, &[]);
    verify(&theirs);
    assert_eq!(history(&ours), history(&theirs));
    by_tablewright(&dir, &theirs, &["rollback", "--allow", "data-loss"]);
    by_refinery(&program, &dir, &theirs, &[]);
    verify(&theirs);
    assert_eq!(history(&ours), history(&theirs));
}

#[test]
fn refinery_and_this_tool_share_a_postgres() {
    share(Engine::Postgres);
}

#[test]
fn refinery_and_this_tool_share_a_mariadb() {
    share(Engine::MariaDb);
}

#[test]
fn refinery_and_this_tool_share_a_mysql() {
    share(Engine::MySql);
}

/// refinery runs a file as one text and says nothing of its later statements on MySQL and MariaDB.
#[test]
fn one_statement_per_version_for_refinery() {
    let Some(program) = refinery() else { return };
    let dir = tw();
    dir.file(
        "tablewright.yaml",
        "databases:\n  app:\n    schemas: schemas/app\n    migrations: migrations/{dialect}/app\n    one_statement_per_version: true\n",
    );
    dir.file("schemas/app/app.yaml", &format!("{FIRST}{SECOND}"));
    dir.run(["migration", "new", "all"]).success();
    let files = |dialect: &str| dir.files(&format!("migrations/{dialect}/app"));
    assert_eq!(
        files("postgres").len(),
        2,
        "one version where DDL has transactions"
    );
    assert_eq!(files("mysql").len(), 4, "{:?}", files("mysql"));
    for file in files("mysql") {
        assert_eq!(dir.read(&file).matches(";\n").count(), 1, "{file}");
    }
    for engine in [Engine::MariaDb, Engine::MySql] {
        let Some(db) = TestDb::create(engine) else {
            return;
        };
        by_refinery(&program, &dir, &db, &[]);
        dir.run(["verify", "--url", db.url()]).success();
        dir.run([
            "rollback",
            "--url",
            db.url(),
            "--to",
            "0",
            "--allow",
            "data-loss",
        ])
        .success();
        assert_eq!(db.dump_without(crate::support::OWN_TABLES).trim(), "");
    }
}
