//! Operations on SQL text that respect quotes, comments and parentheses, by the lexical rules of a dialect.
//!
//! All of them read tokens ([`Lexer`]). If a quoted text or a comment is unterminated, only the tokens before it are used.

use crate::sql::lexer::{Lexer, Token, TokenKind, UnterminatedPart};
use crate::sql::lexical_rules::LexicalRules;

/// The tokens of a text except white space and comments.
pub(crate) fn significant_tokens(rules: &LexicalRules, text: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(rules, text);
    let mut found = Vec::new();
    while let Ok(Some(token)) = lexer.next_token() {
        if !matches!(token.kind, TokenKind::Space | TokenKind::Comment) {
            found.push(token);
        }
    }
    found
}

/// The length of the string or quoted name that a text begins with, its quotes included; `None` if it begins with
/// neither, or is unterminated.
pub(crate) fn quoted_length(rules: &LexicalRules, text: &str) -> Option<usize> {
    let token = Lexer::new(rules, text).next_token().ok()??;
    matches!(token.kind, TokenKind::QuotedString | TokenKind::QuotedName).then_some(token.end)
}

/// The position of the parenthesis that closes the one in front of `rest`.
pub(crate) fn closing_parenthesis(rules: &LexicalRules, rest: &str) -> Option<usize> {
    let mut lexer = Lexer::new(rules, rest);
    let mut depth = 0_usize;
    while let Ok(Some(token)) = lexer.next_token() {
        match token.kind {
            TokenKind::Symbol(b'(') => depth += 1,
            TokenKind::Symbol(b')') => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return Some(token.start),
            },
            _ => {}
        }
    }
    None
}

/// Whether one pair of parentheses encloses a whole text: `(a = (b))`, but not `(a) = (b)`.
pub(crate) fn is_parenthesized(rules: &LexicalRules, text: &str) -> bool {
    strip_parenthesis_pair(rules, text).is_some()
}

/// A text without the pairs of parentheses that enclose all of it.
pub(crate) fn strip_parentheses<'t>(rules: &LexicalRules, text: &'t str) -> &'t str {
    let mut text = text.trim();
    while let Some(inner) = strip_parenthesis_pair(rules, text) {
        text = inner;
    }
    text
}

/// A text without the one pair of parentheses that encloses all of it; `None` if there is no such pair.
pub(crate) fn strip_parenthesis_pair<'t>(rules: &LexicalRules, text: &'t str) -> Option<&'t str> {
    let inner = text.trim().strip_prefix('(')?;
    let end = closing_parenthesis(rules, inner)?;
    (end + 1 == inner.len()).then(|| inner[..end].trim())
}

/// The items of a comma-separated list, trimmed. Commas inside quotes, comments, parentheses and brackets don't
/// separate; an empty text has no items.
pub(crate) fn split_list<'t>(rules: &LexicalRules, list: &'t str) -> Vec<&'t str> {
    let (mut items, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for token in significant_tokens(rules, list) {
        match token.kind {
            TokenKind::Symbol(b'(' | b'[') => depth += 1,
            TokenKind::Symbol(b')' | b']') => depth = depth.saturating_sub(1),
            TokenKind::Symbol(b',') if depth == 0 => {
                items.push(list[start..token.start].trim());
                start = token.end;
            }
            _ => {}
        }
    }
    let last = list[start..].trim();
    if !last.is_empty() {
        items.push(last);
    }
    items
}

/// A text with every stretch between quoted texts replaced. An unterminated quoted text is left as it is.
pub(crate) fn map_unquoted(
    rules: &LexicalRules,
    text: &str,
    mut replace: impl FnMut(&str) -> String,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lexer = Lexer::new(rules, text);
    let mut start = 0;
    loop {
        match lexer.next_token() {
            Ok(Some(token)) => {
                if matches!(token.kind, TokenKind::QuotedString | TokenKind::QuotedName) {
                    out.push_str(&replace(&text[start..token.start]));
                    out.push_str(&text[token.start..token.end]);
                    start = token.end;
                }
            }
            Ok(None) => {
                out.push_str(&replace(&text[start..]));
                return out;
            }
            Err(unterminated) => {
                let quoted = match unterminated.what {
                    UnterminatedPart::Comment => text.len(),
                    UnterminatedPart::String
                    | UnterminatedPart::DollarQuotedString
                    | UnterminatedPart::Name => unterminated.start.max(start),
                };
                out.push_str(&replace(&text[start..quoted]));
                out.push_str(&text[quoted..]);
                return out;
            }
        }
    }
}

/// The spelling of quoted names in [`comparable_text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuotedNames {
    /// Unchanged: case and quotes are significant.
    Keep,
    /// Without quotes and in lower case: quotes and case are not significant.
    Fold,
}

/// The form in which texts that can't be parsed are compared: words in lower case, one space between tokens, no
/// comments.
pub(crate) fn comparable_text(rules: &LexicalRules, text: &str, names: QuotedNames) -> String {
    let mut out = String::with_capacity(text.len());
    for token in significant_tokens(rules, text) {
        if !out.is_empty() {
            out.push(' ');
        }
        let token_text = &text[token.start..token.end];
        match (token.kind, names) {
            (TokenKind::QuotedName, QuotedNames::Fold) => {
                out.push_str(&unquote_name(token_text).to_ascii_lowercase());
            }
            (TokenKind::QuotedName | TokenKind::QuotedString, _) => out.push_str(token_text),
            _ => out.push_str(&token_text.to_ascii_lowercase()),
        }
    }
    out
}

/// The name that a token spells: without its quotes (`"a"`, `` `a` ``, `[a]`, and `'a'`, which SQLite accepts), doubled
/// quotes made single. Any other text is returned unchanged.
pub(crate) fn unquote_name(token: &str) -> String {
    let inner = |open: char, close: char| token.strip_prefix(open)?.strip_suffix(close);
    for (quote, doubled) in [('"', "\"\""), ('`', "``"), ('\'', "''")] {
        if let Some(name) = inner(quote, quote) {
            return name.replace(doubled, &doubled[1..]);
        }
    }
    inner('[', ']').unwrap_or(token).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::sql::lexical_rules::{MYSQL, POSTGRES, SQLITE};
    use proptest::prelude::*;

    #[test]
    fn parentheses_are_matched_outside_of_quotes() {
        for (rules, text, stripped) in [
            (&SQLITE, "(a > 1)", "a > 1"),
            (&SQLITE, "(( a ))", "a"),
            (&SQLITE, "(a) = (b)", "(a) = (b)"),
            (&SQLITE, "(a = ')')", "a = ')'"),
            (&SQLITE, "([a)])", "[a)]"),
            (&POSTGRES, "($x$)$x$)", "$x$)$x$"),
            (&POSTGRES, r"(a = '\')", r"a = '\'"),
            (&MYSQL, r"(a = '\')')", r"a = '\')'"),
            (&MYSQL, "(a", "(a"),
            (&MYSQL, "(a')", "(a')"),
        ] {
            assert_eq!(strip_parentheses(rules, text), stripped, "{text}");
            assert_eq!(is_parenthesized(rules, text), text != stripped, "{text}");
        }
        assert_eq!(closing_parenthesis(&SQLITE, "a, (b)) c"), Some(6));
    }

    #[test]
    fn lists_are_split_at_their_outermost_commas() {
        for (text, items) in [
            ("", vec![]),
            ("lower(a)", vec!["lower(a)"]),
            ("f(a, b), (c % 4)", vec!["f(a, b)", "(c % 4)"]),
            ("'a,b', \"c,d\" , e", vec!["'a,b'", "\"c,d\"", "e"]),
            ("ARRAY[1, 2], b", vec!["ARRAY[1, 2]", "b"]),
        ] {
            assert_eq!(split_list(&POSTGRES, text), items, "{text}");
        }
    }

    #[test]
    fn lengths_of_quoted_texts() {
        for (rules, text, length) in [
            (&POSTGRES, "'it''s' b", Some(7)),
            (&POSTGRES, r"'a\' b", Some(4)),
            (&MYSQL, r"'a\'' b", Some(5)),
            (&MYSQL, "`a``b`", Some(6)),
            (&MYSQL, "'a", None),
            (&SQLITE, "a", None),
        ] {
            assert_eq!(quoted_length(rules, text), length, "{text}");
        }
    }

    #[test]
    fn layout_is_not_significant_in_comparisons() {
        let text = " A  =\n'x  Y' and F( \"a b\" ,b ) -- c";
        assert_eq!(
            comparable_text(&POSTGRES, text, QuotedNames::Keep),
            "a = 'x  Y' and f ( \"a b\" , b )"
        );
        assert_eq!(
            comparable_text(&SQLITE, "[A]=`a`", QuotedNames::Fold),
            "a = a"
        );
    }

    #[test]
    fn quotes_are_removed_from_names() {
        for (token, name) in [
            ("a", "a"),
            ("\"a\"\"b\"", "a\"b"),
            ("[a\"\"b]", "a\"\"b"),
            ("`a``b`", "a`b"),
            ("'a'", "a"),
        ] {
            assert_eq!(unquote_name(token), name);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn operations_on_any_text_are_consistent(text in r#"[-a-zE0-9'"`\\()\[\],;$/*#! \n]{0,24}"#) {
            for rules in [&POSTGRES, &MYSQL, &SQLITE] {
                prop_assert_eq!(map_unquoted(rules, &text, str::to_owned), text.as_str());
                let inner = strip_parentheses(rules, &text);
                prop_assert!(!is_parenthesized(rules, inner));
                let closed = format!("{inner})");
                if closing_parenthesis(rules, &closed) == Some(inner.len()) {
                    let enclosed = format!("({closed}");
                    prop_assert_eq!(strip_parentheses(rules, &enclosed), inner);
                }
                let items = split_list(rules, &text);
                prop_assert!(items.iter().all(|item| text.contains(item)));
                if let Some(length) = quoted_length(rules, &text) {
                    prop_assert!(text.is_char_boundary(length));
                }
                comparable_text(rules, &text, QuotedNames::Fold);
            }
        }
    }
}
