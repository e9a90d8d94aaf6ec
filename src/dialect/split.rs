//! The statement splitter: where a text of SQL falls into statements. It loses no byte.

/// The lexical rules of a dialect.
#[derive(Debug)]
pub struct Lexis {
    /// `` `a` `` quotes an identifier.
    pub backticks: bool,
    /// `[a]` quotes an identifier (SQLite).
    pub brackets: bool,
    /// `"a"` quotes a string rather than an identifier; either way it is skipped.
    pub double_quotes_are_strings: bool,
    /// A backslash escapes within ordinary strings (MySQL).
    pub backslash_escapes: bool,
    /// `E'..'` strings with backslashes (PostgreSQL).
    pub escape_strings: bool,
    /// `$tag$ .. $tag$` (PostgreSQL).
    pub dollar_quotes: bool,
    /// `/* /* */ */` nest (PostgreSQL).
    pub nested_comments: bool,
    /// `#` begins a comment (MySQL).
    pub hash_comments: bool,
    /// `--` begins a comment only before white space (MySQL).
    pub dash_needs_space: bool,
    /// `/*! .. */` holds SQL (MySQL).
    pub executable_comments: bool,
    /// `DELIMITER x` on a line of its own (MySQL's client).
    pub delimiter_command: bool,
    /// `CREATE TRIGGER/PROCEDURE/FUNCTION/EVENT .. BEGIN .. END` is one statement (MySQL, SQLite).
    pub compound_bodies: bool,
    /// `BEGIN ATOMIC .. END` is one statement (PostgreSQL 14).
    pub atomic_bodies: bool,
}

/// One statement of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is sent: without the delimiter and without white space around it.
    pub sql: String,
    /// Where it begins (its first byte that is neither white space nor comment), in bytes.
    pub offset: usize,
    /// The same as a line, from 1.
    pub line: u32,
    /// The whole piece of the text: leading comments, statement, delimiter. All pieces together
    /// are the text.
    pub piece: std::ops::Range<usize>,
}

/// Where a text can't be split.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct SplitError {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong: an open string, comment or body.
    pub message: String,
}
