//! Writing SQL: literals and lists. Quoting of identifiers is each dialect's own.

use std::fmt::Write as _;

/// A string literal in standard quotes: `'it''s'`.
pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A string literal. `sql_mode` has no NO_BACKSLASH_ESCAPES, so backslashes are escaped.
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

/// A string literal that reads the same with and without NO_BACKSLASH_ESCAPES, for sessions whose `sql_mode`
/// isn't pinned or was changed by a migration. Not for DDL, whose grammar takes quoted strings only.
pub fn mysql_string_any_mode(text: &str) -> String {
    if text.contains('\\') {
        format!("_utf8mb4 {}", hex(text.as_bytes()))
    } else {
        string(text)
    }
}

/// A bytes literal `X'..'`.
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

/// `a, b, c`
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
    use super::*;

    #[test]
    fn mysql_literals_in_any_mode() {
        assert_eq!(mysql_string_any_mode("it's"), "'it''s'");
        assert_eq!(mysql_string_any_mode("\\'); x"), "_utf8mb4 X'5C27293B2078'");
    }
}
