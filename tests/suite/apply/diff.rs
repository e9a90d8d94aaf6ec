//! `diff`: sources and formats.

use super::project::{POSTS, USERS, applied, project, says};
use crate::support::{on_every_engine, tw};
use std::process::Command;

on_every_engine! {
    fn a_live_database_in_both_directions(db) {
        let program = project(db, &[("users", USERS)]);
        let dialect = db.engine().dialect();
        if dialect != "sqlite" {
            let made = says(&program, db, 3, &["diff", "target:db", "specs", "--format", "sql"]);
            assert!(made.out.contains("CREATE TABLE"), "{}", made.all);
        }
        applied(&program, db, &[]);
        program.file("schemas/blog/posts.yaml", POSTS);
        let there = says(&program, db, 3, &["diff", "target:db", "specs"]);
        assert!(there.out.contains("create table"), "{}", there.all);
        let back = says(&program, db, 3, &["diff", "specs", db.url(), "--format", "sql"]);
        assert!(back.out.contains("DROP TABLE"), "{}", back.all);
        assert!(!back.out.contains("users"), "{}", back.all);
        let json = says(&program, db, 3, &["diff", "target:db", "specs", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json["changes"][0]["object"], "posts", "{json}");
        assert_eq!(json["dialect"], dialect);
        let same = says(&program, db, 0, &["diff", "target:db", "target:db"]);
        assert_eq!(same.out, "No differences.\n");
        // what isn't managed is no difference
        db.exec("create table stranger (id int)");
        std::fs::remove_file(program.path("schemas/blog/posts.yaml")).unwrap();
        let said = says(&program, db, 0, &["diff", "target:db", "specs"]);
        assert!(said.all.contains("Unmanaged: 1 table"), "{}", said.all);
        says(&program, db, 3, &["diff", "target:db", "specs", "--prune=all"]);
    }
}

#[test]
fn two_folders_need_no_configuration() {
    let program = tw();
    program.file("old/users.yaml", USERS);
    program.file("new/users.yaml", USERS);
    program.file("new/posts.yaml", POSTS);
    let run = |from: &str, to: &str| {
        let args = ["diff", from, to, "--dialect", "sqlite"];
        let output = program.command(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), said)
    };
    let (code, said) = run("specs:old", "specs:new");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("posts") && !said.contains("users "), "{said}");
    assert_eq!(run("specs:new", "specs:new").0, Some(0));
}

#[test]
fn states_without_a_database() {
    let program = tw();
    program.file("tablewright.yaml", "databases:\n  blog: {}\n");
    program.file("schemas/blog/users.yaml", USERS);
    program.file("other/users.yaml", USERS);
    program.file("other/posts.yaml", POSTS);
    let run = |args: &[&str]| {
        let output = program.command(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code().unwrap_or(-1),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let (code, _, err) = run(&["diff", "specs", "specs:other"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--dialect"), "{err}");
    for dialect in ["postgres", "mysql", "sqlite"] {
        let diff = |from: &str, to: &str| {
            run(&["diff", from, to, "--dialect", dialect, "--format", "sql"])
        };
        let (code, out, err) = diff("specs", "specs:other");
        assert_eq!(code, 3, "{err}");
        assert!(out.contains("CREATE TABLE"), "{out}");
        assert_eq!(diff("specs", "specs:other").1, out, "the same bytes");
        let (code, out, _) = diff("specs:other", "specs");
        assert_eq!(code, 3);
        assert!(out.contains("DROP TABLE"), "{out}");
        assert_eq!(diff("specs", "specs").0, 0);
        assert_eq!(diff("snapshot", "specs").0, 3);
    }
    assert_eq!(run(&["migration", "new", "first"]).0, 0);
    assert_eq!(
        run(&["diff", "snapshot", "specs", "--dialect", "mysql"]).0,
        0
    );
    for (bad, expected) in [
        ("nonsense", "expected specs, specs:DIR"),
        ("dump.sql", "scratch database"),
        ("specs:nowhere", "no specs folder nowhere"),
        ("target:nowhere", "has no target"),
    ] {
        let (code, _, err) = run(&["diff", bad, "specs", "--dialect", "sqlite"]);
        assert_eq!(code, 2, "{bad}: {err}");
        assert!(err.contains(expected), "{bad}: {err}");
    }
}

#[test]
fn specs_of_a_revision() {
    let program = tw();
    program.file(
        "tablewright.yaml",
        "databases:\n  blog: { dialects: [sqlite] }\n",
    );
    program.file("schemas/blog/users.yaml", USERS);
    let diff = |from: &str| {
        let output = program.command(["diff", from, "specs"]).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap_or(-1), out + &err)
    };
    let (code, text) = diff("git:HEAD");
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("cannot read specs from git"), "{text}");
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@t"])
            .args(args)
            .current_dir(program.dir())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "schemas"]);
    git(&["commit", "-q", "-m", "one"]);
    assert_eq!(diff("git:HEAD").0, 0);
    program.file("schemas/blog/deep/posts.yaml", POSTS);
    let (code, text) = diff("git:HEAD");
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("posts"), "{text}");
    git(&["add", "schemas"]);
    git(&["commit", "-q", "-m", "two"]);
    assert_eq!(diff("git:HEAD").0, 0);
    assert_eq!(diff("git:HEAD~1").0, 3);
    assert_eq!(diff("git:nowhere").0, 2);
    assert_eq!(diff("git:-h").0, 2);
}
