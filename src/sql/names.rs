//! The names that a piece of SQL text contains, and renaming one of them.

use crate::sql::lexer::{Lexer, TokenKind};
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::text::unquote_name;
use std::collections::BTreeSet;

/// The maximum nesting of strings that are read: the body of a function in `$$`, a string in it, and the dynamic
/// SQL in that string.
const DEPTH_MAX: usize = 4;

/// All names that an SQL text may refer to: unquoted words as written and in lower case, and quoted
/// identifiers without their quotes. Comments contain no names. The content of strings is read as well, because the
/// body of a function and the sequence in `nextval('s')` are strings.
///
/// The result is a superset: it includes keywords, aliases and words of string literals. It is used to find possible
/// dependencies between known objects, where a false one only determines the order of two statements.
pub(crate) fn names_in_sql(rules: &LexicalRules, sql: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_names(rules, sql, DEPTH_MAX, &mut names);
    names
}

fn collect_names(rules: &LexicalRules, sql: &str, depth: usize, names: &mut BTreeSet<String>) {
    let mut lexer = Lexer::new(rules, sql);
    loop {
        let token = match lexer.next_token() {
            Ok(Some(token)) => token,
            Ok(None) => return,
            // an apostrophe in a message does not start a string
            Err(unterminated) => match sql.get(unterminated.start + 1..) {
                Some(rest) if depth > 0 => return collect_names(rules, rest, depth - 1, names),
                _ => return,
            },
        };
        let text = sql.get(token.start..token.end).unwrap_or_default();
        match token.kind {
            TokenKind::Word => {
                names.insert(text.to_owned());
                names.insert(text.to_lowercase());
            }
            TokenKind::QuotedName => {
                names.insert(unquote_name(text));
            }
            TokenKind::QuotedString if depth > 0 => {
                if let Some(content) = string_content(text) {
                    collect_names(rules, content, depth - 1, names);
                }
            }
            TokenKind::QuotedString
            | TokenKind::Space
            | TokenKind::Comment
            | TokenKind::ExecutableOpen
            | TokenKind::ExecutableClose
            | TokenKind::Delimiter
            | TokenKind::Symbol(_) => {}
        }
    }
}

/// The text between the quotes of `'..'`, `E'..'`, `".."` or `$tag$..$tag$`.
fn string_content(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('$') {
        let tag_end = rest.find('$')? + 2;
        return text.get(tag_end..text.len().checked_sub(tag_end)?);
    }
    let open = text.find(['\'', '"'])? + 1;
    text.get(open..text.len().checked_sub(1)?)
}

/// An expression with an identifier renamed, wherever it occurs as a whole word, bare or quoted, outside of strings.
/// Quotes are kept.
pub(crate) fn rename_identifier(sql: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let is_quoted = matches!(first, '"' | '`');
        let length = match first {
            '\'' | '"' | '`' => quoted_text_length(rest, first),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, tail) = rest.split_at(length);
        let name = if is_quoted {
            token.get(1..length - 1)
        } else {
            is_word(first).then_some(token)
        };
        if name == Some(from) {
            let quote = if is_quoted { &token[..1] } else { "" };
            out.push_str(quote);
            out.push_str(to);
            out.push_str(quote);
        } else {
            out.push_str(token);
        }
        rest = tail;
    }
    out
}

fn is_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

/// The length of the text in quotes that a text begins with, its quotes included. A doubled quote doesn't end
/// it; an unterminated one extends to the end.
fn quoted_text_length(text: &str, quote: char) -> usize {
    let mut is_second_of_pair = false;
    for (at, c) in text.char_indices().skip(1) {
        if std::mem::take(&mut is_second_of_pair) || c != quote {
            continue;
        }
        if !text[at + 1..].starts_with(quote) {
            return at + 1;
        }
        is_second_of_pair = true;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{names_in_sql, rename_identifier};
    use crate::sql::lexical_rules::{MYSQL, POSTGRES};

    #[test]
    fn names_are_found_in_words_quoted_names_and_strings() {
        for (sql, name, found) in [
            ("f(a) > 0", "f", true),
            ("F(a) > 0", "f", true),
            ("prefix_f(a)", "f", false),
            ("\"odd \"\"name\"(a)", "odd \"name", true),
            ("\"F\"(a)", "f", false),
            ("1 -- f", "f", false),
            ("nextval('f'::regclass)", "f", true),
            ("nextval('\"My Seq\"'::regclass)", "My Seq", true),
            ("nextval('s.f'::regclass)", "f", true),
            ("AS $$ BEGIN RETURN f(1); END $$", "f", true),
            ("AS $x$ EXECUTE 'SELECT f(1)' $x$", "f", true),
            ("AS $$ RAISE 'it''s f()' $$", "f", true),
            ("E'f'", "f", true),
        ] {
            assert_eq!(names_in_sql(&POSTGRES, sql).contains(name), found, "{sql}");
        }
        assert!(names_in_sql(&MYSQL, "`f` + 1").contains("f"));
    }

    #[test]
    fn an_identifier_is_renamed_and_a_string_is_not() {
        for (sql, renamed) in [
            ("a > 0", "b > 0"),
            ("aa > a", "aa > b"),
            ("x = 'a'", "x = 'a'"),
            ("\"a\" = 'it''s a'", "\"b\" = 'it''s a'"),
            ("lower(`a`)", "lower(`b`)"),
            ("a = \"", "b = \""),
        ] {
            assert_eq!(rename_identifier(sql, "a", "b"), renamed);
        }
    }
}
