//! `migration new`, `migrate`, `status`, `rollback` and `verify` on the embedded database.

use super::support::{CONFIG, SPEC, project, run, write};
use std::fs;
use tempfile::TempDir;

/// A project with two migrations, as they are written by hand.
fn migrations() -> TempDir {
    let dir = project();
    let folder = "migrations/sqlite/blog";
    for (name, sql) in [
        (
            "V1__users.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY);",
        ),
        ("V1__users.down.sql", "DROP TABLE users;"),
        (
            "V2__tags.sql",
            "CREATE TABLE tags (id INTEGER PRIMARY KEY);\nCREATE INDEX i ON tags (id);",
        ),
        ("V2__tags.down.sql", "DROP TABLE tags;"),
    ] {
        write(dir.path(), &format!("{folder}/{name}"), &format!("{sql}\n"));
    }
    dir
}

#[test]
fn migrate_status_and_rollback_on_the_embedded_database() {
    let dir = migrations();
    let at = dir.path();
    let file = at.join(".tablewright/blog.db");

    let said = run(at, &["migrate", "--dry-run"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.out.contains("CREATE TABLE users"), "{}", said.out);
    assert!(run(at, &["plan"]).out.contains("CREATE TABLE tags"));
    assert_eq!(run(at, &["status", "--exit-code"]).code, 3);
    assert!(!file.exists(), "a look makes no file");

    let said = run(at, &["migrate", "--to", "V1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("blog on local"), "{}", said.err);
    assert!(said.out.contains("V1"), "{}", said.out);
    assert!(file.is_file());
    let said = run(at, &["migrate", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("pure JSON");
    assert_eq!(json["ran"][0]["version"], 2);
    let said = run(at, &["migrate", "--dry-run"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));

    let said = run(at, &["status", "--exit-code"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("2 applied, 0 pending."), "{}", said.out);

    assert_eq!(run(at, &["undo", "--dry-run"]).code, 3);
    let said = run(at, &["undo"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(run(at, &["info"]).out.contains("1 applied, 1 pending."));
    let said = run(at, &["rollback", "--to", "0"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(
        run(at, &["rollback"]).code,
        0,
        "nothing to revert is a success"
    );
}

#[test]
fn a_failed_migration_reports_its_place_and_leaves_nothing() {
    let dir = migrations();
    let text = "CREATE TABLE c (id INTEGER);\n\nINSERT INTO nowhere VALUES (1);\n";
    write(dir.path(), "migrations/sqlite/blog/V3__bad.sql", text);
    let said = run(dir.path(), &["migrate"]);
    assert_eq!(said.code, 1, "{}", said.err);
    for expected in [
        "V3__bad stopped at statement 2 of 2",
        "migrations/sqlite/blog/V3__bad.sql:3",
        "INSERT INTO nowhere VALUES (1)",
        "no such table",
        "nothing of this migration remains.",
    ] {
        assert!(said.err.contains(expected), "{expected}: {}", said.err);
    }
    assert!(
        run(dir.path(), &["status"])
            .out
            .contains("2 applied, 1 pending.")
    );
}

#[test]
fn a_target_with_confirm() {
    let dir = migrations();
    let text = CONFIG.replace("blog.db\" }", "blog.db\", confirm: true }");
    write(dir.path(), "tablewright.yaml", &text);
    let said = run(dir.path(), &["migrate", "--yes"]);
    assert_eq!(said.code, 7, "{}", said.err);
    assert!(said.err.contains("--confirm local"), "{}", said.err);
    assert_eq!(run(dir.path(), &["migrate", "--confirm", "other"]).code, 7);
    assert_eq!(run(dir.path(), &["migrate", "--confirm", "local"]).code, 0);
}

#[test]
fn migration_new_writes_only_changes() {
    let dir = project();
    let at = dir.path();
    let said = run(at, &["migration", "new", "start"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("migrations/sqlite/blog/V1__start.sql"),
        "{}",
        said.out
    );
    assert!(
        at.join("migrations/postgres/blog/V1__start.down.sql")
            .is_file()
    );
    assert!(at.join("migrations/snapshots/blog/V1.yaml").is_file());
    let said = run(at, &["migration", "new", "again"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert!(said.err.contains("No changes since"), "{}", said.err);
    assert_eq!(
        run(at, &["migration", "new", "no-dashes", "--empty"]).code,
        2
    );

    assert_eq!(run(at, &["migrate"]).code, 0);
    assert_eq!(run(at, &["verify"]).code, 0);
    let changed = SPEC.replace(
        "title: varchar(100)",
        "title: varchar(100)\n  body: text null",
    );
    write(at, "schemas/blog/blog.yaml", &changed);
    let said = run(at, &["migration", "new", "bodies"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(run(at, &["verify"]).code, 4);
    assert_eq!(run(at, &["migrate"]).code, 0);
    assert_eq!(run(at, &["verify"]).code, 0);
    assert_eq!(run(at, &["rollback"]).code, 0);
    assert_eq!(run(at, &["verify"]).code, 4);
    assert_eq!(run(at, &["rollback", "--to", "0"]).code, 0);
}

#[test]
fn verify_says_0_and_4() {
    let dir = project();
    let folder = "migrations/sqlite/blog";
    let ddl = run(dir.path(), &["generate", "--dialect", "sqlite"]).out;
    write(dir.path(), &format!("{folder}/V1__all.sql"), &ddl);
    assert_eq!(run(dir.path(), &["verify"]).code, 1, "there is no file yet");
    let said = run(dir.path(), &["migrate"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = run(dir.path(), &["verify"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("No difference in 2 tables."),
        "{}",
        said.out
    );

    let changed = SPEC.replace(
        "title: varchar(100)",
        "title: varchar(100)\n  body: text null",
    );
    write(dir.path(), "schemas/blog/blog.yaml", &changed);
    let args = ["verify", "--report", "markdown=drift.md"];
    let said = run(dir.path(), &args);
    assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    assert!(said.out.contains("posts.body"), "{}", said.out);
    assert!(
        said.out.contains("1 difference in 1 of 2 tables."),
        "{}",
        said.out
    );
    let report = fs::read_to_string(dir.path().join("drift.md")).expect("the report");
    assert!(report.contains("schemas/blog/blog.yaml:"), "{report}");
    let said = run(dir.path(), &["verify", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("pure JSON");
    assert_eq!(json["differences"][0]["object"], "posts.body");
}
