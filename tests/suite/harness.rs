//! The test harness itself: databases on every engine, and the program in a separate folder.

#![allow(clippy::unwrap_used)] // a test may panic

use std::time::Duration;

use crate::support::{Engine, OWN_TABLES, Server, TestDb, on_every_engine, tw};

fn row<const N: usize>(cells: [Option<&str>; N]) -> Vec<Option<String>> {
    cells.map(|cell| cell.map(str::to_owned)).into()
}

on_every_engine! {
    fn runs_statements_and_reads_text(db) {
        db.exec("create table t (id int primary key, name varchar(20), price decimal(10,2))");
        db.exec("insert into t values (1, 'Grüße', 1.50); insert into t values (2, null, null)");
        let price = if db.engine() == Engine::Sqlite { "1.5" } else { "1.50" };
        assert_eq!(
            db.query("select id, name, price from t order by id"),
            [row([Some("1"), Some("Grüße"), Some(price)]), row([Some("2"), None, None])]
        );
        assert_eq!(db.value("select count(*) from t").as_deref(), Some("2"));
        let error = db.try_exec("select 1 from nowhere").unwrap_err();
        assert!(error.contains("nowhere"), "{error}");
        assert_eq!(db.value("select 1").as_deref(), Some("1"), "usable after an error");
    }

    fn dumps_the_schema(db) {
        let empty = db.dump();
        db.exec("create table b (id int primary key); create table a (id int primary key, b int references b (id))");
        db.exec("create index a_b on a (b)");
        db.exec("create view v as select id from a");
        let dump = db.dump();
        for name in ["a", "b", "a_b", "v"] {
            assert!(dump.contains(name), "{name} is missing:\n{dump}");
        }
        db.exec("create table refinery_schema_history (version int); create table tablewright_journal (id int)");
        assert_ne!(db.dump(), dump);
        assert_eq!(db.dump_without(OWN_TABLES), dump);
        db.exec("insert into b values (1)");
        assert_eq!(db.dump_without(OWN_TABLES), dump, "rows are not part of it");
        db.exec("drop view v; drop table a; drop table b; drop table refinery_schema_history; drop table tablewright_journal");
        assert_eq!(db.dump(), empty);
    }

    fn is_gone_afterwards(db) {
        db.exec("create table t (id int)");
        let other = TestDb::create(db.server()).unwrap();
        assert_ne!(other.name(), db.name());
        // An open transaction doesn't keep it.
        let session = other.session();
        session.exec("create table t (id int); insert into t values (1)");
        session.exec("begin");
        session.exec("select * from t");
        let url = other.url().to_owned();
        drop(other);
        if db.engine() == Engine::Sqlite {
            assert!(!std::path::Path::new(url.trim_start_matches("sqlite://")).exists());
        } else {
            assert!(crate::support::Session::try_open(&url).is_err());
        }
        assert_eq!(db.value("select count(*) from t").as_deref(), Some("0"));
    }
}

#[test]
fn auto_increment_is_not_dumped() {
    for engine in [Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            db.exec("create table t (id int not null auto_increment primary key, note varchar(30) default ' AUTO_INCREMENT')");
            let dump = db.dump();
            db.exec("insert into t values (); insert into t values ()");
            assert_eq!(db.dump(), dump);
        });
    }
}

#[test]
fn a_statement_can_wait_for_a_lock() {
    Engine::Postgres.with(|db| {
        db.exec("create table t (id int)");
        db.exec("begin; lock table t in access exclusive mode");
        let second = db.session();
        let pending = second.start("select count(*) from t");
        assert!(pending.wait_for(Duration::from_millis(200)).is_none());
        db.exec("commit");
        assert_eq!(pending.wait().unwrap(), [row([Some("0")])]);
    });
}

#[test]
fn databases_are_dropped_when_a_test_panics() {
    for server in Server::all() {
        server.with(|outer| {
            let url = std::sync::Mutex::new(String::new());
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let db = TestDb::create(outer.server()).unwrap();
                url.lock().unwrap().push_str(db.url());
                db.exec("this is not SQL");
            }));
            assert!(result.is_err());
            let url = url.into_inner().unwrap();
            if outer.engine() != Engine::Sqlite {
                assert!(
                    crate::support::Session::try_open(&url).is_err(),
                    "{url} is still there"
                );
            }
        });
    }
}

#[test]
fn files_are_written_and_read() {
    let tw = tw().env("NAME", "value");
    tw.file("schemas/a/one.yaml", "table: one\n")
        .file("schemas/two.yaml", "table: two\n");
    assert_eq!(
        tw.files("schemas"),
        ["schemas/a/one.yaml", "schemas/two.yaml"]
    );
    assert_eq!(tw.read("schemas/two.yaml"), "table: two\n");
    let command = tw.std_command(["--version"]);
    let names: Vec<_> = command
        .get_envs()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .collect();
    assert!(
        names.contains(&"NAME".to_owned())
            && !names.iter().any(|name| name.starts_with("TABLEWRIGHT")),
        "{names:?}"
    );
}
