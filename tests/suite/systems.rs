//! The five systems, on every server: their migrations up, verified, and down; and on their native servers the documents'
//! own SQL, which must not differ from the specs.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, OWN_TABLES, Server, TestDb, tw};

const SYSTEMS: [&str; 5] = ["ai_agent", "botmojo", "botserver", "chatbot", "phase3"];

fn repository(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// What owns these tables isn't this tool.
fn make_external(system: &str, db: &TestDb) {
    let id = match (system, db.engine()) {
        ("chatbot", Engine::Postgres) => "uuid",
        ("chatbot", Engine::MySql | Engine::MariaDb) => "binary(16)",
        ("chatbot", Engine::Sqlite) => "text",
        ("phase3", Engine::MySql | Engine::MariaDb) => {
            "varchar(255) character set utf8mb4 collate utf8mb4_unicode_ci"
        }
        ("phase3", _) => "varchar(255)",
        _ => return,
    };
    db.exec(&format!(
        "create table users (id {id} not null primary key)"
    ));
}

fn run(db: &TestDb, system: &str, args: &[&str]) -> Result<String, String> {
    let (schemas, migrations) = (
        repository(&format!("schemas/{system}")),
        repository("migrations"),
    );
    let output = tw()
        .command(args.iter().copied().chain([
            "-d",
            system,
            "--url",
            db.url(),
            "--schemas",
            &schemas,
            "--migrations",
            &migrations,
            "--yes",
        ]))
        .output()
        .unwrap();
    let said = format!(
        "{args:?} of {system} on {}: {:?}\n{}{}",
        db.engine(),
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}

/// The specs that `inspect` writes are the system's own, except for unmanaged objects.
fn read_back(system: &str, db: &TestDb) {
    let specs = tw();
    let said = { specs.command(["inspect", "--url", db.url(), "--out", "read"]) }
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(!said.contains("not compared"), "{system}: {said}");
    let users = specs.path("read/users.yaml");
    if ["chatbot", "phase3"].contains(&system) && users.exists() {
        let text = std::fs::read_to_string(&users).unwrap();
        std::fs::write(&users, format!("{}external: true\n", text)).unwrap();
    }
    let own = format!("specs:{}", repository(&format!("schemas/{system}")));
    let dialect = db.engine().dialect();
    let args = ["diff", &own, "specs:read", "--dialect", dialect];
    let output = specs.command(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{system} on {}: {said}",
        db.engine()
    );
}

fn migrate_and_rollback(system: &str, server: Server) {
    let Some(db) = TestDb::create(server) else {
        return;
    };
    make_external(system, &db);
    let start = db.dump_without(OWN_TABLES);
    let verify = || run(&db, system, &["verify"]).unwrap_or_else(|said| panic!("{said}"));
    let step = |args: &[&str]| run(&db, system, args).unwrap_or_else(|said| panic!("{said}"));
    step(&["migrate"]);
    verify();
    read_back(system, &db);
    let full = db.dump_without(OWN_TABLES);
    step(&["rollback", "--to", "0", "--allow", "data-loss"]);
    assert_eq!(db.dump_without(OWN_TABLES), start, "{system} on {server}");
    step(&["migrate"]);
    verify();
    assert_eq!(db.dump_without(OWN_TABLES), full, "{system} on {server}");
}

macro_rules! systems {
    ($($name:ident: $servers:expr,)+) => {$(
        #[test]
        fn $name() {
            for server in $servers {
                std::thread::scope(|scope| {
                    for system in SYSTEMS {
                        scope.spawn(move || migrate_and_rollback(system, server));
                    }
                });
            }
        }
    )+};
}

systems! {
    forth_and_back_on_postgres: [Engine::Postgres.into()],
    forth_and_back_on_postgres_18: [Server::POSTGRES_18],
    forth_and_back_on_mysql: [Engine::MySql.into()],
    forth_and_back_on_mariadb: [Engine::MariaDb.into()],
    forth_and_back_on_sqlite: [Engine::Sqlite.into()],
    forth_and_back_on_further_servers: Server::further().iter().copied(),
}

/// A database that was made from the document's own SQL is what the specs say.
fn document(system: &str, server: Server) {
    let Some(db) = TestDb::create(server) else {
        return;
    };
    let path = repository(&format!("tests/documents/{system}.sql"));
    db.exec(&std::fs::read_to_string(path).unwrap());
    let before = db.dump_without(&[]);
    if let Err(said) = run(&db, system, &["verify"]) {
        panic!("{said}");
    }
    assert_eq!(db.dump_without(&[]), before, "verify writes nothing");
}

#[test]
fn the_documents_of_ai_agent_and_botmojo_agree_with_their_specs() {
    for server in Server::all() {
        if server.engine().dialect() == "mysql" {
            document("ai_agent", server);
            document("botmojo", server);
        }
    }
}

#[test]
fn the_documents_of_chatbot_and_phase3_agree_with_their_specs() {
    for server in Server::all() {
        if server.engine() == Engine::Postgres {
            document("chatbot", server);
            document("phase3", server);
        }
    }
}

#[test]
fn committed_migrations_match_the_specs() {
    for system in SYSTEMS {
        let dir = tw();
        let schemas = repository(&format!("schemas/{system}"));
        let migrations = dir.path("migrations");
        copy(&repository("migrations").into(), &migrations);
        let said = dir.run([
            "migration",
            "new",
            "nothing",
            "-d",
            system,
            "--schemas",
            &schemas,
            "--migrations",
            migrations.to_str().unwrap(),
        ]);
        let said = said.success();
        let output = String::from_utf8_lossy(&said.get_output().stdout).into_owned()
            + &String::from_utf8_lossy(&said.get_output().stderr);
        assert!(output.contains("No changes since"), "{system}: {output}");
        assert!(
            !dir.files("migrations")
                .iter()
                .any(|f| f.contains("nothing")),
            "{system}: a file was written"
        );
    }
}

fn copy(from: &std::path::PathBuf, to: &std::path::PathBuf) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn count(db: &TestDb, table: &str) -> String {
    db.value(&format!("select count(*) from {table}"))
        .unwrap_or_default()
}

/// The cascade rules do what the document's table says.
fn cascades(server: Server) {
    let Some(db) = TestDb::create(server) else {
        return;
    };
    run(&db, "ai_agent", &["migrate"]).unwrap_or_else(|said| panic!("{said}"));
    if server.engine() == Engine::Sqlite {
        db.exec("pragma foreign_keys = on");
    }
    db.exec(
        "insert into ai_conversations (session_key) values ('s');
         insert into ai_conversation_messages (conversation_id, role, content) values (1, 'user', 'hello');
         insert into ai_agent_requests (request_id, endpoint, conversation_id, message_id) values ('r', '/', 1, 1);
         insert into ai_tool_calls (agent_request_id, tool_name) values (1, 'fs.read');
         insert into ai_tool_results (tool_call_id) values (1);
         insert into ai_stream_tickets (ticket, conversation_id, expires_at) values ('t', 1, '2030-01-01 00:00:00')",
    );
    db.exec("delete from ai_conversations");
    assert_eq!(count(&db, "ai_conversation_messages"), "0", "{server}");
    assert_eq!(count(&db, "ai_stream_tickets"), "0", "{server}");
    assert_eq!(
        count(
            &db,
            "ai_agent_requests where conversation_id is null and message_id is null"
        ),
        "1",
        "{server}"
    );
    db.exec("delete from ai_agent_requests");
    assert_eq!(count(&db, "ai_tool_calls"), "0", "{server}");
    assert_eq!(count(&db, "ai_tool_results"), "0", "{server}");
    let wrong = db.try_exec(
        "insert into ai_conversation_messages (conversation_id, role, content) values (1, 'stranger', 'x')",
    );
    assert!(wrong.is_err(), "{server} takes a role that is none");
}

#[test]
fn cascade_rules_are_enforced() {
    for server in Server::all() {
        cascades(server);
    }
}
