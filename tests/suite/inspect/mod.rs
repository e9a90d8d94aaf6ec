//! A live database as specs, and back: the specs that `inspect` writes are valid (`validate`), match the database
//! (`verify`), are the same at each run, and create the same database again (by the server's own dumps). The cases are
//! those of the mirror, and more for SQLite.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::mirror::{load, makes, read, sections};
use std::fmt::Write as _;
use std::path::Path;

use crate::support::{Engine, OWN_TABLES, TestDb, Tw, tw};
use tablewright::compile::lower;
use tablewright::db::Vendor;
use tablewright::diag::Severity;
use tablewright::dialect::by_name;
use tablewright::diff::{Renames, diff};
use tablewright::model::Schema;
use tablewright::spec;

/// Cases that have something which no spec can say yet: it is named, and the rest is not looked at.
const BEYOND: [(Engine, &str); 6] = [
    // options of an index method that an extension brings
    (Engine::Postgres, "indexes: methods"),
    // numeric(4,-2)
    (Engine::Postgres, "columns: every built-in type"),
    // a name with white space around it
    (Engine::Postgres, "columns: odd names"),
    // comments of what has no document
    (
        Engine::Postgres,
        "sequences: owned by a key's table with comment",
    ),
    (Engine::Postgres, "schemas: several"),
    (Engine::Postgres, "schemas: empty schema"),
];

/// The sections of all files of a folder that fit the server; `TABLEWRIGHT_TEST_CASE` picks some.
fn cases(engine: Engine, folder: &str) -> Vec<(String, String)> {
    let picked = std::env::var("TABLEWRIGHT_TEST_CASE").unwrap_or_default();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "sql"))
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        for section in sections(&text) {
            let name = format!("{file}: {}", section.name);
            if name.contains(&picked) && section.fits(engine.into()) {
                found.push((name, section.sql.to_owned()));
            }
        }
    }
    found
}

fn vendor(engine: Engine) -> Vendor {
    match engine {
        Engine::Postgres => Vendor::Postgres,
        Engine::MySql => Vendor::MySql,
        Engine::MariaDb => Vendor::MariaDb,
        Engine::Sqlite => Vendor::Sqlite,
    }
}

fn run(tw: &Tw, db: &TestDb, args: &[&str]) -> (i32, String, String) {
    let mut command = tw.std_command(args);
    command.env("TABLEWRIGHT_URL", db.url());
    let output = command.output().unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The schema that a folder of specs asks for.
fn lowered(dir: &Path, engine: Engine) -> Schema {
    let dialect = by_name(engine.dialect()).unwrap();
    let (documents, found) = spec::load_dir(dir);
    assert!(found.is_empty(), "{found:?}");
    let (spec, found) = documents.resolve(dialect.override_keys(Some(vendor(engine))));
    assert!(found.is_empty(), "{found:?}");
    let lowered = lower(dialect, &spec, &dialect.default_floor());
    let errors = lowered.diagnostics.iter();
    let errors: Vec<_> = errors.filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    lowered.schema
}

fn in_both_directions(engine: Engine, name: &str, sql: &str) -> Result<(), String> {
    let (Some(db), Some(copy)) = (TestDb::create(engine), TestDb::create(engine)) else {
        return Ok(());
    };
    load(&db, sql)?;
    let tw = tw();
    let dialect = engine.dialect();
    tw.file(
        "tablewright.yaml",
        &format!("databases:\n  shop:\n    schemas: specs\n    dialects: [{dialect}]\n"),
    );
    let told = |what: &str, out: &(i32, String, String)| {
        let mut text = format!("{what}: exit {}\n{}{}", out.0, out.1, out.2);
        for file in tw.files("specs") {
            write!(text, "# {file}\n{}", tw.read(&file)).unwrap();
        }
        text
    };
    let first = run(&tw, &db, &["inspect", "--out", "specs"]);
    let beyond = first.2.contains("not compared");
    let known = BEYOND
        .iter()
        .any(|(on, case)| *on == engine && *case == name);
    if first.0 != 0 || beyond != known {
        return Err(told("inspect", &first));
    }
    if known {
        eprintln!("not compared, as known: {name} on {}", engine.name());
        return Ok(());
    }
    let texts = |tw: &Tw| -> Vec<String> { tw.files("specs").iter().map(|f| tw.read(f)).collect() };
    let before = texts(&tw);
    let again = run(&tw, &db, &["inspect", "--out", "specs"]);
    if again.0 != 0 || texts(&tw) != before {
        return Err(told("inspect again", &again));
    }
    // for MariaDB what is native is written as MySQL's, which need not take it
    if engine != Engine::MariaDb {
        let valid = run(&tw, &db, &["validate"]);
        if valid.0 != 0 && engine != Engine::MySql {
            return Err(told("validate", &valid));
        }
    }
    let verified = run(&tw, &db, &["verify"]);
    if verified.0 != 0 {
        return Err(told("verify", &verified));
    }
    let schema = lowered(&tw.path("specs"), engine);
    if engine == Engine::Sqlite {
        // its own dump is the text as it was written, so the inspected schemas are compared
        copy.exec("PRAGMA user_version = 1");
        let outcome = makes(&copy, &schema, &copy.dump());
        let left = diff(&read(&copy), &read(&db), &Renames::default());
        return match outcome {
            Err(why) if !why.starts_with("made:") => Err(why),
            Ok(()) | Err(_) if left.is_empty() => Ok(()),
            Ok(()) | Err(_) => Err(told(&format!("{left:#?}"), &verified)),
        };
    }
    let want = db.dump();
    makes(&copy, &schema, &want).map_err(|why| format!("{why}\n{}", told("specs", &verified)))
}

fn all(engine: Engine, folders: &[&str]) {
    let mut failures = String::new();
    for folder in folders {
        for (name, sql) in cases(engine, folder) {
            let run = || in_both_directions(engine, &name, &sql);
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
            let outcome = outcome.unwrap_or_else(|_| Err("panicked".into()));
            if let Err(why) = outcome {
                writeln!(failures, "=== {name}\n{why}\n").unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn postgres_comes_back() {
    all(Engine::Postgres, &["mirror/postgres"]);
}

#[test]
fn mysql_comes_back() {
    all(Engine::MySql, &["mirror/mysql_family", "mirror/mysql"]);
}

#[test]
fn mariadb_comes_back() {
    all(Engine::MariaDb, &["mirror/mysql_family", "mirror/mariadb"]);
}

#[test]
fn sqlite_comes_back() {
    all(Engine::Sqlite, &["inspect/sqlite"]);
}

#[test]
fn files_that_differ_are_kept_without_force() {
    let db = TestDb::create(Engine::Sqlite).unwrap();
    db.exec("CREATE TABLE a (id INTEGER PRIMARY KEY)");
    let tw = tw();
    assert_eq!(run(&tw, &db, &["inspect", "--out", "specs"]).0, 0);
    tw.file("specs/a.yaml", "table: a\ncolumns: { id: int }\n");
    tw.file("specs/gone.yaml", "table: gone\ncolumns: { id: int }\n");
    let refused = run(&tw, &db, &["inspect", "--out", "specs"]);
    assert_eq!(refused.0, 7, "{refused:?}");
    assert!(
        refused.2.contains("refusing to overwrite specs/a.yaml"),
        "{refused:?}"
    );
    assert!(tw.read("specs/a.yaml").contains("id: int"));
    let forced = run(&tw, &db, &["inspect", "--out", "specs", "--force"]);
    assert_eq!(forced.0, 0, "{forced:?}");
    assert!(tw.read("specs/a.yaml").contains("identity: true"));
    assert!(!tw.path("specs/gone.yaml").exists());
}

#[test]
fn without_a_folder_specs_go_to_stdout() {
    let db = TestDb::create(Engine::Sqlite).unwrap();
    db.exec("CREATE TABLE a (id INTEGER PRIMARY KEY)");
    db.exec("CREATE VIEW v AS SELECT id FROM a");
    let tw = tw();
    let (code, out, err) = run(&tw, &db, &["inspect", "-d", "shop"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        out,
        "table: a\ncolumns:\n  id: { type: bigint, identity: true }\nprimary_key: [id]\n---\ndatabase: shop\nnames: exact\n"
    );
    assert!(err.contains("not compared: view v: a view"), "{err}");
    assert!(err.contains("1 table; 1 not compared"), "{err}");
    let (_, json, _) = run(&tw, &db, &["inspect", "-d", "shop", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["tables"], 1);
    assert_eq!(json["files"][0]["path"], "a.yaml");
    assert_eq!(json["not_compared"][0]["name"], "v");
}

#[test]
fn comments_of_fields_of_types_are_reported() {
    Engine::Postgres.with(|db| {
        db.exec(
            "create type pair as (a int, b int); create type plain as (a int); create domain d as int constraint positive check (value > 0);
             comment on column pair.a is 'first'; comment on constraint positive on domain d is 'above'; comment on type plain is 'x';
             create table t (p pair, q plain, d d)",
        );
        let (code, _, said) = run(&tw(), db, &["inspect"]);
        assert_eq!(code, 0, "{said}");
        for name in ["type d", "type pair"] {
            let line = format!("not compared: {name}: comments of its checks and fields");
            assert!(said.contains(&line), "{said}");
        }
        assert!(!said.contains("plain"), "{said}");
    });
}

#[test]
fn foreign_keys_that_are_not_enforced_are_reported() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            db.exec(
                "set foreign_key_checks = 0;
                 create table t (a int, constraint f foreign key (a) references gone (id));
                 set foreign_key_checks = 1",
            );
            let tw = tw();
            let (code, _, said) = run(&tw, db, &["inspect", "--out", "specs"]);
            assert_eq!(code, 0, "{said}");
            let line = "not compared: table f on t: a foreign key to a table that does not exist";
            assert!(said.contains(line), "{said}");
            for command in ["verify", "apply"] {
                let done = run(&tw, db, &[command, "--schemas", "specs"]);
                assert_eq!(done.0, 0, "{done:?}");
            }
        });
    }
}

/// Pairs that differ in words that do nothing, and in how the server shows them.
const SPELLINGS: [(&str, &str); 4] = [
    (
        "create table t (id int primary key, a int, key k (a))",
        "create table t (id int, a int, primary key (id) using btree, key k (a) using btree)",
    ),
    (
        "create table t (id int primary key, a int, foreign key (a) references t (id))",
        "create table t (id int primary key, a int, foreign key (a) references t (id) on delete restrict)",
    ),
    (
        "create table t (a int, b bigint unsigned)",
        "create table t (a int(5), b bigint(3) unsigned)",
    ),
    (
        "create table t (c varchar(20) character set utf8mb3, d text) default charset=latin1",
        "create table t (c varchar(20), d text character set utf8mb3 collate utf8mb3_general_ci) default charset=utf8mb3",
    ),
];

#[test]
fn inspected_specs_keep_spelling() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        let in_both_directions = SPELLINGS.iter().flat_map(|(a, b)| [(a, b), (b, a)]);
        for (from, to) in in_both_directions {
            let (Some(db), Some(goal)) = (TestDb::create(engine), TestDb::create(engine)) else {
                return;
            };
            db.exec(from);
            goal.exec(to);
            let tw = tw();
            let read = run(&tw, &goal, &["inspect", "--out", "specs"]);
            assert_eq!(read.0, 0, "{read:?}");
            for _ in 0..2 {
                let args = [
                    "apply",
                    "--schemas",
                    "specs",
                    "--yes",
                    "--allow",
                    "data-loss",
                ];
                let done = run(&tw, &db, &args);
                assert_eq!(done.0, 0, "{from} to {to}: {done:?}");
                assert_eq!(db.dump_without(OWN_TABLES), goal.dump(), "{done:?}");
            }
            let left = run(&tw, &db, &["diff", "--schemas", "specs", "specs", db.url()]);
            assert_eq!(left.0, 0, "{from} to {to}: {left:?}");
        }
    }
}
