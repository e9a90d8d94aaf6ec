//! The project that crashes: a first state of its tables with rows, and a second state many statements away.

use crate::support::{Engine, OWN_TABLES, TestDb, Tw, tw};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

const BEFORE: &str = "table: people
columns:
  id: { type: int, identity: true }
  name: varchar(50)
  born: int null
  note: text null
  state: { enum: [new, old], default: new }
primary_key: [id]
indexes:
  idx_name: [name]
---
table: visits
columns:
  id: { type: int, identity: true }
  person_id: { type: int, references: people.id }
  place: varchar(20) null
primary_key: [id]
";

const AFTER: &str = "table: people
columns:
  id: { type: int, identity: true }
  name: varchar(150)
  birth_year: { type: int null, renamed_from: born }
  note: text null
  score: { type: int, default: 7 }
  email: varchar(80) null
  state: { enum: [{ value: fresh, renamed_from: new }, old], default: fresh }
  met: datetime
primary_key: [id]
indexes:
  idx_email: [email]
  idx_name: [name]
checks:
  score_range: score >= 0
---
table: visits
columns:
  id: { type: int, identity: true }
  person_id: { type: int, references: people.id, on_delete: cascade }
  place: varchar(20) null
  seen: { type: bool, default: false }
primary_key: [id]
---
table: badges
columns:
  id: { type: int, identity: true }
  person_id: { type: int, references: people.id }
primary_key: [id]
";

/// Rows of `people`.
const ROWS: usize = 300;

/// The folders of both states' specs.
const SPECS: [&str; 2] = ["schemas/before", "schemas/after"];

/// How the database gets from one state to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// By migrations, and back by rolling back.
    Migrations,
    /// By `apply`, both ways.
    Apply,
}

/// Which way a run goes that is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Forth,
    Back,
}

impl Way {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Forth => Self::Back,
            Self::Back => Self::Forth,
        }
    }
}

pub(crate) struct Project<'a> {
    pub(crate) db: &'a TestDb,
    pub(crate) means: Means,
    pub(crate) dir: Tw,
    /// The first migration's highest version, and the last version of all.
    pub(crate) base: i32,
    pub(crate) last: i32,
    /// The server's own dump with the first migration alone, and with all.
    pub(crate) before: String,
    pub(crate) after: String,
}

impl<'a> Project<'a> {
    pub(crate) fn new(db: &'a TestDb, means: Means) -> Self {
        let mut project = match means {
            Means::Migrations => Self::with_migrations(db),
            Means::Apply => Self::with_specs(db),
        };
        project.start_anew();
        project
    }

    fn with_specs(db: &'a TestDb) -> Self {
        let dir = tw();
        // renames have to be declared for the down direction as well
        let before = BEFORE
            .replace(
                "born: int null",
                "born: { type: int null, renamed_from: birth_year }",
            )
            .replace("[new, old]", "[{ value: new, renamed_from: fresh }, old]");
        for (folder, text) in SPECS.into_iter().zip([before.as_str(), AFTER]) {
            dir.file(&format!("{folder}/case.yaml"), text);
        }
        Self {
            db,
            means: Means::Apply,
            dir,
            base: 0,
            last: 0,
            before: String::new(),
            after: String::new(),
        }
    }

    fn with_migrations(db: &'a TestDb) -> Self {
        let dir = tw();
        dir.file("schemas/case/case.yaml", BEFORE);
        let new = |name: &'static str| {
            [
                "migration",
                "new",
                name,
                "-d",
                "case",
                "--schemas",
                "schemas/case",
                "--migrations",
                "migrations",
            ]
        };
        dir.run(new("before")).success();
        let base = highest(&dir, db.engine());
        dir.file("schemas/case/case.yaml", AFTER);
        dir.run(new("after")).success();
        Self {
            db,
            means: Means::Migrations,
            base,
            last: highest(&dir, db.engine()),
            dir,
            before: String::new(),
            after: String::new(),
        }
    }

    /// Makes the first state with rows in it, and sees what both look like.
    fn start_anew(&mut self) {
        match self.means {
            Means::Migrations => self.ok(&["migrate", "--to", &self.base.to_string()]),
            Means::Apply => self.ok(&["apply", "--schemas", SPECS[0]]),
        };
        let db = self.db;
        let rows: Vec<String> = (0..ROWS)
            .map(|n| format!("('person {n}', {})", 1900 + n % 100))
            .collect();
        db.exec(&format!(
            "insert into people (name, born) values {}",
            rows.join(", ")
        ));
        db.exec("insert into visits (person_id, place) select id, 'here' from people");
        db.disconnect();
        self.before = db.dump_without(OWN_TABLES);
        self.go(Way::Forth);
        self.after = db.dump_without(OWN_TABLES);
        self.go(Way::Back);
        self.has_ended(Way::Back);
    }

    /// The arguments of a run one way, the waiting for an old session included.
    pub(crate) fn way(&self, way: Way) -> Vec<String> {
        let base = self.base.to_string();
        let args: &[&str] = match (self.means, way) {
            (Means::Migrations, Way::Forth) => &["migrate"],
            (Means::Migrations, Way::Back) => &["rollback", "--to", &base],
            (Means::Apply, Way::Forth) => &["apply", "--schemas", SPECS[1]],
            (Means::Apply, Way::Back) => &["apply", "--schemas", SPECS[0], "--prune"],
        };
        let args = args.iter().chain(&["--wait", "1m"]);
        args.map(|arg| (*arg).to_owned()).collect()
    }

    /// A run one way; exit code and what was said.
    pub(crate) fn run_way(&self, way: Way) -> (i32, String) {
        let args = self.way(way);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.run(&args)
    }

    /// A run one way that succeeds.
    #[track_caller]
    pub(crate) fn go(&self, way: Way) {
        let (code, text) = self.run_way(way);
        assert_eq!(code, 0, "{way:?}: {text}");
    }

    /// Where a run this way ends.
    #[track_caller]
    pub(crate) fn has_ended(&self, way: Way) {
        match way {
            Way::Forth => self.is(&self.after, self.last),
            Way::Back => self.is(&self.before, self.base),
        }
    }

    /// The arguments, with where everything is.
    pub(crate) fn args<'b>(args: &[&'b str], url: &'b str) -> Vec<&'b str> {
        let mut all = args.to_vec();
        all.extend([
            "-d",
            "case",
            "--url",
            url,
            "--yes",
            "--migrations",
            "migrations",
        ]);
        if args[0] != "status" {
            all.extend(["--allow", "data-loss"]);
        }
        all
    }

    /// Starts a run through another URL.
    pub(crate) fn start(&self, args: &[&str], url: &str) -> Arc<Mutex<Child>> {
        self.db.disconnect();
        let mut command = self.dir.std_command(Self::args(args, url));
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Arc::new(Mutex::new(child))
    }

    /// Exit code and what was said, of a run that nothing disturbs.
    pub(crate) fn run(&self, args: &[&str]) -> (i32, String) {
        self.db.disconnect();
        let output = self
            .dir
            .command(Self::args(args, self.db.url()))
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8(text).unwrap(),
        )
    }

    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let (code, text) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {text}");
        text
    }

    /// The schema is exactly this, the rows are there, history and journal say the same and nothing is
    /// left open.
    #[track_caller]
    fn is(&self, dump: &str, version: i32) {
        assert_eq!(
            normal(self.db.engine(), &self.db.dump_without(OWN_TABLES)),
            normal(self.db.engine(), dump)
        );
        let rows = self
            .db
            .value("select count(*) from visits v join people p on p.id = v.person_id");
        assert_eq!(rows, Some(ROWS.to_string()));
        let open = "select count(*) from tablewright_journal where outcome = 'running'";
        assert_eq!(self.db.value(open).as_deref(), Some("0"));
        match self.means {
            Means::Migrations => self.is_recorded(version),
            Means::Apply => self.is_managed(dump == self.after),
        }
        self.db.disconnect();
    }

    /// What is there is what is recorded as managed.
    #[track_caller]
    fn is_managed(&self, after: bool) {
        let rows = self
            .db
            .query("select name from tablewright_managed order by name");
        let names: Vec<&str> = rows.iter().filter_map(|row| row[0].as_deref()).collect();
        let expected: &[&str] = if after {
            &["badges", "people", "visits"]
        } else {
            &["people", "visits"]
        };
        let tables: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| expected.contains(name))
            .collect();
        assert_eq!(tables, expected, "{names:?}");
        assert_eq!(names.contains(&"badges"), after, "{names:?}");
    }

    /// History and journal say that this version is the last.
    #[track_caller]
    fn is_recorded(&self, version: i32) {
        let highest = self
            .db
            .value("select max(version) from refinery_schema_history");
        assert_eq!(highest, Some(version.to_string()));
        // the last thing that the journal says of the highest version is what the history says
        let last = format!(
            "select direction, outcome from tablewright_journal where version = {} order by id desc limit 1",
            self.last
        );
        let last = self.db.query(&last);
        if let [row] = &last[..] {
            let up = row[0].as_deref() == Some("up") && row[1].as_deref() == Some("done");
            assert_eq!(up, version == self.last, "{row:?} at V{version}");
        }
    }
}

/// A dump without what says nothing: SQLite quotes the name of a table that took another's place, and
/// columns that a rollback adds again are the last ones.
fn normal(engine: Engine, dump: &str) -> Vec<String> {
    let mut lines: Vec<String> = dump
        .lines()
        .map(|line| line.trim().trim_end_matches(',').replace('"', ""))
        .collect();
    if engine != Engine::MySql && engine != Engine::MariaDb {
        lines.sort();
    }
    lines
}

fn highest(dir: &Tw, engine: Engine) -> i32 {
    let files = dir.files(&format!("migrations/{}", engine.dialect()));
    let versions = files.iter().filter_map(|path| {
        let name = path.rsplit('/').next()?.strip_prefix('V')?;
        name.split("__").next()?.parse().ok()
    });
    versions.max().unwrap()
}
