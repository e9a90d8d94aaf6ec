//! The tokens of a text that SQLite holds.

use crate::sql::lexer::{Kind, Lexer, Token};
use crate::sql::lexical_rules::SQLITE;

/// All tokens but white space and comments; what follows an open quote is left out.
pub(crate) fn significant(text: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(&SQLITE, text);
    let mut found = Vec::new();
    while let Ok(Some(token)) = lexer.next_token() {
        if !matches!(token.kind, Kind::Space | Kind::Comment) {
            found.push(token);
        }
    }
    found
}

/// Whether one pair of parentheses holds all of a text.
pub(crate) fn is_wrapped(text: &str) -> bool {
    if !(text.starts_with('(') && text.ends_with(')')) {
        return false;
    }
    let mut depth = 0_usize;
    let tokens = significant(text);
    for (n, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Symbol(b'(') => depth += 1,
            Kind::Symbol(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return n + 1 == tokens.len() && token.end == text.len();
        }
    }
    false
}

/// A text to compare by where its grammar isn't known: names bare and in lower case, one blank
/// between tokens.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for token in significant(text) {
        let piece = &text[token.start..token.end];
        if !out.is_empty() {
            out.push(' ');
        }
        match token.kind {
            Kind::Name => {
                out.push_str(&crate::dialect::sqlite::naming::unquote(piece).to_ascii_lowercase())
            }
            Kind::Text => out.push_str(piece),
            Kind::Space
            | Kind::Comment
            | Kind::ExecOpen
            | Kind::ExecClose
            | Kind::Word
            | Kind::Delimiter
            | Kind::Symbol(_) => out.push_str(&piece.to_ascii_lowercase()),
        }
    }
    out
}
