//! The command line from outside: help, exit codes, configuration, and that no password is shown.

mod migrations;
mod support;

use assert_cmd::Command;
use std::fs;
use support::{CONFIG, SPEC, project, run, write};

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
        (&["verify", "--url", "oracle://x/y"], "not a database URL"),
        (
            &["generate", "--dialect", "oracle"],
            "unknown dialect `oracle`",
        ),
        (
            &["validate", "--schemas", "empty"],
            "no spec files in empty",
        ),
        (&["validate", "--config", "not-there.yaml"], "cannot read"),
        (&["validate", "--report", "xml=a"], "KIND=FILE"),
        (&["generate", "--report", "junit=a.xml"], "'--report'"),
        (&["migrate", "--report", "junit=a.xml"], "'--report'"),
        (&["diff", "--report", "junit=a.xml"], "'--report'"),
        (
            &["status", "--history", "--report", "junit=a.xml"],
            "cannot be used with",
        ),
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
        said.err.contains("connection refused by 127.0.0.1:1"),
        "{}",
        said.err
    );
}

#[test]
fn the_default_target_of_writing_commands_is_embedded() {
    let dir = project();
    let text = CONFIG.replace("sqlite://.tablewright/blog.db", "postgres://127.0.0.1:1/x");
    write(dir.path(), "tablewright.yaml", &text);
    let said = run(dir.path(), &["migrate"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("-t"), "{}", said.err);
}

#[test]
fn foreign_keys_to_columns_that_are_not_unique() {
    let dir = project();
    write(
        dir.path(),
        "schemas/shop/shop.yaml",
        "table: a\ncolumns: { id: int, n: int }\nprimary_key: [id]\nindexes: [[n]]\n---\n\
         table: b\ncolumns: { n: int }\nforeign_keys: [{ columns: [n], references: a.n }]\n",
    );
    for (servers, code) in [("{}", 4), ("{ mysql: 8.0.33 }", 0), ("{ mysql: 8.4 }", 4)] {
        let config = format!("databases:\n  shop: {{ dialects: [mysql], servers: {servers} }}\n");
        write(dir.path(), "tablewright.yaml", &config);
        let said = run(dir.path(), &["validate"]);
        assert_eq!(said.code, code, "{servers}: {}{}", said.out, said.err);
        assert!(said.out.contains("fk-not-unique"), "{}", said.out);
    }
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
fn generate_is_deterministic_and_writes_one_file_per_table() {
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

#[test]
fn version_goes_to_stdout() {
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

#[test]
fn explain_prints_the_explanation_of_a_code() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let said = run(dir.path(), &["--explain", "fk-type"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let head = "fk-type: foreign key and target differ in type\n\n";
    assert!(said.out.starts_with(head), "{}", said.out);
    assert!(said.out.contains("cannot be compared"), "{}", said.out);
    assert!(said.out.ends_with("Documentation: docs/spec-format.md\n"));
    // as it is copied from a message
    let copied = run(dir.path(), &["--explain", "error[fk-type]"]);
    assert_eq!((copied.code, copied.out), (0, said.out));
    let said = run(dir.path(), &["--explain", "fk-type", "--format", "json"]);
    assert!(said.out.contains("\"code\": \"fk-type\""), "{}", said.out);
    let cases: &[(&[&str], &str)] = &[
        (&["--explain", "fk-typ"], "help: did you mean `fk-type`?"),
        (&["--explain", "xyzzyx"], "help: see docs/diagnostics.md"),
        (&["--explain", "fk-type", "validate"], "with a command"),
        (&["--quiet"], "no command"),
        (&[], "Usage"),
    ];
    for (args, expected) in cases {
        let said = run(dir.path(), args);
        assert_eq!(said.code, 2, "{args:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(expected), "{args:?}: {}", said.err);
    }
}

#[test]
fn errors_refer_to_their_explanation() {
    let dir = project();
    let spec = "table: t\ncolumns:\n  id: { type: int, defualt: 0 }\n";
    write(dir.path(), "schemas/blog/blog.yaml", spec);
    let hint = "For more information about this error, try `tablewright --explain unknown-key`.";
    let said = run(dir.path(), &["validate"]);
    assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    assert_eq!(said.err.trim_end(), hint);
    let said = run(dir.path(), &["generate", "--dialect", "sqlite"]);
    assert!(said.err.contains(hint), "{}", said.err);
    for quiet in [&["validate", "--format", "json"][..], &["validate", "-q"]] {
        let said = run(dir.path(), quiet);
        assert_eq!(said.err, "", "{quiet:?}");
    }
}
