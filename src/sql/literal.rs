//! Writing SQL: literals and lists. Quoting of identifiers is each dialect's own.

use std::fmt::Write as _;

/// A string literal in standard quotes: `'it''s'`.
pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
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
