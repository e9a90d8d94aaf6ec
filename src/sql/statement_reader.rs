//! Reading a statement from its beginning: keywords, symbols and names.

use crate::sql::lexer::{Lexer, TokenKind};
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::text::unquote_name;

/// A token with its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatementToken<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
}

impl StatementToken<'_> {
    /// Whether the token is this keyword, in either case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of a statement except white space, comments and the ends of executable comments; `None` if something in
/// it is unterminated.
pub(crate) fn statement_tokens<'a>(
    rules: &LexicalRules,
    sql: &'a str,
) -> Option<Vec<StatementToken<'a>>> {
    let mut lexer = Lexer::new(rules, sql);
    let mut found = Vec::new();
    while let Some(token) = lexer.next_token().ok()? {
        match token.kind {
            TokenKind::Space | TokenKind::Comment | TokenKind::ExecutableClose => {}
            TokenKind::Word
            | TokenKind::QuotedName
            | TokenKind::QuotedString
            | TokenKind::ExecutableOpen
            | TokenKind::Delimiter
            | TokenKind::Symbol(_) => found.push(StatementToken {
                kind: token.kind,
                text: sql.get(token.start..token.end)?,
            }),
        }
    }
    Some(found)
}

/// Whether a part of the statement runs on some servers only (`/*!80000 … */`).
pub(crate) fn has_executable_comment(tokens: &[StatementToken<'_>]) -> bool {
    tokens
        .iter()
        .any(|token| token.kind == TokenKind::ExecutableOpen)
}

/// A position in the tokens of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatementReader<'a> {
    /// The tokens that haven't been read yet.
    pub(crate) rest: &'a [StatementToken<'a>],
}

impl<'a> StatementReader<'a> {
    pub(crate) fn new(rest: &'a [StatementToken<'a>]) -> Self {
        Self { rest }
    }

    /// Skips these keywords, separated by one space, if all of them are next.
    pub(crate) fn skip_words(&mut self, words: &str) -> bool {
        let mut rest = self.rest;
        for word in words.split(' ') {
            match rest.split_first() {
                Some((token, after)) if token.is_word(word) => rest = after,
                Some(_) | None => return false,
            }
        }
        self.rest = rest;
        true
    }

    /// Skips this symbol if it is next.
    pub(crate) fn skip_symbol(&mut self, symbol: u8) -> bool {
        match self.rest.split_first() {
            Some((token, rest)) if token.kind == TokenKind::Symbol(symbol) => {
                self.rest = rest;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Reads a name, qualified or not: its parts as they are spelled.
    pub(crate) fn read_name(&mut self) -> Option<Vec<StatementToken<'a>>> {
        let mut parts = Vec::new();
        loop {
            let (token, rest) = self.rest.split_first()?;
            if !matches!(token.kind, TokenKind::Word | TokenKind::QuotedName) {
                return None;
            }
            parts.push(*token);
            self.rest = rest;
            if !self.skip_symbol(b'.') {
                return Some(parts);
            }
        }
    }

    /// Reads a name, qualified or not, as it is spelled: `s."A b"`.
    pub(crate) fn read_spelled_name(&mut self) -> Option<String> {
        let parts = self.read_name()?;
        let texts: Vec<&str> = parts.iter().map(|part| part.text).collect();
        Some(texts.join("."))
    }

    /// Reads a name, qualified or not: its parts as the server compares them, in lower case unless they are quoted.
    pub(crate) fn read_folded_name(&mut self) -> Option<Vec<String>> {
        let parts = self.read_name()?;
        let folded = parts.iter().map(|part| {
            if part.kind == TokenKind::QuotedName {
                unquote_name(part.text)
            } else {
                part.text.to_ascii_lowercase()
            }
        });
        Some(folded.collect())
    }
}
