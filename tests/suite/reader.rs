//! Inspection of unusual databases: names of any kind, objects without privileges, tables that are dropped meanwhile,
//! thousands of tables.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, OWN_TABLES, TestDb, Tw, tw};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tablewright::db::{Conn, DbUrl, Version};
use tablewright::dialect::{InspectScope, of_vendor};
use tablewright::model::{ObjectKind, Schema};

/// A project whose target is this database.
fn project(url: &str) -> Tw {
    let program = tw().env("DB_URL", url);
    program.file(
        "tablewright.yaml",
        "databases:\n  shop:\n    schemas: specs\n    targets:\n      db: { url: \"${DB_URL}\" }\n",
    );
    program
}

/// Exit code, and all that a run says.
fn run(program: &Tw, args: &[&str]) -> (i32, String) {
    let output = program.std_command(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (output.status.code().unwrap_or(-1), text)
}

#[track_caller]
fn says(program: &Tw, code: i32, args: &[&str]) -> String {
    let (exit, text) = run(program, args);
    assert_eq!(exit, code, "{args:?}\n{text}");
    text
}

fn texts(program: &Tw) -> Vec<(String, String)> {
    let files = program.files("specs").into_iter();
    files
        .map(|file| (file.clone(), program.read(&file)))
        .collect()
}

/// What the library reads.
fn read(url: &str) -> Result<Schema, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let conn = Conn::open(&DbUrl::new(url), false).await;
        let mut conn = conn.map_err(|e| e.to_string())?;
        let dialect = of_vendor(conn.server().vendor);
        let schema = dialect.inspect(&mut conn, &InspectScope::default()).await;
        conn.close().await;
        schema.map_err(|e| e.to_string())
    })
}

// -------------------------------------------------------------------------------------------- names

/// 63 bytes, not all of them letters of ASCII.
const LONG: &str = "längste_namen_haben_63_bytes_und_dieser_hier_hat_genau_so_viel";

#[test]
fn names_of_any_kind_are_inspected() {
    assert_eq!(LONG.len(), 63);
    for engine in Engine::all() {
        let (Some(db), Some(copy)) = (TestDb::create(engine), TestDb::create(engine)) else {
            continue;
        };
        let q = match engine {
            Engine::Postgres | Engine::Sqlite => '"',
            Engine::MariaDb | Engine::MySql => '`',
        };
        let quoted = |name: &str| format!("{q}{}{q}", name.replace(q, &format!("{q}{q}")));
        let tables = [
            "two words",
            "select",
            "it's",
            "say \"so\"",
            "back`tick",
            "ünïcödé",
            "名前",
            "Upper",
            "dash-dot.slash/colon:",
            "# no comment",
            "- no list",
            "{no: map}",
            "null",
            "1st",
            LONG,
        ];
        for (n, table) in tables.iter().enumerate() {
            let column = tables[(n + 1) % tables.len()];
            let other = tables[(n + 2) % tables.len()];
            db.exec(&format!(
                "CREATE TABLE {} ({} INTEGER NOT NULL PRIMARY KEY, {} INTEGER)",
                quoted(table),
                quoted(column),
                quoted(other)
            ));
            let index = if table.len() > 60 {
                "i of the long"
            } else {
                &format!("i {table}")
            };
            db.exec(&format!(
                "CREATE INDEX {} ON {} ({})",
                quoted(index),
                quoted(table),
                quoted(other)
            ));
        }
        db.disconnect();
        let program = project(db.url());
        let said = says(&program, 0, &["inspect", "db", "--out", "specs"]);
        assert!(!said.contains("not compared"), "{engine}: {said}");
        says(&program, 0, &["verify", "-t", "db"]);
        says(&program, 0, &["diff", "target:db", "specs"]);
        let second = project(copy.url());
        for (file, text) in texts(&program) {
            second.file(&file, &text);
        }
        says(&second, 0, &["apply", "db", "--yes"]);
        second.run(["inspect", "db", "--out", "again"]).success();
        let again: Vec<String> = second
            .files("again")
            .iter()
            .map(|f| second.read(f))
            .collect();
        let first: Vec<String> = texts(&program).into_iter().map(|(_, text)| text).collect();
        assert_eq!(again, first, "{engine}");
        if engine != Engine::Sqlite {
            assert_eq!(copy.dump_without(OWN_TABLES), db.dump(), "{engine}");
        }
    }
}

// --------------------------------------------------------------------------------- only a part of it

/// Makes a user that may only read the table `seen`; gives a URL of it, and what drops it.
fn half_blind(db: &TestDb) -> (String, String) {
    let user = db.name().to_owned();
    let (scheme, rest) = db.url().split_once("://").unwrap();
    let host = rest.rsplit_once('@').unwrap().1;
    let url = format!("{scheme}://{user}:secret@{host}");
    let drop = if db.engine() == Engine::Postgres {
        db.exec(&format!("CREATE ROLE {user} LOGIN PASSWORD 'secret'"));
        db.exec(&format!("GRANT SELECT ON seen TO {user}"));
        format!("DROP OWNED BY {user}; DROP ROLE {user}")
    } else {
        db.exec(&format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'"));
        db.exec(&format!("GRANT SELECT ON seen TO '{user}'@'%'"));
        format!("DROP USER '{user}'@'%'")
    };
    (url, drop)
}

#[test]
fn objects_without_privileges_are_neither_missing_nor_dropped() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        let Some(db) = TestDb::create(engine) else {
            continue;
        };
        db.exec("CREATE TABLE seen (id INTEGER NOT NULL PRIMARY KEY, n INTEGER)");
        db.exec("CREATE TABLE unseen (id INTEGER NOT NULL PRIMARY KEY, n INTEGER DEFAULT 1, CHECK (n > 0))");
        let (url, drop) = half_blind(&db);
        let all = project(db.url());
        says(&all, 0, &["inspect", "db", "--out", "specs"]);
        let part = project(&url);
        let said = says(&part, 0, &["inspect", "db", "--out", "specs"]);
        if engine == Engine::Postgres {
            assert_eq!(
                texts(&part),
                texts(&all),
                "the catalogue is open to everybody"
            );
        } else {
            assert!(said.contains("this user sees only"), "{engine}: {said}");
        }
        // with the specs of all of it, nothing is missing
        for (file, text) in texts(&all) {
            part.file(&file, &text);
        }
        let said = says(&part, 0, &["verify", "-t", "db"]);
        assert!(!said.contains("missing"), "{engine}: {said}");
        for prune in ["--prune", "--prune=all"] {
            let said = says(&part, 0, &["apply", "db", "--yes", prune]);
            assert!(
                !said.contains("CREATE") && !said.contains("DROP"),
                "{engine}: {said}"
            );
        }
        assert_eq!(
            says(&part, 0, &["diff", "target:db", "specs"])
                .matches("unseen")
                .count(),
            0
        );
        // and with those of a part, nothing goes
        std::fs::remove_file(part.path("specs/unseen.yaml")).unwrap();
        if engine != Engine::Postgres {
            let said = says(&part, 0, &["apply", "db", "--yes", "--prune=all"]);
            assert!(!said.contains("DROP"), "{engine}: {said}");
        }
        db.exec(&drop);
    }
}

// -------------------------------------------------------------------------------------- coming and going

#[test]
fn a_table_dropped_during_inspection_is_complete_or_absent() {
    for engine in Engine::all() {
        let Some(db) = TestDb::create(engine) else {
            continue;
        };
        let serial = match engine {
            Engine::Postgres => "id serial PRIMARY KEY",
            Engine::MariaDb | Engine::MySql => "id INT AUTO_INCREMENT PRIMARY KEY",
            Engine::Sqlite => "id INTEGER NOT NULL PRIMARY KEY",
        };
        let create = |name: &str| {
            format!(
                "CREATE TABLE {name} ({serial}, n INTEGER DEFAULT 7 NOT NULL, m INTEGER, \
                 CONSTRAINT {name}_c CHECK (n + 1 > 0), CONSTRAINT {name}_u UNIQUE (n, m)); \
                 CREATE INDEX {name}_i ON {name} (m)"
            )
        };
        for n in 0..30 {
            db.exec(&create(&format!("stays{n}")));
        }
        db.exec(&create("goes"));
        let whole = read(db.url()).unwrap();
        let model = |schema: &Schema, name: &str| {
            let mut tables = schema.tables();
            let found = tables.find(|(id, _)| id.name.as_str() == name);
            found.map(|(_, table)| table.clone())
        };
        let goes = model(&whole, "goes").unwrap();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                let other = db.session();
                while !stop.load(Ordering::Relaxed) {
                    // a reader may hold SQLite's file for a moment
                    let _later = other.try_query("DROP TABLE IF EXISTS goes");
                    let _later = other.try_query(&create("goes"));
                }
            });
            for round in 0..60 {
                let schema = read(db.url());
                let checked = std::panic::catch_unwind(|| {
                    let schema =
                        schema.unwrap_or_else(|error| panic!("{engine}, {round}: {error}"));
                    if let Some(found) = model(&schema, "goes") {
                        // its index is made after it, by a statement of its own
                        let mut bare = goes.clone();
                        bare.indexes
                            .retain(|i| !i.name.get().as_str().ends_with("_i"));
                        assert!(
                            found == goes || found == bare,
                            "{engine}, {round}: {found:#?}"
                        );
                    }
                    let stays = schema.tables().filter(|(id, _)| id.name.as_str() != "goes");
                    assert_eq!(stays.count(), 30, "{engine}, {round}");
                    assert!(
                        schema.objects.keys().all(|id| id.kind == ObjectKind::Table),
                        "{engine}"
                    );
                    assert_eq!(schema.not_compared, [], "{engine}, {round}");
                });
                if let Err(panic) = checked {
                    stop.store(true, Ordering::Relaxed);
                    std::panic::resume_unwind(panic);
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}

// ----------------------------------------------------------------------------------------- of any size

#[test]
fn three_thousand_partitions() {
    let Some(db) = TestDb::create(Engine::Postgres) else {
        return;
    };
    db.exec(
        "CREATE TABLE events (id bigint NOT NULL, day integer NOT NULL) \
         PARTITION BY LIST (day)",
    );
    for thousand in 0..3 {
        db.exec(&format!(
            "DO $$ BEGIN FOR n IN {}..{} LOOP EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES IN (%s)', n, n); END LOOP; END $$",
            thousand * 1000,
            thousand * 1000 + 999
        ));
    }
    let schema = read(db.url()).unwrap();
    assert_eq!(schema.tables().count(), 3001);
    let program = project(db.url());
    says(&program, 0, &["inspect", "db", "--out", "specs"]);
    let said = says(&program, 0, &["apply", "db", "--yes"]);
    assert!(said.contains("othing to do"), "{said}");
}

#[test]
fn a_thousand_tables() {
    for engine in Engine::all() {
        let Some(db) = TestDb::create(engine) else {
            continue;
        };
        let mut sql = String::new();
        for n in 0..1000 {
            write!(
                sql,
                "CREATE TABLE t{n} (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER, \
                 CONSTRAINT fk{n} FOREIGN KEY (parent) REFERENCES t{} (id)); \
                 CREATE INDEX i{n} ON t{n} (parent);",
                n / 2
            )
            .unwrap();
        }
        db.exec(&sql);
        db.disconnect();
        let program = project(db.url());
        let said = says(&program, 0, &["inspect", "db", "--out", "specs"]);
        assert!(said.contains("1000 tables"), "{engine}: {said}");
        let said = says(&program, 0, &["apply", "db", "--yes"]);
        assert!(said.contains("othing to do"), "{engine}: {said}");
    }
}

#[test]
fn an_unknown_server_version_counts_as_newer() {
    for text in ["99.1", "99beta1 (Debian 99~beta1-1)", "99.0.1-MariaDB-log"] {
        let version = Version::parse(text).unwrap();
        assert!(
            version > Version(18, 0, 0) && version > Version(12, 0, 0),
            "{text}"
        );
    }
}
