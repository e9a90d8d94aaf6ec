//! The cases of docs/exit-codes.md on real servers: the exit code and the output of each command.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, TestDb, Tw, on_every_engine, tw};

const SPEC: &str = "table: notes
columns:
  id: int
  title: varchar(100)
primary_key: [id]
";

/// A project whose target `db` is this database; the password comes from a variable.
fn project(db: &TestDb) -> Tw {
    let program = tw().env("DB_URL", db.url());
    program.file(
        "tablewright.yaml",
        "databases:
  shop:
    targets:
      db: { url: \"${DB_URL}\" }
      heavy: { url: \"${DB_URL}\", safe_below: 1B }
      guarded: { url: \"${DB_URL}\", confirm: true }
  other: {}
",
    );
    program.file("schemas/shop/notes.yaml", SPEC);
    says(
        &program,
        &["migration", "new", "first"],
        0,
        &["V1__first.down.sql"],
    );
    program
}

/// Runs a command on `shop`; it has to end with this code and to say all of these, and no password.
#[track_caller]
fn says(program: &Tw, args: &[&str], code: i32, expected: &[&str]) -> String {
    let output = program
        .command(args.iter().copied().chain(["-d", "shop"]))
        .write_stdin("")
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    for text in expected {
        assert!(said.contains(text), "{args:?}: no {text:?} in {said}");
    }
    assert!(!said.contains("hunter2"), "{args:?}: a password in {said}");
    said
}

fn migration(program: &Tw, db: &TestDb, name: &str, sql: &str) {
    let dialect = db.engine().dialect();
    program.file(&format!("migrations/{dialect}/shop/{name}"), sql);
}

on_every_engine! {
    fn impact_on_large_tables_needs_allow(db) {
        let program = project(db);
        says(&program, &["migrate", "-t", "heavy"], 0, &[]);
        let wide = match db.engine() {
            Engine::Sqlite => SPEC.replace("varchar(100)", "text null"),
            _ => SPEC.replace("id: int", "id: bigint"),
        };
        program.file("schemas/shop/notes.yaml", &wide);
        says(&program, &["migration", "new", "wide"], 0, &[]);
        let refused = ["nothing was run", "V2 step 1: notes (", "is rewritten", "--allow rewrite", "`safe_below`"];
        says(&program, &["migrate", "-t", "heavy", "--yes"], 7, &refused);
        says(&program, &["migrate", "-t", "heavy", "--dry-run"], 3, &["Without a terminal this run needs --allow rewrite"]);
        says(&program, &["migrate", "-t", "heavy", "--allow", "rewrite,blocks-writes"], 0, &[]);
        // by itself only a gigabyte is big
        says(&program, &["rollback", "-t", "db"], 0, &[]);
        says(&program, &["apply", "-t", "heavy", "--yes", "--allow", "versioned"], 7, &["notes (", "--allow rewrite"]);
        says(&program, &["apply", "-t", "heavy", "--yes", "--allow", "versioned,rewrite,blocks-writes"], 0, &[]);
    }

    fn quiet_prints_results_only(db) {
        let program = project(db);
        let quiet = |args: &[&str]| {
            let args: Vec<&str> = ["-q"].iter().chain(args).copied().collect();
            says(&program, &args, 0, &[])
        };
        for args in [&["validate"][..], &["migrate", "-t", "db"], &["migrate", "-t", "db"], &["verify", "-t", "db"], &["diff", "specs", "target:db"], &["rollback", "-t", "db"], &["rollback", "-t", "db"], &["apply", "-t", "db", "--yes"], &["apply", "-t", "db"], &["repair", "-t", "db"]] {
            assert_eq!(quiet(args), "", "{args:?}");
        }
        let status = quiet(&["status", "-t", "db"]);
        assert!(status.contains("pending"), "{status}");
        let json = quiet(&["apply", "-t", "db", "--format", "json"]);
        assert!(json.starts_with('{'), "{json}");
    }

    fn migrate_and_rollback(db) {
        let program = project(db);
        says(&program, &["verify", "-t", "db"], if db.engine() == Engine::Sqlite { 1 } else { 4 }, &[]);
        let said = says(&program, &["status", "-t", "db"], 0, &["0 applied, 1 pending."]);
        assert!(!said.contains(":memory:"), "{said}");
        says(&program, &["migrate", "-t", "db", "--dry-run"], 3, &["CREATE TABLE"]);
        says(&program, &["plan", "-t", "db"], 3, &["CREATE TABLE"]);
        says(&program, &["migrate", "-t", "db"], 0, &["V1"]);
        says(&program, &["migrate", "-t", "db"], 0, &[]);
        says(&program, &["migrate", "-t", "db", "--dry-run"], 0, &[]);
        says(&program, &["verify", "-t", "db"], 0, &["No difference in 1 table."]);
        says(&program, &["status", "-t", "db", "--exit-code"], 0, &["1 applied, 0 pending."]);
        migration(&program, db, "V2__more.sql", "create table more (id int);\n");
        says(&program, &["status", "-t", "db"], 0, &["1 applied, 1 pending."]);
        says(&program, &["status", "-t", "db", "--exit-code"], 3, &[]);
        says(&program, &["migrate", "-t", "db"], 0, &[]);
        says(&program, &["rollback", "-t", "db", "--yes"], 1, &["V2__more.down.sql"]);
        migration(&program, db, "V2__more.down.sql", "drop table more;\n");
        says(&program, &["rollback", "-t", "db", "--dry-run"], 3, &["drop table more"]);
        says(&program, &["rollback", "-t", "db", "--to", "0", "--yes"], 0, &[]);
        says(&program, &["rollback", "-t", "db", "--dry-run"], 0, &[]);
        says(&program, &["verify", "-t", "db"], 4, &["missing", "Next: tablewright status -d shop -t db"]);
    }

    fn a_migration_that_fails(db) {
        let program = project(db);
        says(&program, &["migrate", "-t", "db"], 0, &[]);
        let sql = "create table a (id int);\ninsert into nowhere values (1);\ncreate table b (id int);\n";
        migration(&program, db, "V2__bad.sql", sql);
        let at = format!("migrations/{}/shop/V2__bad.sql:2", db.engine().dialect());
        let next = if db.engine().dialect() == "mysql" {
            "Next, one of\n  tablewright repair --resume -d shop -t db"
        } else {
            "Next: tablewright status -d shop -t db"
        };
        let expected = ["V2__bad stopped at statement 2 of 3", &at, "nowhere", "not started", next];
        let (code, statements) = match db.engine() {
            Engine::Postgres | Engine::Sqlite => (1, "nothing of this migration remains."),
            Engine::MySql | Engine::MariaDb => (5, "applied"),
        };
        let said = says(&program, &["migrate", "-t", "db"], code, &expected);
        assert!(said.contains(statements), "{said}");
        if code == 5 {
            // `a` is still there from the first run: nothing runs on top of that
            let expected = ["V2__bad stopped at statement 2 of 3", "1  applied", "2  not applied", "3  not started", "repair --resume"];
            for command in ["migrate", "rollback"] {
                says(&program, &[command, "-t", "db"], 5, &expected);
            }
            says(&program, &["plan", "-t", "db"], 5, &["V2__bad stopped after statement 1 of 3"]);
            says(&program, &["status", "-t", "db"], 5, &["V2__bad stopped after statement 1 of 3"]);
        } else {
            assert!(db.try_exec("select * from a").is_err(), "nothing stays");
        }
    }

    fn files_and_history_that_differ(db) {
        let program = project(db);
        says(&program, &["migrate", "-t", "db"], 0, &[]);
        let file = format!("migrations/{}/shop/V1__first.sql", db.engine().dialect());
        let text = program.read(&file);
        for (changed, code, expected) in [
            (format!("{text}-- more\n"), 1, "migration-changed"),
            (text.replace('\n', "\r\n"), 0, "migration-line-ends"),
            (format!("\u{feff}{text}"), 0, "migration-line-ends"),
        ] {
            program.file(&file, &changed);
            says(&program, &["status", "-t", "db"], code, &[expected]);
            says(&program, &["migrate", "-t", "db"], code, &[]);
        }
        program.file(&file, &text);
        migration(&program, db, "V5__late.sql", "create table late (id int);\n");
        says(&program, &["migrate", "-t", "db"], 0, &[]);
        migration(&program, db, "V3__between.sql", "create table between_them (id int);\n");
        let said = says(&program, &["status", "-t", "db"], 1, &["out of order"]);
        assert!(!said.contains("Next: tablewright migrate"), "{said}");
        says(&program, &["migrate", "-t", "db"], 1, &["migration-out-of-order"]);
    }

    fn unconfirmed_runs_are_refused(db) {
        let program = project(db);
        let (ask, wrong) = (["migrate", "-t", "guarded", "--yes"], ["migrate", "-t", "guarded", "--confirm", "db"]);
        says(&program, &ask, 7, &["help: pass --confirm guarded"]);
        says(&program, &wrong, 7, &["help: pass --confirm guarded"]);
        says(&program, &["migrate", "-t", "guarded", "--confirm", "guarded"], 0, &[]);
    }
}

/// The URL of a server with other parts in it.
fn altered(url: &str, user: Option<&str>, database: Option<&str>) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (login, rest) = rest.rsplit_once('@').unwrap();
    let (host, name) = rest.split_once('/').unwrap();
    format!(
        "{scheme}://{}@{host}/{}",
        user.unwrap_or(login),
        database.unwrap_or(name)
    )
}

fn servers(test: impl Fn(&TestDb)) {
    for engine in [Engine::Postgres, Engine::MySql, Engine::MariaDb] {
        engine.with(&test);
    }
}

#[test]
fn connection_failures_state_cause_and_remedy() {
    servers(|db| {
        let program = project(db);
        let wrong = altered(db.url(), Some("nobody:hunter2"), None);
        let nowhere = altered(db.url(), None, Some("tw_not_there"));
        let nothing = format!(
            "{}://u:hunter2@127.0.0.1:1/x",
            db.url().split_once(':').unwrap().0
        );
        for (url, expected) in [
            (&wrong, "authentication failed"),
            (&nowhere, "no such database"),
            (&nothing, "connection refused by 127.0.0.1:1"),
        ] {
            let program = tw().env("U", url);
            program.file("s/notes.yaml", SPEC);
            for command in ["migrate", "status", "verify"] {
                let args = [command, "--schemas", "s", "--url", "env:U"];
                says(&program, &args, 1, &[expected, "help: "]);
            }
        }
        says(&program, &["migrate", "-t", "dbb"], 2, &["-t db"]);
    });
}

#[test]
fn a_server_without_tls_or_without_an_answer() {
    for (engine, mode) in [
        (Engine::Postgres, "sslmode=require"),
        (Engine::MariaDb, "ssl-mode=REQUIRED"),
    ] {
        engine.with(|db| {
            let program = project(db).env("U", &format!("{}?{mode}", db.url()));
            let expected = ["TLS with 127.0.0.1:", "help: enable TLS on the server"];
            says(&program, &["migrate", "--url", "env:U"], 1, &expected);
        });
    }
    // a listener that never replies
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let program = tw().env("U", &format!("postgres://u:hunter2@{address}/x"));
    program.file("s/notes.yaml", SPEC);
    let args = ["migrate", "--schemas", "s", "--url", "env:U"];
    says(
        &program,
        &args,
        1,
        &[&format!("connection to {address} timed out"), "firewall"],
    );
}

#[test]
fn a_url_without_a_database_is_usage() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(db).env("NONE", &altered(db.url(), None, Some("")));
            says(
                &program,
                &["migrate", "--url", "env:NONE"],
                2,
                &["names no database", "/NAME"],
            );
        });
    }
}

#[test]
fn a_user_without_privileges() {
    Engine::Postgres.with(|db| {
        let role = format!("{}_role", db.name());
        db.exec(&format!("create role {role} login password 'hunter2'"));
        let url = altered(db.url(), Some(&format!("{role}:hunter2")), None);
        let program = project(db).env("U", &url);
        says(
            &program,
            &["migrate", "--url", "env:U"],
            1,
            &["permission denied", "help: grant"],
        );
        db.exec(&format!("drop role {role}"));
    });
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let user = format!("{}u", db.name());
            db.exec(&format!("create user {user} identified by 'hunter2'"));
            let url = altered(db.url(), Some(&format!("{user}:hunter2")), None);
            let program = project(db).env("U", &url);
            says(
                &program,
                &["migrate", "--url", "env:U"],
                1,
                &["access to the database", "help: grant"],
            );
            db.exec(&format!("grant select on {}.* to {user}", db.name()));
            says(
                &program,
                &["migrate", "--url", "env:U"],
                1,
                &["denied", "help: grant"],
            );
            db.exec(&format!("drop user {user}"));
        });
    }
}

#[test]
fn a_read_only_server_is_not_written_to() {
    Engine::Postgres.with(|db| {
        db.exec(&format!(
            "alter database {} set default_transaction_read_only = on",
            db.name()
        ));
        let program = project(db);
        says(&program, &["migrate", "-t", "db"], 7, &["read-only"]);
        says(&program, &["status", "-t", "db"], 0, &[]);
        says(&program, &["verify", "-t", "db"], 4, &[]);
    });
}

/// What `init` writes is a project in which everything works at once.
#[test]
fn from_init_to_verify() {
    let program = tw();
    let done = |args: &[&str]| says(&program, args, 0, &[]);
    done(&["init"]);
    for file in [
        "tablewright.yaml",
        ".gitattributes",
        ".gitignore",
        "schemas/shop/notes.yaml",
    ] {
        assert!(program.path(file).exists(), "{file}");
    }
    done(&["validate"]);
    let empty = "No migrations in migrations/sqlite/shop.";
    says(
        &program,
        &["migrate"],
        0,
        &[empty, "Next: tablewright migration new NAME"],
    );
    done(&["migration", "new", "first"]);
    says(&program, &["migrate", "--dry-run"], 3, &[]);
    done(&["migrate"]);
    done(&["verify"]);
    done(&["status", "--exit-code"]);
    done(&["rollback", "--yes"]);
    done(&["migrate"]);
    says(&program, &["init"], 0, &["kept   tablewright.yaml"]);
    says(
        &program,
        &["init", "sub"],
        0,
        &[
            "wrote  sub/tablewright.yaml",
            "Next: cd sub && tablewright validate",
        ],
    );
}

#[test]
fn specs_that_cannot_be_read() {
    let program = tw();
    says(&program, &["init"], 0, &[]);
    let cases: [(&[u8], &str); 9] = [
        (b"", "empty-file"),
        (b"# nothing\n", "empty-file"),
        (&[b' '; 6_000_000], "file-too-large"),
        (b"table: x\xff\xfe\n", "not-utf8"),
        (b"a: &a [x, x]\nb: [*a, *a]\n", "yaml-anchor"),
        (b"table: t\ncolums:\n  id: int\n", "did you mean `columns`?"),
        (
            b"table: t\ncolumns:\n  a: { type: decimal(10,2) }\n",
            "write `\"decimal(10,",
        ),
        (b"table: t\ncolumns:\n\tid: int\n", "indent with spaces"),
        (b"- a\n", "begin with `table: NAME`"),
    ];
    for (text, expected) in cases {
        std::fs::write(program.path("schemas/shop/e.yaml"), text).unwrap();
        let said = says(&program, &["validate"], 4, &[expected, "of 2 files"]);
        assert!(!said.contains("use one of its columns"), "{said}");
        says(
            &program,
            &["generate", "--dialect", "mysql"],
            2,
            &[expected],
        );
        says(&program, &["migration", "new", "x"], 2, &[expected]);
    }
    let text = "\u{feff}table: t\r\ncolumns:\r\n  id: int\r\nprimary_key: [id]\r\n";
    program.file("schemas/shop/e.yaml", text);
    says(&program, &["validate"], 0, &[]);
    std::fs::remove_dir_all(program.path("schemas")).unwrap();
    says(
        &program,
        &["validate"],
        2,
        &["no specs folder schemas/shop"],
    );
}

/// What is no URL may be a password as it stands, and isn't shown.
#[test]
fn an_invalid_url_is_not_printed() {
    let program = tw();
    says(&program, &["init"], 0, &[]);
    for url in [
        "root:hunter2@127.0.0.1/db",
        "hunter2",
        "postgres:hunter2",
        "mysql:root:hunter2@h/db",
        "oracle://u:hunter2@h/db",
    ] {
        says(
            &program,
            &["status", "--url", url],
            2,
            &["not a database URL"],
        );
    }
    says(
        &program,
        &["status", "--url", "postgres://u:hunter2@127.0.0.1:1/x"],
        1,
        &["warning: the password in --url"],
    );
    let said = program.command(["validate", "-d", "shp"]).output().unwrap();
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("did you mean -d shop?"));
}

/// The server would wait for rows that never arrive, with its locks held.
#[test]
fn a_copy_over_the_connection_is_refused() {
    Engine::Postgres.with(|db| {
        let program = project(db);
        migration(
            &program,
            db,
            "V2__copy.sql",
            "create table a (id int);\nCOPY a FROM stdin;\n1\n\\.\n",
        );
        db.disconnect();
        let said = ["error[copy-over-connection]", "V2__copy.sql:2", "INSERT"];
        says(&program, &["migrate", "-t", "db", "--yes"], 1, &said);
        assert!(
            db.try_query("select 1 from notes").is_err(),
            "nothing was run"
        );
        migration(&program, db, "V2__copy.sql", "create table a (id int);\n");
        migration(
            &program,
            db,
            "V2__copy.down.sql",
            "drop table a;\ncopy notes to stdout;\n",
        );
        db.disconnect();
        says(&program, &["migrate", "-t", "db", "--yes"], 0, &[]);
        let said = ["error[copy-over-connection]", "V2__copy.down.sql:2"];
        says(&program, &["rollback", "-t", "db", "--yes"], 1, &said);
        assert!(db.try_query("select 1 from a").is_ok(), "nothing was run");
    });
}
