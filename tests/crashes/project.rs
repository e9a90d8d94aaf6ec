//! What crashes: a project with a first migration applied, rows in its tables, and a second one of many
//! statements to come.

use crate::support::{Engine, OWN_TABLES, TestDb, Tw, tw};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

const BEFORE: &str = "table: people
columns:
  id: { type: int, identity: true }
  name: varchar(50)
  born: int null
  note: text null
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

pub(crate) struct Project<'a> {
    pub(crate) db: &'a TestDb,
    pub(crate) dir: Tw,
    /// The first migration's highest version, and the last version of all.
    pub(crate) base: i32,
    pub(crate) last: i32,
    /// The server's own dump with the first migration alone, and with all.
    pub(crate) before: String,
    pub(crate) after: String,
}

impl<'a> Project<'a> {
    pub(crate) fn new(db: &'a TestDb) -> Self {
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
        // rows change in the middle of it, in a statement that commits with its journal row
        let mut project = Self {
            db,
            base,
            last: highest(&dir, db.engine()),
            dir,
            before: String::new(),
            after: String::new(),
        };
        let base = base.to_string();
        project.ok(&["migrate", "--to", &base]);
        let rows: Vec<String> = (0..ROWS)
            .map(|n| format!("('person {n}', {})", 1900 + n % 100))
            .collect();
        db.exec(&format!(
            "insert into people (name, born) values {}",
            rows.join(", ")
        ));
        db.exec("insert into visits (person_id, place) select id, 'here' from people");
        db.disconnect();
        project.before = db.dump_without(OWN_TABLES);
        project.ok(&["migrate"]);
        project.after = db.dump_without(OWN_TABLES);
        project.back();
        project
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
        if args != ["status"] {
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

    /// Back to the first migration, and to exactly its schema.
    #[track_caller]
    pub(crate) fn back(&self) {
        let base = self.base.to_string();
        self.ok(&["rollback", "--to", &base]);
        self.is(&self.before, self.base);
    }

    /// The schema is exactly this, the rows are there, history and journal say the same and nothing is
    /// left open.
    #[track_caller]
    pub(crate) fn is(&self, dump: &str, version: i32) {
        assert_eq!(
            normal(self.db.engine(), &self.db.dump_without(OWN_TABLES)),
            normal(self.db.engine(), dump)
        );
        let rows = self
            .db
            .value("select count(*) from visits v join people p on p.id = v.person_id");
        assert_eq!(rows, Some(ROWS.to_string()));
        let highest = self
            .db
            .value("select max(version) from refinery_schema_history");
        assert_eq!(highest, Some(version.to_string()));
        let open = "select count(*) from tablewright_journal where outcome = 'running'";
        assert_eq!(self.db.value(open).as_deref(), Some("0"));
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
        self.db.disconnect();
    }
}

/// A dump without what says nothing: SQLite quotes the name of a table that took another's place, and
/// columns that a way back adds again come last.
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
