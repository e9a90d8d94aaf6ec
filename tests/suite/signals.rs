//! Ctrl-C and SIGTERM: the running statement is cancelled on the server, and the reported state is true.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::proxy::{Proxy, address};
use crate::support::runs::{project, project_at, said, soon, start};
use crate::support::{Engine, Session, TestDb, Tw, on_every_engine};
use std::time::{Duration, Instant};

/// A statement that would take a minute, and makes the table `slow`.
fn slow(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "create table slow as select pg_sleep(60)::text as s;",
        Engine::MariaDb | Engine::MySql => {
            "create table slow as select sleep(60) as s from (select 1 as x union select 2) t;"
        }
        Engine::Sqlite => {
            "create table slow as with recursive n (i) as (select 1 union all select i + 1 from n where i < 900000000) select count(*) as c from n;"
        }
    }
}

/// Statements of others that are at work in this database, but for what looks.
fn at_work(db: &TestDb) -> usize {
    let query = match db.engine() {
        Engine::Postgres => {
            "select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()"
        }
        Engine::MariaDb | Engine::MySql => {
            "select 1 from information_schema.processlist where db = database() and info like '%sleep(60)%' and id <> connection_id()"
        }
        Engine::Sqlite => return 0,
    };
    let rows = db.query(query).len();
    db.disconnect();
    rows
}

/// A project whose next migration alters a table that another session holds.
#[track_caller]
fn blocked(db: &TestDb) -> (Tw, Session) {
    let files = [
        ("V1__a.sql", "create table a (b int);"),
        ("V2__c.sql", "alter table a add c int;"),
    ];
    let tw = project(db, &files);
    assert_eq!(said(&tw, &["migrate", "-t", "it", "--to", "V1"]).0, 0);
    let blocker = db.session();
    match db.engine() {
        Engine::Sqlite => blocker.exec("begin immediate; insert into a values (1)"),
        Engine::Postgres | Engine::MariaDb | Engine::MySql => {
            blocker.exec("begin");
            blocker.exec("select * from a");
        }
    }
    (tw, blocker)
}

fn begun(db: &TestDb) {
    if db.engine() != Engine::Sqlite {
        soon(|| (at_work(db) == 1).then_some(()));
    }
}

fn has(db: &TestDb, table: &str) -> bool {
    let has = db.try_query(&format!("select 1 from {table}")).is_ok();
    db.disconnect();
    has
}

fn versions(db: &TestDb) -> usize {
    let rows = db.try_query("select version from refinery_schema_history");
    db.disconnect();
    rows.map_or(0, |rows| rows.len())
}

on_every_engine! {
    fn the_running_statement_is_cancelled(db) {
        for (name, code) in [("-INT", 130), ("-TERM", 143)] {
            let (table, early) = (format!("t{code}"), format!("early{code}"));
            let tw = project(db, &[
                ("V1__first.sql", &format!("create table {table} (a int);")),
                ("V1__first.down.sql", &format!("drop table {table};")),
                ("V2__slow.sql", &format!("create table {early} (a int);\n{}\ncreate table late (a int);", slow(db.engine()))),
                ("V2__slow.down.sql", &format!("drop table {early};")),
                ("V3__never.sql", "create table never (a int);"),
            ]);
            let mut run = start(&tw, &["migrate", "-t", "it"]);
            run.until("1/3");
            begun(db);
            let asked = Instant::now();
            run.signal(name);
            let (got, text) = run.ended();
            assert!(asked.elapsed() < Duration::from_secs(2), "{:?}: {text}", asked.elapsed());
            assert_eq!(at_work(db), 0, "{text}");
            let each = db.engine().dialect() == "mysql";
            // within a migration it is another code than between two
            assert_eq!(got, if each { 5 } else { code }, "{text}");
            assert!(text.contains("V2__slow"), "{text}");
            assert!(text.contains("Completed before it: V1"), "{text}");
            let statements = if each { "1  applied\n  2  not applied\n  3  not started" } else { "1  rolled back\n  2  not applied\n  3  not started" };
            assert!(text.contains(statements), "{text}");
            assert_eq!(versions(db), 1, "{text}");
            assert!(has(db, &table) && !has(db, "slow") && !has(db, "late") && !has(db, "never"));
            assert_eq!(has(db, &early), each, "{text}");
            if each {
                db.exec(&format!("drop table {early}"));
                db.disconnect();
                let (code, text) = said(&tw, &["repair", "--mark-rolled-back", "-t", "it", "--yes"]);
                assert_eq!(code, 0, "{text}");
            }
            let (code, text) = said(&tw, &["rollback", "-t", "it"]);
            assert_eq!(code, 0, "{text}");
        }
    }

    fn a_stop_at_the_first_statement_leaves_nothing(db) {
        let tw = project(db, &[("V1__slow.sql", slow(db.engine()))]);
        let mut run = start(&tw, &["migrate", "-t", "it"]);
        run.until("V1 slow");
        begun(db);
        if db.engine() == Engine::Sqlite {
            std::thread::sleep(Duration::from_millis(300));
        }
        run.signal("-INT");
        let (code, text) = run.ended();
        assert_eq!(code, 130, "{text}");
        assert!(!has(db, "slow"));
        assert_eq!(versions(db), 0);
        // and the next run starts from the beginning
        let folder = db.engine().dialect();
        tw.file(&format!("migrations/{folder}/shop/V1__slow.sql"), "create table slow (a int);\n");
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 0, "{text}");
    }

    fn a_second_signal_leaves_a_clean_state(db) {
        let tw = project(db, &[
            ("V1__slow.sql", &format!("{}\ncreate table late (a int);", slow(db.engine()))),
        ]);
        let mut run = start(&tw, &["migrate", "-t", "it"]);
        run.until("V1 slow");
        begun(db);
        run.signal("-INT");
        run.signal("-INT");
        let asked = Instant::now();
        let (code, text) = run.ended();
        assert!([130, 5].contains(&code), "{text}");
        assert!(asked.elapsed() < Duration::from_secs(2), "{text}");
        assert_eq!(versions(db), 0);
        assert!(!has(db, "late"), "{text}");
        let folder = db.engine().dialect();
        soon(|| (at_work(db) == 0).then_some(()));
        if code == 5 {
            // the first may have been too late; a person looks, and finds nothing
            db.exec("drop table if exists slow");
            db.disconnect();
            let (_, text) = said(&tw, &["repair", "--mark-rolled-back", "-t", "it", "--yes"]);
            assert!(!text.contains("internal error"), "{text}");
        }
        tw.file(&format!("migrations/{folder}/shop/V1__slow.sql"), "create table slow (a int);\n");
        let (code, text) = said(&tw, &["migrate", "-t", "it", "--wait", "10s"]);
        assert_eq!(code, 0, "{text}");
    }

    fn a_stop_ends_the_pause_between_attempts(db) {
        let (tw, blocker) = blocked(db);
        let mut run = start(&tw, &["migrate", "-t", "it", "--lock-timeout", "100ms", "--lock-backoff", "1h..1h"]);
        run.until("attempt 1 of 10");
        let asked = Instant::now();
        run.signal("-TERM");
        let (code, text) = run.ended();
        assert_eq!(code, 143, "{text}");
        assert!(asked.elapsed() < Duration::from_secs(2), "{text}");
        drop(blocker);
        assert_eq!(versions(db), 1);
    }

    fn a_stop_cancels_a_statement_that_waits_for_a_lock(db) {
        let (tw, blocker) = blocked(db);
        let mut run = start(&tw, &["migrate", "-t", "it", "--lock-timeout", "1m"]);
        run.until("V2 c");
        std::thread::sleep(Duration::from_millis(700));
        let asked = Instant::now();
        run.signal("-INT");
        let (code, text) = run.ended();
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}: {text}");
        assert_eq!(code, 130, "{text}");
        assert!(!text.contains("timed out waiting for a lock"), "{text}");
        drop(blocker);
        assert_eq!(versions(db), 1);
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 0, "{text}");
    }
}

/// A lock that is given back within the time is waited for, longer than in one go.
#[test]
fn an_embedded_database_waits_as_long_as_configured() {
    Engine::Sqlite.with(|db| {
        let (tw, blocker) = blocked(db);
        let args = [
            "migrate",
            "-t",
            "it",
            "--lock-timeout",
            "1s",
            "--lock-tries",
            "1",
        ];
        let began = Instant::now();
        let (code, text) = said(&tw, &args);
        assert!(began.elapsed() >= Duration::from_secs(1), "{text}");
        assert_eq!(code, 1, "{text}");
        let args = [
            "migrate",
            "-t",
            "it",
            "--lock-timeout",
            "1m",
            "--lock-tries",
            "1",
        ];
        let mut run = start(&tw, &args);
        run.until("V2 c");
        std::thread::sleep(Duration::from_millis(900));
        drop(blocker);
        let (code, text) = run.ended();
        assert_eq!(code, 0, "{text}");
        assert_eq!(versions(db), 2);
    });
}

/// Nothing gets through any more: what became of the statement isn't known, and that is what is said.
#[test]
fn a_server_that_does_not_answer() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            db.disconnect();
            let proxy = Proxy::to(address(db.url()));
            let sql = match engine {
                Engine::Postgres => slow(engine).to_owned(),
                _ => format!("create table early (a int);\n{}", slow(engine)),
            };
            let tw = project_at(&proxy.url(db.url()), engine.dialect(), &[("V1__slow.sql", &sql)]);
            let mut run = start(&tw, &["migrate", "-t", "it"]);
            run.until("V1 slow");
            begun(db);
            proxy.stall();
            let asked = Instant::now();
            run.signal("-INT");
            let (code, text) = run.ended();
            assert!(asked.elapsed() < Duration::from_secs(3), "{:?}: {text}", asked.elapsed());
            assert_eq!(code, 5, "{engine}: {text}");
            assert!(text.contains("unknown"), "{engine}: {text}");
            assert!(text.contains("did not reply"), "{engine}: {text}");
            for row in db.query(match engine {
                Engine::Postgres => "select pg_terminate_backend(pid)::text from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
                _ => "select concat('kill ', id) from information_schema.processlist where db = database() and id <> connection_id()",
            }) {
                if engine != Engine::Postgres {
                    let _gone = db.try_exec(row[0].as_deref().unwrap());
                }
            }
        });
    }
}
