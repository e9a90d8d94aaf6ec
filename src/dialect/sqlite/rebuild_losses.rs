//! Columns, indexes and triggers of a live table that a rebuild would drop although nothing declares that: they
//! were added by hand, so neither the plan nor the snapshots list them, and the new table doesn't have them.

use crate::change::{Change, Plan};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::sqlite::ddl::rebuild;
use crate::dialect::sqlite::ddl::trigger_name;
use crate::model::{Schema, Table};
use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::SQLITE;
use crate::sql::literal;
use crate::sql::text::{significant_tokens, unquote_name};
use std::collections::{BTreeMap, BTreeSet};

/// What a live table has, by the words for messages: one query, without the indexes of constraints.
const PARTS: &str = "SELECT 'column', name FROM pragma_table_xinfo({table}) \
    UNION ALL SELECT 'index', name FROM pragma_index_list({table}) WHERE origin = 'c' \
    UNION ALL SELECT 'trigger', name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = {table} COLLATE NOCASE";

/// An error for each part that a plan's rebuilds would lose.
pub(crate) async fn of_plan(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = Vec::new();
    for change in plan.changes() {
        if let Change::Table { sides, ops } = change
            && rebuild::needed(&sides.from, &sides.to, ops)
        {
            let known = Parts::of(&sides.from);
            let name = sides.from.name().as_str();
            found.extend(unknown(conn, name, &known).await?);
        }
    }
    Ok(found)
}

/// An error for each part that the statements of migrations would lose, which run one after the other.
/// `before` is the schema that the migrations were written for.
pub(crate) async fn of_statements(
    conn: &mut Conn,
    statements: &[&str],
    before: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    let read = Reading::of(statements);
    let mut found = Vec::new();
    for (table, kept) in &read.rebuilt {
        let declared = before
            .tables()
            .find(|(id, _)| id.name.as_str().eq_ignore_ascii_case(table));
        // a table that no spec declares is rebuilt by statements that a person wrote
        if let Some((_, declared)) = declared {
            let mut known = Parts::of(declared);
            known.add("column", kept.iter().cloned());
            known.0.extend(read.handled.iter().cloned());
            found.extend(unknown(conn, table, &known).await?);
        }
    }
    Ok(found)
}

/// Kind and name, in lower case, of the parts that a table is known to have.
struct Parts(BTreeSet<(&'static str, String)>);

impl Parts {
    fn of(table: &Table) -> Self {
        let mut parts = Self(BTreeSet::new());
        let columns = table.columns.iter().map(|column| &column.name);
        parts.add("column", columns.clone().map(ToString::to_string));
        let triggers = columns.map(|column| trigger_name(table.name(), column).to_string());
        parts.add("trigger", triggers);
        let indexes = table.indexes.iter();
        parts.add("index", indexes.map(|index| index.name.get().to_string()));
        parts
    }

    fn add(&mut self, kind: &'static str, names: impl Iterator<Item = String>) {
        let names = names.map(|name| (kind, name.to_ascii_lowercase()));
        self.0.extend(names);
    }
}

async fn unknown(conn: &mut Conn, table: &str, known: &Parts) -> Result<Vec<Diagnostic>, DbError> {
    let query = PARTS.replace("{table}", &literal::string(table));
    let rows = conn.query(&query).await?;
    let is_known = |kind: &str, name: &str| {
        let name = name.to_ascii_lowercase();
        known.0.iter().any(|(k, n)| *k == kind && *n == name)
    };
    let lost = rows
        .iter()
        .filter(|row| !is_known(row.text_at(0), row.text_at(1)));
    let errors = lost.map(|row| {
        let (kind, name) = (row.text_at(0), row.text_at(1));
        let message = format!("{kind} {name} of table {table} would be lost: the table is rebuilt, and no spec declares this {kind}");
        Diagnostic::error(Code::RebuildLoses, message).help(match kind {
            "column" => "declare the column in the spec, or drop it with ALTER TABLE ... DROP COLUMN first",
            "index" => "drop it with DROP INDEX first, and declare the index in the spec or create it again afterwards",
            _ => "drop it with DROP TRIGGER first, and create it again afterwards",
        })
    });
    Ok(errors.collect())
}

/// What statements say of the tables that are there before them.
#[derive(Default)]
struct Reading {
    /// Tables that are rebuilt (dropped, and another table gets their name), by the name before all
    /// statements, with the names in the queries that fill the new table.
    rebuilt: BTreeMap<String, BTreeSet<String>>,
    /// Indexes and triggers that are dropped or created by name, and columns that are dropped by name.
    handled: BTreeSet<(&'static str, String)>,
    /// Tables that were renamed: the name now, and before all statements.
    renamed: BTreeMap<String, String>,
    /// Tables that were dropped: the name then, and before all statements.
    dropped: BTreeMap<String, String>,
    /// The names in the queries that fill a table.
    filled: BTreeMap<String, BTreeSet<String>>,
}

impl Reading {
    fn of(statements: &[&str]) -> Self {
        let mut reading = Self::default();
        for statement in statements {
            reading.read(&names(statement));
        }
        reading
    }

    fn read(&mut self, statement: &[String]) {
        let words: Vec<&str> = statement.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["insert", "into", into, rest @ ..] => {
                let query = rest.iter().skip_while(|word| **word != "select");
                let names = query.map(ToString::to_string);
                self.filled
                    .entry((*into).to_owned())
                    .or_default()
                    .extend(names);
            }
            ["drop", "table", "if", "exists", table] | ["drop", "table", table] => {
                let before = self.renamed.remove(*table);
                self.dropped.insert(
                    (*table).to_owned(),
                    before.unwrap_or_else(|| (*table).to_owned()),
                );
            }
            ["alter", "table", table, "rename", "to", name] => {
                if let Some(before) = self.dropped.remove(*name) {
                    let kept = self.filled.remove(*table).unwrap_or_default();
                    self.rebuilt.entry(before.clone()).or_insert(kept);
                    self.renamed.insert((*name).to_owned(), before);
                } else {
                    let before = self.renamed.remove(*table);
                    let before = before.unwrap_or_else(|| (*table).to_owned());
                    self.renamed.insert((*name).to_owned(), before);
                }
            }
            ["alter", "table", _, "drop", "column", name] | ["alter", "table", _, "drop", name] => {
                self.handled.insert(("column", (*name).to_owned()));
            }
            ["drop", kind @ ("index" | "trigger"), "if", "exists", name]
            | ["drop", kind @ ("index" | "trigger"), name] => self.handle(kind, name),
            [
                "create",
                "unique",
                kind @ "index",
                "if",
                "not",
                "exists",
                name,
                ..,
            ]
            | ["create", "unique", kind @ "index", name, ..]
            | [
                "create",
                kind @ ("index" | "trigger"),
                "if",
                "not",
                "exists",
                name,
                ..,
            ]
            | ["create", kind @ ("index" | "trigger"), name, ..] => self.handle(kind, name),
            _ => {}
        }
    }

    fn handle(&mut self, kind: &str, name: &str) {
        let kind = if kind == "index" { "index" } else { "trigger" };
        self.handled.insert((kind, name.to_owned()));
    }
}

/// The keywords and names of a statement in lower case, without quotes.
fn names(statement: &str) -> Vec<String> {
    let tokens = significant_tokens(&SQLITE, statement).into_iter();
    let names = tokens.filter_map(|token| {
        let text = &statement[token.start..token.end];
        match token.kind {
            TokenKind::QuotedName => Some(unquote_name(text).to_ascii_lowercase()),
            TokenKind::Word => Some(text.to_ascii_lowercase()),
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::ExecutableOpen
            | TokenKind::ExecutableClose
            | TokenKind::QuotedString
            | TokenKind::Delimiter
            | TokenKind::Symbol(_) => None,
        }
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rebuilt_tables_by_their_first_names() {
        let reading = Reading::of(&[
            "ALTER TABLE \"A\" RENAME TO b",
            "CREATE TABLE new (id int)",
            "INSERT INTO new (id) SELECT id FROM b",
            "DROP TABLE b",
            "ALTER TABLE new RENAME TO b",
            "ALTER TABLE b RENAME TO c",
            "CREATE TABLE new (id int, n int)",
            "INSERT INTO new (id, n) SELECT id, 1 FROM c",
            "DROP TABLE c",
            "ALTER TABLE new RENAME TO c",
            "DROP INDEX IF EXISTS i",
            "DROP TABLE gone",
        ]);
        let tables: Vec<&String> = reading.rebuilt.keys().collect();
        assert_eq!(tables, ["a"]);
        assert!(reading.rebuilt["a"].contains("id"));
        assert!(!reading.rebuilt["a"].contains("n"));
        assert!(reading.handled.contains(&("index", String::from("i"))));
    }
}
