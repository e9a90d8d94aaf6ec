//! The round trip of the model, for any SQL: a database is inspected and created again in an empty one, and the server's
//! own dumps of the two are equal; and one such database is changed into another by `diff`, `plan` and the statements,
//! and back by the inverse of the plan.
//!
//! Both take the SQL of a whole database. What the model doesn't hold (`Schema::not_compared`) isn't
//! there in a copy, so a case that has such things says what of its dump to leave out.

use super::{Engine, Server, TestDb};
use std::io::Write as _;
use std::process::{Command, Stdio};
use tablewright::change::{Change, Tx};
use tablewright::db::{Conn, DbUrl};
use tablewright::dialect::{Dialect, InspectScope, of_vendor};
use tablewright::diff::{Renames, diff};
use tablewright::model::{Pair, Schema};
use tablewright::plan;
use tablewright::plan::Way;

/// What a failed mirror says: which step, what was wrong.
pub type Mirrored = Result<(), String>;

/// A case of a file of SQL: from a line `--- name`, or `--- name (from 9.0)` where the servers before that
/// version haven't what it is about, to the next such line.
pub struct Section<'a> {
    pub name: &'a str,
    pub sql: &'a str,
    from: Option<&'a str>,
}

impl Section<'_> {
    /// Whether the server has what the case is about; else a visible skip.
    pub fn fits(&self, server: Server) -> bool {
        self.from
            .is_none_or(|version| server.reaches(version, self.name))
    }
}

/// The cases of a file.
pub fn sections(text: &str) -> Vec<Section<'_>> {
    let heads = text
        .match_indices("--- ")
        .filter(|(at, _)| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'));
    let starts: Vec<usize> = heads.map(|(at, _)| at).collect();
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    (starts.iter().zip(ends))
        .map(|(start, end)| {
            let section = &text[*start..end];
            let (head, sql) = section.split_once('\n').unwrap_or((section, ""));
            let head = head.trim_start_matches("--- ").trim();
            let (name, from) = match head
                .strip_suffix(')')
                .and_then(|head| head.rsplit_once(" (from "))
            {
                Some((name, from)) => (name, Some(from)),
                None => (head, None),
            };
            Section { name, sql, from }
        })
        .collect()
}

/// A database, made again from what was read of it: the dumps are equal, what is read of the copy is
/// equal too, and nothing of it is not_compared. `Ok` where the engine isn't there (a visible skip).
pub fn mirror(server: impl Into<Server>, sql: &str) -> Mirrored {
    mirror_without(server, sql, |_| false)
}

/// [`mirror`] for a database of which some things are not_compared: `gone` tells which statements of the
/// dump (one a call, over several lines) the copy can't have.
pub fn mirror_without(
    server: impl Into<Server>,
    sql: &str,
    gone: impl Fn(&str) -> bool,
) -> Mirrored {
    let server = server.into();
    let (Some(one), Some(two)) = (TestDb::create(server), TestDb::create(server)) else {
        return Ok(());
    };
    load(&one, sql)?;
    let schema = read(&one);
    let copy = run(&two, |_| (Schema::default(), schema.clone()), Way::Up)?;
    equal("copy", &without(&one.dump(), &gone), &two.dump()).map_err(|e| format!("{e}{copy}"))?;
    settled("copy", &read(&two), &schema)
}

/// From one database to the other and back: the dump is each time that of the goal.
pub fn between(server: impl Into<Server>, from: &str, to: &str) -> Mirrored {
    let server = server.into();
    let (Some(one), Some(two)) = (TestDb::create(server), TestDb::create(server)) else {
        return Ok(());
    };
    load(&one, from)?;
    load(&two, to)?;
    let (before, after) = (read(&one), read(&two));
    let start = one.dump();
    let sides = || (before.clone(), after.clone());
    let forth = run(&one, |_| sides(), Way::Up)?;
    equal("forth", &two.dump(), &one.dump()).map_err(|e| format!("{e}{forth}"))?;
    settled("forth", &read(&one), &after)?;
    let back = run(&one, |_| sides(), Way::Down)?;
    equal("back", &start, &one.dump()).map_err(|e| format!("{e}{back}"))?;
    settled("back", &read(&one), &before)
}

/// What is read of a database, all its schemas included.
pub fn read(db: &TestDb) -> Schema {
    let scope = InspectScope {
        schemas: vec![String::from("*")],
        ..InspectScope::default()
    };
    with_conn(db, async |conn, dialect| {
        dialect.inspect(conn, &scope).await.unwrap()
    })
}

/// Runs SQL on a database, each statement by itself.
pub fn load(db: &TestDb, sql: &str) -> Mirrored {
    if db.engine() != Engine::Postgres {
        return db.try_exec(sql).map_err(|e| format!("load: {e}\n{sql}"));
    }
    // by itself each statement is a transaction, as `CREATE INDEX CONCURRENTLY` and dumps need it
    let mut psql = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", db.url()])
        .env("PGOPTIONS", "-c client_min_messages=warning")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql runs");
    let mut stdin = psql.stdin.take().unwrap();
    let text = sql.to_owned();
    let writer = std::thread::spawn(move || {
        let _stopped_early = stdin.write_all(text.as_bytes());
    });
    let output = psql.wait_with_output().unwrap();
    writer.join().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("load: {errors}\n{sql}"))
    }
}

/// Makes a schema in an empty database, and compares the server's dump with a wanted one.
pub fn makes(db: &TestDb, schema: &Schema, want: &str) -> Mirrored {
    let plan = run(db, |_| (Schema::default(), schema.clone()), Way::Up)?;
    equal("made", want, &db.dump()).map_err(|e| format!("{e}{plan}"))
}

/// Runs the plan between two schemas, one statement a message, as the files of a migration do; gives
/// its statements, for messages.
fn run(
    db: &TestDb,
    sides: impl FnOnce(&dyn Dialect) -> (Schema, Schema),
    way: Way,
) -> Result<String, String> {
    with_conn(db, async |conn, dialect| {
        let (from, to) = sides(dialect);
        let phases = statements(dialect, &from, &to, way)?;
        let all = format!(
            "\n\n-- plan\n{}",
            phases
                .iter()
                .map(|p| p.1.join(";\n"))
                .collect::<Vec<_>>()
                .join(";\n")
        );
        let path: Vec<String> = Vec::new();
        for sql in dialect.session_statements(&conn.server().clone(), None, &path) {
            conn.query(&sql).await.map_err(|e| format!("{e}\n{sql}"))?;
        }
        for (tx, list) in phases {
            let transaction = tx == Tx::Wrapped && dialect.ddl_is_transactional();
            if transaction {
                conn.query("BEGIN").await.map_err(|e| e.to_string())?;
            }
            for sql in list {
                if let Err(error) = conn.query(&sql).await {
                    return Err(format!("{way:?}: {error}\n-- at\n{sql}{all}"));
                }
            }
            if transaction {
                conn.query("COMMIT")
                    .await
                    .map_err(|e| format!("{e}{all}"))?;
            }
        }
        Ok(all)
    })
}

fn statements(
    dialect: &dyn Dialect,
    from: &Schema,
    to: &Schema,
    way: Way,
) -> Result<Vec<(Tx, Vec<String>)>, String> {
    let changes = diff(from, to, &Renames::default());
    let plan = plan::plan(dialect, changes, &Pair::new(from, to));
    let plans = [plan.map_err(|cycle| cycle.to_string())?];
    let mut phases = Vec::new();
    for joint in plan::join(&plans) {
        let mut lists = Vec::new();
        for step in &joint.steps {
            let list = step.statements(dialect, way);
            lists.push(list.map_err(|why| format!("{why:?}"))?);
        }
        if way == Way::Down {
            lists.reverse();
        }
        phases.push((joint.tx, lists.concat()));
    }
    if way == Way::Down {
        phases.reverse();
    }
    Ok(phases)
}

/// Nothing is left to be done, there or back.
fn settled(what: &str, have: &Schema, want: &Schema) -> Mirrored {
    let left: Vec<Change> = diff(have, want, &Renames::default());
    if left.is_empty() && have.deps == want.deps {
        return Ok(());
    }
    let deps: Vec<_> = have.deps.symmetric_difference(&want.deps).collect();
    Err(format!("{what}: still to do: {left:#?}\ndeps: {deps:#?}"))
}

fn equal(what: &str, want: &str, have: &str) -> Mirrored {
    if want == have {
        return Ok(());
    }
    let lines = |text: &str, other: &str, sign: &str| -> String {
        let others: std::collections::HashSet<&str> = other.lines().collect();
        let differs = text.lines().filter(|line| !others.contains(line));
        differs.map(|line| format!("{sign} {line}\n")).collect()
    };
    let (missing, extra) = (lines(want, have, "-"), lines(have, want, "+"));
    let order = if missing.is_empty() && extra.is_empty() {
        format!("the same lines in another order\n-- wanted\n{want}\n-- have\n{have}")
    } else {
        String::new()
    };
    Err(format!("{what}: the dumps differ\n{missing}{extra}{order}"))
}

/// A dump without some of its statements.
fn without(dump: &str, gone: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut statement = String::new();
    for line in dump.lines() {
        statement.push_str(line);
        statement.push('\n');
        if line.ends_with(';') {
            if !gone(&statement) {
                out.push_str(&statement);
            }
            statement.clear();
        }
    }
    out + &statement
}

fn with_conn<T>(db: &TestDb, work: impl AsyncFnOnce(&mut Conn, &dyn Dialect) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut conn = Conn::open(&DbUrl::new(db.url()), false).await.unwrap();
        let dialect = of_vendor(conn.server().vendor);
        let result = work(&mut conn, dialect).await;
        conn.close().await;
        result
    })
}
