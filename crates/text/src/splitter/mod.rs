//! The statement splitter: divides SQL text into statements without losing a byte.

pub(crate) mod body;
pub(crate) mod head;

pub use crate::splitter::head::{copies_over_connection, directives, has_transaction_control};

use crate::lexer::{Lexer, Token, TokenKind, Unterminated};
use crate::lexical_rules::LexicalRules;
use crate::splitter::body::Body;

/// One statement of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The text to send: without the delimiter and the white space and comments around it.
    pub sql: String,
    /// The position of its first byte that is neither white space nor comment.
    pub offset: usize,
    /// The line of that position, from 1.
    pub line: u32,
    /// The statement with leading comments and delimiter; the last one includes the rest of the text. If there is at
    /// least one statement, the pieces of all of them make up the text.
    pub piece: std::ops::Range<usize>,
}

/// The reason why a text can't be split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// The line, from 1.
    pub line: u32,
    /// The problem: an unterminated string, name, comment or body.
    pub message: String,
}

impl std::error::Error for SplitError {}

impl std::fmt::Display for SplitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The longest delimiter that MySQL's client accepts, in bytes.
const DELIMITER_MAX: usize = 16;

/// Splits a text into its statements, in linear time.
///
/// Empty statements and comments between statements are skipped, but `/*! .. */` is a statement on MySQL.
///
/// # Errors
/// An unterminated string, name, comment or body, with the line where it begins, and `DELIMITER` without a delimiter.
pub fn split(rules: &LexicalRules, text: &str) -> Result<Vec<Statement>, SplitError> {
    Splitter {
        rules,
        text,
        lexer: Lexer::new(rules, text),
        body: Body::new(rules),
        lines: Lines::default(),
        found: Vec::new(),
        piece: 0,
        span: None,
    }
    .run()
}

struct Splitter<'a> {
    rules: &'a LexicalRules,
    text: &'a str,
    lexer: Lexer<'a>,
    body: Body,
    lines: Lines,
    found: Vec<Statement>,
    /// The start of the current piece.
    piece: usize,
    /// The current statement, as far as it has been read.
    span: Option<(usize, usize)>,
}

impl<'a> Splitter<'a> {
    fn run(mut self) -> Result<Vec<Statement>, SplitError> {
        while let Some(token) = self.next_token()? {
            match token.kind {
                TokenKind::Space | TokenKind::Comment => {}
                TokenKind::Delimiter if self.ends() => self.end_statement(token.end),
                TokenKind::Word if self.span.is_none() && self.is_delimiter_command(token) => {
                    self.delimiter_command(token)?;
                }
                TokenKind::Delimiter
                | TokenKind::Word
                | TokenKind::QuotedString
                | TokenKind::QuotedName
                | TokenKind::ExecutableOpen
                | TokenKind::ExecutableClose
                | TokenKind::Symbol(_) => {
                    self.body.read(token, self.text);
                    let start = self.span.map_or(token.start, |(start, _)| start);
                    self.span = Some((start, token.end));
                }
            }
        }
        if let Some(start) = self.body.open() {
            return Err(self.fail(start, "the body that begins here has no END"));
        }
        self.end_statement(self.text.len());
        if let Some(last) = self.found.last_mut() {
            last.piece.end = self.text.len();
        }
        Ok(self.found)
    }

    fn next_token(&mut self) -> Result<Option<Token>, SplitError> {
        self.lexer
            .next_token()
            .map_err(|Unterminated { start, what }| {
                self.fail(
                    start,
                    &format!("the {what} that begins here is not terminated"),
                )
            })
    }

    fn fail(&self, at: usize, message: &str) -> SplitError {
        SplitError {
            line: Lines::default().line(self.text, at),
            message: message.to_owned(),
        }
    }

    /// Whether a delimiter ends the statement. A delimiter other than `;` always does.
    fn ends(&mut self) -> bool {
        if self.lexer.in_executable_comment() {
            self.body.includes_semicolon();
            return false;
        }
        !self.lexer.has_default_delimiter() || !self.body.includes_semicolon()
    }

    fn end_statement(&mut self, end: usize) {
        self.body.reset();
        if let Some((start, sql_end)) = self.span.take() {
            self.found.push(Statement {
                sql: self.text[start..sql_end].to_owned(),
                offset: start,
                line: self.lines.line(self.text, start),
                piece: self.piece..end,
            });
            self.piece = end;
        }
    }

    fn is_delimiter_command(&self, token: Token) -> bool {
        self.rules.delimiter_command
            && self.text[token.start..token.end].eq_ignore_ascii_case("delimiter")
            && self.text[token.end..].starts_with([' ', '\t', '\r', '\n'])
    }

    fn delimiter_command(&mut self, token: Token) -> Result<(), SplitError> {
        let line: &'a str = self.text[token.end..]
            .split('\n')
            .next()
            .unwrap_or_default();
        match line.split_ascii_whitespace().next() {
            Some(delimiter) if delimiter.len() <= DELIMITER_MAX => {
                self.lexer.set_delimiter(delimiter);
                self.lexer.seek(token.end + line.len());
                Ok(())
            }
            Some(_) => Err(self.fail(
                token.start,
                &format!("a delimiter has at most {DELIMITER_MAX} bytes"),
            )),
            None => Err(self.fail(token.start, "DELIMITER without a delimiter")),
        }
    }
}

/// Counts lines; for ascending positions it reads the text once.
#[derive(Debug, Default)]
struct Lines {
    at: usize,
    newlines: u32,
}

impl Lines {
    fn line(&mut self, text: &str, at: usize) -> u32 {
        let bytes = text.as_bytes().get(self.at..at).unwrap_or_default();
        for byte in bytes {
            self.newlines += u32::from(*byte == b'\n');
        }
        self.at = at;
        self.newlines + 1
    }
}

#[cfg(test)]
mod tests;
