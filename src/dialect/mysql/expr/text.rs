//! Reading and writing MySQL's own lexical forms: strings with backslashes, charset introducers,
//! and the escaped texts of MySQL's `information_schema`.

pub(crate) use crate::sql::literal::mysql_string as string;

/// What a string literal (without an introducer) says.
pub(crate) fn unquote(literal: &str) -> Option<String> {
    let (value, rest) = take_string(literal.trim())?;
    rest.is_empty().then_some(value)
}

/// The strings of a list `'a','b'`.
pub(crate) fn strings(list: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = list.trim();
    loop {
        let (value, tail) = take_string(rest)?;
        values.push(value);
        let tail = tail.trim_start();
        if tail.is_empty() {
            return Some(values);
        }
        rest = tail.strip_prefix(',')?.trim_start();
    }
}

/// A leading string literal's value, and what is behind it.
fn take_string(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('\'')?;
    let end = string_end(body, '\'')?;
    let mut value = String::with_capacity(end);
    let mut chars = body[..end].chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(unescaped)),
            '\'' => {
                chars.next();
                value.push('\'');
            }
            other => value.push(other),
        }
    }
    Some((value, &body[end + 1..]))
}

/// What a backslash and this character stand for.
fn unescaped(c: char) -> char {
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

/// Where a quoted text, begun before `body`, ends: the place of its last quote.
fn string_end(body: &str, quote: char) -> Option<usize> {
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote != '`' {
            chars.next();
        } else if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return Some(at);
            }
        }
    }
    None
}

/// Where the parenthesis closes that was opened before `rest`.
pub(crate) fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(c) = rest[at..].chars().next() {
        match c {
            '\'' | '"' | '`' => at += string_end(&rest[at + 1..], c)? + 1,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        at += c.len_utf8();
    }
    None
}

/// Whether a text is one expression in parentheses.
pub(crate) fn is_wrapped(text: &str) -> bool {
    let text = text.trim();
    text.strip_prefix('(')
        .and_then(|rest| closing(rest).map(|end| end + 1 == rest.len()))
        .unwrap_or(false)
}

/// The length of a quoted text that begins here, its quotes included.
pub(crate) fn quoted_end(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    string_end(text.get(quote.len_utf8()..)?, quote).map(|end| end + 2)
}

/// The text without the introducers that a session of the tool writes by itself; those of another
/// charset say what the literal was made with.
pub(crate) fn without_own_introducers(text: &str) -> String {
    without(text, &["_utf8mb4"])
}

/// The text without the charset introducers (`_utf8mb4'x'`) that the server writes by the
/// connection's charset.
pub(crate) fn without_introducers(text: &str) -> String {
    without(text, &["_utf8mb4", "_utf8mb3", "_latin1"])
}

fn without(text: &str, introducers: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if matches!(c, '\'' | '"' | '`') {
            let end = string_end(&text[at + 1..], c).map_or(text.len(), |end| at + end + 2);
            out.push_str(&text[at..end]);
            at = end;
            continue;
        }
        let word = text[at..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map_or(text.len(), |end| at + end);
        if word == at {
            out.push(c);
            at += c.len_utf8();
            continue;
        }
        if introducers.contains(&&text[at..word]) && text[word..].trim_start().starts_with('\'') {
            at = text.len() - text[word..].trim_start().len();
        } else {
            out.push_str(&text[at..word]);
            at = word;
        }
    }
    out
}

/// The text with every stretch outside of quotes changed.
pub(crate) fn outside_quotes(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['\'', '"', '`']) {
        let quote = if rest[start..].starts_with('`') {
            '`'
        } else if rest[start..].starts_with('"') {
            '"'
        } else {
            '\''
        };
        let end = string_end(&rest[start + 1..], quote).map_or(rest.len(), |end| start + end + 2);
        out.push_str(&change(&rest[..start]));
        out.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    out.push_str(&change(rest));
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn strings_go_there_and_back() {
        for text in ["", "x", "it's", "a\\b", "line\nbreak", "ünï", "\0"] {
            assert_eq!(unquote(&string(text)).unwrap(), text);
        }
        assert_eq!(unquote(r"'it\'s'").unwrap(), "it's");
        assert_eq!(unquote("'a' or 'b'"), None);
        assert_eq!(strings("'a', 'b,c'").unwrap(), ["a", "b,c"]);
    }

    #[test]
    fn introducers_go_but_not_what_looks_like_one() {
        for (stored, sql) in [
            (r"_utf8mb4'it\'s'", r"'it\'s'"),
            (r"(`a` > _latin1'_utf8mb4\\')", r"(`a` > '_utf8mb4\\')"),
            ("(`_utf8mb4` = 1)", "(`_utf8mb4` = 1)"),
            ("_utf8mb4x'y'", "_utf8mb4x'y'"),
        ] {
            assert_eq!(without_introducers(stored), sql);
        }
        assert_eq!(
            without_own_introducers("_utf8mb3'x' _utf8mb4'y'"),
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
