//! Schemas of real applications, in both directions: loaded with the server's own client, read with `inspect`, created
//! again from the specs, and compared by the server's own dumps; then changed from one application's into another's.
//! `tests/corpus/README.md` lists the files.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod parts;

use crate::support::{Engine, OWN_TABLES, Server, TestDb, Tw, tw};
use parts::{Parts, foundation};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// One application's schema for one kind of server.
struct Schema {
    name: String,
    file: PathBuf,
    /// A further one, of which what the server refuses is left out.
    local: bool,
}

/// Those that fit a server: the files of the repository, `tests/corpus/local`, and `TABLEWRIGHT_CORPUS`.
fn schemas(engine: Engine) -> Vec<Schema> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let only = std::env::var("TABLEWRIGHT_CASE").unwrap_or_default();
    let further = std::env::var_os("TABLEWRIGHT_CORPUS").map(PathBuf::from);
    let folders = [
        (Some(root.clone()), false),
        (Some(root.join("local")), true),
        (further, true),
    ];
    let mut found = Vec::new();
    for (folder, local) in folders {
        let entries = folder.map(fs::read_dir).into_iter().flatten().flatten();
        for folder in entries.flatten().map(|entry| entry.path()) {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let names: &[&str] = match engine {
                Engine::Postgres => &["postgres.sql"],
                Engine::MariaDb => &["mariadb.sql", "mysql.sql"],
                Engine::MySql => &["mysql.sql"],
                Engine::Sqlite => &["sqlite.sql"],
            };
            let file = names
                .iter()
                .map(|name| folder.join(name))
                .find(|f| f.is_file());
            if let Some(file) = file.filter(|_| name.contains(&only)) {
                found.push(Schema { name, file, local });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// A database with that schema in it, and its dump.
fn loaded(schema: &Schema, server: Server) -> Option<(TestDb, Parts)> {
    let db = TestDb::create(server)?;
    let errors = db.load(&schema.file, !schema.local);
    if schema.local {
        for error in &errors {
            println!("{} on {server}: left out: {error}", schema.name);
        }
    } else {
        assert!(errors.is_empty(), "{} on {server}: {errors:?}", schema.name);
    }
    let parts = Parts::of(&db);
    if parts.count() == 0 {
        assert!(schema.local, "{} on {server} is empty", schema.name);
        println!("{} on {server}: nothing of it could be loaded", schema.name);
        return None;
    }
    Some((db, parts))
}

fn run(dir: &Tw, code: i32, args: &[&str]) -> Result<String, String> {
    let output = dir.command(args).output().map_err(|e| e.to_string())?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if output.status.code() == Some(code) {
        return Ok(said);
    }
    let lines: Vec<&str> = said.lines().collect();
    let end = lines[lines.len().saturating_sub(40)..].join("\n");
    Err(format!("{}: {:?}\n{end}", args[0], output.status.code()))
}

/// The specs of a database, in a folder of their own; they are good for its dialect.
fn inspected(db: &TestDb) -> Result<Tw, String> {
    let dir = tw();
    let dialect = db.engine().dialect();
    let servers = match db.engine() {
        Engine::MySql => ", servers: { mysql: 8.0.19 }",
        Engine::MariaDb => ", servers: { mariadb: 10.6 }",
        Engine::Postgres | Engine::Sqlite => "",
    };
    let config =
        format!("databases:\n  specs: {{ schemas: specs, dialects: [{dialect}]{servers} }}\n");
    run(&dir, 0, &["inspect", "--url", db.url(), "--out", "specs"])?;
    dir.file("tablewright.yaml", &config);
    run(&dir, 0, &["validate"])?;
    Ok(dir)
}

/// `apply` has nothing to do, and `verify` finds nothing.
fn settled(dir: &Tw, db: &TestDb) -> Result<(), String> {
    let specs = ["--url", db.url(), "--schemas", "specs"];
    let before = db.dump_without(OWN_TABLES);
    run(dir, 0, &[&["apply", "--yes"], &specs[..]].concat())
        .map_err(|why| format!("a second time: {why}"))?;
    if db.dump_without(OWN_TABLES) != before {
        return Err("a second `apply` changed something".to_owned());
    }
    run(dir, 0, &[&["verify"], &specs[..]].concat()).map(drop)
}

fn round_trip(schema: &Schema, server: Server) -> Result<(), String> {
    let Some((start, before)) = loaded(schema, server) else {
        return Ok(());
    };
    let dir = inspected(&start)?;
    settled(&dir, &start).map_err(|why| format!("where it was read: {why}"))?;
    let again = TestDb::create(server).unwrap();
    let refused = again.run_script(&foundation(&start), false);
    run(
        &dir,
        0,
        &["apply", "--yes", "--url", again.url(), "--schemas", "specs"],
    )
    .map_err(|why| format!("{why}\n(not made beforehand: {refused:?})"))?;
    let difference = before.difference(&Parts::of(&again));
    if !difference.is_empty() {
        return Err(format!("made again, it differs:\n{difference}"));
    }
    settled(&dir, &again).map_err(|why| format!("where it was made again: {why}"))
}

/// The schema of one application becomes that of another.
fn becomes(from: &Schema, to: &Schema, server: Server) -> Result<(), String> {
    let (Some((db, _)), Some((goal, parts))) = (loaded(from, server), loaded(to, server)) else {
        return Ok(());
    };
    let dir = inspected(&goal)?;
    // what isn't modelled would hold tables that have to go
    if db.engine() == Engine::Postgres {
        let errors = db.run_script(parts::WITHOUT_OTHERS, true);
        assert!(errors.is_empty(), "{errors:?}");
    }
    db.run_script(&foundation(&goal), false);
    run(
        &dir,
        0,
        &[
            "apply",
            "--yes",
            "--prune=all",
            "--allow",
            "data-loss",
            "--url",
            db.url(),
            "--schemas",
            "specs",
        ],
    )?;
    let difference = parts
        .in_any_order()
        .difference(&Parts::of(&db).in_any_order());
    if !difference.is_empty() {
        return Err(format!("it differs:\n{difference}"));
    }
    settled(&dir, &db)
}

/// Runs `test` on each of `cases`, a few at once, and fails with all that went wrong.
fn all<T: Sync>(
    server: Server,
    cases: &[T],
    name: impl Fn(&T) -> String + Sync,
    test: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let queue = Mutex::new(cases.iter());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(case) = next else { return };
                    let went =
                        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(case)));
                    if let Err(why) = went.unwrap_or_else(|_| Err("panicked, see above".to_owned()))
                    {
                        failed
                            .lock()
                            .unwrap()
                            .push(format!("===== {} on {server}: {why}", name(case)));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    println!(
        "{} of {} on {server} went well",
        cases.len() - failed.len(),
        cases.len()
    );
    assert!(
        failed.is_empty(),
        "{} of {} failed\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}

fn corpus(server: impl Into<Server>) {
    let server = server.into();
    if TestDb::create(server).is_none() {
        return;
    }
    let schemas = schemas(server.engine());
    all(
        server,
        &schemas,
        |schema| schema.name.clone(),
        |schema| round_trip(schema, server),
    );
}

fn pairs(server: impl Into<Server>) {
    let server = server.into();
    if TestDb::create(server).is_none() {
        return;
    }
    let schemas = schemas(server.engine());
    let step = std::env::var("TABLEWRIGHT_STEP").map_or(1, |step| step.parse().unwrap());
    let others = schemas.iter().cycle().skip(step);
    let pairs: Vec<(&Schema, &Schema)> = schemas.iter().zip(others).collect();
    all(
        server,
        &pairs,
        |(from, to)| format!("{} to {}", from.name, to.name),
        |(from, to)| becomes(from, to, server),
    );
}

/// Equal schemas have equal dumps, whatever order their objects were made in: else the comparison finds what isn't there.
fn dumps_agree(server: impl Into<Server>) {
    let server = server.into();
    if TestDb::create(server).is_none() {
        return;
    }
    all(
        server,
        &schemas(server.engine()),
        |schema| schema.name.clone(),
        |schema| {
            let (Some((_one, first)), Some((_two, second))) =
                (loaded(schema, server), loaded(schema, server))
            else {
                return Ok(());
            };
            let difference = first.difference(&second);
            if difference.is_empty() {
                Ok(())
            } else {
                Err(difference)
            }
        },
    );
}

macro_rules! servers {
    ($($(#[$meta:meta])* $test:ident: $run:ident on $servers:expr;)+) => {$(
        $(#[$meta])*
        #[test]
        fn $test() {
            for server in $servers {
                $run(server);
            }
        }
    )+};
}

servers! {
    corpus_on_postgres: corpus on [Engine::Postgres];
    corpus_on_postgres_18: corpus on [Server::POSTGRES_18];
    corpus_on_mariadb: corpus on [Engine::MariaDb];
    corpus_on_mysql: corpus on [Engine::MySql];
    corpus_on_further_servers: corpus on Server::further().iter().copied();
    pairs_on_postgres: pairs on [Engine::Postgres];
    pairs_on_postgres_18: pairs on [Server::POSTGRES_18];
    pairs_on_mariadb: pairs on [Engine::MariaDb];
    pairs_on_mysql: pairs on [Engine::MySql];
    dumps_agree_on_all: dumps_agree on Server::all();
}
