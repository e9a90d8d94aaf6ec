//! `verify` reads a schema in a number of queries that doesn't depend on the number of tables. The
//! queries are counted on the wire, by a relay between the program and the server.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, TestDb, Tw, tw};
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

type Queries = Arc<Mutex<Vec<String>>>;

/// Passes bytes on between clients and a server, and writes down the clients' queries.
struct Relay {
    port: u16,
    queries: Queries,
}

impl Relay {
    fn to(server: String, engine: Engine) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let queries = Queries::default();
        let seen = Arc::clone(&queries);
        // these threads end with the test's process
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&server).expect("the server is there");
                relay(&client, &server, Messages::of(engine), Arc::clone(&seen));
            }
        });
        Self { port, queries }
    }
}

fn relay(client: &TcpStream, server: &TcpStream, mut messages: Messages, seen: Queries) {
    let copy = |socket: &TcpStream| socket.try_clone().expect("a socket");
    let (from, to) = (copy(client), copy(server));
    thread::spawn(move || {
        pump(from, to, |bytes| {
            seen.lock()
                .expect("no panic")
                .extend(messages.queries(bytes));
        })
    });
    let (from, to) = (copy(server), copy(client));
    thread::spawn(move || pump(from, to, |_| {}));
}

fn pump(mut from: TcpStream, mut to: TcpStream, mut seen: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).unwrap_or(0);
        if length == 0 {
            return to.shutdown(Shutdown::Write);
        }
        seen(&buffer[..length]);
        to.write_all(&buffer[..length])?;
    }
}

/// What a client sends, cut into messages.
struct Messages {
    engine: Engine,
    bytes: Vec<u8>,
    /// PostgreSQL's first message has no type.
    started: bool,
}

impl Messages {
    fn of(engine: Engine) -> Self {
        Self {
            engine,
            bytes: Vec::new(),
            started: engine != Engine::Postgres,
        }
    }

    /// The queries in the messages that these bytes complete.
    fn queries(&mut self, bytes: &[u8]) -> Vec<String> {
        self.bytes.extend_from_slice(bytes);
        let mut found = Vec::new();
        while let Some((length, query)) = self.first() {
            if self.bytes.len() < length {
                break;
            }
            let message: Vec<u8> = self.bytes.drain(..length).collect();
            if let Some(start) = query {
                let text = String::from_utf8_lossy(&message[start..]);
                // a statement of PostgreSQL's has a name, which is empty here or short
                let text = match text.split_once('\0') {
                    Some((name, text)) if message[0] == b'P' && !name.contains(' ') => text,
                    _ => &text,
                };
                let text = text.split('\0').next().expect("a first part");
                found.push(text.to_owned());
            }
            self.started = true;
        }
        found
    }

    /// The length of the first message, and where in it a query begins.
    fn first(&self) -> Option<(usize, Option<usize>)> {
        let head = self.bytes.get(..5)?;
        let number = |bytes: &[u8]| bytes.iter().fold(0, |all, b| all << 8 | usize::from(*b));
        Some(if self.engine == Engine::Postgres {
            if self.started {
                let query = matches!(head[0], b'Q' | b'P');
                (1 + number(&head[1..5]), query.then_some(5))
            } else {
                (number(&head[..4]), None)
            }
        } else {
            // three bytes of length, a number that starts at 0 with each command, the command
            let length = number(&[head[2], head[1], head[0]]);
            let query = head[3] == 0 && matches!(head[4], 0x03 | 0x16);
            (4 + length, query.then_some(5))
        })
    }
}

/// The URL of a relay to that server.
fn through(url: &str, engine: Engine) -> (String, Relay) {
    let (before, rest) = url.rsplit_once('@').expect("a user in the URL");
    let (server, database) = rest.split_once('/').expect("a database in the URL");
    let relay = Relay::to(server.to_owned(), engine);
    let plain = if engine == Engine::Postgres {
        "sslmode=disable"
    } else {
        "ssl-mode=disabled"
    };
    let own = format!("{before}@127.0.0.1:{}/{database}?{plain}", relay.port);
    (own, relay)
}

/// Tables of twelve columns, three indexes and a foreign key, with what each server writes in words
/// of its own.
fn specs(count: usize) -> String {
    let mut out = String::new();
    for number in 0..count {
        let parent = number / 2;
        write!(
            out,
            "---
table: t{number}
comment: Table {number}
columns:
  id: {{ type: int, identity: true }}
  parent_id: {{ type: int null, references: t{parent}.id, on_delete: cascade }}
  name: varchar(100)
  title: varchar(255) null
  state: {{ enum: [open, done], default: open }}
  amount: {{ type: \"decimal(12,4)\", default: 0 }}
  twice: {{ type: \"decimal(14,4) null\", generated: {{ sql: amount * 2 }} }}
  active: {{ type: bool, default: true }}
  payload: json null
  notes: text null
  due_on: date null
  made_at: {{ type: timestamptz, default: now, on_update: now }}
primary_key: [id]
checks:
  - amount between 0 and 1000 and name not in ('a', 'b')
indexes:
  idx_t{number}_name: {{ columns: [name, state desc] }}
  idx_t{number}_due: [due_on, active]
  idx_t{number}_made: [made_at]
"
        )
        .expect("a String takes it");
    }
    out
}

/// A database of that many tables, and the queries of one `verify` of it.
fn queries(engine: Engine, count: usize) -> Option<Vec<String>> {
    let db = TestDb::create(engine)?;
    let project: Tw = tw();
    project.file("schemas/q/q.yaml", &specs(count));
    project.file("tablewright.yaml", "databases:\n  q: {}\n");
    project.run(["apply", "--yes", "--url", db.url()]).success();
    let (url, relay) = through(db.url(), engine);
    project.run(["verify", "--url", &url]).success();
    let queries = relay.queries.lock().expect("no panic").clone();
    Some(queries)
}

/// `TABLEWRIGHT_QUERIES`, a folder: what is read there is left in it, for the benchmark to run.
fn leave(engine: Engine, count: usize, queries: &[String]) {
    let Some(folder) = std::env::var_os("TABLEWRIGHT_QUERIES").map(PathBuf::from) else {
        return;
    };
    let name = format!("{engine}-{count}");
    std::fs::create_dir_all(folder.join(&name)).unwrap();
    std::fs::write(folder.join(&name).join("q.yaml"), specs(count)).unwrap();
    let script: String = queries.iter().map(|sql| format!("{sql};\n")).collect();
    std::fs::write(folder.join(format!("{name}.sql")), script).unwrap();
}

fn same_for_few_and_many(engine: Engine) {
    let most = std::env::var("TABLEWRIGHT_QUERIES_TABLES");
    let most = most.map_or(500, |n| n.parse().expect("a number"));
    let (Some(few), Some(many)) = (queries(engine, 10), queries(engine, most)) else {
        return;
    };
    leave(engine, most, &many);
    let (few, many) = (few.len(), many.len());
    println!("queries of verify on {engine}: {few} with 10 tables, {many} with {most}");
    assert!(few > 5, "the relay counts: {few}");
    assert_eq!(few, many, "{engine}");
}

#[test]
fn postgres() {
    same_for_few_and_many(Engine::Postgres);
}

#[test]
fn mariadb() {
    same_for_few_and_many(Engine::MariaDb);
}

#[test]
fn mysql() {
    same_for_few_and_many(Engine::MySql);
}
