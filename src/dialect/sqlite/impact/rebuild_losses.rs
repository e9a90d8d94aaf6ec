//! Columns, indexes and triggers of a live table that a rebuild would drop undeclared: they were added by hand, so
//! neither the plan nor the snapshots list them, and the new table lacks them.

use crate::change::{Change, Plan};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::sqlite::ddl::create_table::trigger_name;
use crate::dialect::sqlite::ddl::rebuild;
use crate::model::{Schema, Table};
use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::SQLITE;
use crate::sql::literal;
use crate::sql::text::{significant_tokens, unquote_name};
use std::collections::{BTreeMap, BTreeSet};

/// The columns, indexes and triggers of a live table, by kind as messages name it, without the indexes of constraints.
const LIVE_PARTS: &str = "SELECT 'column' AS kind, name FROM pragma_table_xinfo({table}) \
    UNION ALL SELECT 'index', name FROM pragma_index_list({table}) WHERE origin = 'c' \
    UNION ALL SELECT 'trigger', name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = {table} COLLATE NOCASE";

/// One error for each undeclared part that the rebuilds of a plan would drop.
///
/// The live table still has the names and parts that it has before the whole plan, so what the steps before
/// a rebuild rename or drop is declared, too: after `rename column born to birth_year`, the table to be rebuilt
/// declares `birth_year`, and the live one has `born`.
pub(crate) async fn undeclared_in_plan(
    conn: &mut Conn,
    plan: &Plan,
) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = Vec::new();
    // the live name of a table that earlier steps renamed
    let mut live_names: BTreeMap<String, String> = BTreeMap::new();
    // by live name: the parts that the table declares before this step and before earlier ones
    let mut declared: BTreeMap<String, DeclaredParts> = BTreeMap::new();
    for change in plan.changes() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let name = sides.from.name().to_string();
        let live_name = live_names.remove(&name).unwrap_or(name);
        let parts = declared.entry(live_name.clone()).or_default();
        parts.add_table(&sides.from);
        if rebuild::needed(&sides.from, &sides.to, ops) {
            found.extend(undeclared_parts(conn, &live_name, parts).await?);
        }
        live_names.insert(sides.to.name().to_string(), live_name);
    }
    Ok(found)
}

/// One error for each undeclared part that the statements of migrations, run in order, would drop. `before` is the schema
/// that the migrations were written for.
pub(crate) async fn undeclared_in_statements(
    conn: &mut Conn,
    statements: &[&str],
    before: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    let history = TableHistory::of_statements(statements);
    let mut found = Vec::new();
    for (table, kept) in &history.rebuilt {
        let declared = before
            .tables()
            .find(|(id, _)| id.name.as_str().eq_ignore_ascii_case(table));
        // only hand-written statements rebuild a table that no spec declares
        if let Some((_, declared)) = declared {
            let mut declared_parts = DeclaredParts::default();
            declared_parts.add_table(declared);
            declared_parts.add("column", kept.iter().cloned());
            declared_parts.0.extend(history.handled.iter().cloned());
            found.extend(undeclared_parts(conn, table, &declared_parts).await?);
        }
    }
    Ok(found)
}

/// Kind and name, in lower case, of the declared parts of a table.
#[derive(Default)]
struct DeclaredParts(BTreeSet<(&'static str, String)>);

impl DeclaredParts {
    fn add_table(&mut self, table: &Table) {
        let columns = table.columns.iter().map(|column| &column.name);
        self.add("column", columns.clone().map(ToString::to_string));
        let triggers = columns.map(|column| trigger_name(table.name(), column).to_string());
        self.add("trigger", triggers);
        let indexes = table.indexes.iter();
        self.add("index", indexes.map(|index| index.name.get().to_string()));
    }

    fn add(&mut self, kind: &'static str, names: impl Iterator<Item = String>) {
        let names = names.map(|name| (kind, name.to_ascii_lowercase()));
        self.0.extend(names);
    }
}

/// One error for each live part of a table that isn't declared.
async fn undeclared_parts(
    conn: &mut Conn,
    table: &str,
    declared: &DeclaredParts,
) -> Result<Vec<Diagnostic>, DbError> {
    let query = LIVE_PARTS.replace("{table}", &literal::string(table));
    let rows = conn.query(&query).await?;
    let is_declared = |kind: &str, name: &str| {
        let name = name.to_ascii_lowercase();
        declared.0.iter().any(|(k, n)| *k == kind && *n == name)
    };
    let mut errors = Vec::new();
    for row in &rows {
        let (kind, name) = (row.text("kind")?, row.text("name")?);
        if is_declared(kind, name) {
            continue;
        }
        let message = format!(
            "{kind} {name} of table {table} would be lost: the table is rebuilt, and no spec declares this {kind}"
        );
        errors.push(Diagnostic::error(Code::RebuildLoses, message).help(match kind {
            "column" => "declare the column in the spec, or drop it with ALTER TABLE ... DROP COLUMN first",
            "index" => "drop it with DROP INDEX first, and declare the index in the spec or create it again afterwards",
            _ => "drop it with DROP TRIGGER first, and create it again afterwards",
        }));
    }
    Ok(errors)
}

/// What the statements of migrations do to the tables that exist before them.
#[derive(Default)]
struct TableHistory {
    /// Rebuilt tables (dropped, and replaced by another table under the same name), by their name before all statements,
    /// with the names in the queries that fill the new table.
    rebuilt: BTreeMap<String, BTreeSet<String>>,
    /// Indexes and triggers that are dropped or created by name, and columns that are dropped by name.
    handled: BTreeSet<(&'static str, String)>,
    /// Renamed tables: the current name, and the name before all statements.
    renamed: BTreeMap<String, String>,
    /// Dropped tables: the last name, and the name before all statements.
    dropped: BTreeMap<String, String>,
    /// The names in the queries that fill a table.
    filled: BTreeMap<String, BTreeSet<String>>,
}

impl TableHistory {
    fn of_statements(statements: &[&str]) -> Self {
        let mut history = Self::default();
        for statement in statements {
            history.add_statement(&names_and_keywords(statement));
        }
        history
    }

    fn add_statement(&mut self, statement: &[String]) {
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

/// The keywords and names of a statement, in lower case and without quotes.
fn names_and_keywords(statement: &str) -> Vec<String> {
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
        let history = TableHistory::of_statements(&[
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
        let tables: Vec<&String> = history.rebuilt.keys().collect();
        assert_eq!(tables, ["a"]);
        assert!(history.rebuilt["a"].contains("id"));
        assert!(!history.rebuilt["a"].contains("n"));
        assert!(history.handled.contains(&("index", String::from("i"))));
    }
}
