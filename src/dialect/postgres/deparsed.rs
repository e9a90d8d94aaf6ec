//! Texts as the server gives expressions back: every name qualified, brackets around everything.

/// The text without `schema.` before names of the default schema, string literals left alone but
/// for sequences and the like (`'public.s'::regclass`), which keep it.
pub(super) fn unqualified(text: &str, schema: &str) -> String {
    let quoted = format!("\"{}\".", schema.replace('"', "\"\""));
    let bare = format!("{schema}.");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut last = ' ';
    while let Some(c) = rest.chars().next() {
        let at_name = !(last.is_alphanumeric() || matches!(last, '_' | '.' | '"'));
        if at_name
            && let Some(after) = rest
                .strip_prefix(&bare)
                .or_else(|| rest.strip_prefix(&quoted))
        {
            rest = after;
            continue;
        }
        let mut end = c.len_utf8();
        if matches!(c, '\'' | '"') {
            // a doubled quote ends one literal and begins the next: the same in the end
            end = rest
                .get(1..)
                .and_then(|inner| inner.find(c))
                .map_or(rest.len(), |at| at + 2);
        }
        let (head, tail) = rest.split_at(end);
        out.push_str(head);
        last = c;
        rest = tail;
    }
    out
}

/// Without the one pair of parentheses the server puts around everything.
pub(super) fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0_u32;
    let mut quote = None;
    for c in inner.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                // `(a) = (b)`: the first doesn't belong to the last
                None => return text,
            },
            (None, _) => {}
        }
    }
    inner
}

/// The expressions of a list, by the commas that stand in no brackets and no quotes.
pub(super) fn split(list: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                out.extend(list.get(start..at).map(str::trim));
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    out.extend(
        list.get(start..)
            .map(str::trim)
            .filter(|rest| !rest.is_empty()),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_schema_is_not_named() {
        for (text, out) in [
            ("public.f(a)", "f(a)"),
            ("'public.x'::public.mood", "'public.x'::mood"),
            ("'it''s public.'::text", "'it''s public.'::text"),
            ("notpublic.f(a)", "notpublic.f(a)"),
            ("a.public.b", "a.public.b"),
            ("(public.\"F\"(x) = 1)", "(\"F\"(x) = 1)"),
        ] {
            assert_eq!(unqualified(text, "public"), out);
        }
        assert_eq!(unqualified("\"My\".f(a)", "My"), "f(a)");
    }

    #[test]
    fn one_pair_of_parentheses() {
        for (text, out) in [
            ("(a > 1)", "a > 1"),
            ("((a) = (b))", "(a) = (b)"),
            ("(a) = (b)", "(a) = (b)"),
            ("(a = ')')", "a = ')'"),
        ] {
            assert_eq!(unwrapped(text), out);
        }
    }

    #[test]
    fn a_list_of_expressions() {
        for (text, parts) in [
            ("lower(a)", vec!["lower(a)"]),
            ("f(a, b), (c % 4)", vec!["f(a, b)", "(c % 4)"]),
            ("(a || ','), \"b,c\"", vec!["(a || ',')", "\"b,c\""]),
            ("", vec![]),
        ] {
            assert_eq!(split(text), parts);
        }
    }
}
