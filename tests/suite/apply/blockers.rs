//! Objects outside the model that make PostgreSQL refuse a statement are reported before the first statement runs.

use super::project::{has, project, says};
use crate::support::{Engine, Server, TestDb, skipped};

const BEFORE: &str = "
create type gone as range (subtype = text);
create type mood as enum ('a', 'b');
create table t (id int primary key, a int, b text, c int, d int, m mood, w int);
create table kid (id int primary key, a int);
create table u (id int primary key, c int);
create function f() returns trigger language plpgsql as 'begin return new; end';
create policy own on u using (c > 1);
create rule own as on delete to u do also insert into t (id, a) values (1, old.c);
create trigger own before update of c on u for each row execute function f();
create function own(mood) returns bool language sql immutable as 'select true';
create table owned (m mood check (own(m)));
create view harmless as select w from t";

/// What is in the way, how the message calls it, and of what.
const BLOCKERS: &[[&str; 3]] = &[
    [
        "create view v1 as select a from t",
        "view v1",
        "column t.a, which is dropped",
    ],
    [
        "create view v2 as select b from t",
        "view v2",
        "column t.b, whose type changes",
    ],
    [
        "create materialized view v3 as select b from t",
        "materialized view v3",
        "column t.b",
    ],
    [
        "create view v4 as select * from u",
        "view v4",
        "table u, which is dropped",
    ],
    [
        "create view v5 as select m from t",
        "view v5",
        "type mood, which is recreated",
    ],
    [
        "create function f1(mood[]) returns int language sql as 'select 1'",
        "function f1(mood[])",
        "type mood",
    ],
    [
        "create function f2() returns int language sql begin atomic select a from t; end",
        "function f2()",
        "column t.a",
    ],
    [
        "create function f3(u) returns int language sql as 'select 1'",
        "function f3(u)",
        "table u",
    ],
    [
        "create trigger g1 after update of a on t for each row execute function f()",
        "trigger g1 on table t",
        "column t.a",
    ],
    [
        "create trigger g2 before update on t for each row when (new.b > '') execute function f()",
        "trigger g2 on table t",
        "column t.b",
    ],
    [
        "create policy p1 on t using (c > 1)",
        "policy p1 on table t",
        "column t.c, which is dropped",
    ],
    [
        "create rule r1 as on insert to t where new.d > 1 do also select 1",
        "rule r1 on table t",
        "column t.d, which is dropped",
    ],
    PUBLICATION,
];

/// Only from 15 on.
const PUBLICATION: [&str; 3] = [
    "create publication tw_{db} for table t (id, b)",
    "publication of table t in publication tw_{db}",
    "column t.b",
];

const T: &str = "table: t
columns:
  id: int
  b: varchar(9) null
  m: { type: int null, postgres: { type: mood } }
  w: int null
primary_key: [id]
---
type: mood
enum: [a, c]
";

const KID: &str = "table: kid
columns:
  id: int
primary_key: [id]
";

/// Makes the database what the specs say, whatever that takes away.
const ALL: &[&str] = &[
    "apply",
    "db",
    "--prune=all",
    "--allow",
    "data-loss",
    "--yes",
];

fn blockers(server: impl Into<Server>) {
    let Some(db) = TestDb::create(server) else {
        return;
    };
    for statement in BEFORE.split(";\n") {
        db.exec(statement);
    }
    let name = db.query("select current_database()")[0][0].clone().unwrap();
    let fill = |text: &str| text.replace("{db}", &name);
    let program = project(&db, &[("t", T), ("kid", KID)]);
    let known = |one: &&[&str; 3]| **one != PUBLICATION || db.postgres_major() >= 15;
    let blockers: Vec<&[&str; 3]> = BLOCKERS.iter().filter(known).collect();
    if blockers.len() < BLOCKERS.len() {
        skipped("columns of a publication need PostgreSQL 15");
    }
    for [make, ..] in &blockers {
        db.exec(&fill(make));
    }
    let dump = db.dump();
    let dry = says(&program, &db, 3, &[ALL, &["--dry-run"]].concat());
    let said = says(&program, &db, 1, ALL);
    for [_, user, used] in &blockers {
        let line = format!("{} depends on {used}", fill(user));
        assert!(said.all.contains(&line), "{line}\n{}", said.all);
        assert!(dry.all.contains(&line), "{line}\n{}", dry.all);
    }
    let count = said.all.matches("error[in-the-way]").count();
    assert_eq!(count, blockers.len(), "{}", said.all);
    assert!(said.all.contains("nothing was run"), "{}", said.all);
    assert_eq!(db.dump(), dump, "nothing was changed");
    db.disconnect();
    for [_, user, _] in &blockers {
        let drop = match user.split(' ').next().unwrap() {
            "publication" => fill("drop publication tw_{db}"),
            "trigger" | "policy" | "rule" => format!("drop {}", user.replace(" table", "")),
            _ => format!("drop {user}"),
        };
        db.exec(&drop);
    }
    says(&program, &db, 0, ALL);
    assert!(!has(&db, "u") && has(&db, "harmless"));
}

#[test]
fn dependents_of_dropped_objects() {
    blockers(Engine::Postgres);
}

#[test]
fn dependents_of_dropped_objects_on_postgres_18() {
    blockers(Server::POSTGRES_18);
}

/// A table that is there can't come to inherit what it has: that is said, and its columns stay.
fn heir(server: impl Into<Server>) {
    let Some(db) = TestDb::create(server) else {
        return;
    };
    db.exec("create table kid (id int primary key, a int)");
    let specs = format!(
        "table: top\ncolumns:\n  a: int null\n---\n{}",
        KID.replace("columns:", "inherits: [top]\ncolumns:")
    );
    let program = project(&db, &[("kid", &specs)]);
    let args = ["apply", "db", "--allow", "data-loss", "--yes"];
    let said = says(&program, &db, 1, &args);
    assert!(said.all.contains("becomes-an-heir"), "{}", said.all);
    assert!(db.try_query("select a from kid").is_ok() && !has(&db, "top"));
}

#[test]
fn a_table_becomes_a_child() {
    heir(Engine::Postgres);
}

#[test]
fn a_table_becomes_a_child_on_postgres_18() {
    heir(Server::POSTGRES_18);
}

#[test]
fn a_view_has_the_name_of_a_new_table() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        let Some(db) = TestDb::create(engine) else {
            continue;
        };
        db.exec("create view kid as select 1 as id");
        let program = project(&db, &[("kid", KID)]);
        let args = ["apply", "db", "--yes"];
        let said = says(&program, &db, 1, &args);
        let line = "view kid has the name of a new table";
        assert!(said.all.contains(line), "{}", said.all);
        assert!(said.all.contains("nothing was run"), "{}", said.all);
        db.exec("drop view kid");
        says(&program, &db, 0, &args);
        assert!(has(&db, "kid"));
    }
}

/// What is there and can't be taken along is named: values that their type loses, rows in other tables.
fn data(server: impl Into<Server>) {
    let Some(db) = TestDb::create(server) else {
        return;
    };
    db.exec(
        "create type mood as enum ('a', 'b', 'c'); create table pair (id int, x text); \
         create table t (id int, m mood, ms mood[], gone mood, p pair[]); \
         insert into t values (1, 'b', '{a,c}', 'b', null)",
    );
    let specs = "table: t
columns:
  id: int null
  m: { type: int null, postgres: { type: mood } }
  ms: { type: int null, postgres: { type: 'mood[]' } }
  p: { type: int null, postgres: { type: 'pair[]' } }
---
table: pair
columns:
  id: bigint null
  x: text null
---
type: mood
enum: [a]
";
    let program = project(&db, &[("t", specs)]);
    let dump = db.dump();
    let said = says(&program, &db, 1, ALL);
    for line in [
        "rows of t have 'b' in m, a value that is removed from type mood",
        "rows of t have 'c' in ms, a value",
        "column t.p contains rows of pair, whose column id",
    ] {
        assert!(said.all.contains(line), "{line}\n{}", said.all);
    }
    let count = said.all.matches("error[in-the-way]").count();
    assert_eq!(count, 3, "{}", said.all);
    assert_eq!(db.dump(), dump, "nothing was changed");
    db.exec("update t set m = 'a', ms = null; alter table t drop p");
    says(&program, &db, 0, ALL);
}

#[test]
fn existing_rows_that_violate_a_change() {
    data(Engine::Postgres);
}

#[test]
fn existing_rows_that_violate_a_change_on_postgres_18() {
    data(Server::POSTGRES_18);
}

/// A rebuild on SQLite keeps what the specs declare, and drops what was added to the table by hand.
#[test]
fn undeclared_parts_block_a_rebuild() {
    Engine::Sqlite.with(|db| {
        let spec = |ty: &str| {
            format!("table: a\ncolumns: {{ id: {{ type: bigint, identity: true }}, n: {{ type: {ty} null }} }}\nprimary_key: [id]\n")
        };
        let program = project(db, &[("a", &spec("int"))]);
        let run = |code, args: &[&str]| says(&program, db, code, args);
        run(0, &["migration", "new", "first"]);
        run(0, &["migrate", "-t", "db", "--yes"]);
        let by_hand = [
            ("alter table a add column phone text", "column phone", "alter table a drop column phone"),
            ("create unique index handmade on a (n)", "index handmade", "drop index handmade"),
            (
                "create trigger own after delete on a begin select 1; end",
                "trigger own",
                "drop trigger own",
            ),
        ];
        let add = || {
            db.exec("insert into a (n) values (1), (2)");
            by_hand.iter().for_each(|(add, ..)| db.exec(add));
        };
        let drop = || {
            by_hand.iter().for_each(|(.., drop)| db.exec(drop));
            db.exec("delete from a");
        };
        let refused = |args: &[&str]| {
            let before = db.dump();
            let said = run(7, args);
            for (_, part, _) in &by_hand {
                let line = format!("error[rebuild-loses]: {part} of table a would be lost");
                assert!(said.all.contains(&line), "{line}: {}", said.all);
            }
            assert!(said.all.contains("nothing was run"), "{}", said.all);
            assert_eq!(db.dump(), before, "nothing was run");
        };
        let migrate = ["migrate", "-t", "db", "--yes"];
        let rollback = ["rollback", "-t", "db", "--yes", "--allow", "drift"];
        add();
        program.file("schemas/blog/a.yaml", &spec("bigint unsigned"));
        run(0, &["migration", "new", "second"]);
        refused(&migrate);
        drop();
        run(0, &migrate);
        add();
        refused(&rollback);
        drop();
        run(0, &rollback);
    });
}

/// What `apply` reads of a table is part of its plan, but for triggers, which no spec knows.
#[test]
fn a_trigger_of_a_rebuilt_table() {
    Engine::Sqlite.with(|db| {
        db.exec("create table a (id integer primary key, n int)");
        db.exec("create trigger own after delete on a begin select 1; end");
        let spec = "table: a\ncolumns: { id: { type: bigint, identity: true }, n: { type: text null } }\nprimary_key: [id]\n";
        let program = project(db, &[("a", spec)]);
        let args = ["apply", "db", "--yes"];
        let said = says(&program, db, 1, &args);
        let line = "trigger own of table a would be lost";
        assert!(said.all.contains(line), "{}", said.all);
        assert!(said.all.contains("nothing was run"), "{}", said.all);
        db.exec("drop trigger own");
        says(&program, db, 0, &args);
    });
}
