//! Partially applied migrations: their state, the messages, and each way of `repair`.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod old_session;

use crate::support::{Engine, OWN_TABLES, TestDb, Tw, on_every_engine, tw};
use tablewright::change::{Change, Delta, TableOp};
use tablewright::db::{Conn, DbUrl};
use tablewright::dialect;
use tablewright::dialect::InspectScope;
use tablewright::migrate::journal::entry::RunCommand;
use tablewright::migrate::recovery::PlannedSteps;
use tablewright::migrate::run::migration_unit::MigrationUnit;
use tablewright::migrate::run::plan_record::PlanRecord;
use tablewright::migrate::{
    Direction, Directory, ExecError, ExecOptions, Executor, HistoryTable, PendingUnits, Silent,
};
use tablewright::model::{Column, ObjectId, Pair};

/// Servers where each statement commits by itself.
const EACH: [Engine; 2] = [Engine::MariaDb, Engine::MySql];

fn on_each(test: impl Fn(&TestDb)) {
    for engine in EACH {
        engine.with(&test);
    }
}

fn project(db: &TestDb, files: &[(&str, &str)]) -> Tw {
    let tw = tw().env("SHOP_URL", db.url());
    tw.file(
        "tablewright.yaml",
        "databases:\n  shop:\n    targets:\n      it: { url: \"${SHOP_URL}\" }\n",
    );
    for (name, sql) in files {
        write(&tw, db, name, sql);
    }
    db.disconnect();
    tw
}

fn write(tw: &Tw, db: &TestDb, name: &str, sql: &str) {
    let folder = db.engine().dialect();
    tw.file(
        &format!("migrations/{folder}/shop/{name}"),
        &format!("{sql}\n"),
    );
}

/// Runs a command; it has to end with this code and to say all of these.
#[track_caller]
fn says(tw: &Tw, db: &TestDb, args: &[&str], code: i32, expected: &[&str]) -> String {
    db.disconnect();
    let output = tw
        .command(args.iter().copied().chain(["-t", "it"]))
        .write_stdin("")
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    for text in expected {
        assert!(said.contains(text), "{args:?}: no {text:?} in {said}");
    }
    said
}

/// Three steps, of which the second fails, with a down file.
fn partially_applied(db: &TestDb) -> Tw {
    let tw = project(
        db,
        &[
            ("V1__a.sql", "create table a (id int primary key);"),
            ("V1__a.down.sql", "drop table a;"),
            (
                "V2__b.sql",
                "-- step 1: a: add column b\nalter table a add b int;\n\n-- step 2: a: add column c\nalter table nowhere add c int;\n\n-- step 3: create table d\ncreate table d (id int);",
            ),
            (
                "V2__b.down.sql",
                "-- undoes step 3: drop table d\ndrop table d;\n\n-- undoes step 2: a: drop column c\nalter table a drop c;\n\n-- undoes step 1: a: drop column b\nalter table a drop b;",
            ),
        ],
    );
    says(
        &tw,
        db,
        &["migrate"],
        5,
        &["V2__b stopped at statement 2 of 3", "repair --resume"],
    );
    tw
}

fn mended(tw: &Tw, db: &TestDb) {
    let path = format!("migrations/{}/shop/V2__b.sql", db.engine().dialect());
    let text = tw.read(&path).replace("nowhere", "a");
    tw.file(&path, &text);
}

/// As if the process had been killed while the second statement ran.
fn in_doubt(db: &TestDb) {
    db.exec(
        "update tablewright_journal set outcome = 'running', finished_at = null, message = null
         where statement = 2",
    );
}

fn columns(db: &TestDb) -> String {
    let rows = db.query("select column_name from information_schema.columns where table_schema = database() and table_name in ('a', 'd') order by table_name, ordinal_position");
    let names: Vec<_> = rows.into_iter().filter_map(|row| row[0].clone()).collect();
    names.join(" ")
}

#[test]
fn a_failed_statement_is_corrected_and_the_rest_runs() {
    on_each(|db| {
        let tw = partially_applied(db);
        let said = says(
            &tw,
            db,
            &["repair"],
            5,
            &[
                "1  applied",
                "2  not applied",
                "3  not started",
                "doesn't exist",
            ],
        );
        assert!(
            said.contains("repair --resume -d shop -t it ") && said.contains("runs 2-3"),
            "{said}"
        );
        says(&tw, db, &["repair", "--resume"], 7, &["pass --yes"]);
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes"],
            5,
            &["stopped at statement 2 of 3"],
        );
        mended(&tw, db);
        says(
            &tw,
            db,
            &["repair", "--resume", "--dry-run"],
            3,
            &["alter table a add c int"],
        );
        says(&tw, db, &["repair", "--resume", "--yes"], 0, &["V2"]);
        assert_eq!(columns(db), "id b c id");
        says(&tw, db, &["repair"], 0, &["Nothing to repair"]);
        says(&tw, db, &["status"], 0, &["2 applied, 0 pending."]);
        let said = says(
            &tw,
            db,
            &["status", "--history"],
            0,
            &["V2__b", "2 of 3", "failed", "done", "repair 0."],
        );
        assert!(said.contains("all 1") || said.contains("1 of 1"), "{said}");
        let json = says(
            &tw,
            db,
            &["status", "--history", "--format", "json"],
            0,
            &["\"hash\"", "\"server_id\"", "\"session_id\""],
        );
        assert!(json.contains("\"database_name\": \"shop\""), "{json}");
        says(
            &tw,
            db,
            &["rollback", "--steps", "2", "--allow", "data-loss"],
            0,
            &[],
        );
    });
}

#[test]
fn applied_statements_are_reverted() {
    on_each(|db| {
        let tw = partially_applied(db);
        says(
            &tw,
            db,
            &["repair", "--undo", "--yes"],
            0,
            &["Plan: run 1 statement of the down migration"],
        );
        assert_eq!(columns(db), "id");
        says(&tw, db, &["status"], 0, &["1 applied, 1 pending."]);
        mended(&tw, db);
        says(&tw, db, &["migrate"], 0, &[]);
        assert_eq!(columns(db), "id b c id");
    });
}

#[test]
fn applied_statements_must_not_be_edited() {
    on_each(|db| {
        let tw = partially_applied(db);
        let path = format!("migrations/{}/shop/V2__b.sql", db.engine().dialect());
        let text = tw.read(&path);
        tw.file(&path, &text.replace("add b int", "add b bigint"));
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes"],
            5,
            &["statement 1 took effect and was changed afterwards"],
        );
        says(&tw, db, &["migrate"], 5, &["was changed afterwards"]);
        tw.file(&path, &text);
        std::fs::remove_file(tw.path(&path.replace(".sql", ".down.sql"))).unwrap();
        says(
            &tw,
            db,
            &["repair", "--undo", "--yes"],
            5,
            &["V2__b has no down file"],
        );
        std::fs::remove_file(tw.path(&path)).unwrap();
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes"],
            5,
            &["the file of V2__b is missing"],
        );
        assert_eq!(columns(db), "id b");
    });
}

#[test]
fn without_step_labels_a_partial_migration_cannot_be_reverted() {
    on_each(|db| {
        let tw = project(
            db,
            &[
                (
                    "V1__a.sql",
                    "create table a (id int);\nalter table nowhere add b int;",
                ),
                ("V1__a.down.sql", "drop table a;"),
            ],
        );
        says(&tw, db, &["migrate"], 5, &[]);
        says(
            &tw,
            db,
            &["repair", "--undo", "--yes"],
            5,
            &["no step marks", "--mark-rolled-back"],
        );
        db.exec("drop table a");
        says(
            &tw,
            db,
            &["repair", "--mark-rolled-back", "--dry-run"],
            3,
            &["record V1__a as rolled back"],
        );
        says(
            &tw,
            db,
            &["repair", "--mark-rolled-back", "--yes"],
            0,
            &["recorded as rolled back"],
        );
        says(&tw, db, &["status"], 0, &["0 applied, 1 pending."]);
        says(&tw, db, &["migrate"], 5, &[]);
        says(
            &tw,
            db,
            &["repair", "--mark-applied", "--yes"],
            0,
            &["recorded as applied"],
        );
        says(&tw, db, &["status"], 0, &["1 applied, 0 pending."]);
        says(&tw, db, &["migrate"], 0, &["No pending migrations"]);
    });
}

#[test]
fn undecided_statements_need_an_answer() {
    on_each(|db| {
        let tw = partially_applied(db);
        in_doubt(db);
        let expected = [
            "2  unknown",
            "pass --took-effect or --no-effect",
            "alter table nowhere add c int",
        ];
        says(&tw, db, &["migrate"], 5, &expected);
        says(&tw, db, &["rollback"], 5, &expected);
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes"],
            5,
            &["pass --took-effect or --no-effect"],
        );
        says(
            &tw,
            db,
            &["repair", "--undo", "--yes"],
            5,
            &["pass --took-effect or --no-effect"],
        );
        // a person looked, and did it by hand
        db.exec("alter table a add c int");
        says(
            &tw,
            db,
            &["repair", "--resume", "--took-effect", "--yes"],
            0,
            &["Plan: run 1 statement."],
        );
        assert_eq!(columns(db), "id b c id");
        says(&tw, db, &["rollback", "--allow", "data-loss"], 0, &[]);
        assert_eq!(columns(db), "id");
    });
}

#[test]
fn another_server_and_a_newer_journal() {
    on_each(|db| {
        let tw = partially_applied(db);
        mended(&tw, db);
        db.exec("update tablewright_journal set server_id = 'another'");
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes"],
            5,
            &["another server", "--other-server"],
        );
        db.exec("update tablewright_journal set format = 2");
        says(&tw, db, &["migrate"], 1, &["a newer tablewright wrote it"]);
        db.exec("update tablewright_journal set format = 1");
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes", "--other-server"],
            0,
            &[],
        );
        assert_eq!(columns(db), "id b c id");
    });
}

const SPEC: &str = "table: notes
columns:
  id: int
  title: varchar(100)
primary_key: [id]
";

on_every_engine! {
    fn a_rollback_needs_the_recorded_schema(db) {
        let tw = project(db, &[]);
        tw.file("schemas/shop/notes.yaml", SPEC);
        tw.run(["migration", "new", "first"]).success();
        tw.file("schemas/shop/notes.yaml", &SPEC.replace("primary_key", "  size: int null\nprimary_key"));
        tw.run(["migration", "new", "second"]).success();
        says(&tw, db, &["migrate"], 0, &[]);
        db.exec("alter table notes add column own varchar(10)");
        // what the rollback doesn't change may differ
        says(&tw, db, &["rollback"], 0, &[]);
        says(&tw, db, &["migrate"], 0, &[]);
        db.exec("alter table notes drop column size");
        says(&tw, db, &["rollback", "--yes"], 7, &["the schema differs from V2", "notes.size", "missing", "--allow drift"]);
        db.exec("alter table notes add column size integer");
        db.exec("alter table notes drop column own");
        says(&tw, db, &["rollback", "--to", "0"], 0, &[]);
    }

    fn history_rows_of_other_programs_are_verified(db) {
        let tw = project(db, &[]);
        tw.file("schemas/shop/notes.yaml", SPEC);
        tw.run(["migration", "new", "first"]).success();
        says(&tw, db, &["migrate"], 0, &[]);
        tw.file("schemas/shop/notes.yaml", &SPEC.replace("primary_key", "  size: int null\nprimary_key"));
        tw.run(["migration", "new", "second"]).success();
        // as refinery leaves it where a statement but the first has failed
        db.exec("drop table tablewright_journal");
        db.exec("alter table notes drop column title");
        let expected = ["applied by another program", "notes.title", "missing"];
        says(&tw, db, &["migrate"], 5, &expected);
        let text = if db.engine() == Engine::Sqlite { "alter table notes add column title varchar(100) not null default ''" } else { "alter table notes add column title varchar(100) not null" };
        db.exec(text);
        if db.engine() == Engine::Sqlite {
            says(&tw, db, &["migrate", "--allow", "drift"], 0, &[]);
        } else {
            says(&tw, db, &["migrate"], 0, &[]);
        }
    }

    fn apply_is_journalled_and_recovered(db) {
        let files = tempfile::TempDir::new().unwrap();
        let directory = Directory::load(files.path()).unwrap();
        let dialect = dialect::by_name(db.engine().dialect()).unwrap();
        db.exec("create table a (id int)");
        let start = db.dump_without(OWN_TABLES);
        db.disconnect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let url = DbUrl::new(db.url());
            let mut conn = Conn::open(&url, true).await.unwrap();
            let scope = InspectScope { hidden: vec!["refinery_schema_history".into()], ignore: vec!["tablewright_*".into()], ..InspectScope::default() };
            let live = dialect.inspect(&mut conn, &scope).await.unwrap();
            let from = Box::new(live.table(&ObjectId::table("a")).unwrap().clone());
            let schema = dialect.capabilities().objects.schemas.then_some("public");
            let history = HistoryTable::new(schema, "refinery_schema_history", str::to_owned);
            let options = ExecOptions::new(dialect.lexical_rules(), dialect.session_statements(conn.server(), None, &[]), history);
            let mut executor = Executor::new(conn, url, options).await.unwrap();
            let adds = |names: &[&str]| {
                let mut to = from.clone();
                let column = Column { nullable: true, ..from.columns[0].clone() };
                let columns = names.iter().map(|name| Column { name: (*name).into(), ..column.clone() });
                to.columns.extend(columns);
                let added = to.columns.last().unwrap().clone();
                let ops = vec![TableOp::Column(Delta::Add(added))];
                Change::Table { sides: Pair::new(from.clone(), to), ops }
            };
            let mut plan = PlanRecord {
                up: "-- step 1: a: add column b\nalter table a add b int;\n-- step 2: a: add column c\nalter table a add c int;\n-- step 3\nalter table nowhere add d int;\n".into(),
                down: "-- undoes step 3\nalter table nowhere drop d;\n-- undoes step 2\nalter table a drop column c;\n-- undoes step 1\nalter table a drop column b;\n".into(),
                ..PlanRecord::default()
            };
            plan.record_changes([(1, &adds(&["b"])), (2, &adds(&["b", "c"]))]);
            let item = MigrationUnit::from_plan("apply", plan, Direction::Up, dialect.lexical_rules()).unwrap();
            let work = PendingUnits { command: RunCommand::Apply, items: vec![item], ..PendingUnits::default() };
            let Err(ExecError::Stopped(stopped)) = executor.run(&work, &mut Silent).await else {
                panic!("must stop");
            };
            assert_eq!(stopped.statement(), Some(3));
            let steps = PlannedSteps::new();
            let found = executor.diagnose(&directory, dialect, &scope, &steps, &mut Silent).await.unwrap();
            if dialect.ddl_is_transactional() {
                assert!(found.is_none());
                return executor.close().await;
            }
            assert_eq!(found.unwrap().applied_count(), 2);
            // the answer to the second statement was never seen
            executor.conn().run("update tablewright_journal set outcome = 'running' where statement = 2; delete from tablewright_journal where statement = 3").await.unwrap();
            let found = executor.diagnose(&directory, dialect, &scope, &steps, &mut Silent).await.unwrap().unwrap();
            assert_eq!(found.applied_count(), 2, "{:?}", found.effect);
            executor.conn().run("alter table a drop c").await.unwrap();
            let found = executor.diagnose(&directory, dialect, &scope, &steps, &mut Silent).await.unwrap().unwrap();
            assert_eq!(found.applied_count(), 1, "{:?}", found.effect);
            executor.repair(&found, &found.undo().unwrap(), &mut Silent).await.unwrap();
            assert!(executor.unfinished().await.unwrap().is_none());
            executor.close().await;
        });
        assert_eq!(db.dump_without(OWN_TABLES), start);
    }
}
