//! The lexical rules of the dialects, as data.

/// The lexical rules of a dialect.
#[derive(Debug)]
pub struct LexicalRules {
    /// `` `a` `` quotes an identifier.
    pub backticks: bool,
    /// `[a]` quotes an identifier (SQLite).
    pub brackets: bool,
    /// `"a"` quotes a string rather than an identifier; both are one token.
    pub double_quotes_are_strings: bool,
    /// A backslash escapes in ordinary strings (MySQL).
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
    /// `/*! .. */` contains SQL (MySQL).
    pub executable_comments: bool,
    /// a line `DELIMITER x` (MySQL's client).
    pub delimiter_command: bool,
    /// `CREATE TRIGGER/PROCEDURE/FUNCTION/EVENT .. BEGIN .. END` is one statement (MySQL, SQLite).
    pub compound_bodies: bool,
    /// `BEGIN ATOMIC .. END` is one statement (PostgreSQL 14).
    pub atomic_bodies: bool,
    /// A semicolon in parentheses doesn't end a statement (`CREATE RULE .. DO (a; b)`, PostgreSQL's client).
    pub semicolons_in_parentheses: bool,
    /// `COPY .. FROM STDIN` and `.. TO STDOUT` transfer rows over the connection (PostgreSQL).
    pub copy_over_connection: bool,
}

/// PostgreSQL, with `standard_conforming_strings` on.
pub const POSTGRES: LexicalRules = LexicalRules {
    backticks: false,
    brackets: false,
    double_quotes_are_strings: false,
    backslash_escapes: false,
    escape_strings: true,
    dollar_quotes: true,
    nested_comments: true,
    hash_comments: false,
    dash_needs_space: false,
    executable_comments: false,
    delimiter_command: false,
    compound_bodies: false,
    atomic_bodies: true,
    semicolons_in_parentheses: true,
    copy_over_connection: true,
};

/// MySQL and MariaDB, without `ANSI_QUOTES` and `NO_BACKSLASH_ESCAPES`.
pub const MYSQL: LexicalRules = LexicalRules {
    backticks: true,
    brackets: false,
    double_quotes_are_strings: true,
    backslash_escapes: true,
    escape_strings: false,
    dollar_quotes: false,
    nested_comments: false,
    hash_comments: true,
    dash_needs_space: true,
    executable_comments: true,
    delimiter_command: true,
    compound_bodies: true,
    atomic_bodies: false,
    semicolons_in_parentheses: false,
    copy_over_connection: false,
};

/// SQLite.
pub const SQLITE: LexicalRules = LexicalRules {
    backticks: true,
    brackets: true,
    double_quotes_are_strings: false,
    backslash_escapes: false,
    escape_strings: false,
    dollar_quotes: false,
    nested_comments: false,
    hash_comments: false,
    dash_needs_space: false,
    executable_comments: false,
    delimiter_command: false,
    compound_bodies: true,
    atomic_bodies: false,
    semicolons_in_parentheses: false,
    copy_over_connection: false,
};
