//! The names that a piece of SQL text contains.

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

#[cfg(test)]
mod tests {
    use super::names_in_sql;
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
}
