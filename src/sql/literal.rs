//! Literals: writing and reading them, including the rules for backslashes. Quoting of identifiers belongs to
//! each dialect.

use crate::sql::lexical_rules::MYSQL;
use crate::sql::text::quoted_length;
use std::fmt::Write as _;

/// Writes a string literal for sessions in which a backslash is an ordinary character: PostgreSQL with
/// `standard_conforming_strings`, SQLite, MySQL with `NO_BACKSLASH_ESCAPES`.
pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An expression with one string literal replaced by another, wherever it occurs. For sessions as of [`string`].
pub(crate) fn replace_string(sql: &str, from: &str, to: &str) -> String {
    sql.replace(&string(from), &string(to))
}

/// Writes a string literal for MySQL sessions without `NO_BACKSLASH_ESCAPES`, which the session settings turn off.
pub fn mysql_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{1a}' => out.push_str("\\Z"),
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

/// Writes a string expression that has the same value with and without `NO_BACKSLASH_ESCAPES`, for MySQL sessions whose
/// `sql_mode` isn't set by this crate or was changed by a migration. Not for DDL, whose grammar accepts only quoted strings.
pub fn mysql_string_any_mode(text: &str) -> String {
    if text.contains('\\') {
        format!("_utf8mb4 {}", hex(text.as_bytes()))
    } else {
        string(text)
    }
}

/// Reads the string literal at the start of a text by the rules of [`mysql_string`]: its value, and the rest of the text.
pub fn read_mysql_string(text: &str) -> Option<(String, &str)> {
    if !text.starts_with('\'') {
        return None;
    }
    let (literal, rest) = text.split_at(quoted_length(&MYSQL, text)?);
    let mut value = String::with_capacity(literal.len());
    let mut chars = literal[1..literal.len() - 1].chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(mysql_unescaped)),
            '\'' => {
                chars.next();
                value.push('\'');
            }
            other => value.push(other),
        }
    }
    Some((value, rest))
}

/// The character that a backslash and `c` represent.
fn mysql_unescaped(c: char) -> char {
    match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'b' => '\u{8}',
        'Z' => '\u{1a}',
        other => other,
    }
}

/// A byte-string literal: `X'..'`.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2 + 3);
    out.push_str("X'");
    for byte in bytes {
        // writing to a String can't fail
        let _ = write!(out, "{byte:02X}");
    }
    out.push('\'');
    out
}

/// A comma-separated list: `a, b, c`.
pub fn list<I>(items: I) -> String
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    let mut out = String::new();
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        out.push_str(item.as_ref());
    }
    out
}

/// Whether a text is a plain number such as `-12` or `0.10`.
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut seen = (false, false);
    for c in digits.chars() {
        match c {
            '0'..='9' => seen.0 = true,
            '.' if !seen.1 => seen.1 = true,
            _ => return false,
        }
    }
    seen.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn mysql_strings_keep_their_value() {
        for text in [
            "",
            "x",
            "it's",
            "a\\b",
            "line\nbreak",
            "ünï",
            "\0",
            "\u{1a}",
        ] {
            let literal = mysql_string(text);
            assert_eq!(read_mysql_string(&literal).unwrap(), (text.to_owned(), ""));
        }
        let (value, rest) = read_mysql_string(r"'it\'s', b").unwrap();
        assert_eq!((value.as_str(), rest), ("it's", ", b"));
        assert_eq!(read_mysql_string("b"), None);
        assert_eq!(mysql_string_any_mode("it's"), "'it''s'");
        assert_eq!(mysql_string_any_mode("\\'); x"), "_utf8mb4 X'5C27293B2078'");
    }

    #[test]
    fn plain_numbers() {
        for text in ["1", "-12", "+0.10", ".5"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "1e5", "1.2.3", "0x1"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
