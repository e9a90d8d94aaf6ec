//! Quoted text of MySQL: string literals with backslash escapes, charset introducers, parentheses.

pub(crate) use crate::sql::literal::mysql_string as string_literal;

/// The value of a string literal without an introducer; `None` if the text is not one string literal.
pub(crate) fn parse_string_literal(literal: &str) -> Option<String> {
    let (value, rest) = take_string(literal.trim())?;
    rest.is_empty().then_some(value)
}

/// The values of a list `'a','b'`.
pub(crate) fn parse_string_list(list: &str) -> Option<Vec<String>> {
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

/// The value of the string literal at the start of a text, and the rest of the text.
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

/// The character that a backslash followed by `c` stands for.
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

/// The offset of the quote that ends a quoted text; `body` starts behind the opening quote.
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

/// The offset of the parenthesis that closes the one opened just before `rest`.
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

/// Whether one pair of parentheses encloses the whole text.
pub(crate) fn is_wrapped(text: &str) -> bool {
    let text = text.trim();
    text.strip_prefix('(')
        .and_then(|rest| closing(rest).map(|end| end + 1 == rest.len()))
        .unwrap_or(false)
}

/// The length of the quoted text at the start of `text`, including its quotes.
pub(crate) fn quoted_end(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    string_end(text.get(quote.len_utf8()..)?, quote).map(|end| end + 2)
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

/// Applies `change` to every part of the text that is not quoted.
pub(crate) fn map_unquoted(text: &str, change: impl Fn(&str) -> String) -> String {
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
