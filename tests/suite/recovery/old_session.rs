//! A statement runs on after its client was killed: the next run waits for it, or ends it.

use super::{on_each, project, says};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A COPY of a table that takes some seconds, whose client is killed at once.
#[test]
fn an_alter_outlives_its_client() {
    on_each(|db| {
        db.exec("create table big (id int primary key auto_increment, a char(200), b char(200), key (a), key (b))");
        db.exec("insert into big (a, b) values (uuid(), uuid())");
        for _ in 0..17 {
            db.exec("insert into big (a, b) select uuid(), uuid() from big");
        }
        let tw = project(
            db,
            &[(
                "V1__wide.sql",
                "-- step 1: big: change a\nalter table big modify a char(201), algorithm=copy;\n\n-- step 2: create table after_it\ncreate table after_it (id int);",
            )],
        );
        let running = "select count(*) from information_schema.processlist where info like '%modify a char(201)%' and info not like '%processlist%'";
        let mut child = tw
            .std_command(["migrate", "-t", "it"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while db.value(running).as_deref() == Some("0") {
            std::thread::sleep(Duration::from_millis(20));
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_ne!(
            db.value(running).as_deref(),
            Some("0"),
            "the statement ended with its client"
        );
        let started = Instant::now();
        let said = says(
            &tw,
            db,
            &["migrate", "--wait", "2m"],
            5,
            &[
                "1  applied",
                "2  not started",
                "Statement 1 of V1__wide was still running when this command started; it took effect.",
            ],
        );
        let waited = started.elapsed();
        assert_eq!(db.value(running).as_deref(), Some("0"));
        let ty = db.value("select column_type from information_schema.columns where table_schema = database() and table_name = 'big' and column_name = 'a'");
        assert_eq!(ty.as_deref(), Some("char(201)"), "{said}");
        println!(
            "{}: waited {:.1} s for it",
            db.engine(),
            waited.as_secs_f64()
        );
        says(
            &tw,
            db,
            &["repair", "--resume", "--yes"],
            0,
            &["Plan: run 1 statement."],
        );
        says(&tw, db, &["status"], 0, &["1 applied, 0 pending."]);
    });
}

/// The session that the first run left is still running: without `--wait` nothing is done, and it can be
/// ended.
#[test]
fn a_previous_session_that_is_still_running() {
    on_each(|db| {
        let tw = project(
            db,
            &[(
                "V1__slow.sql",
                "create table early (id int);\nselect sleep(60);\ncreate table late (id int);",
            )],
        );
        let running = "select count(*) from information_schema.processlist where info like '%sleep(60)%' and info not like '%processlist%' and db = database()";
        let mut child = tw
            .std_command(["migrate", "-t", "it"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while db.value(running).as_deref() == Some("0") {
            std::thread::sleep(Duration::from_millis(20));
        }
        says(&tw, db, &["status"], 0, &["V1__slow is running"]);
        says(&tw, db, &["repair"], 6, &["another run holds the lock"]);
        child.kill().unwrap();
        child.wait().unwrap();
        says(
            &tw,
            db,
            &["migrate"],
            5,
            &[
                "still running on the server: session",
                "--wait",
                "repair --end-session",
            ],
        );
        says(
            &tw,
            db,
            &["repair", "--end-session"],
            5,
            &["1  applied", "2  unknown"],
        );
        assert_eq!(db.value(running).as_deref(), Some("0"));
        says(
            &tw,
            db,
            &["repair", "--resume", "--took-effect", "--yes"],
            0,
            &[],
        );
        says(&tw, db, &["status"], 0, &["1 applied, 0 pending."]);
    });
}
