//! Parser of stored `CREATE TABLE` and `CREATE INDEX` statements, for facts that no pragma reports: names of constraints,
//! checks, generated columns, collations, deferral, index expressions. It reads tokens, so that any DDL that SQLite
//! accepted is read.

use crate::model::ReferentialAction;
use crate::sql::lexer::{Token, TokenKind};
use crate::sql::lexical_rules::SQLITE;
use crate::sql::text::{significant_tokens, unquote_name};

/// A check as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckText {
    /// Its name.
    pub(crate) name: Option<String>,
    /// The condition.
    pub(crate) sql: String,
}

/// A foreign key as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForeignText {
    /// Its name.
    pub(crate) name: Option<String>,
    /// The referring columns.
    pub(crate) columns: Vec<String>,
    /// The table referred to.
    pub(crate) target: String,
    /// The columns referred to; empty for the primary key.
    pub(crate) target_columns: Vec<String>,
    /// `ON DELETE`
    pub(crate) on_delete: ReferentialAction,
    /// `ON UPDATE`
    pub(crate) on_update: ReferentialAction,
    /// `DEFERRABLE INITIALLY DEFERRED`
    pub(crate) deferred: bool,
}

/// The facts in a column's definition that no pragma reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ColumnText {
    /// Its name.
    pub(crate) name: String,
    /// `COLLATE`
    pub(crate) collation: Option<String>,
    /// The expression of a generated column.
    pub(crate) generated: Option<String>,
}

/// A parsed `CREATE TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableText {
    /// The columns.
    pub(crate) columns: Vec<ColumnText>,
    /// All checks in their order.
    pub(crate) checks: Vec<CheckText>,
    /// All foreign keys in their order.
    pub(crate) foreign_keys: Vec<ForeignText>,
    /// The primary key's name.
    pub(crate) primary_key: Option<String>,
    /// `AUTOINCREMENT`
    pub(crate) autoincrement: bool,
    /// `WITHOUT ROWID`
    pub(crate) without_rowid: bool,
    /// `STRICT`
    pub(crate) strict: bool,
    /// The reason why a part of the table is not compared.
    pub(crate) beyond: Option<&'static str>,
}

/// A parsed `CREATE INDEX`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexText {
    /// Its parts, without direction and collation.
    pub(crate) parts: Vec<String>,
    /// `WHERE`
    pub(crate) predicate: Option<String>,
}

/// Parses `CREATE TABLE`.
pub(crate) fn parse_create_table(sql: &str) -> TableText {
    let mut cursor = Cursor::new(sql);
    let mut found = TableText::default();
    cursor.skip_to_open();
    loop {
        cursor.parse_definition(&mut found);
        if !cursor.take(b',') {
            break;
        }
    }
    cursor.take(b')');
    while let Some(word) = cursor.next_word() {
        match word.as_str() {
            "ROWID" => found.without_rowid = true,
            "STRICT" => found.strict = true,
            _ => {}
        }
    }
    found
}

/// Parses `CREATE INDEX`.
pub(crate) fn parse_create_index(sql: &str) -> IndexText {
    let mut cursor = Cursor::new(sql);
    let mut found = IndexText::default();
    cursor.skip_to_open();
    loop {
        let start = cursor.offset();
        let mut end = start;
        let mut collate = false;
        while let Some(token) = cursor.peek() {
            let word = cursor.word(token);
            if matches!(token.kind, TokenKind::Symbol(b',' | b')')) {
                break;
            }
            collate |= word == "COLLATE";
            if !(collate || matches!(word.as_str(), "ASC" | "DESC")) {
                end = token.end;
            }
            cursor.skip_one();
            if token.kind == TokenKind::Symbol(b'(') {
                end = cursor.skip_group();
            }
        }
        found.parts.push(sql[start..end].to_owned());
        if !cursor.take(b',') {
            break;
        }
    }
    cursor.take(b')');
    if cursor.take_word("WHERE") {
        found.predicate = Some(sql[cursor.offset()..].trim().to_owned());
    }
    found
}

struct Cursor<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: significant_tokens(&SQLITE, text),
            at: 0,
        }
    }

    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn offset(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    fn skip_one(&mut self) {
        self.at += 1;
    }

    /// A word in upper case; empty for anything else.
    fn word(&self, token: Token) -> String {
        if token.kind == TokenKind::Word {
            self.text[token.start..token.end].to_ascii_uppercase()
        } else {
            String::new()
        }
    }

    fn next_word(&mut self) -> Option<String> {
        let token = self.peek()?;
        self.skip_one();
        Some(self.word(token))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| self.word(token) == word);
        self.at += usize::from(found);
        found
    }

    fn take(&mut self, symbol: u8) -> bool {
        let found = self
            .peek()
            .is_some_and(|t| t.kind == TokenKind::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    fn skip_to_open(&mut self) {
        while self.peek().is_some() && !self.take(b'(') {
            self.skip_one();
        }
    }

    /// After an opening parenthesis: skips to the one that closes it, and returns the position after that.
    fn skip_group(&mut self) -> usize {
        let mut depth = 1_usize;
        while let Some(token) = self.peek() {
            self.skip_one();
            match token.kind {
                TokenKind::Symbol(b'(') => depth += 1,
                TokenKind::Symbol(b')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return token.end;
            }
        }
        self.text.len()
    }

    /// Reads a text in parentheses; empty if there are none.
    fn group(&mut self) -> String {
        if !self.take(b'(') {
            return String::new();
        }
        let start = self.offset();
        let end = self.skip_group().saturating_sub(1).max(start);
        self.text[start..end].trim().to_owned()
    }

    fn read_name(&mut self) -> String {
        let Some(token) = self.peek() else {
            return String::new();
        };
        self.skip_one();
        unquote_name(&self.text[token.start..token.end])
    }

    /// Reads names in parentheses; none if there are no parentheses.
    fn read_names(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        if self.take(b'(') {
            while self.peek().is_some() && !self.take(b')') {
                found.push(self.read_name());
                while !matches!(
                    self.peek().map(|t| t.kind),
                    None | Some(TokenKind::Symbol(b',' | b')'))
                ) {
                    self.skip_one();
                }
                self.take(b',');
            }
        }
        found
    }

    /// Parses one definition, up to the comma or parenthesis after it.
    fn parse_definition(&mut self, found: &mut TableText) {
        let first = self.peek().map(|token| self.word(token));
        let of_table = matches!(
            first.as_deref(),
            Some("CONSTRAINT" | "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN")
        );
        let mut column = ColumnText::default();
        if !of_table {
            column.name = self.read_name();
        }
        let mut name = None;
        while let Some(token) = self.peek() {
            if matches!(token.kind, TokenKind::Symbol(b',' | b')')) {
                break;
            }
            let word = self.word(token);
            if token.kind == TokenKind::Symbol(b'(') {
                self.group();
                continue;
            }
            self.skip_one();
            match word.as_str() {
                "CONSTRAINT" => name = Some(self.read_name()),
                "PRIMARY" => found.primary_key = name.take(),
                "AUTOINCREMENT" => found.autoincrement = true,
                "CONFLICT" => found.beyond = Some("ON CONFLICT is not compared"),
                "CHECK" => {
                    let check = CheckText {
                        name: name.take(),
                        sql: self.group(),
                    };
                    found.checks.push(check);
                }
                "COLLATE" => column.collation = Some(self.read_name()),
                "AS" => column.generated = Some(self.group()),
                "FOREIGN" => {
                    self.take_word("KEY");
                    let columns = self.read_names();
                    self.take_word("REFERENCES");
                    let key = self.parse_references(name.take(), columns);
                    found.foreign_keys.push(key);
                }
                "REFERENCES" => {
                    let columns = vec![column.name.clone()];
                    let key = self.parse_references(name.take(), columns);
                    found.foreign_keys.push(key);
                }
                "UNIQUE" | "NOT" | "NULL" | "DEFAULT" => name = None,
                _ => {}
            }
        }
        if !of_table {
            found.columns.push(column);
        }
    }

    fn parse_references(&mut self, name: Option<String>, columns: Vec<String>) -> ForeignText {
        let mut key = ForeignText {
            name,
            columns,
            target: self.read_name(),
            target_columns: self.read_names(),
            ..ForeignText::default()
        };
        loop {
            if self.take_word("ON") {
                let delete = self.next_word().as_deref() == Some("DELETE");
                let action = self.read_action();
                if delete {
                    key.on_delete = action;
                } else {
                    key.on_update = action;
                }
            } else if self.take_word("MATCH") {
                self.skip_one();
            } else if self.take_word("DEFERRABLE") {
                if self.take_word("INITIALLY") {
                    key.deferred = self.next_word().as_deref() == Some("DEFERRED");
                }
            } else {
                return key;
            }
        }
    }

    fn read_action(&mut self) -> ReferentialAction {
        match self.next_word().as_deref() {
            Some("CASCADE") => ReferentialAction::Cascade,
            Some("RESTRICT") => ReferentialAction::Restrict,
            Some("SET") if self.take_word("NULL") => ReferentialAction::SetNull,
            Some("SET") => {
                self.skip_one();
                ReferentialAction::SetDefault
            }
            _ => {
                self.take_word("ACTION");
                ReferentialAction::NoAction
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn create_table_is_parsed() {
        let text = parse_create_table(
            "CREATE TABLE \"a b\" (id INTEGER PRIMARY KEY AUTOINCREMENT, -- c, d\n x varchar(10, 2) \
             COLLATE nocase CONSTRAINT cx CHECK (x IN ('a,)', \"b\")) NOT NULL DEFAULT ('x'), \
             g int GENERATED ALWAYS AS (f(x, 1) + 2) STORED, p_id int REFERENCES \"P\" ON DELETE SET NULL, \
             CONSTRAINT \"f k\" FOREIGN KEY (x, g) REFERENCES p (a, b) ON UPDATE CASCADE ON DELETE NO ACTION \
             DEFERRABLE INITIALLY DEFERRED, CHECK (length(x) > 1) CHECK (g)) STRICT",
        );
        let columns: Vec<_> = text.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(columns, ["id", "x", "g", "p_id"]);
        assert_eq!(text.columns[1].collation.as_deref(), Some("nocase"));
        assert_eq!(text.columns[2].generated.as_deref(), Some("f(x, 1) + 2"));
        let checks: Vec<_> = text
            .checks
            .iter()
            .map(|c| (c.name.as_deref(), c.sql.as_str()))
            .collect();
        assert_eq!(
            checks,
            [
                (Some("cx"), "x IN ('a,)', \"b\")"),
                (None, "length(x) > 1"),
                (None, "g")
            ]
        );
        assert_eq!(text.foreign_keys[0].target, "P");
        assert_eq!(text.foreign_keys[0].on_delete, ReferentialAction::SetNull);
        assert!(text.foreign_keys[0].target_columns.is_empty());
        let second = &text.foreign_keys[1];
        assert_eq!(second.name.as_deref(), Some("f k"));
        assert_eq!(second.columns, ["x", "g"]);
        assert_eq!(second.target_columns, ["a", "b"]);
        assert_eq!(second.on_update, ReferentialAction::Cascade);
        assert!(second.deferred);
        assert!(text.strict && text.autoincrement && !text.without_rowid);
        assert_eq!(text.beyond, None);
    }

    #[test]
    fn create_index_is_parsed() {
        let text = parse_create_index(
            "CREATE UNIQUE INDEX i on t (a desc, lower(b) || 'x)' COLLATE nocase, c) where a is not null",
        );
        assert_eq!(text.parts, ["a", "lower(b) || 'x)'", "c"]);
        assert_eq!(text.predicate.as_deref(), Some("a is not null"));
    }
}
