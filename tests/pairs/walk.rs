//! From one schema to the other and back, on a real server.

use crate::recipe::{self, Recipe};
use crate::support::{Engine, Server, TestDb};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::cell::{Cell, RefCell};
use tablewright::change::{Action, Change};
use tablewright::db::{Conn, DbUrl};
use tablewright::dialect::{self, Dialect, InspectScope};
use tablewright::diff::{self, Renames};
use tablewright::model::{Pair, Schema};
use tablewright::plan::plan;

/// A database, the connection that works in it, and how it is emptied.
struct Place {
    db: TestDb,
    conn: Conn,
    dialect: &'static dyn Dialect,
    session: Vec<String>,
}

impl Place {
    async fn new(server: Server) -> Option<Self> {
        let db = TestDb::create(server)?;
        let conn = Conn::open(&DbUrl::new(db.url()), true).await.unwrap();
        let dialect = dialect::of_vendor(conn.server().vendor);
        let session = dialect.session(conn.server(), None, &[]);
        let mut place = Self {
            db,
            conn,
            dialect,
            session,
        };
        place.pin().await;
        Some(place)
    }

    async fn pin(&mut self) {
        for sql in &self.session {
            self.conn.query(sql).await.unwrap();
        }
        if self.db.engine() == Engine::Sqlite {
            // as for a migration that makes tables anew
            self.conn.query("PRAGMA foreign_keys = OFF").await.unwrap();
        }
    }

    /// Runs what the generator wrote. What the server refuses (a key over a type that has no order,
    /// say) is left out of the schema.
    async fn load(&mut self, statements: &[String]) -> usize {
        let mut refused = 0;
        for sql in statements {
            if let Err(error) = self.conn.query(sql).await {
                refused += 1;
                if std::env::var_os("TABLEWRIGHT_REFUSED").is_some() {
                    eprintln!("refused: {error}\n    {sql}");
                }
            }
        }
        refused
    }

    async fn read(&mut self) -> Schema {
        let scope = InspectScope::default();
        self.dialect.inspect(&mut self.conn, &scope).await.unwrap()
    }

    /// Runs the plan that turns one schema into the other.
    async fn walk(&mut self, from: &Schema, to: &Schema) -> Result<(), String> {
        let changes = diff::diff(from, to, &Renames::default());
        let mut done = Vec::new();
        for phase in plan(self.dialect, changes, &Pair::new(from, to)).phases {
            for step in &phase.steps {
                for sql in self.dialect.render(&step.action) {
                    if let Err(error) = self.conn.run(&sql).await {
                        let error = error.error;
                        return Err(format!("{error}\n{sql}\n-- after\n{}", done.join(";\n")));
                    }
                    done.push(sql);
                }
            }
        }
        let found = self.read().await;
        let left = diff::diff(&found, to, &Renames::default());
        let left = plan(self.dialect, left, &Pair::new(&found, to));
        let left: Vec<&Action> = left
            .phases
            .iter()
            .flat_map(|phase| phase.steps.iter().map(|step| &step.action))
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        Err(format!(
            "still different: {}\n-- after\n{}",
            left.into_iter().map(shown).collect::<Vec<_>>().join("\n"),
            done.join(";\n")
        ))
    }

    async fn clear(&mut self) {
        let name = self.db.name().to_owned();
        match self.db.engine().dialect() {
            "postgres" => {
                let sql = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
                self.conn.query(sql).await.unwrap();
            }
            "mysql" => {
                let sql = format!(
                    "DROP DATABASE `{name}`; CREATE DATABASE `{name}` DEFAULT CHARACTER SET utf8mb4; USE `{name}`"
                );
                self.conn.query(&sql).await.unwrap();
            }
            _ => {
                let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
                for row in self.conn.query(sql).await.unwrap() {
                    let sql = format!("DROP TABLE \"{}\"", row.text(0));
                    self.conn.query(&sql).await.unwrap();
                }
            }
        }
        self.pin().await;
    }
}

fn shown(action: &Action) -> String {
    match action {
        Action::Change(Change::Table { sides, ops })
        | Action::Concurrently(Change::Table { sides, ops }) => {
            format!("{}: {ops:#?}", sides.to.id)
        }
        other => format!("{other:?}"),
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// As many pairs as asked for. One that fails is made smaller until what is left is what matters.
pub(crate) fn pairs(server: impl Into<Server>, write: fn(&Recipe) -> Vec<String>, usual: u64) {
    let server = server.into();
    let engine = server.engine();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let places = runtime.block_on(async {
        let first = Place::new(server).await?;
        let second = Place::new(server).await?;
        Some((first, second))
    });
    let Some(places) = places else { return };
    let places = RefCell::new(places);
    let seed = number("TABLEWRIGHT_SEED", 1);
    let count = u32::try_from(number("TABLEWRIGHT_PAIRS", usual)).unwrap();
    let dumps = number("TABLEWRIGHT_DUMPS", 25).max(1);
    let config = Config {
        cases: count,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let (turn, statements, refused) = (Cell::new(0_u64), Cell::new(0), Cell::new(0));
    let outcome = runner.run(&recipe::pair(), |(from, to)| {
        turn.set(turn.get() + 1);
        let (first, second) = &mut *places.borrow_mut();
        let (from, to) = (write(&from), write(&to));
        statements.set(statements.get() + from.len() + to.len());
        runtime.block_on(async {
            first.clear().await;
            second.clear().await;
            let left_out = first.load(&from).await + second.load(&to).await;
            refused.set(refused.get() + left_out);
            let (a, b) = (first.read().await, second.read().await);
            let fail = |why: String| {
                let from = from.join(";\n");
                let to = to.join(";\n");
                TestCaseError::fail(format!("{why}\n-- from\n{from}\n-- to\n{to}"))
            };
            // SQLite's dump is the text of whoever wrote it
            let compare = engine != Engine::Sqlite && turn.get().is_multiple_of(dumps);
            let before = compare.then(|| first.db.dump());
            first
                .walk(&a, &b)
                .await
                .map_err(|why| fail(format!("there: {why}")))?;
            if compare && sorted(&first.db.dump()) != sorted(&second.db.dump()) {
                return Err(fail(unlike(&first.db.dump(), &second.db.dump())));
            }
            first
                .walk(&b, &a)
                .await
                .map_err(|why| fail(format!("back: {why}")))?;
            if let Some(before) = before.filter(|text| sorted(text) != sorted(&first.db.dump())) {
                return Err(fail(unlike(&first.db.dump(), &before)));
            }
            Ok(())
        })
    });
    println!(
        "{server}: {} pairs, seed {seed}; {} statements, {} of them refused by the server",
        turn.get(),
        statements.get(),
        refused.get()
    );
    if let Err(failed) = outcome {
        panic!("seed {seed}, pair {}: {failed}", turn.get());
    }
    assert!(
        refused.get() * 2 < statements.get(),
        "too much of what is generated is refused"
    );
    runtime.block_on(async {
        let (first, second) = places.into_inner();
        first.conn.close().await;
        second.conn.close().await;
    });
}

/// The lines of a dump in an order of their own: where a column that came later stands is the one
/// thing that PostgreSQL and SQLite can't change. Storage parameters stand as they were set.
fn sorted(dump: &str) -> Vec<String> {
    let line = |line: &str| {
        let line = line.trim_end_matches(',');
        let Some(list) = line
            .strip_prefix("WITH (")
            .and_then(|l| l.strip_suffix(");"))
        else {
            return line.to_owned();
        };
        let mut parameters: Vec<&str> = list.split(", ").collect();
        parameters.sort_unstable();
        format!("WITH ({});", parameters.join(", "))
    };
    let mut lines: Vec<String> = dump.lines().map(line).collect();
    lines.sort_unstable();
    lines
}

fn unlike(found: &str, wanted: &str) -> String {
    let (found, wanted) = (sorted(found), sorted(wanted));
    let only = |a: &[String], b: &[String]| {
        let alone: Vec<String> = (a.iter())
            .filter(|line| !b.contains(line))
            .map(|line| format!("    {line}"))
            .collect();
        alone.join("\n")
    };
    format!(
        "the dumps differ\n  found\n{}\n  wanted\n{}",
        only(&found, &wanted),
        only(&wanted, &found)
    )
}
