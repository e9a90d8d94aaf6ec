//! The inline syntax of scalars: references, key parts, partitioning.

use crate::spec::typed::{KeyPartSpec, PartitionBy};
use std::ops::Range;

/// A name and the bytes of the text that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameToken {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// `table.column`, `schema.table.column`, `table(a, b)`, `schema.table(a, b)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) schema: Option<NameToken>,
    pub(crate) table: NameToken,
    pub(crate) columns: Vec<NameToken>,
}

/// Parses a reference. Names with a dot, comma or parenthesis must be in double quotes.
pub(crate) fn parse_reference(text: &str) -> Option<Reference> {
    let mut cursor = Cursor { text, at: 0 };
    let mut path = vec![cursor.name()?];
    while cursor.eat('.') {
        path.push(cursor.name()?);
    }
    let columns = if cursor.eat('(') {
        let mut columns = vec![cursor.name()?];
        while cursor.eat(',') {
            columns.push(cursor.name()?);
        }
        if !cursor.eat(')') {
            return None;
        }
        columns
    } else if path.len() > 1 {
        path.pop().into_iter().collect()
    } else {
        return None;
    };
    let table = path.pop()?;
    let schema = path.pop();
    let done = path.is_empty() && cursor.done();
    done.then_some(Reference {
        schema,
        table,
        columns,
    })
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn done(&mut self) -> bool {
        self.space();
        self.rest().is_empty()
    }

    fn eat(&mut self, c: char) -> bool {
        self.space();
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// A name in double quotes, or the text up to one of these characters.
    fn name_up_to(&mut self, ends: impl Fn(char) -> bool) -> Option<NameToken> {
        self.space();
        let start = self.at;
        if self.rest().starts_with('"') {
            let text = self.quoted()?;
            let range = start..self.at;
            return (!text.is_empty()).then_some(NameToken { text, range });
        }
        let rest = self.rest();
        let end = rest.find(|c| ends(c) || c == '"').unwrap_or(rest.len());
        let name = rest.get(..end)?.trim_end();
        self.at += name.len();
        (!name.is_empty()).then(|| NameToken {
            text: name.to_owned(),
            range: start..start + name.len(),
        })
    }

    /// A name of a reference, which may contain spaces.
    fn name(&mut self) -> Option<NameToken> {
        self.name_up_to(|c| matches!(c, '.' | '(' | ')' | ','))
    }

    /// One word, or a name in double quotes.
    fn word(&mut self) -> Option<NameToken> {
        self.name_up_to(|c| matches!(c, '(' | ')' | ',') || c.is_whitespace())
    }

    /// The text in double quotes; two quotes stand for one.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if chars.next_if(|(_, next)| *next == '"').is_some() => text.push('"'),
                '"' => {
                    self.at += at + 1;
                    return Some(text);
                }
                _ => text.push(c),
            }
        }
        None
    }

    /// Consumes a keyword, case-insensitively.
    fn take_word(&mut self, word: &str) -> bool {
        let before = self.at;
        let there = self.word().is_some_and(|found| {
            found.range.len() == word.len() && found.text.eq_ignore_ascii_case(word)
        });
        if !there {
            self.at = before;
        }
        there
    }

    /// The text in the parentheses that open here. Parentheses in quotes don't count.
    fn group(&mut self) -> Option<&'a str> {
        self.space();
        let rest = self.rest();
        let mut depth = 0_usize;
        let mut quote = None;
        for (at, c) in rest.char_indices() {
            match (quote, c) {
                (Some(open), _) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"' | '`') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        self.at += at + 1;
                        return rest.get(1..at);
                    }
                }
                (None, _) if depth == 0 => return None,
                (None, _) => {}
            }
        }
        None
    }

    /// Reads one key part, up to a word that isn't part of it.
    fn read_key_part(&mut self) -> Option<KeyPartSpec> {
        let mut part = KeyPartSpec::default();
        self.space();
        if self.rest().starts_with('(') {
            self.group()?.trim().clone_into(&mut part.text);
            part.is_expr = true;
        } else {
            part.text = self.word()?.text;
            if self.rest().starts_with('(') {
                part.prefix = Some(self.group()?.trim().parse().ok().filter(|n| *n > 0)?);
            }
        }
        if part.text.is_empty() {
            return None;
        }
        if !self.ahead(&["collate", "asc", "desc", "nulls", "with"]) && !self.done() {
            let start = self.at;
            self.path()?;
            if self.rest().starts_with('(') {
                self.group()?;
            }
            part.opclass = Some(self.text.get(start..self.at)?.trim().to_owned());
        }
        if self.take_word("collate") {
            let start = self.at;
            let name = self.path()?;
            let whole = self.text.get(start..self.at)?.trim();
            // a plain name without quotes, a path as declared
            part.collation = Some(name.unwrap_or_else(|| whole.to_owned()));
        }
        part.desc = self.take_word("desc");
        if !part.desc {
            self.take_word("asc");
        }
        if self.take_word("nulls") {
            let first = self.take_word("first");
            if !first && !self.take_word("last") {
                return None;
            }
            part.nulls_first = Some(first);
        }
        Some(part)
    }

    /// Whether one of these keywords follows.
    fn ahead(&mut self, words: &[&str]) -> bool {
        let before = self.at;
        let there = words.iter().any(|word| self.take_word(word));
        self.at = before;
        there
    }

    /// Consumes `name` or `schema.name`; returns the name if it is not qualified.
    #[expect(
        clippy::option_option,
        reason = "None is an error, Some(None) a qualified name"
    )]
    fn path(&mut self) -> Option<Option<String>> {
        let plain = |c: char| matches!(c, '.' | '(' | ')' | ',') || c.is_whitespace();
        let first = self.name_up_to(plain)?;
        let mut only = Some(first.text);
        while self.rest().starts_with('.') {
            self.at += 1;
            self.name_up_to(plain)?;
            only = None;
        }
        Some(only)
    }
}

/// Reads a key part: `a`, `a desc nulls last`, `body(100)`, `(lower(email)) text_pattern_ops`,
/// `"odd name" collate "C"`.
pub(crate) fn parse_key_part(text: &str) -> Option<KeyPartSpec> {
    let mut cursor = Cursor { text, at: 0 };
    let part = cursor.read_key_part()?;
    cursor.done().then_some(part)
}

/// Reads a part of an exclusion: a key part, `with`, an operator.
pub(crate) fn parse_exclusion_part(text: &str) -> Option<(KeyPartSpec, String)> {
    let mut cursor = Cursor { text, at: 0 };
    let part = cursor.read_key_part()?;
    let operator = cursor.take_word("with").then(|| cursor.rest().trim())?;
    (!operator.is_empty()).then(|| (part, operator.to_owned()))
}

/// Parses the text after `PARTITION BY`: `range (a, lower(b))`, `linear hash (id)`, `key ()`.
pub(crate) fn parse_partition_by(text: &str) -> Option<PartitionBy> {
    let open = text.find('(')?;
    let method = text.get(..open)?.split_whitespace().collect::<Vec<_>>();
    let method = method.join(" ").to_ascii_lowercase();
    let mut cursor = Cursor { text, at: open };
    let inner = cursor.group()?;
    if method.is_empty() || !cursor.done() {
        return None;
    }
    let mut key = Vec::new();
    for item in items(inner) {
        key.push(
            parse_key_part(item)
                .filter(|part| part.prefix.is_none())
                .unwrap_or_else(|| {
                    let text = item.trim().to_owned();
                    KeyPartSpec {
                        text,
                        is_expr: true,
                        ..KeyPartSpec::default()
                    }
                }),
        );
    }
    Some(PartitionBy { method, key })
}

/// The items between the outermost commas.
fn items(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.extend(text.get(start..at));
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    found.extend(text.get(start..));
    found.retain(|item| !item.trim().is_empty());
    found
}

/// `schema.table` or `table`.
pub(crate) fn parse_table_ref(text: &str) -> Option<(Option<NameToken>, NameToken)> {
    let mut cursor = Cursor { text, at: 0 };
    let first = cursor.name()?;
    let path = if cursor.eat('.') {
        (Some(first), cursor.name()?)
    } else {
        (None, first)
    };
    cursor.done().then_some(path)
}

/// Parses `name(argument types)`.
pub(crate) fn parse_function_signature(text: &str) -> Option<(String, String)> {
    let mut cursor = Cursor { text, at: 0 };
    let name = cursor.name()?.text;
    let args = cursor.group()?.trim().to_owned();
    cursor.done().then_some((name, args))
}

/// A name in the inline syntax: in double quotes unless it is a plain word.
pub(crate) fn bare_or_quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-');
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{parse_exclusion_part, parse_key_part, parse_partition_by, parse_reference};

    #[test]
    fn forms_of_references() {
        for (text, want) in [
            ("users.id", "None users [id]"),
            ("auth.users.id", "Some(auth) users [id]"),
            ("users(id)", "None users [id]"),
            ("auth.users (a, b)", "Some(auth) users [a,b]"),
            ("\"odd.name\".id", "None odd.name [id]"),
            ("order details.id", "None order details [id]"),
        ] {
            let got = parse_reference(text).unwrap();
            let schema = got.schema.map(|w| w.text);
            let schema = schema.map_or("None".to_owned(), |s| format!("Some({s})"));
            let columns: Vec<_> = got.columns.iter().map(|w| w.text.as_str()).collect();
            let got = format!("{schema} {} [{}]", got.table.text, columns.join(","));
            assert_eq!(got, want, "{text}");
        }
        for text in [
            "",
            "users",
            "users.",
            ".id",
            "users(",
            "users()",
            "a.b.c.d",
            "users(id) x",
            "users(a b\")",
        ] {
            assert_eq!(parse_reference(text), None, "{text}");
        }
        assert_eq!(parse_reference("users.id").unwrap().columns[0].range, 6..8);
    }

    #[test]
    fn forms_of_key_parts() {
        for (text, want) in [
            ("a", "a false false None"),
            ("created_at DESC", "created_at false true None"),
            ("a asc", "a false false None"),
            ("body(100)", "body false false Some(100)"),
            ("body(100) desc", "body false true Some(100)"),
            ("(lower(email))", "lower(email) true false None"),
            ("(a || b) desc", "a || b true true None"),
            ("\"order date\"", "order date false false None"),
            ("\"a\"\"b\" desc", "a\"b false true None"),
            ("desc", "desc false false None"),
        ] {
            let part = parse_key_part(text).unwrap();
            let got = format!(
                "{} {} {} {:?}",
                part.text, part.is_expr, part.desc, part.prefix
            );
            assert_eq!(got, want, "{text}");
        }
        for text in [
            "",
            "()",
            "(a",
            "body(x)",
            "body(0)",
            "a b c",
            "a nulls",
            "a desc asc",
            "\"a",
        ] {
            assert_eq!(parse_key_part(text), None, "{text}");
        }
    }

    #[test]
    fn options_of_key_parts() {
        for (text, class, collation, nulls) in [
            (
                "a text_pattern_ops desc",
                Some("text_pattern_ops"),
                None,
                None,
            ),
            (
                "(f(a)) gist_trgm_ops(siglen=32)",
                Some("gist_trgm_ops(siglen=32)"),
                None,
                None,
            ),
            (
                "a x.\"My ops\" nulls first",
                Some("x.\"My ops\""),
                None,
                Some(true),
            ),
            (
                "a collate \"C\" desc nulls last",
                None,
                Some("C"),
                Some(false),
            ),
            (
                "a collate pg_catalog.\"C\"",
                None,
                Some("pg_catalog.\"C\""),
                None,
            ),
            ("a int4_ops collate de", Some("int4_ops"), Some("de"), None),
        ] {
            let part = parse_key_part(text).unwrap();
            let got = (
                part.opclass.as_deref(),
                part.collation.as_deref(),
                part.nulls_first,
            );
            assert_eq!(got, (class, collation, nulls), "{text}");
        }
    }

    #[test]
    fn exclusions_and_partitions() {
        let (part, operator) =
            parse_exclusion_part("(a || b) gist_ops desc with operator(x.=)").unwrap();
        assert_eq!(
            (part.text.as_str(), operator.as_str()),
            ("a || b", "operator(x.=)")
        );
        assert_eq!(parse_exclusion_part("a with"), None);
        assert_eq!(parse_exclusion_part("a &&"), None);
        for (text, method, key) in [
            ("RANGE (created_at)", "range", vec!["created_at"]),
            ("linear  hash (year(d))", "linear hash", vec!["year(d)"]),
            ("key ()", "key", vec![]),
            (
                "range (a, (b || ','), f(c, ')') )",
                "range",
                vec!["a", "b || ','", "f(c, ')')"],
            ),
        ] {
            let by = parse_partition_by(text).unwrap();
            let got: Vec<_> = by.key.iter().map(|k| k.text.as_str()).collect();
            assert_eq!((by.method.as_str(), got), (method, key), "{text}");
        }
        for text in ["range", "(a)", "range (a) x", "range (a"] {
            assert_eq!(parse_partition_by(text), None, "{text}");
        }
    }
}
