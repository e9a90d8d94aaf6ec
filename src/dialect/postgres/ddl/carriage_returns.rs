//! Carriage returns in string literals.

use crate::sql::lexer::{Lexer, TokenKind};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::literal;

/// The statement with carriage returns in string literals and function bodies written as `\r`. Editors and
/// version control would take them for line ends of another system.
pub(crate) fn without_carriage_returns(statement: String) -> String {
    if !statement.contains('\r') {
        return statement;
    }
    let mut out = String::with_capacity(statement.len());
    let mut lexer = Lexer::new(&POSTGRES, &statement);
    let mut done = 0;
    while let Ok(Some(token)) = lexer.next_token() {
        let text = statement.get(token.start..token.end).unwrap_or_default();
        match text.chars().next() {
            Some('\'') if token.kind == TokenKind::QuotedString && text.contains('\r') => {
                out.push('E');
                out.push_str(&text.replace('\\', "\\\\").replace('\r', "\\r"));
            }
            Some('$') if token.kind == TokenKind::QuotedString && text.contains('\r') => {
                let mut parts = text.splitn(3, '$').skip(1);
                let (tag, rest) = (parts.next(), parts.next());
                let (tag, rest) = (tag.unwrap_or_default(), rest.unwrap_or_default());
                let body = rest.strip_suffix(&format!("${tag}$")).unwrap_or(rest);
                let body = literal::string(body).replace('\\', "\\\\");
                out.push('E');
                out.push_str(&body.replace('\r', "\\r"));
            }
            Some('E' | 'e') if token.kind == TokenKind::QuotedString => {
                out.push_str(&text.replace('\r', "\\r"));
            }
            _ => out.push_str(text),
        }
        done = token.end;
    }
    out.push_str(statement.get(done..).unwrap_or_default());
    out
}
