//! Quoted text of MySQL: string literals with backslash escapes, charset introducers, parentheses.

pub(crate) use crate::sql::literal::mysql_string as string_literal;

use crate::sql::lexical_rules::MYSQL;
use crate::sql::literal::read_mysql_string;
use crate::sql::text;

/// The value of a string literal without an introducer; `None` if the text is not one string literal.
pub(crate) fn parse_string_literal(literal: &str) -> Option<String> {
    let (value, rest) = read_mysql_string(literal.trim())?;
    rest.is_empty().then_some(value)
}

/// The values of a list `'a','b'`.
pub(crate) fn parse_string_list(list: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = list.trim();
    loop {
        let (value, tail) = read_mysql_string(rest)?;
        values.push(value);
        let tail = tail.trim_start();
        if tail.is_empty() {
            return Some(values);
        }
        rest = tail.strip_prefix(',')?.trim_start();
    }
}

/// The offset of the parenthesis that closes the one opened just before `rest`.
pub(crate) fn closing(rest: &str) -> Option<usize> {
    text::closing_parenthesis(&MYSQL, rest)
}

/// Whether one pair of parentheses encloses the whole text.
pub(crate) fn is_wrapped(text: &str) -> bool {
    text::is_parenthesized(&MYSQL, text)
}

/// The length of the quoted text at the start of `text`, including its quotes.
pub(crate) fn quoted_end(text: &str) -> Option<usize> {
    text::quoted_length(&MYSQL, text)
}

/// Removes the introducers of the session's own charset (`_utf8mb4'x'`). Those of another charset are kept: they
/// give the charset in which the literal was created.
pub(crate) fn strip_session_introducers(text: &str) -> String {
    strip_introducers_of(text, &["_utf8mb4"])
}

/// Removes all charset introducers (`_utf8mb4'x'`) that a server adds for the charset of a connection.
pub(crate) fn strip_introducers(text: &str) -> String {
    strip_introducers_of(text, &["_utf8mb4", "_utf8mb3", "_latin1"])
}

fn strip_introducers_of(text: &str, introducers: &[&str]) -> String {
    let tokens = text::significant_tokens(&MYSQL, text);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for pair in tokens.windows(2) {
        let [word, string] = pair else { continue };
        let is_introducer = introducers.contains(&&text[word.start..word.end]);
        if is_introducer && text[string.start..].starts_with('\'') {
            out.push_str(&text[copied..word.start]);
            copied = string.start;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// Applies `change` to every part of the text that is not quoted.
pub(crate) fn map_unquoted(text: &str, change: impl Fn(&str) -> String) -> String {
    text::map_unquoted(&MYSQL, text, change)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_literal_has_the_value_it_was_written_with() {
        for text in ["", "x", "it's", "a\\b", "line\nbreak", "ünï", "\0"] {
            assert_eq!(parse_string_literal(&string_literal(text)).unwrap(), text);
        }
        assert_eq!(parse_string_literal(r"'it\'s'").unwrap(), "it's");
        assert_eq!(parse_string_literal("'a' or 'b'"), None);
        assert_eq!(parse_string_list("'a', 'b,c'").unwrap(), ["a", "b,c"]);
    }

    #[test]
    fn only_introducers_of_literals_are_stripped() {
        for (stored, sql) in [
            (r"_utf8mb4'it\'s'", r"'it\'s'"),
            (r"(`a` > _latin1'_utf8mb4\\')", r"(`a` > '_utf8mb4\\')"),
            ("(`_utf8mb4` = 1)", "(`_utf8mb4` = 1)"),
            ("_utf8mb4x'y'", "_utf8mb4x'y'"),
        ] {
            assert_eq!(strip_introducers(stored), sql);
        }
        assert_eq!(
            strip_session_introducers("_utf8mb3'x' _utf8mb4'y'"),
            "_utf8mb3'x' 'y'"
        );
    }

    #[test]
    fn parentheses_close_outside_of_strings() {
        for (text, wrapped) in [
            ("(a)", true),
            ("(a) + (b)", false),
            ("(')')", true),
            ("(a", false),
            ("a", false),
        ] {
            assert_eq!(is_wrapped(text), wrapped, "{text}");
        }
    }
}
