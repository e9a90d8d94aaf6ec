//! A server's own dump, divided into objects; the parts that concern tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use crate::support::{Engine, TestDb, client};

/// Kinds of objects as `pg_dump` names them that no spec describes: they stay out of a comparison, and their
/// comments with them.
const OTHER_KINDS: &[&str] = &[
    "ACL",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "DEFAULT ACL",
    "EVENT TRIGGER",
    "EXTENSION",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "FUNCTION",
    "MATERIALIZED VIEW",
    "OPERATOR",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "LANGUAGE",
    "POLICY",
    "PROCEDURAL LANGUAGE",
    "PROCEDURE",
    "PUBLICATION",
    "PUBLICATION TABLE",
    "ROW SECURITY",
    "RULE",
    "SCHEMA",
    "SERVER",
    "SHELL TYPE",
    "STATISTICS",
    "SUBSCRIPTION",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRIGGER",
    "USER MAPPING",
    "VIEW",
];

/// Drops views, triggers, rules, and functions that nothing uses: what isn't modelled, but keeps tables from going.
pub(crate) const WITHOUT_OTHERS: &str = "DO $$
DECLARE
  own constant text[] := ARRAY['pg_catalog', 'information_schema'];
  it record;
BEGIN
  FOR it IN SELECT oid, relkind FROM pg_class
    WHERE relkind IN ('v', 'm') AND NOT relnamespace::regnamespace::text = ANY (own)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
  LOOP
    CONTINUE WHEN NOT EXISTS (SELECT FROM pg_class WHERE oid = it.oid);
    EXECUTE format('DROP %s %s CASCADE', CASE it.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
      it.oid::regclass);
  END LOOP;
  FOR it IN SELECT tgname AS name, tgrelid::regclass AS on_table, 'TRIGGER' AS kind FROM pg_trigger
      WHERE NOT tgisinternal AND tgparentid = 0
    UNION ALL SELECT rulename, ev_class::regclass, 'RULE' FROM pg_rewrite
      JOIN pg_class c ON c.oid = ev_class AND NOT c.relnamespace::regnamespace::text = ANY (own)
      WHERE rulename <> '_RETURN'
  LOOP
    EXECUTE format('DROP %s %I ON %s', it.kind, it.name, it.on_table);
  END LOOP;
  FOR it IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE NOT pronamespace::regnamespace::text = ANY (own)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
  LOOP
    BEGIN
      EXECUTE format('DROP ROUTINE %s', it.name);
    EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
    END;
  END LOOP;
END $$;";

/// The text of each object that belongs to tables, by its kind and name.
#[derive(PartialEq, Eq)]
pub(crate) struct Parts(BTreeMap<String, String>);

impl Parts {
    pub(crate) fn of(db: &TestDb) -> Self {
        let mut parts = match db.engine() {
            Engine::Postgres => postgres(&pg_dump(db, &[])),
            Engine::MariaDb | Engine::MySql => show_create(db),
            Engine::Sqlite => BTreeMap::from([("all".to_owned(), db.dump())]),
        };
        // the tool's own
        parts.retain(|name, _| !name.contains("tablewright_"));
        Self(parts)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// What differs, line by line; empty where nothing does.
    pub(crate) fn difference(&self, other: &Self) -> String {
        let mut out = String::new();
        let names: Vec<&String> = self.0.keys().chain(other.0.keys()).collect();
        let mut seen = Vec::new();
        for name in names {
            let (a, b) = (self.0.get(name), other.0.get(name));
            if a == b || seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let lines = |text: Option<&String>| -> Vec<String> {
                let text = text.map(String::as_str).unwrap_or_default();
                text.lines().map(str::to_owned).collect()
            };
            let (a, b) = (lines(a), lines(b));
            writeln!(out, "{name}").unwrap();
            for (mark, these, those) in [('-', &a, &b), ('+', &b, &a)] {
                for line in these.iter().filter(|line| !those.contains(line)) {
                    writeln!(out, "  {mark} {}", line.trim()).unwrap();
                }
            }
        }
        out
    }

    /// The same without the order of columns: where a server can't put a column in its place, it stands last.
    pub(crate) fn in_any_order(mut self) -> Self {
        for text in self.0.values_mut() {
            let mut lines: Vec<&str> = text
                .lines()
                .map(|line| line.trim_end_matches(','))
                .collect();
            lines.sort_unstable();
            *text = lines.join("\n");
        }
        self
    }
}

fn pg_dump(db: &TestDb, args: &[&str]) -> String {
    let output = Command::new(client("pg_dump"))
        .args(["--schema-only", "--no-owner", "--no-privileges", "--dbname"])
        .arg(db.url())
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// One entry of a dump: `-- Name: users; Type: TABLE; Schema: public; Owner: -` and what follows it.
struct Entry {
    name: String,
    kind: String,
    schema: String,
    text: String,
}

fn entries(dump: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in dump.lines() {
        if let Some((name, rest)) = line
            .strip_prefix("-- Name: ")
            .and_then(|rest| rest.split_once("; Type: "))
        {
            let (kind, rest) = rest.split_once("; Schema: ").unwrap_or((rest, ""));
            entries.push(Entry {
                name: name.to_owned(),
                kind: kind.to_owned(),
                schema: rest.split(';').next().unwrap_or_default().to_owned(),
                text: String::new(),
            });
        } else if let Some(entry) = entries.last_mut()
            && !line.is_empty()
            && !line.starts_with("--")
            && !line.starts_with("SET default_")
            && !line.starts_with("\\unrestrict")
        {
            entry.text += line;
            entry.text.push('\n');
        }
    }
    entries
}

fn postgres(dump: &str) -> BTreeMap<String, String> {
    let entries = entries(dump);
    let views: Vec<String> = entries
        .iter()
        .filter(|entry| entry.kind == "MATERIALIZED VIEW")
        .flat_map(|entry| {
            let Entry { name, schema, .. } = entry;
            [
                format!(" ON {schema}.{name} "),
                format!(" ON {schema}.\"{name}\" "),
            ]
        })
        .collect();
    let about_tables = |entry: &Entry| match entry.kind.as_str() {
        "COMMENT" => !OTHER_KINDS.iter().any(|kind| {
            entry
                .name
                .strip_prefix(kind)
                .is_some_and(|rest| rest.starts_with(' '))
        }),
        "INDEX" => !views.iter().any(|view| entry.text.contains(view)),
        // base types, and those that are only named, for functions to speak of
        "TYPE" => !(is_word_only(&entry.text) || entry.text.contains("    INPUT = ")),
        // of a foreign table
        "CHECK CONSTRAINT" => !entry.text.contains("ALTER FOREIGN TABLE "),
        kind => !OTHER_KINDS.contains(&kind),
    };
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries.into_iter().filter(about_tables) {
        let name = format!("{} {}.{}", entry.kind, entry.schema, entry.name);
        let text: String = entry.text.lines().map(parameters_sorted).collect();
        parts.entry(name).or_default().push_str(&text);
    }
    parts
}

/// `CREATE TYPE name;`, without what it is.
fn is_word_only(text: &str) -> bool {
    text.lines().count() == 1 && text.trim_end().split(' ').count() == 3
}

/// Storage parameters are listed in the order in which they were set, which has no meaning.
fn parameters_sorted(line: &str) -> String {
    let inner = (line.strip_prefix("WITH (")).and_then(|rest| rest.rsplit_once(')'));
    let Some((list, end)) = inner else {
        return format!("{line}\n");
    };
    let mut list: Vec<&str> = list.split(", ").collect();
    list.sort_unstable();
    format!("WITH ({}){end}\n", list.join(", "))
}

fn show_create(db: &TestDb) -> BTreeMap<String, String> {
    let tables = db.query(
        "select table_name from information_schema.tables
          where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED')",
    );
    // MariaDB puts the database's name before a sequence's
    let own = format!("(`{}`.", db.name());
    tables
        .into_iter()
        .filter_map(|row| row.into_iter().next().flatten())
        .map(|name| {
            let row = db.query(&format!("show create table `{}`", name.replace('`', "``")));
            let text = row[0][1].clone().unwrap_or_default().replace(&own, "(");
            (format!("table {name}"), without_counter(&text))
        })
        .collect()
}

/// Where AUTO_INCREMENT stands depends on the rows that were there.
fn without_counter(text: &str) -> String {
    let mut parts = text.split(" AUTO_INCREMENT=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| {
        done + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// What tables may need and no spec makes: extensions, functions, collations and the like, as far as they can be
/// made without the tables. Empty where the server has none.
pub(crate) fn foundation(db: &TestDb) -> String {
    if db.engine() != Engine::Postgres {
        return String::new();
    }
    let needed = [
        "EXTENSION",
        "SCHEMA",
        "COLLATION",
        "FUNCTION",
        "AGGREGATE",
        "OPERATOR",
        "OPERATOR FAMILY",
        "OPERATOR CLASS",
        "CAST",
        "TEXT SEARCH DICTIONARY",
        "TEXT SEARCH CONFIGURATION",
    ];
    let entries = entries(&pg_dump(db, &[]));
    let mut out = String::from("SET check_function_bodies = false;\n");
    for entry in entries.iter().filter(|e| needed.contains(&e.kind.as_str())) {
        out += &entry.text;
    }
    out
}
