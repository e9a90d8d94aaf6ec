//! The journey of every pair of specs: migrated, verified, rolled back, migrated again, with the server's own dump
//! compared at each turn.

use crate::support::{Engine, OWN_TABLES, TestDb, Tw, tw};

/// Two states of a database's specs, and rows for the first.
#[derive(Clone, Default)]
pub(crate) struct Journey {
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) rows: Option<String>,
}

/// Both states' migrations in a folder of their own; gives the highest version of the first state.
pub(crate) fn migrations(journey: &Journey) -> (Tw, i32) {
    let dir = tw();
    dir.file("schemas/case/case.yaml", &journey.before);
    dir.run(new("before")).success();
    let first = highest(&dir);
    dir.file("schemas/case/case.yaml", &journey.after);
    dir.run(new("after")).success();
    (dir, first)
}

fn new(name: &str) -> [&str; 9] {
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
}

pub(crate) fn version(path: &str) -> Option<i32> {
    let name = path.rsplit('/').next()?;
    name.strip_prefix('V')?.split("__").next()?.parse().ok()
}

fn highest(dir: &Tw) -> i32 {
    dir.files("migrations")
        .iter()
        .filter_map(|f| version(f))
        .max()
        .unwrap()
}

pub(crate) fn up_down_up(journey: &Journey, db: &TestDb) -> Result<(), String> {
    let (dir, first) = migrations(journey);
    let url = db.url().to_owned();
    let engine = db.engine();
    let first = first.to_string();
    let run = |args: &[&str]| -> Result<(), String> {
        let output = dir
            .command(
                args.iter()
                    .copied()
                    .chain(["-d", "case", "--url", &url, "--yes"]),
            )
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!(
            "{args:?}: {:?}\n{}{}",
            output.status.code(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    };
    let files = ["--migrations", "migrations"];
    let verify = || run(&["verify", "--schemas", "schemas/case"]);
    run(&[&["migrate", "--to", &first], &files[..]].concat())?;
    if let Some(rows) = &journey.rows {
        db.exec(rows);
    }
    let before = db.dump_without(OWN_TABLES);
    let count = || {
        db.try_query("select count(*) from users")
            .map(|rows| rows[0][0].clone())
            .unwrap_or_default()
    };
    let rows = count();
    run(&[&["migrate", "--allow", "data-loss"], &files[..]].concat())?;
    verify()?;
    let after = db.dump_without(OWN_TABLES);
    run(&[
        &["rollback", "--to", &first, "--allow", "data-loss"],
        &files[..],
    ]
    .concat())?;
    let back = db.dump_without(OWN_TABLES);
    if !same(&back, &before, engine) {
        return Err(format!(
            "after the rollback the schema is not the one before:\n{}",
            difference(&before, &back, engine)
        ));
    }
    if count() != rows {
        return Err(format!(
            "{rows:?} rows before, {:?} after the rollback",
            count()
        ));
    }
    run(&[&["migrate", "--allow", "data-loss"], &files[..]].concat())?;
    verify()?;
    let again = db.dump_without(OWN_TABLES);
    if !same(&again, &after, engine) {
        return Err(format!(
            "the second migration gives another schema than the first:\n{}",
            difference(&after, &again, engine)
        ));
    }
    Ok(())
}

/// A column that comes back stands at the end of its table where the server has no order to give;
/// so lines count, not their places, and neither do the commas between them.
fn same(a: &str, b: &str, engine: Engine) -> bool {
    lines(a, engine) == lines(b, engine)
}

fn lines(dump: &str, engine: Engine) -> Vec<String> {
    // SQLite keeps the text it was given: a constraint within its column is the same one, and a
    // generated name that no statement will ever use may be an older one
    let dump = unnamed_not_null(dump).replace(" CONSTRAINT ", ",CONSTRAINT ");
    let mut lines: Vec<String> = dump
        .split(['\n', ','])
        .map(|line| {
            line.trim()
                .trim_end_matches([',', ')', '(', ';'])
                .replace('"', "")
        })
        .map(
            |line| match (line.find(" FOREIGN KEY"), line.find(" REFERENCES")) {
                (Some(key), Some(target)) => format!("{}{}", &line[..key], &line[target..]),
                _ => line,
            },
        )
        .map(|line| match generated_name_ends(&line) {
            Some(end) if engine == Engine::Sqlite => line[end..].to_owned(),
            _ => negative(&line),
        })
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort();
    lines
}

/// Where what a constraint says begins, behind its name.
fn generated_name_ends(line: &str) -> Option<usize> {
    let rest = line.starts_with("CONSTRAINT ").then_some(" REFERENCES ");
    line.find(" CHECK ").or_else(|| line.find(rest?))
}

/// PostgreSQL 18 names each NOT NULL when it is made, and keeps the name when a table or a column gets another:
/// a name that no spec gave is not compared.
fn unnamed_not_null(dump: &str) -> String {
    let mut pieces = dump.split(" CONSTRAINT ");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let name = match piece.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map(|end| end + 2),
            None => piece.find(' '),
        };
        match name.map(|end| &piece[end..]) {
            Some(rest) if rest.starts_with(" NOT NULL") => out.push_str(rest),
            _ => {
                out.push_str(" CONSTRAINT ");
                out.push_str(piece);
            }
        }
    }
    out
}

/// MySQL writes a negative number in a check as `-8` or as `-(8)`, depending on the statement.
fn negative(line: &str) -> String {
    let mut pieces = line.split("-(");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push('-');
        out.push_str(&piece.replacen(')', "", 1));
    }
    out
}

fn difference(a: &str, b: &str, engine: Engine) -> String {
    let (a, b) = (lines(a, engine), lines(b, engine));
    let gone = a
        .iter()
        .filter(|line| !b.contains(line))
        .map(|line| format!("- {line}"));
    let new = b
        .iter()
        .filter(|line| !a.contains(line))
        .map(|line| format!("+ {line}"));
    gone.chain(new).collect::<Vec<_>>().join("\n")
}
