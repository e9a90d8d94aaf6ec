//! The server's text of expressions (`pg_get_expr`), which qualifies all names and adds parentheses and casts.

use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::{quoted_length, strip_parenthesis_pair};
use std::collections::BTreeSet;

/// Removes `schema.` before names of the default schema. String literals are unchanged, so names within them
/// keep it (`'public.s'::regclass`).
pub(crate) fn unqualified(text: &str, schema: &str) -> String {
    unqualified_except(text, schema, &BTreeSet::new())
}

/// The text of [`unqualified`], but keeps the schema of these functions, which would otherwise resolve to others.
pub(crate) fn unqualified_except(text: &str, schema: &str, kept: &BTreeSet<String>) -> String {
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
            && !kept.contains(leading_name(after))
        {
            rest = after;
            continue;
        }
        let mut end = c.len_utf8();
        if matches!(c, '\'' | '"') {
            end = quoted_length(&POSTGRES, rest).unwrap_or(rest.len());
        }
        let (head, tail) = rest.split_at(end);
        out.push_str(head);
        last = c;
        rest = tail;
    }
    out
}

/// The name at the start of a text.
fn leading_name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Removes the pair of parentheses that the server adds around an expression.
pub(crate) fn unwrapped(text: &str) -> &str {
    strip_parenthesis_pair(&POSTGRES, text).unwrap_or_else(|| text.trim())
}

/// Writes `x = ANY (ARRAY['a'::text, 'b'::text])` as `x IN ('a', 'b')`, wherever the server stores both in the
/// same form: it resolves the literals of a list to the type of the other operand, and casts a `varchar` operand
/// to `text`.
pub(crate) fn with_lists(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((list, after)) = leading_list(rest, &mut out) {
            out.push_str(&list);
            rest = after;
            continue;
        }
        let quoted =
            matches!(c, '\'' | '"').then(|| quoted_length(&POSTGRES, rest).unwrap_or(rest.len()));
        let (head, tail) = rest.split_at(quoted.unwrap_or(c.len_utf8()));
        out.push_str(head);
        rest = tail;
    }
    out
}

/// A comparison with a list at the start of a text, and the rest of the text. Removes the cast of the other
/// operand from the end of `before`.
fn leading_list<'a>(text: &'a str, before: &mut String) -> Option<(String, &'a str)> {
    let (word, body) = (text.strip_prefix(" = ANY (").map(|body| ("IN", body)))
        .or_else(|| text.strip_prefix(" <> ALL (").map(|body| ("NOT IN", body)))?;
    let wide = body.strip_prefix("(ARRAY[");
    let (mut rest, end) = match wide {
        Some(rest) => (rest, "])::text[])"),
        None => (body.strip_prefix("ARRAY[")?, "])"),
    };
    let (mut items, mut kind) = (Vec::new(), None);
    let after = loop {
        let (item, ty, tail) = list_item(rest)?;
        if *kind.get_or_insert(ty) != ty {
            return None;
        }
        items.push(item);
        match tail.strip_prefix(", ") {
            Some(next) => rest = next,
            None => break tail.strip_prefix(end)?,
        }
    };
    // the server stores a list of one item as `=`
    if items.len() < 2 || wide.is_some() != (kind == Some("::character varying")) {
        return None;
    }
    if wide.is_some() {
        let column = before.strip_suffix(")::text")?;
        let open = column.rfind('(')?;
        let name = column.get(open + 1..).filter(|name| is_column(name))?;
        *before = format!("{}{name}", before.get(..open)?);
    }
    Some((format!(" {word} ({})", items.join(", ")), after))
}

/// An item of a list, `'a'::text` or a whole number: the item without its cast, the cast, and the rest of the text.
fn list_item(text: &str) -> Option<(&str, &'static str, &str)> {
    if !text.starts_with('\'') {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        return (end > 0).then(|| (&text[..end], "", &text[end..]));
    }
    let end = quoted_length(&POSTGRES, text)?;
    let (item, tail) = text.split_at(end);
    let casts = ["::text", "::bpchar", "::character varying"];
    let cast = casts.into_iter().find(|cast| tail.starts_with(cast))?;
    let tail = tail.strip_prefix(cast)?;
    tail.starts_with([',', ']']).then_some((item, cast, tail))
}

/// Whether a text is a single column name.
fn is_column(text: &str) -> bool {
    match text.strip_prefix('"') {
        Some(inner) => inner
            .strip_suffix('"')
            .is_some_and(|name| !name.contains('"')),
        None => !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_schema_is_removed() {
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
        let kept = BTreeSet::from([String::from("now")]);
        let text = "public.now() < public.nowadays(public.f(1))";
        let out = "public.now() < nowadays(f(1))";
        assert_eq!(unqualified_except(text, "public", &kept), out);
    }

    #[test]
    fn lists_are_written_with_in() {
        for (text, out) in [
            (
                "(a)::text = ANY ((ARRAY['x'::character varying, 'it''s'::character varying])::text[])",
                "a IN ('x', 'it''s')",
            ),
            (
                "((\"A b\")::text <> ALL ((ARRAY['x'::character varying, ''::character varying])::text[]))",
                "(\"A b\" NOT IN ('x', ''))",
            ),
            (
                "(a = ANY (ARRAY['x'::text, ','::text])) OR b",
                "(a IN ('x', ',')) OR b",
            ),
            ("n = ANY (ARRAY[1, 20])", "n IN (1, 20)"),
            // unchanged: the server would store the IN list in another form
            ("a = ANY (ARRAY['x'::text])", "a = ANY (ARRAY['x'::text])"),
            (
                "a = ANY (ARRAY['x'::mood, 'y'::mood])",
                "a = ANY (ARRAY['x'::mood, 'y'::mood])",
            ),
            (
                "(a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text])",
                "(a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text])",
            ),
            (
                "(a = ' = ANY (ARRAY[1, 2])'::text)",
                "(a = ' = ANY (ARRAY[1, 2])'::text)",
            ),
        ] {
            assert_eq!(with_lists(text), out);
        }
    }

    #[test]
    fn the_outer_parentheses_are_removed() {
        for (text, out) in [
            ("(a > 1)", "a > 1"),
            ("((a) = (b))", "(a) = (b)"),
            ("(a) = (b)", "(a) = (b)"),
            ("(a = ')')", "a = ')'"),
        ] {
            assert_eq!(unwrapped(text), out);
        }
    }
}
