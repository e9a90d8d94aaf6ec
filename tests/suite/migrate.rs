//! The executor against real servers, with hand-written migrations: the state after a failure, refusals, locking.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, TestDb, on_every_engine};
use std::path::Path;
use std::time::{Duration, Instant};
use tablewright::db::{Conn, DbUrl, Server, Vendor, Version};
use tablewright::migrate::{
    CompletedUnit, Directory, Event, ExecError, ExecOptions, Executor, HistoryTable, LockError,
    Observer, RollbackTo, Silent, StatementState, StopCause, Stopped, StoppedState,
};
use tablewright::sql::lexical_rules;
use tablewright::sql::lexical_rules::LexicalRules;
use tempfile::TempDir;

fn lexical_rules(engine: Engine) -> &'static LexicalRules {
    match engine {
        Engine::Postgres => &lexical_rules::POSTGRES,
        Engine::MariaDb | Engine::MySql => &lexical_rules::MYSQL,
        Engine::Sqlite => &lexical_rules::SQLITE,
    }
}

fn options(engine: Engine) -> ExecOptions {
    let schema = (engine == Engine::Postgres).then_some("public");
    let history = HistoryTable::new(schema, "refinery_schema_history", str::to_owned);
    ExecOptions::new(lexical_rules(engine), vec![], history)
}

/// Files of migrations, `V1__a.sql` and its like.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let this = Self(TempDir::new().unwrap());
        for (name, text) in files {
            this.set(name, text);
        }
        this
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn set(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).unwrap();
    }

    fn read(&self) -> Directory {
        Directory::load(self.path()).unwrap()
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

async fn open(db: &TestDb, options: ExecOptions) -> Executor {
    let url = DbUrl::new(db.url());
    let conn = Conn::open(&url, true).await.unwrap();
    Executor::new(conn, url, options).await.unwrap()
}

fn migrate_with(
    db: &TestDb,
    files: &Files,
    options: ExecOptions,
    observer: &mut dyn Observer,
) -> Result<Vec<CompletedUnit>, ExecError> {
    db.disconnect();
    block(async {
        let mut executor = open(db, options).await;
        let result = executor.migrate(&files.read(), None, observer).await;
        executor.close().await;
        result
    })
}

fn migrate(db: &TestDb, files: &Files) -> Result<Vec<CompletedUnit>, ExecError> {
    migrate_with(db, files, options(db.engine()), &mut Silent)
}

fn rollback(db: &TestDb, files: &Files, back: RollbackTo) -> Result<Vec<CompletedUnit>, ExecError> {
    db.disconnect();
    block(async {
        let mut executor = open(db, options(db.engine())).await;
        let result = executor.rollback(&files.read(), back, &mut Silent).await;
        executor.close().await;
        result
    })
}

fn stopped(result: Result<Vec<CompletedUnit>, ExecError>) -> Stopped {
    match result {
        Err(ExecError::Stopped(stopped)) => *stopped,
        other => panic!("must stop at a migration: {other:?}"),
    }
}

fn refused(result: Result<Vec<CompletedUnit>, ExecError>) -> &'static str {
    match result {
        Err(ExecError::Files(found)) => found[0].code.as_str(),
        other => panic!("must be refused: {other:?}"),
    }
}

fn versions(db: &TestDb) -> Vec<String> {
    let rows = db.query("select version from refinery_schema_history order by version");
    rows.into_iter()
        .map(|row| row[0].clone().unwrap())
        .collect()
}

fn has_table(db: &TestDb, table: &str) -> bool {
    db.try_query(&format!("select * from {table}")).is_ok()
}

fn v(version: &Option<i32>) -> String {
    format!("V{}", version.unwrap())
}

/// Records the events of a run.
#[derive(Default)]
struct EventLog(Vec<String>);

impl Observer for EventLog {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(match event {
            Event::LockWaiting { .. } => "waiting".to_owned(),
            Event::LockAcquired { .. } => "locked".to_owned(),
            Event::LongTransactions { .. } => "long transactions".to_owned(),
            Event::Retrying { tried, of, .. } => format!("try {tried}/{of}"),
            Event::DroppingInvalidIndex { name } => format!("dropping {name}"),
            Event::PreviousSession { .. } => "old session".to_owned(),
            Event::MigrationStarted {
                version,
                statements,
                number,
                of,
                ..
            } => {
                format!("{} {number}/{of} with {statements}", v(version))
            }
            Event::StatementStarted { number, of, .. } => format!("start {number}/{of}"),
            Event::StatementDone { number, took } => {
                format!(
                    "done {number} {}",
                    if took.is_some() { "timed" } else { "untimed" }
                )
            }
            Event::MigrationDone { version, .. } => format!("{} done", v(version)),
            Event::MigrationFailed {
                version, statement, ..
            } => format!("{} failed {statement:?}", v(version)),
            other => format!("unexpected: {other:?}"),
        });
    }
}

on_every_engine! {
    fn up_and_down_run_nothing_twice(db) {
        let files = Files::new(&[
            ("V1__a.sql", "create table a (b int);"),
            ("V1__a.down.sql", "drop table a;"),
            ("V3__c.sql", "alter table a add c int;\nalter table a add d int;\n"),
            ("V3__c.down.sql", "alter table a drop column d;\nalter table a drop column c;\n"),
        ]);
        let mut diary = EventLog::default();
        let ran = migrate_with(db, &files, options(db.engine()), &mut diary).unwrap();
        assert_eq!(ran.iter().filter_map(|r| r.version).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(diary.0, [
            "locked", "V1 1/2 with 1", "start 1/1", "done 1 timed", "V1 done",
            "V3 2/2 with 2", "start 1/2", "done 1 timed", "start 2/2", "done 2 timed", "V3 done",
        ]);
        assert_eq!(versions(db), ["1", "3"]);
        assert!(migrate(db, &files).unwrap().is_empty());
        let row = &db.query("select name, applied_on, checksum from refinery_schema_history where version = 1")[0];
        let checksum = tablewright::migrate::files::directory::checksum("V1__a", "create table a (b int);");
        assert_eq!(row[2], checksum.map(|c| c.to_string()));
        assert!(row[1].as_ref().unwrap().ends_with('Z'));

        assert_eq!(rollback(db, &files, RollbackTo::Last(1)).unwrap()[0].version, Some(3));
        assert_eq!(versions(db), ["1"]);
        assert!(db.try_query("select c from a").is_err());
        assert_eq!(rollback(db, &files, RollbackTo::Version(0)).unwrap()[0].version, Some(1));
        assert!(!has_table(db, "a"));
        assert_eq!(migrate(db, &files).unwrap().len(), 2);
    }

    fn a_statement_that_fails(db) {
        let files = Files::new(&[
            ("V1__a.sql", "create table a (b int);"),
            ("V2__c.sql", "alter table a add c int;\n\nalter table\n  nowhere add d int;\nalter table a add e int;\n"),
        ]);
        let mut diary = EventLog::default();
        let stopped = stopped(migrate_with(db, &files, options(db.engine()), &mut diary));
        assert_eq!(diary.0.last().unwrap(), "V2 failed Some(2)");
        assert_eq!((stopped.version, stopped.statement(), &stopped.before[..]), (Some(2), Some(2), &[1][..]));
        assert!(stopped.sql.contains("nowhere"));
        assert!(stopped.to_string().contains("nowhere"), "{stopped}");
        let at = stopped.at.as_ref().unwrap();
        assert!(at.file.ends_with("V2__c.sql") && (3..=4).contains(&at.line), "{at}");
        let (first, outcome, exit) = match db.engine() {
            Engine::Postgres | Engine::Sqlite => (StatementState::RolledBack, StoppedState::Unchanged, 1),
            Engine::MariaDb | Engine::MySql => (StatementState::Applied, StoppedState::PartiallyApplied, 5),
        };
        assert_eq!(stopped.effects, [first, StatementState::NotApplied, StatementState::NotStarted]);
        assert_eq!(stopped.outcome(), outcome);
        assert_eq!(tablewright::cli::exit_of(&ExecError::Stopped(Box::new(stopped))).code(), exit);
        assert_eq!(db.try_query("select c from a").is_ok(), outcome == StoppedState::PartiallyApplied);
        assert_eq!(versions(db), ["1"]);
    }

    fn the_first_statement_fails(db) {
        let files = Files::new(&[("V1__a.sql", "create tabel a (b int);")]);
        let stopped = stopped(migrate(db, &files));
        assert_eq!(stopped.effects, [StatementState::NotApplied]);
        assert_eq!((stopped.statement(), stopped.outcome()), (Some(1), StoppedState::Unchanged));
        files.set("V1__a.sql", "create table a (b int);");
        migrate(db, &files).unwrap();
    }

    fn data_changes_are_all_or_nothing(db) {
        let files = Files::new(&[
            ("V1__a.sql", "create table a (b int primary key);"),
            ("V2__rows.sql", "insert into a values (1), (2);\ninsert into a values (3);\ninsert into a values (1);\n"),
        ]);
        let stopped = stopped(migrate(db, &files));
        assert_eq!(stopped.effects, [StatementState::RolledBack, StatementState::RolledBack, StatementState::NotApplied]);
        assert_eq!(stopped.outcome(), StoppedState::Unchanged);
        assert_eq!(db.value("select count(*) from a").unwrap(), "0");
    }

    fn files_that_differ_from_the_history(db) {
        let files = Files::new(&[
            ("V1__a.sql", "create table a (b int);"),
            ("V5__e.sql", "create table e (b int);"),
        ]);
        migrate(db, &files).unwrap();
        files.set("V1__a.sql", "create table a (b bigint);");
        assert_eq!(refused(migrate(db, &files)), "migration-changed");
        files.set("V1__a.sql", "create table a (b int);");
        files.set("V3__c.sql", "create table c (b int);");
        assert_eq!(refused(migrate(db, &files)), "migration-out-of-order");
        files.remove("V3__c.sql");
        files.set("V6__f.sql", "create table f (b int);\r\n");
        assert_eq!(refused(migrate(db, &files)), "migration-line-ends");
        files.remove("V6__f.sql");
        files.remove("V5__e.sql");
        assert_eq!(refused(migrate(db, &files)), "migration-missing");
        assert_eq!(refused(rollback(db, &files, RollbackTo::Last(1))), "migration-missing");
        assert_eq!(versions(db), ["1", "5"]);
    }

    fn one_run_at_a_time(db) {
        let files = Files::new(&[("V1__a.sql", "create table a (b int);")]);
        db.disconnect();
        block(async {
            let mut first = open(db, options(db.engine())).await;
            first.lock(&mut Silent).await.unwrap();
            let mut more = options(db.engine());
            more.lock.wait = Duration::from_millis(300);
            let mut second = open(db, more).await;
            let mut diary = EventLog::default();
            let error = second.migrate(&files.read(), None, &mut diary).await.unwrap_err();
            assert_eq!(tablewright::cli::exit_of(&error).code(), 6);
            assert_eq!(diary.0[0], "waiting");
            let ExecError::Lock(LockError::Held { holder: Some(holder), waited }) = error else {
                panic!("{error:?}");
            };
            assert!(waited >= Duration::from_millis(300));
            assert!(!holder.session.is_empty());
            first.close().await;
            // a server takes a moment to notice that a session is gone
            let mut tries = 0;
            while second.migrate(&files.read(), None, &mut Silent).await.is_err() {
                tries += 1;
                assert!(tries < 20);
            }
            second.close().await;
        });
        assert_eq!(versions(db), ["1"]);
    }

    fn a_dry_run_touches_nothing(db) {
        let files = Files::new(&[("V1__a.sql", "create table a (b int);")]);
        db.disconnect();
        let sent = block(async {
            let mut executor = open(db, options(db.engine())).await;
            let work = executor.pending(&files.read(), None).await.unwrap();
            assert!(work.create_history);
            let sent = executor.preview(&work);
            executor.close().await;
            sent
        });
        assert_eq!(sent.len(), 1);
        let text: Vec<String> = sent[0].1.messages.iter().map(|m| m.text()).collect();
        assert!(text.concat().contains("INSERT INTO"));
        assert!(!has_table(db, "a") && !has_table(db, "refinery_schema_history"));
    }
}

#[test]
fn concurrent_index_builds_and_invalid_indexes() {
    Engine::Postgres.with(|db| {
        let bare = "-- tablewright: no-transaction\n";
        let files = Files::new(&[
            (
                "V1__a.sql",
                "create table a (b int); create table c (b int); insert into c values (1), (1);",
            ),
            (
                "V2__i.sql",
                &format!("{bare}create index concurrently i on a (b);"),
            ),
            (
                "V3__u.sql",
                &format!("{bare}create unique index concurrently u on c (b);"),
            ),
        ]);
        let stopped = stopped(migrate(db, &files));
        assert_eq!(
            (stopped.version, &stopped.before[..]),
            (Some(3), &[1, 2][..])
        );
        assert_eq!(stopped.invalid_indexes, ["u"]);
        assert_eq!(stopped.outcome(), StoppedState::PartiallyApplied);
        assert_eq!(versions(db), ["1", "2"]);
    });
}

#[test]
fn a_session_that_a_migration_changed() {
    Engine::Postgres.with(|db| {
        let files = Files::new(&[
            (
                "V1__a.sql",
                "select pg_catalog.set_config('search_path', '', false);\nset lock_timeout = 0;",
            ),
            ("V2__b.sql", "create table b (c int);"),
        ]);
        let mut pinned = options(db.engine());
        pinned.session = vec!["set search_path = public".to_owned()];
        migrate_with(db, &files, pinned, &mut Silent).unwrap();
        assert!(has_table(db, "public.b"));
    });
}

#[test]
fn foreign_keys_off_while_a_table_is_rebuilt() {
    Engine::Sqlite.with(|db| {
        let rebuild = "-- tablewright: foreign-keys-off\n\
            create table new_p (id integer primary key, note text);\n\
            insert into new_p (id) select id from p;\n\
            drop table p;\n\
            alter table new_p rename to p;\n";
        let files = Files::new(&[
            ("V1__a.sql", "create table p (id integer primary key);\ncreate table c (p integer references p (id) on delete cascade);\ninsert into p values (1);\ninsert into c values (1);"),
            ("V2__b.sql", rebuild),
        ]);
        migrate(db, &files).unwrap();
        assert_eq!(db.value("select count(*) from c").unwrap(), "1");
        files.set("V3__c.sql", "-- tablewright: foreign-keys-off\ndelete from p;");
        let stopped = stopped(migrate(db, &files));
        assert!(matches!(&stopped.cause, StopCause::Orphans(rows) if rows.len() == 1), "{stopped}");
        assert_eq!(stopped.effects, [StatementState::RolledBack]);
        assert_eq!(stopped.outcome(), StoppedState::Unchanged);
        assert_eq!(db.value("select count(*) from p").unwrap(), "1");
    });
}

#[test]
fn a_read_only_session() {
    Engine::Postgres.with(|db| {
        db.exec(&format!(
            "alter database {} set default_transaction_read_only = on",
            db.name()
        ));
        let files = Files::new(&[("V1__a.sql", "create table a (b int);")]);
        let error = migrate(db, &files).unwrap_err();
        assert!(matches!(error, ExecError::NotWritable(_)), "{error:?}");
        assert_eq!(tablewright::cli::exit_of(&error).code(), 7);
    });
}

#[test]
fn many_migrations() {
    for engine in [
        Engine::Postgres,
        Engine::MariaDb,
        Engine::MySql,
        Engine::Sqlite,
    ] {
        engine.with(|db| {
            let files = Files::new(&[]);
            for n in 1..=1000 {
                files.set(
                    &format!("V{n}__t{n}.sql"),
                    &format!("create table t{n} (id int primary key);\n"),
                );
            }
            let started = Instant::now();
            assert_eq!(migrate(db, &files).unwrap().len(), 1000);
            eprintln!("{engine}: 1000 migrations in {:.2?}", started.elapsed());
            let started = Instant::now();
            assert!(migrate(db, &files).unwrap().is_empty());
            eprintln!("{engine}: nothing to do in {:.2?}", started.elapsed());
        });
    }
}

#[test]
fn ten_thousand_files_without_pending_migrations() {
    Engine::Sqlite.with(|db| {
        let files = Files::new(&[]);
        migrate(db, &Files::new(&[("V1__t1.sql", "select 1;")])).unwrap();
        let mut rows = String::from("begin;");
        for n in 1..=10_000 {
            let (stem, text) = (format!("V{n}__t{n}"), "select 1;");
            files.set(&format!("{stem}.sql"), text);
            files.set(&format!("{stem}.down.sql"), text);
            let checksum = tablewright::migrate::files::directory::checksum(&stem, text).unwrap();
            rows += &format!("insert or replace into refinery_schema_history values ({n}, 't{n}', '2025-10-28T02:11:00Z', '{checksum}');");
        }
        db.exec(&(rows + "commit"));
        let started = Instant::now();
        assert!(migrate(db, &files).unwrap().is_empty());
        eprintln!("10000 files, nothing to do: {:.2?}", started.elapsed());
    });
}

#[test]
fn outcomes_of_a_lost_connection() {
    let lost = |effects: &[StatementState]| Stopped {
        version: Some(1),
        name: "a".to_owned(),
        server: Server {
            vendor: Vendor::MariaDb,
            version: Version(10, 11, 0),
        },
        role: tablewright::migrate::run::script::StatementRole::Statement(2),
        at: None,
        sql: String::new(),
        cause: StopCause::Server {
            code: String::new(),
            message: "gone".to_owned(),
            lost: true,
        },
        effects: effects.to_vec(),
        invalid_indexes: vec![],
        before: vec![],
    };
    assert_eq!(
        lost(&[StatementState::Applied, StatementState::Unknown]).outcome(),
        StoppedState::Unknown
    );
    assert_eq!(
        lost(&[StatementState::RolledBack, StatementState::NotApplied]).outcome(),
        StoppedState::Unchanged
    );
}

#[test]
fn a_statement_whose_session_is_ended() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            let (sleep, end) = match engine {
                Engine::Postgres => ("select pg_sleep(30)", "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(30)%' and pid <> pg_backend_pid()"),
                Engine::MariaDb | Engine::MySql | Engine::Sqlite => ("select sleep(30)", ""),
            };
            let files = Files::new(&[("V1__a.sql", &format!("create table a (b int);\n{sleep};\ncreate table c (d int);"))]);
            let directory = files.read();
            let control = db.session();
            let url = db.url().to_owned();
            let options = options(engine);
            let worker = std::thread::spawn(move || block(async {
                let url = DbUrl::new(url);
                let conn = Conn::open(&url, true).await.unwrap();
                let mut executor = Executor::new(conn, url, options).await.unwrap();
                executor.migrate(&directory, None, &mut Silent).await
            }));
            let deadline = Instant::now() + Duration::from_secs(10);
            loop {
                assert!(Instant::now() < deadline);
                std::thread::sleep(Duration::from_millis(50));
                if engine == Engine::Postgres {
                    if !control.query(end).is_empty() {
                        break;
                    }
                    continue;
                }
                let rows = control.query("select id from information_schema.processlist where db = database() and info like 'select sleep(30)%'");
                if let Some(id) = rows.first().and_then(|row| row[0].clone()) {
                    control.exec(&format!("kill connection {id}"));
                    break;
                }
            }
            let stopped = stopped(worker.join().unwrap());
            let (first, second, outcome) = match engine {
                Engine::Postgres => (StatementState::RolledBack, StatementState::NotApplied, StoppedState::Unchanged),
                Engine::MariaDb | Engine::MySql | Engine::Sqlite => (StatementState::Applied, StatementState::Unknown, StoppedState::Unknown),
            };
            assert_eq!(stopped.effects, [first, second, StatementState::NotStarted], "{stopped}");
            assert_eq!(stopped.outcome(), outcome);
        });
    }
}
