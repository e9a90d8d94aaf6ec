//! The data that a hand-written statement drops, as far as its text shows it.

use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::statement_reader::{
    StatementReader, StatementToken, has_executable_comment, statement_tokens,
};

/// The data that a statement drops, as far as its text shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DroppedData {
    /// No data.
    Nothing,
    /// The rows of tables, and columns.
    Listed(Vec<DroppedName>),
    /// Unknown: the text doesn't show it.
    Unknown,
}

/// A table or column whose data is dropped, as spelled in the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedName {
    /// The table.
    pub table: String,
    /// The column; `None` for all rows of the table.
    pub column: Option<String>,
}

/// The data that a statement drops.
pub fn dropped_data(rules: &LexicalRules, sql: &str) -> DroppedData {
    let tokens = statement_tokens(rules, sql).filter(|tokens| !has_executable_comment(tokens));
    let Some(tokens) = tokens else {
        return DroppedData::Unknown;
    };
    let mut reader = StatementReader::new(&tokens);
    if reader.skip_words("DROP TABLE") {
        reader.skip_words("IF EXISTS");
        return listed_tables(&mut reader);
    }
    if reader.skip_words("TRUNCATE") {
        reader.skip_words("TABLE");
        reader.skip_words("ONLY");
        return listed_tables(&mut reader);
    }
    if reader.skip_words("DELETE FROM") {
        reader.skip_words("ONLY");
        return match reader.read_spelled_name() {
            Some(table) if reader.rest.is_empty() => DroppedData::Listed(vec![all_rows(table)]),
            Some(_) | None => DroppedData::Unknown,
        };
    }
    if reader.skip_words("ALTER TABLE") {
        reader.skip_words("IF EXISTS");
        reader.skip_words("ONLY");
        return match reader.read_spelled_name() {
            Some(table) => dropped_by_actions(&table, reader.rest),
            None => DroppedData::Unknown,
        };
    }
    let harmless = [
        "CREATE TABLE",
        "CREATE INDEX",
        "CREATE UNIQUE INDEX",
        "CREATE VIEW",
        "CREATE TRIGGER",
        "CREATE FUNCTION",
        "CREATE EXTENSION",
        "CREATE TYPE",
        "CREATE SEQUENCE",
        "DROP INDEX",
        "DROP VIEW",
        "DROP TRIGGER",
        "DROP FUNCTION",
        "ALTER INDEX",
        "COMMENT ON",
        "INSERT INTO",
        "GRANT",
        "REVOKE",
        "ANALYZE",
        "SELECT",
    ];
    if harmless.iter().any(|words| reader.skip_words(words)) {
        DroppedData::Nothing
    } else {
        DroppedData::Unknown
    }
}

/// The table that a statement creates, as spelled in the statement.
pub fn created_table(rules: &LexicalRules, sql: &str) -> Option<String> {
    let tokens = statement_tokens(rules, sql).filter(|tokens| !has_executable_comment(tokens))?;
    let mut reader = StatementReader::new(&tokens);
    // with IF NOT EXISTS the table may already exist
    let creates = reader.skip_words("CREATE TABLE") && !reader.skip_words("IF");
    if creates {
        reader.read_spelled_name()
    } else {
        None
    }
}

fn all_rows(table: String) -> DroppedName {
    DroppedName {
        table,
        column: None,
    }
}

/// Reads a list of tables whose rows are dropped; what follows the list doesn't matter.
fn listed_tables(reader: &mut StatementReader<'_>) -> DroppedData {
    let mut found = Vec::new();
    loop {
        match reader.read_spelled_name() {
            Some(table) => found.push(all_rows(table)),
            None => return DroppedData::Unknown,
        }
        if !reader.skip_symbol(b',') {
            return DroppedData::Listed(found);
        }
    }
}

/// The data that the actions of an `ALTER TABLE` drop.
fn dropped_by_actions(table: &str, tokens: &[StatementToken<'_>]) -> DroppedData {
    let mut depth = 0_usize;
    let actions = tokens.split(|token| {
        match token.kind {
            TokenKind::Symbol(b'(') => depth += 1,
            TokenKind::Symbol(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.kind == TokenKind::Symbol(b',')
    });
    let mut found = Vec::new();
    for action in actions {
        let mut reader = StatementReader::new(action);
        if !reader.skip_words("DROP") {
            let kept = ["ADD", "RENAME", "COMMENT", "VALIDATE", "ALTER INDEX"];
            if kept.iter().any(|words| reader.skip_words(words)) {
                continue;
            }
            return DroppedData::Unknown;
        }
        let other_parts = ["CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK"];
        let is_column = reader.skip_words("COLUMN");
        if !is_column && other_parts.iter().any(|word| reader.skip_words(word)) {
            continue;
        }
        if !is_column && reader.skip_words("PARTITION") {
            return DroppedData::Unknown;
        }
        reader.skip_words("IF EXISTS");
        let Some(column) = reader.read_spelled_name() else {
            return DroppedData::Unknown;
        };
        found.push(DroppedName {
            table: table.to_owned(),
            column: Some(column),
        });
    }
    if found.is_empty() {
        DroppedData::Nothing
    } else {
        DroppedData::Listed(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::lexical_rules::{MYSQL, POSTGRES};

    fn shown(dropped: DroppedData) -> String {
        match dropped {
            DroppedData::Nothing => "nothing".to_owned(),
            DroppedData::Unknown => "unknown".to_owned(),
            DroppedData::Listed(list) => {
                let one = |lost: DroppedName| match lost.column {
                    Some(column) => format!("{}.{column}", lost.table),
                    None => lost.table,
                };
                list.into_iter().map(one).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn data_dropped_by_statements() {
        for (sql, expected) in [
            ("drop table a", "a"),
            ("DROP TABLE IF EXISTS s.\"A b\", c CASCADE", "s.\"A b\" c"),
            ("truncate table only a restart identity", "a"),
            ("delete from a", "a"),
            ("delete from a where b = 1", "unknown"),
            ("alter table a drop column b, add c int, drop d", "a.b a.d"),
            ("alter table only a drop column if exists b cascade", "a.b"),
            ("alter table a drop constraint c", "nothing"),
            (
                "alter table a add check (b in (1, 2)), add d int",
                "nothing",
            ),
            ("alter table a drop partition p", "unknown"),
            ("alter table a alter b type int", "unknown"),
            ("create table a (b int)", "nothing"),
            ("drop index i", "nothing"),
            ("drop schema x", "unknown"),
            ("insert into a values ('drop table b')", "nothing"),
        ] {
            assert_eq!(shown(dropped_data(&POSTGRES, sql)), expected, "{sql}");
        }
        let sql = "/*!80000 drop table a */";
        assert_eq!(dropped_data(&MYSQL, sql), DroppedData::Unknown);
        assert_eq!(
            shown(dropped_data(&MYSQL, "alter table `A` drop `b`")),
            "`A`.`b`"
        );
        assert_eq!(
            created_table(&MYSQL, "create table `A` (b int)").as_deref(),
            Some("`A`")
        );
        assert_eq!(created_table(&MYSQL, "drop table a"), None);
    }
}
