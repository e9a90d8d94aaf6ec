//! The first words of a statement, and the directives at the top of a file.

use crate::lexer::{Lexer, TokenKind};
use crate::lexical_rules::{LexicalRules, POSTGRES};
use crate::splitter::Statement;

/// Whether a statement begins or ends a transaction, sets or releases a savepoint, or switches autocommit.
pub fn has_transaction_control(rules: &LexicalRules, statement: &Statement) -> bool {
    let mut words = Words::new(rules, &statement.sql);
    let Some(first) = words.next_word() else {
        return false;
    };
    match first.as_str() {
        "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" | "XA" => true,
        // MariaDB's anonymous block, which begins no transaction
        "BEGIN" => {
            !(words.next_word().as_deref() == Some("NOT")
                && words.next_word().as_deref() == Some("ATOMIC"))
        }
        "START" | "PREPARE" => words.next_word().as_deref() == Some("TRANSACTION"),
        "SET" => std::iter::from_fn(|| words.next_word()).any(|word| word == "AUTOCOMMIT"),
        _ => false,
    }
}

/// Whether a statement is a `COPY` whose rows the client sends or receives. PostgreSQL accepts `STDIN` and
/// `STDOUT` in both directions.
pub fn copies_over_connection(rules: &LexicalRules, statement: &Statement) -> bool {
    if !rules.copy_over_connection {
        return false;
    }
    let mut lexer = Lexer::new(rules, &statement.sql);
    let mut depth = 0_usize;
    let mut is_copy = false;
    let mut direction = false;
    while let Ok(Some(token)) = lexer.next_token() {
        let word = match token.kind {
            TokenKind::Space | TokenKind::Comment => continue,
            TokenKind::Word => statement.sql[token.start..token.end].to_ascii_uppercase(),
            TokenKind::QuotedString
            | TokenKind::QuotedName
            | TokenKind::Delimiter
            | TokenKind::ExecutableOpen
            | TokenKind::ExecutableClose
            | TokenKind::Symbol(_) => String::new(),
        };
        if !is_copy && word != "COPY" {
            return false;
        }
        is_copy = true;
        match token.kind {
            TokenKind::Symbol(b'(') => depth += 1,
            TokenKind::Symbol(b')') => depth = depth.saturating_sub(1),
            // a query in parentheses may read a table of that name
            _ if depth == 0 && direction && matches!(word.as_str(), "STDIN" | "STDOUT") => {
                return true;
            }
            _ => {}
        }
        direction = matches!(word.as_str(), "FROM" | "TO");
    }
    false
}

/// The words of a statement in upper case; all other tokens are skipped.
struct Words<'a> {
    lexer: Lexer<'a>,
    text: &'a str,
}

impl<'a> Words<'a> {
    fn new(rules: &'a LexicalRules, text: &'a str) -> Self {
        Self {
            lexer: Lexer::new(rules, text),
            text,
        }
    }

    fn next_word(&mut self) -> Option<String> {
        while let Ok(Some(token)) = self.lexer.next_token() {
            if token.kind == TokenKind::Word {
                return Some(self.text[token.start..token.end].to_ascii_uppercase());
            }
        }
        None
    }
}

/// The directives at the top of a file: `-- tablewright: no-transaction` gives the line, from 1,
/// and `no-transaction`. They precede the first statement, one per line; other comments may be between them.
pub fn directives(text: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut line = 1;
    // only white space and comments are read, which are the same in all dialects
    let mut lexer = Lexer::new(&POSTGRES, text);
    while let Ok(Some(token)) = lexer.next_token() {
        let token_text = &text[token.start..token.end];
        match token.kind {
            TokenKind::Space => {}
            TokenKind::Comment => {
                let directive = token_text
                    .strip_prefix("--")
                    .and_then(|rest| rest.trim().strip_prefix("tablewright:"));
                if let Some(directive) = directive {
                    found.push((line, directive.trim().to_owned()));
                }
            }
            TokenKind::ExecutableOpen
            | TokenKind::ExecutableClose
            | TokenKind::Word
            | TokenKind::QuotedString
            | TokenKind::QuotedName
            | TokenKind::Delimiter
            | TokenKind::Symbol(_) => break,
        }
        line += u32::try_from(token_text.matches('\n').count()).unwrap_or(u32::MAX);
    }
    found
}
