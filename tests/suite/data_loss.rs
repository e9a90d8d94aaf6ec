//! Consent to data loss in `migrate` and `rollback`, and that one of two simultaneous runs waits.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, TestDb, Tw, tw};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CONFIG: &str = "databases:
  shop:
    targets:
      it: { url: \"${SHOP_URL}\" }
      careful: { url: \"${SHOP_URL}\", confirm: true }
";

fn project(db: &TestDb, files: &[(&str, &str)]) -> Tw {
    db.disconnect();
    let tw = tw().env("SHOP_URL", db.url());
    tw.file("tablewright.yaml", CONFIG);
    for (name, sql) in files {
        let folder = db.engine().dialect();
        tw.file(
            &format!("migrations/{folder}/shop/{name}"),
            &format!("{sql}\n"),
        );
    }
    tw
}

/// Exit code, stdout and stderr of a run.
fn said(tw: &Tw, args: &[&str]) -> (i32, String) {
    let output = tw.std_command(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(text).unwrap(),
    )
}

fn versions(db: &TestDb) -> usize {
    db.try_query("select version from refinery_schema_history")
        .map_or(0, |rows| rows.len())
}

fn has(db: &TestDb, table: &str) -> bool {
    db.try_query(&format!("select 1 from {table}")).is_ok()
}

crate::support::on_every_engine! {
    fn data_loss_needs_allow(db) {
        let tw = project(db, &[
            ("V1__a.sql", "create table a (id int, b int, c int);"),
            ("V1__a.down.sql", "drop table a;"),
            ("V2__b.sql", "alter table a drop column b;"),
            ("V2__b.down.sql", "alter table a add column b int;"),
        ]);
        let (code, text) = said(&tw, &["migrate", "-t", "it", "--to", "V1"]);
        assert_eq!(code, 0, "{text}");
        // what is empty loses nothing
        let (code, text) = said(&tw, &["rollback", "-t", "it"]);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("dropped objects are empty"), "{text}");
        // a table that the run makes itself has no rows yet
        let (code, text) = said(&tw, &["migrate", "-t", "it", "--to", "V1"]);
        assert_eq!(code, 0, "{text}");
        db.exec("insert into a values (1, 2, 3), (2, null, 3)");
        db.disconnect();
        let (code, text) = said(&tw, &["plan", "-t", "it"]);
        assert_eq!(code, 3, "{text}");
        assert!(text.contains("needs --allow data-loss"), "{text}");
        for args in [
            &["migrate", "-t", "it"][..],
            &["migrate", "-t", "it", "--yes"],
            &["migrate", "-t", "it", "--allow", "rewrite,blocks-writes"],
            &["migrate", "-t", "careful", "--confirm", "careful"],
        ] {
            let (code, text) = said(&tw, args);
            assert_eq!(code, 7, "{text}");
            assert!(text.contains("V2 step 1: a.b"), "{text}");
            assert!(text.contains("--allow data-loss"), "{text}");
        }
        let (code, text) = said(&tw, &["migrate", "-t", "careful", "--allow", "data-loss"]);
        assert_eq!(code, 7, "consent is no confirmation: {text}");
        assert_eq!(versions(db), 1);
        db.disconnect();
        let (code, text) = said(&tw, &["migrate", "-t", "it", "--allow", "rewrite,data-loss"]);
        assert_eq!(code, 0, "{text}");
        let row = |text: &str| text.lines().any(|l| l.split_whitespace().eq(["a.b", "1"]));
        assert!(row(&text), "{text}");
        // the rollback: both rows of the table
        let (code, text) = said(&tw, &["rollback", "-t", "it", "--to", "0"]);
        assert_eq!(code, 7, "{text}");
        assert!(text.contains("revert from V2 to the empty schema: 2 migrations"), "{text}");
        assert!(text.lines().any(|l| l.split_whitespace().eq(["a", "2"])), "{text}");
        assert!(has(db, "a"));
        db.disconnect();
        let folder = db.engine().dialect();
        let file = format!("migrations/{folder}/shop/V1__a.down.sql");
        tw.file(&file, "-- tablewright: allow data-loss\ndrop table a;\n");
        let (code, text) = said(&tw, &["rollback", "-t", "it", "--to", "0"]);
        assert_eq!(code, 0, "{text}");
        assert!(!has(db, "a"));
    }

    fn recorded_rows_are_counted(db) {
        let spec = |columns: &str| format!("table: things\ncolumns:\n  id: {{ type: int, identity: true }}\n{columns}primary_key: [id]\n");
        let tw = project(db, &[]);
        tw.file("schemas/shop/things.yaml", &spec(""));
        assert_eq!(said(&tw, &["migration", "new", "one"]).0, 0);
        tw.file("schemas/shop/things.yaml", &spec("  \"Odd name\": int null\n"));
        assert_eq!(said(&tw, &["migration", "new", "two"]).0, 0);
        tw.file("schemas/shop/things.yaml", &spec(""));
        let (code, text) = said(&tw, &["migration", "new", "three"]);
        assert_eq!(code, 0);
        for dialect in ["postgres", "mysql", "sqlite"] {
            let warned = format!("warning: V3 {dialect} step 1: data-loss");
            assert!(text.contains(&warned), "{text}");
        }
        let (code, text) = said(&tw, &["migrate", "-t", "it", "--to", "V2"]);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("Plan: 2 migrations, 2 statements. No data loss, no rewrites, no blocked writes."), "{text}");
        let column = if db.engine().dialect() == "mysql" { "`Odd name`" } else { "\"Odd name\"" };
        db.exec(&format!("insert into things ({column}) values (1), (null), (3)"));
        db.disconnect();
        for args in [&["rollback", "-t", "it"], &["migrate", "-t", "it"]] {
            let (code, text) = said(&tw, args);
            assert_eq!(code, 7, "{text}");
            assert!(text.contains("step 1: things."), "{text}");
            assert!(text.lines().any(|l| l.contains("Odd name") && l.ends_with(" 2")), "{text}");
        }
        let (code, text) = said(&tw, &["rollback", "-t", "it", "--allow", "data-loss"]);
        assert_eq!(code, 0, "{text}");
    }
}

/// A statement that takes about six seconds, and a word of it.
fn slow(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "select pg_sleep(6);",
        Engine::MariaDb | Engine::MySql => "select sleep(6);",
        Engine::Sqlite => {
            "create table slow as with recursive n (i) as (select 1 union all select i + 1 from n where i < 18000000) select count(*) as c from n;"
        }
    }
}

fn start(tw: &Tw, args: &[&str]) -> Child {
    tw.std_command(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the program says a text on stderr, and gives what it said.
fn until(child: &mut Child, text: &str) -> String {
    use std::io::Read as _;
    let err = child.stderr.as_mut().unwrap();
    let mut seen = String::new();
    let mut byte = [0];
    while !seen.contains(text) {
        assert_eq!(err.read(&mut byte).unwrap(), 1, "{seen}");
        seen.push(char::from(byte[0]));
    }
    seen
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(sent.success());
}

fn ended(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

crate::support::on_every_engine! {
    fn one_of_two_runs_works(db) {
        let tw = project(db, &[
            ("V1__slow.sql", &format!("create table early (a int);\n{}\ncreate table late (a int);", slow(db.engine()))),
            ("V2__b.sql", "create table b (a int);"),
        ]);
        let mut first = start(&tw, &["migrate", "-t", "it"]);
        until(&mut first, "1/3");
        let mut patient = start(&tw, &["migrate", "-t", "it", "--lock-wait", "1m"]);
        until(&mut patient, "Waiting.");
        let (code, text) = said(&tw, &["migrate", "-t", "it"]);
        assert_eq!(code, 6, "{text}");
        let holder = if db.engine() == Engine::Sqlite {
            format!("process {}", first.id())
        } else {
            "session ".to_owned()
        };
        assert!(text.contains(&format!("another run holds the lock: {holder}")), "{text}");
        // a run that waits is interrupted at once
        let mut impatient = start(&tw, &["migrate", "-t", "it", "--wait", "1m"]);
        let seen = until(&mut impatient, "Waiting.");
        assert!(seen.contains(&holder), "{seen}");
        let asked = Instant::now();
        signal(&impatient, "-INT");
        let (code, text) = ended(impatient);
        assert_eq!(code, 130, "{text}");
        assert!(asked.elapsed() < Duration::from_secs(5), "{text}");
        assert!(text.contains("nothing was run"), "{text}");
        let (code, text) = ended(patient);
        assert_eq!(code, 0, "{text}");
        // it waits before it looks where the other one's migration is seen to be at work
        let done = ["another run applied them", "No pending migrations."];
        assert!(done.iter().any(|done| text.contains(done)), "{text}");
        assert_eq!(ended(first).0, 0);
        assert_eq!(versions(db), 2);
    }
}
