//! A project with one database, and the output of its runs.

use crate::support::{TestDb, Tw, tw};

pub(crate) const USERS: &str = "table: users
columns:
  id: { type: int, identity: true }
  email: varchar(200)
  status: { enum: [open, done], default: open }
  updated_at: { type: datetime, default: now }
primary_key: [id]
unique:
  - [email]
";

pub(crate) const POSTS: &str = "table: posts
columns:
  id: { type: int, identity: true }
  user_id: { type: int, references: users.id, on_delete: cascade }
  title: varchar(100)
  score: { type: int, default: 0 }
primary_key: [id]
indexes:
  - [title]
checks:
  score_range: score between 0 and 5
";

/// A project whose targets are this database, with these specs.
pub(crate) fn project(db: &TestDb, specs: &[(&str, &str)]) -> Tw {
    db.disconnect();
    let program = tw().env("DB_URL", db.url());
    program.file(
        "tablewright.yaml",
        "databases:
  blog:
    targets:
      db: { url: \"${DB_URL}\" }
      guarded: { url: \"${DB_URL}\", confirm: true }
",
    );
    for (name, text) in specs {
        program.file(&format!("schemas/blog/{name}.yaml"), text);
    }
    program
}

/// What a run said.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) all: String,
}

/// Runs a command; it has to end with this code.
#[track_caller]
pub(crate) fn says(program: &Tw, db: &TestDb, code: i32, args: &[&str]) -> Said {
    db.disconnect();
    let output = { program.command(args) }.write_stdin("").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = Said {
        out: text(&output.stdout),
        all: text(&output.stdout) + &text(&output.stderr),
    };
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", said.all);
    said
}

/// Applies without a question, and then finds nothing to do, by `apply`, `diff` and `verify`.
#[track_caller]
pub(crate) fn applied(program: &Tw, db: &TestDb, more: &[&str]) -> Said {
    let mut args = vec!["apply", "db", "--yes"];
    args.extend(more);
    let said = says(program, db, 0, &args);
    let again = says(program, db, 0, &args);
    assert!(again.out.contains("Nothing to do"), "{}", again.all);
    let dry = says(program, db, 0, &["apply", "db", "--dry-run"]);
    assert!(dry.out.contains("Nothing to do"), "{}", dry.all);
    let diff = says(program, db, 0, &["diff", "target:db", "specs"]);
    assert_eq!(diff.out, "No differences.\n", "{}", diff.all);
    says(program, db, 0, &["verify", "-t", "db"]);
    said
}

pub(crate) fn has(db: &TestDb, table: &str) -> bool {
    db.try_query(&format!("select 1 from {table}")).is_ok()
}
