//! The command line from outside: help, exit codes, configuration, and that no password is shown.

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SPEC: &str = "table: users
columns:
  id: { type: int, identity: true }
  email: varchar(200)
primary_key: [id]
unique:
  - [email]
---
table: posts
columns:
  id: { type: int, identity: true }
  user_id: { type: int, references: users.id, on_delete: cascade }
  title: varchar(100)
primary_key: [id]
indexes:
  idx_posts_title: [title]
";

const CONFIG: &str = "databases:
  blog:
    targets:
      local: { url: \"sqlite://.tablewright/blog.db\" }
      server: { url: \"postgres://u:hunter2@127.0.0.1:1/blog\" }
      unset: { url: \"${TABLEWRIGHT_TEST_NOWHERE}\" }
";

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("a folder in a temporary folder");
    }
    fs::write(path, text).expect("a file in a temporary folder");
}

fn project() -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), "tablewright.yaml", CONFIG);
    write(dir.path(), "schemas/blog/blog.yaml", SPEC);
    dir
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

fn run(dir: &Path, args: &[&str]) -> Said {
    let mut command = Command::cargo_bin("tablewright").expect("the binary");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TABLEWRIGHT_")) {
        command.env_remove(name);
    }
    let output = command
        .current_dir(dir)
        .args(args)
        .output()
        .expect("the binary runs");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

const COMMANDS: &[&[&str]] = &[
    &[],
    &["init"],
    &["validate"],
    &["generate"],
    &["migration", "new"],
    &["migrate"],
    &["plan"],
    &["rollback"],
    &["undo"],
    &["status"],
    &["info"],
    &["verify"],
    &["schema"],
    &["completions"],
    &["man"],
];

#[test]
fn every_help_has_an_example() {
    let dir = project();
    for command in COMMANDS {
        let args: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let said = run(dir.path(), &args);
        assert_eq!(said.code, 0, "{args:?}: {}", said.err);
        assert!(said.out.contains("Example"), "{args:?} has no example");
        assert!(said.out.contains("tablewright "), "{args:?}");
    }
}

#[test]
fn usage_and_configuration_are_2() {
    let dir = project();
    let cases: &[(&[&str], &str)] = &[
        (&["frobnicate"], "frobnicate"),
        (&["validate", "--nope"], "--nope"),
        (&["validate", "-d", "other"], "no database `other`"),
        (&["verify", "-t", "servr"], "-t server"),
        (
            &["verify", "-t", "unset"],
            "TABLEWRIGHT_TEST_NOWHERE is not set",
        ),
        (
            &["verify", "--url", "env:TABLEWRIGHT_TEST_NOWHERE"],
            "is not set",
        ),
        (&["verify", "--url", "oracle://x/y"], "no URL of a database"),
        (&["generate", "--dialect", "oracle"], "no dialect `oracle`"),
        (&["validate", "--schemas", "empty"], "no specs"),
        (&["validate", "--config", "not-there.yaml"], "can't be read"),
        (&["validate", "--report", "xml=a"], "KIND=FILE"),
        (&["migrate", "--to", "x"], "a version such as 7"),
    ];
    fs::create_dir(dir.path().join("empty")).expect("a folder");
    for (args, expected) in cases {
        let said = run(dir.path(), args);
        assert_eq!(said.code, 2, "{args:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(expected), "{args:?}: {}", said.err);
    }
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let said = run(nowhere.path(), &["validate"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("tablewright init"), "{}", said.err);
}

#[test]
fn a_wrong_configuration_names_its_line() {
    let dir = project();
    let text = "databases:\n  blog:\n    shcemas: x\n";
    write(dir.path(), "tablewright.yaml", text);
    let said = run(dir.path(), &["validate"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("tablewright.yaml:3:"), "{}", said.err);
    assert!(said.err.contains("shcemas"), "{}", said.err);
}

#[test]
fn a_database_is_inferred_from_the_folder() {
    let dir = project();
    let two = format!("{CONFIG}  shop: {{}}\n");
    write(dir.path(), "tablewright.yaml", &two);
    write(dir.path(), "schemas/shop/a.yaml", SPEC);
    let args = ["generate", "--dialect", "sqlite"];
    let said = run(dir.path(), &args);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("blog, shop"), "{}", said.err);
    let said = run(&dir.path().join("schemas/shop"), &args);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("-- shop for sqlite"), "{}", said.out);
}

#[test]
fn no_configuration_is_needed() {
    let dir = project();
    fs::remove_file(dir.path().join("tablewright.yaml")).expect("the file is there");
    let args = [
        "generate",
        "--dialect",
        "sqlite",
        "--schemas",
        "schemas/blog",
    ];
    let said = run(dir.path(), &args);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("-- blog for sqlite"), "{}", said.out);
    write(
        dir.path(),
        "schemas/blog/database.yaml",
        "database: press\n",
    );
    let said = run(dir.path(), &args);
    assert!(said.out.starts_with("-- press for sqlite"), "{}", said.out);
}

#[test]
fn a_password_is_never_shown() {
    let dir = project();
    let url = "postgres://u:hunter2@127.0.0.1:1/blog?sslmode=disable&password=hunter2";
    let cases: &[&[&str]] = &[
        &["verify", "-t", "server"],
        &["verify", "--url", url],
        &["verify", "--url", url, "--format", "json"],
        &["migrate", "--url", url],
        &["status", "--url", url],
        &["verify", "--url", "mysql://u:hunter2@127.0.0.1:1/blog"],
        &["verify", "--url", "oracle://u:hunter2@h/d"],
        &["verify", "--url", "postgres://u:hun/ter2@h:x/d"],
        &["validate", "--nope", "--url", url],
        &["--help", "--url", url],
    ];
    for args in cases {
        let said = run(dir.path(), args);
        let all = format!("{}{}", said.out, said.err);
        assert!(
            !all.contains("hunter2") && !all.contains("ter2"),
            "{args:?}: {all}"
        );
    }
    let mut command = Command::cargo_bin("tablewright").expect("the binary");
    let output = command
        .current_dir(dir.path())
        .env("TABLEWRIGHT_URL", url)
        .args(["verify", "--help"])
        .output()
        .expect("the binary runs");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("hunter2"));
}

#[test]
fn a_password_on_the_command_line_warns() {
    let dir = project();
    let said = run(
        dir.path(),
        &["verify", "--url", "postgres://u:p@127.0.0.1:1/blog"],
    );
    assert_eq!(said.code, 1);
    assert!(said.err.contains("env:NAME"), "{}", said.err);
    assert!(
        said.err.contains("nobody answers at 127.0.0.1:1"),
        "{}",
        said.err
    );
}

#[test]
fn a_writing_command_takes_only_an_embedded_target_by_itself() {
    let dir = project();
    let text = CONFIG.replace("sqlite://.tablewright/blog.db", "postgres://127.0.0.1:1/x");
    write(dir.path(), "tablewright.yaml", &text);
    let said = run(dir.path(), &["migrate"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("-t"), "{}", said.err);
}

#[test]
fn validate_says_0_and_4() {
    let dir = project();
    let said = run(dir.path(), &["validate"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.ends_with("1 file, no errors\n"), "{}", said.out);

    write(
        dir.path(),
        "schemas/blog/bad.yaml",
        "table: bad\ncolumns:\n  id: { type: int, nul: true }\nprimary_key: [id]\n",
    );
    let said = run(
        dir.path(),
        &[
            "validate",
            "--report",
            "sarif=out/a.sarif",
            "--report",
            "junit=b.xml",
        ],
    );
    assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("schemas/blog/bad.yaml:3:"),
        "{}",
        said.out
    );
    assert!(said.out.contains("^^^"), "{}", said.out);
    let sarif = fs::read_to_string(dir.path().join("out/a.sarif")).expect("the report");
    assert!(sarif.contains("schemas/blog/bad.yaml"), "{sarif}");
    assert!(dir.path().join("b.xml").is_file());

    let said = run(dir.path(), &["validate", "--format", "json"]);
    assert_eq!(said.code, 4);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("pure JSON");
    assert!(json["errors"].as_u64() > Some(0));

    let said = run(dir.path(), &["generate", "--dialect", "sqlite"]);
    assert_eq!(
        said.code, 2,
        "errors in specs are in the way of another command"
    );
    assert_eq!(said.out, "");
}

#[test]
fn generate_is_deterministic_and_writes_a_file_a_table() {
    let dir = project();
    for dialect in ["postgres", "mysql", "sqlite"] {
        let args = ["generate", "--dialect", dialect];
        let said = run(dir.path(), &args);
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(said.out, run(dir.path(), &args).out);
        let users = said.out.find("CREATE TABLE users").expect("users");
        let posts = said.out.find("CREATE TABLE posts").expect("posts");
        assert!(users < posts, "{}", said.out);
    }
    let said = run(
        dir.path(),
        &["generate", "--dialect", "sqlite", "--out", "ddl"],
    );
    assert_eq!(said.out, "ddl/users.sql\nddl/posts.sql\n");
    let posts = fs::read_to_string(dir.path().join("ddl/posts.sql")).expect("the file");
    assert!(posts.contains("idx_posts_title"), "{posts}");
}

#[test]
fn init_starts_a_project_that_is_valid() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let said = run(dir.path(), &["init", "shop", "-d", "shop"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let shop = dir.path().join("shop");
    assert_eq!(run(&shop, &["validate"]).code, 0);
    let before = fs::read(shop.join("tablewright.yaml")).expect("the file");
    let said = run(dir.path(), &["init", "shop"]);
    assert!(
        said.out.contains("kept   shop/tablewright.yaml"),
        "{}",
        said.out
    );
    assert_eq!(
        fs::read(shop.join("tablewright.yaml")).expect("the file"),
        before
    );
}

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
    assert_eq!(run(at, &["plan"]).out.contains("CREATE TABLE tags"), true);
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
        "nothing to go back is as wanted"
    );
}

#[test]
fn a_migration_that_fails_says_where_and_leaves_nothing() {
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
        "Nothing of this migration stays.",
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
fn a_target_that_wants_to_be_confirmed() {
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
fn migration_new_writes_what_changed_and_no_more() {
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
    assert!(said.err.contains("Nothing changed"), "{}", said.err);
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

#[test]
fn version_and_what_is_printed() {
    let dir = project();
    assert!(
        run(dir.path(), &["--version"])
            .out
            .starts_with("tablewright ")
    );
    let said = run(dir.path(), &["schema"]);
    assert!(serde_json::from_str::<serde_json::Value>(&said.out).is_ok());
    assert!(
        run(dir.path(), &["completions", "bash"])
            .out
            .contains("tablewright")
    );
    assert!(run(dir.path(), &["man"]).out.contains(".TH tablewright"));
}
