//! Locks held by other sessions: retries, reports of the lock holder, and the last attempt.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::runs::{Run, project, said, start};
use crate::support::{Engine, Session, TestDb, on_every_engine};
use std::time::{Duration, Instant};
use tablewright::db::{Conn, DbUrl};
use tablewright::migrate::run::retry::LockWait;
use tablewright::migrate::{
    Directory, Event, ExecError, ExecOptions, Executor, HistoryTable, Observer, RetryPolicy,
    Silent, StopCause,
};
use tablewright::sql::lexical_rules;
use tablewright::sql::lexical_rules::LexicalRules;

const QUICK: [&str; 6] = [
    "--lock-timeout",
    "200ms",
    "--lock-backoff",
    "5ms..20ms",
    "--lock-tries",
    "200",
];

fn migrate(tw: &crate::support::Tw, more: &[&str]) -> Run {
    start(tw, &[&["migrate", "-t", "it"], more].concat())
}

fn versions(db: &TestDb) -> usize {
    db.try_query("select version from refinery_schema_history")
        .map_or(0, |rows| rows.len())
}

/// A session with a lock on table `a` that DDL waits for, and its number.
fn blocker(db: &TestDb) -> (Session, Option<String>) {
    let session = db.session();
    let number = match db.engine() {
        Engine::Postgres => Some("select pg_backend_pid()"),
        Engine::MariaDb | Engine::MySql => Some("select connection_id()"),
        Engine::Sqlite => None,
    };
    let number = number.map(|query| session.query(query)[0][0].clone().unwrap());
    match db.engine() {
        Engine::Postgres | Engine::MariaDb | Engine::MySql => {
            session.exec("begin");
            session.exec("select * from a");
        }
        Engine::Sqlite => session.exec("begin immediate; insert into a values (7)"),
    }
    (session, number)
}

/// What the screen says about who is in the way.
fn named(number: Option<&str>) -> String {
    number.map_or_else(
        || "The lock holder is unknown".to_owned(),
        |number| format!("Blocked by session {number} ("),
    )
}

on_every_engine! {
    fn timed_out_statements_are_retried(db) {
        let tw = project(db, &[
            ("V1__a.sql", "create table a (b int);"),
            ("V2__c.sql", "create table c (d int);\nalter table a add e int;\ncreate table f (g int);"),
        ]);
        assert_eq!(migrate(&tw, &["--to", "V1"]).ended().0, 0);
        let (blocker, number) = blocker(db);
        let mut run = migrate(&tw, &QUICK);
        run.until("attempt 1 of 200");
        if let Some(number) = &number {
            run.until(&named(Some(number)));
            if db.engine() != Engine::MariaDb {
                run.until("select * from a"); // MariaDB doesn't keep what a session did last
            }
        }
        run.until("attempt 2 of 200");
        blocker.exec("rollback");
        let (code, text) = run.ended();
        assert_eq!(code, 0, "{text}");
        assert_eq!(versions(db), 2);
        db.exec("select d from c; select e from a; select g from f");
    }

    fn the_last_attempt_reports_the_lock_holder(db) {
        let tw = project(db, &[
            ("V1__a.sql", "create table a (b int);"),
            ("V2__c.sql", "create table c (d int);\nalter table a add e int;\ncreate table f (g int);"),
        ]);
        assert_eq!(migrate(&tw, &["--to", "V1"]).ended().0, 0);
        let (blocker, number) = blocker(db);
        let (code, text) = migrate(&tw, &["--lock-timeout", "300ms", "--lock-backoff", "5ms..5ms", "--lock-tries", "2"]).ended();
        let each = db.engine().dialect() == "mysql";
        assert_eq!(code, if each { 5 } else { 1 }, "{text}");
        assert!(text.contains("2 attempts in"), "{text}");
        assert!(text.contains(&named(number.as_deref())), "{text}");
        let statements = if each { "1  applied\n  2  not applied\n  3  not started" } else { "not started" };
        assert!(text.contains(statements), "{text}");
        assert_eq!(versions(db), 1);
        assert_eq!(db.try_query("select * from c").is_ok(), each);
        blocker.exec("rollback");
        drop(blocker);
        db.disconnect();
        let (code, text) = match each {
            true => said(&tw, &["repair", "--resume", "-t", "it", "--yes"]),
            false => said(&tw, &["migrate", "-t", "it"]),
        };
        assert_eq!(code, 0, "{text}");
        db.exec("select e from a; select g from f");
    }

    fn lock_timeout_of_a_file(db) {
        let tw = project(db, &[
            ("V1__a.sql", "create table a (b int);"),
            ("V2__e.sql", "-- tablewright: lock-timeout 50ms\nalter table a add e int;"),
            ("V3__c.sql", "create table c (d int);"),
        ]);
        assert_eq!(migrate(&tw, &["--to", "V1"]).ended().0, 0);
        let (blocker, _) = blocker(db);
        let began = Instant::now();
        let (code, text) = migrate(&tw, &["--lock-timeout", "1m", "--lock-tries", "1"]).ended();
        assert!(began.elapsed() < Duration::from_secs(20), "{text}");
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("1 attempt,"), "{text}");
        blocker.exec("rollback");
        db.disconnect();
        let (code, text) = migrate(&tw, &[]).ended();
        assert_eq!(code, 0, "{text}");
    }
}

#[test]
fn long_transactions_are_reported_before_the_run() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            db.exec("create table a (b int)");
            let tw = project(db, &[("V1__c.sql", "create table c (d int);")]);
            let config = tw.read("tablewright.yaml");
            tw.file(
                "tablewright.yaml",
                &config.replace(" }", ", long_transaction: 0s }"),
            );
            let (_blocker, number) = blocker(db);
            let (code, text) = migrate(&tw, &[]).ended();
            assert_eq!(code, 0, "{engine}: {text}");
            let expected = format!("long-running transaction: session {} (", number.unwrap());
            assert!(text.contains(&expected), "{engine}: {text}");
        });
    }
}

#[test]
fn invalid_configuration_values() {
    for (wrong, key) in [
        ("lock_timeout: soon", "lock_timeout"),
        ("lock_tries: 0", "lock_tries"),
        ("lock_backoff: 30s..1s", "lock_backoff"),
        ("long_transaction: 1", "long_transaction"),
    ] {
        let tw = crate::support::tw();
        let config = format!(
            "databases: {{ shop: {{ targets: {{ it: {{ url: \"sqlite://x.db\", {wrong} }} }} }} }}\n"
        );
        tw.file("tablewright.yaml", &config);
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(key), "{text}");
    }
}

fn lexical_rules(engine: Engine) -> &'static LexicalRules {
    match engine {
        Engine::Postgres => &lexical_rules::POSTGRES,
        Engine::MariaDb | Engine::MySql => &lexical_rules::MYSQL,
        Engine::Sqlite => &lexical_rules::SQLITE,
    }
}

fn run_with(
    db: &TestDb,
    sql: &str,
    retry: RetryPolicy,
    observer: &mut dyn Observer,
) -> Result<(), ExecError> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("V1__a.sql"), sql).unwrap();
    let directory = Directory::load(dir.path()).unwrap();
    let schema = (db.engine() == Engine::Postgres).then_some("public");
    let history = HistoryTable::new(schema, "refinery_schema_history", str::to_owned);
    let mut options = ExecOptions::new(lexical_rules(db.engine()), vec![], history);
    options.lock_timeout = Duration::from_secs(1);
    options.retry = retry;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let url = DbUrl::new(db.url());
        let conn = Conn::open(&url, true).await.unwrap();
        let mut executor = Executor::new(conn, url, options).await?;
        let done = executor.migrate(&directory, None, observer).await;
        executor.close().await;
        done.map(drop)
    })
}

/// A statement that works for a while before it meets the lock isn't run again by itself.
#[test]
fn statements_that_took_effect_are_not_run_again() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            db.exec(
                "create table a (id int primary key, b int); insert into a values (1, 1), (2, 2)",
            );
            let blocker = db.session();
            blocker.exec("begin");
            blocker.exec("update a set b = 3 where id = 2");
            let sql = match engine {
                Engine::Postgres => "select pg_sleep(0.6);\nalter table a add c int;",
                _ => "create table c (d int);\nupdate a set b = b + sleep(0.6);",
            };
            let retry = RetryPolicy {
                worked: Duration::from_millis(300),
                ..RetryPolicy::default()
            };
            let error = run_with(db, sql, retry, &mut Silent).unwrap_err();
            let exit = tablewright::cli::exit_of(&error).code();
            let ExecError::Stopped(stopped) = error else {
                panic!("{error}")
            };
            let StopCause::LockTimeout { wait, .. } = &stopped.cause else {
                panic!("{stopped}")
            };
            let LockWait {
                tries: 1,
                worked: Some(worked),
                blockers,
                ..
            } = &**wait
            else {
                panic!("{wait:?}")
            };
            assert!(*worked >= Duration::from_millis(300), "{worked:?}");
            // MariaDB refreshes its list of transactions only if no session has read it for 0.1 s, and other tests read it
            let seen = blockers.len() == 1 || engine == Engine::MariaDb;
            assert!(seen, "{engine}: {blockers:?}");
            assert_eq!(
                exit,
                if engine == Engine::Postgres { 1 } else { 5 },
                "{stopped}"
            );
        });
    }
}

/// Counts what it hears of tries and of drops.
#[derive(Default)]
struct Heard(Vec<String>);

impl Observer for Heard {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Retrying { tried, .. } => self.0.push(format!("try {tried}")),
            Event::DroppingInvalidIndex { name } => self.0.push(format!("drop {name}")),
            _ => {}
        }
    }
}

const BARE: &str = "-- tablewright: no-transaction\n";

fn indexes(db: &TestDb) -> Vec<(String, bool)> {
    let rows = db.query("select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'a'::regclass order by 1");
    rows.iter()
        .map(|row| (row[0].clone().unwrap(), row[1].as_deref() == Some("t")))
        .collect()
}

#[test]
fn an_invalid_index_is_dropped_before_the_next_attempt() {
    for (sql, name) in [
        ("create index concurrently i on a (b);", "i"),
        (
            "create index concurrently if not exists \"I x\" on public.a (b);",
            "I x",
        ),
        ("create index concurrently on a (b);", "a_b_idx"),
    ] {
        Engine::Postgres.with(|db| {
            db.exec("create table a (b int)");
            let tw = project(db, &[("V1__i.sql", &format!("{BARE}{sql}"))]);
            let blocker = db.session();
            blocker.exec("begin");
            blocker.exec("insert into a values (1)");
            let mut run = migrate(&tw, &QUICK);
            run.until("dropping it first");
            blocker.exec("rollback");
            let (code, text) = run.ended();
            assert_eq!(code, 0, "{text}");
            assert_eq!(indexes(db), [(name.to_owned(), true)], "{text}");
            assert_eq!(versions(db), 1);
        });
    }
}

#[test]
fn an_invalid_index_is_found_by_the_next_run() {
    Engine::Postgres.with(|db| {
        db.exec("create table a (b int); insert into a values (1), (1)");
        let sql = "create unique index concurrently if not exists u on a (b);";
        let tw = project(db, &[("V1__i.sql", &format!("{BARE}{sql}"))]);
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 5, "{text}");
        assert!(text.contains("Invalid indexes that remain: u"), "{text}");
        // it fails again, and leaves one index behind, not two
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 5, "{text}");
        db.exec("delete from a where ctid = (select min(ctid) from a)");
        db.disconnect();
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        let (code, text) = if code == 5 {
            let (code, more) = said(&tw, &["repair", "--resume", "-t", "it", "--yes"]);
            (code, text + &more)
        } else {
            (code, text)
        };
        assert_eq!(code, 0, "{text}");
        assert!(
            text.contains("u is invalid, left by a failed build"),
            "{text}"
        );
        assert_eq!(indexes(db), [("u".to_owned(), true)]);
    });
}

#[test]
fn statements_outside_transactions() {
    Engine::Postgres.with(|db| {
        db.exec("create type t as enum ('x'); create table a (b t)");
        let bare = |sql: &str| format!("{BARE}{sql}");
        let tw = project(
            db,
            &[
                ("V1__v.sql", &bare("alter type t add value 'y';")),
                ("V2__v.sql", &bare("vacuum a;")),
                ("V3__v.sql", &bare("create index concurrently i on a (b);")),
                ("V4__v.sql", &bare("reindex table concurrently a;")),
                ("V5__v.sql", "insert into a values ('y');"),
            ],
        );
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 0, "{text}");
        assert_eq!(indexes(db), [("i".to_owned(), true)]);
        assert_eq!(versions(db), 5);
    });
}

#[test]
fn events_of_a_concurrent_index() {
    Engine::Postgres.with(|db| {
        db.exec("create table a (b int); insert into a values (1), (1)");
        let sql = format!("{BARE}create unique index concurrently u on a (b);");
        let failed = db.try_exec("create unique index concurrently u on a (b)");
        assert!(failed.is_err());
        db.exec("truncate a");
        let mut heard = Heard::default();
        run_with(db, &sql, RetryPolicy::default(), &mut heard).unwrap();
        assert_eq!(heard.0, ["drop u"]);
    });
}
