//! From one schema to another and back, on a real server.

use super::recipe::{self, Recipe};
use crate::support::{Engine, Server, TestDb, say};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::Cell;
use tablewright::change::{Action, Plan};
use tablewright::db::{Conn, DbUrl};
use tablewright::dialect;
use tablewright::dialect::{Dialect, InspectScope};
use tablewright::diff;
use tablewright::diff::{OpenChoices, Renames};
use tablewright::model::{Pair, Schema};
use tablewright::plan::{Way, join, plan};

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
        let session = dialect.session_statements(conn.server(), None, &[]);
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
            // as for a migration that recreates tables
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
        let scope = InspectScope {
            schemas: vec![String::from("*")],
            ..InspectScope::default()
        };
        self.dialect.inspect(&mut self.conn, &scope).await.unwrap()
    }

    /// What is wanted, with what it leaves open as it is there, as `apply` sees it.
    fn wanted(&self, to: &Schema, from: &Schema) -> Schema {
        let mut wanted = to.clone();
        let how = OpenChoices {
            counters: self.dialect.counters(),
            column_order: !self.dialect.capabilities().tables.column_order,
        };
        diff::fill_open_choices(&mut wanted, from, &Renames::default(), how);
        wanted
    }

    /// Runs the plan that turns one schema into the other.
    async fn walk(&mut self, from: &Schema, to: &Schema) -> Result<Plan, String> {
        let to = &self.wanted(to, from);
        let changes = diff::diff(from, to, &Renames::default());
        let plan = plan(self.dialect, changes, &Pair::new(from, to));
        let plan = plan.map_err(|cycle| cycle.to_string())?;
        let steps = plan.phases.iter().flat_map(|phase| &phase.steps);
        let statements = steps.flat_map(|step| self.dialect.statements(&step.action));
        let done = self.run(statements.collect()).await?;
        self.arrive(to, &done).await?;
        Ok(plan)
    }

    /// Reverts a plan, as a migration's down file does.
    async fn undo(&mut self, plan: &Plan, to: &Schema) -> Result<(), String> {
        let plans = std::slice::from_ref(plan);
        let joints = join(plans);
        let steps = joints
            .iter()
            .rev()
            .flat_map(|joint| joint.steps.iter().rev());
        let undone = steps.flat_map(|step| step.statements(self.dialect, Way::Down).unwrap());
        let done = self.run(undone.collect()).await?;
        self.arrive(to, &done).await
    }

    async fn run(&mut self, statements: Vec<String>) -> Result<String, String> {
        let mut done = Vec::new();
        for sql in statements {
            if let Err(error) = self.conn.run(&sql).await {
                let error = error.error;
                return Err(format!("{error}\n{sql}\n-- after\n{}", done.join(";\n")));
            }
            done.push(sql);
        }
        Ok(done.join(";\n"))
    }

    /// Whether what is there now is what was wanted.
    async fn arrive(&mut self, to: &Schema, done: &str) -> Result<(), String> {
        let found = self.read().await;
        let to = &self.wanted(to, &found);
        let left = diff::diff(&found, to, &Renames::default());
        let left = plan(self.dialect, left, &Pair::new(&found, to));
        let left = left.map_err(|cycle| cycle.to_string())?;
        let steps = left.phases.iter().flat_map(|phase| &phase.steps);
        let left: Vec<String> = steps.map(|step| self.shown(&step.action)).collect();
        if left.is_empty() {
            return Ok(());
        }
        let left = left.join("\n");
        Err(format!("still different:\n{left}\n-- after\n{done}"))
    }

    /// An action as its statements, or in full where it has none.
    fn shown(&self, action: &Action) -> String {
        let statements = self.dialect.statements(action).join(";\n");
        if statements.is_empty() {
            return format!("{action:?}");
        }
        statements
    }

    async fn clear(&mut self) {
        let name = self.db.name().to_owned();
        match self.db.engine().dialect() {
            "postgres" => {
                let sql = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS other CASCADE";
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
                    let sql = format!("DROP TABLE \"{}\"", row.text_at(0));
                    self.conn.query(&sql).await.unwrap();
                }
            }
        }
        self.pin().await;
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// What one server's pairs came to.
#[derive(Default)]
struct Tally {
    statements: Cell<usize>,
    refused: Cell<usize>,
}

/// How a pair is tried.
#[derive(Clone, Copy)]
struct Trial {
    /// The server's own dumps are compared as well.
    dumps: bool,
    /// The down direction reverts the steps of the up direction; else it is planned separately.
    undone: bool,
}

type Write = fn(&Recipe) -> Vec<String>;

impl Tally {
    /// Both directions between the two schemas that `pair` describes.
    async fn pair(
        &self,
        (first, second): &mut (Place, Place),
        (from, to): &(Recipe, Recipe),
        write: Write,
        trial: Trial,
    ) -> Result<(), String> {
        let (from, to) = (write(from), write(to));
        self.statements
            .set(self.statements.get() + from.len() + to.len());
        first.clear().await;
        second.clear().await;
        let left_out = first.load(&from).await + second.load(&to).await;
        self.refused.set(self.refused.get() + left_out);
        let (a, b) = (first.read().await, second.read().await);
        in_both_directions(first, second, &a, &b, trial)
            .await
            .map_err(|why| {
                let (from, to) = (from.join(";\n"), to.join(";\n"));
                format!("{why}\n-- from\n{from};\n-- to\n{to};")
            })
    }
}

async fn in_both_directions(
    first: &mut Place,
    second: &Place,
    a: &Schema,
    b: &Schema,
    Trial { dumps, undone }: Trial,
) -> Result<(), String> {
    // SQLite's dump is the text as it was written
    let dumps = dumps && first.db.engine() != Engine::Sqlite;
    let before = dumps.then(|| first.db.dump());
    let there = first.walk(a, b).await;
    let there = there.map_err(|why| format!("there: {why}"))?;
    if dumps {
        same(&first.db.dump(), &second.db.dump())?;
    }
    if undone {
        let back = first.undo(&there, a).await;
        back.map_err(|why| format!("undone: {why}"))?;
    } else {
        let back = first.walk(b, a).await;
        back.map_err(|why| format!("back: {why}"))?;
    }
    before.map_or(Ok(()), |before| same(&first.db.dump(), &before))
}

/// What sort of failure it is, whichever way it was on: the server's code, or what differs.
fn kind(why: &str) -> &str {
    let ways = ["there: ", "back: ", "undone: "];
    let rest = ways.iter().find_map(|way| why.strip_prefix(way));
    let line = rest.unwrap_or_default().lines().next();
    line.and_then(|line| line.split(':').next())
        .unwrap_or_default()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

async fn places(server: Server) -> Option<(Place, Place)> {
    Some((Place::new(server).await?, Place::new(server).await?))
}

async fn close((first, second): (Place, Place)) {
    first.conn.close().await;
    second.conn.close().await;
}

/// A pair that says by itself what it is about.
pub(crate) struct Known {
    pub(crate) what: &'static str,
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static [&'static str],
}

/// Up and reverted, then up and down by a separate plan, rows included.
pub(crate) fn known(server: impl Into<Server>, cases: &[Known]) {
    let server = server.into();
    runtime().block_on(async {
        let Some((mut first, mut second)) = places(server).await else {
            return;
        };
        for case in cases {
            for undone in [true, false] {
                first.clear().await;
                second.clear().await;
                for (place, statements) in [(&mut first, case.from), (&mut second, case.to)] {
                    let statements: Vec<String> = statements.iter().map(|s| (*s).into()).collect();
                    let refused = place.load(&statements).await;
                    assert_eq!(refused, 0, "{server}: {}", case.what);
                }
                let (a, b) = (first.read().await, second.read().await);
                let trial = Trial {
                    dumps: false,
                    undone,
                };
                let done = in_both_directions(&mut first, &second, &a, &b, trial).await;
                if let Err(why) = done {
                    panic!("{server}: {}: {why}", case.what);
                }
            }
        }
        close((first, second)).await;
    });
}

/// As many pairs as asked for, each with a seed of its own: the run's and its number. One that fails
/// is made smaller until what is left is what matters; then the next one has its turn.
/// `undo` says that every second one goes back by its own steps undone.
pub(crate) fn pairs(server: impl Into<Server>, write: Write, undo: bool) {
    let server = server.into();
    let runtime = runtime();
    let Some(mut places) = runtime.block_on(places(server)) else {
        return;
    };
    let seed = number("TABLEWRIGHT_SEED", 1);
    let count = number("TABLEWRIGHT_PAIRS", 500);
    let start = number("TABLEWRIGHT_FIRST", 1);
    let dumps = number("TABLEWRIGHT_DUMPS", 25).max(1);
    let enough = number("TABLEWRIGHT_FAILURES", 3);
    let effort = number("TABLEWRIGHT_SHRINK", 300);
    let tally = Tally::default();
    let mut failed = Vec::new();
    let mut done = 0;
    for number in start..start + count {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&number.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let mut tree = recipe::pair().new_tree(&mut runner).unwrap();
        let trial = Trial {
            dumps: number.is_multiple_of(dumps),
            undone: undo && number.is_multiple_of(2),
        };
        let mut attempt = |pair: &(Recipe, Recipe)| {
            runtime
                .block_on(tally.pair(&mut places, pair, write, trial))
                .err()
        };
        done += 1;
        let Some(mut why) = attempt(&tree.current()) else {
            continue;
        };
        let failure = kind(&why).to_owned();
        let mut left = effort;
        let mut simpler = left > 0 && tree.simplify();
        while simpler && left > 0 {
            left -= 1;
            let still = attempt(&tree.current()).filter(|still| kind(still) == failure);
            simpler = if let Some(still) = still {
                why = still;
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        println!("{server}: seed {seed}, pair {number}: {why}\n");
        failed.push(number);
        if failed.len() as u64 >= enough {
            break;
        }
    }
    let (statements, refused) = (tally.statements.get(), tally.refused.get());
    say(&format!(
        "{server}: {done} pairs, seed {seed}; {statements} statements, {refused} of them refused by the server"
    ));
    assert!(failed.is_empty(), "{server}: seed {seed}, pairs {failed:?}");
    assert!(
        refused * 2 < statements,
        "too much of what is generated is refused"
    );
    runtime.block_on(close(places));
}

/// The lines of a dump in an order of their own: where a column that came later stands is the one
/// thing that PostgreSQL and SQLite can't change. Storage parameters stand as they were set.
fn sorted(dump: &str) -> Vec<String> {
    let line = |line: &str| {
        let line = without_introducers(line.trim_end_matches(','));
        let Some(list) = line
            .strip_prefix("WITH (")
            .and_then(|l| l.strip_suffix(");"))
        else {
            return line;
        };
        let mut parameters: Vec<&str> = list.split(", ").collect();
        parameters.sort_unstable();
        format!("WITH ({});", parameters.join(", "))
    };
    let mut lines: Vec<String> = dump.lines().map(line).collect();
    lines.sort_unstable();
    lines
}

/// What is computed, without the charsets of its strings: MySQL writes those that they had to take by
/// the types of the columns beside them, and keeps them when those change.
fn without_introducers(line: &str) -> String {
    if !line.contains(" GENERATED ALWAYS AS ") {
        return line.to_owned();
    }
    let charsets = ["_utf8mb4'", "_utf8mb3'", "_latin1'", "_binary'"];
    let plain = |line: String, charset: &&str| line.replace(charset, "'");
    charsets.iter().fold(line.to_owned(), plain)
}

/// An error that shows what only one of two dumps has.
fn same(found: &str, wanted: &str) -> Result<(), String> {
    let (found, wanted) = (sorted(found), sorted(wanted));
    if found == wanted {
        return Ok(());
    }
    let only = |a: &[String], b: &[String]| {
        let alone: Vec<String> = (a.iter())
            .filter(|line| !b.contains(line))
            .map(|line| format!("    {line}"))
            .collect();
        alone.join("\n")
    };
    Err(format!(
        "the dumps differ\n  found\n{}\n  wanted\n{}",
        only(&found, &wanted),
        only(&wanted, &found)
    ))
}
