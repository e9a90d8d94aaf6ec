//! The SQL of the journal that differs between servers: a type for long texts, the time, the identity of a session,
//! and whether another session still exists.

/// The SQL of the journal on one server.
#[derive(Debug)]
pub struct JournalSql {
    /// A type for texts of any length.
    pub long_text_type: &'static str,
    /// Options after the table's definition.
    pub table_options: &'static str,
    /// An expression for the server's current time in UTC, as RFC 3339 text.
    pub utc_now: &'static str,
    /// Writes a string literal.
    pub string_literal: fn(&str) -> String,
    /// A query for the user, the client's host, the session's number and the server's identity; NULL for values
    /// that the server doesn't have.
    pub identity_query: &'static str,
    /// Other sessions, on servers that have them.
    pub other_sessions: Option<&'static OtherSessions>,
}

/// Statements about another session, by its number.
#[derive(Debug)]
pub struct OtherSessions {
    /// A query whose first cell is true if the session exists.
    pub exists: fn(u64) -> String,
    /// Terminates the session.
    pub terminate: fn(u64) -> String,
}
