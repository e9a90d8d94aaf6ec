//! The small languages within scalars: references and key parts.

use super::types::KeyPartSpec;
use std::ops::Range;

/// A name and the bytes of the text that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// `table.column`, `schema.table.column`, `table(a, b)`, `schema.table(a, b)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) schema: Option<Word>,
    pub(super) table: Word,
    pub(super) columns: Vec<Word>,
}

/// Reads a reference. A name that holds a point, a comma or a parenthesis stands in double quotes.
pub(super) fn reference(text: &str) -> Option<Reference> {
    let mut words = Words { text, at: 0 };
    let mut path = vec![words.name()?];
    while words.eat('.') {
        path.push(words.name()?);
    }
    let columns = if words.eat('(') {
        let mut columns = vec![words.name()?];
        while words.eat(',') {
            columns.push(words.name()?);
        }
        if !words.eat(')') {
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
    let done = path.is_empty() && words.rest().trim().is_empty();
    done.then_some(Reference {
        schema,
        table,
        columns,
    })
}

struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, c: char) -> bool {
        self.space();
        let there = self.rest().starts_with(c);
        if there {
            self.at += c.len_utf8();
        }
        there
    }

    fn name(&mut self) -> Option<Word> {
        self.space();
        let rest = self.rest();
        let start = self.at;
        let (text, length) = if let Some(inner) = rest.strip_prefix('"') {
            let end = inner.find('"')?;
            (inner.get(..end)?, end + 2)
        } else {
            let end = rest.find(['.', '(', ')', ',', '"']).unwrap_or(rest.len());
            let name = rest.get(..end)?.trim_end();
            (name, name.len())
        };
        self.at += length;
        (!text.is_empty()).then(|| Word {
            text: text.to_owned(),
            range: start..start + length,
        })
    }
}

/// Reads a key part: `a`, `a desc`, `body(100)`, `(lower(email)) desc`.
pub(super) fn key_part(text: &str) -> Option<KeyPartSpec> {
    let text = text.trim();
    let (text, desc) = match ending(text, " desc") {
        Some(rest) => (rest, true),
        None => (ending(text, " asc").unwrap_or(text), false),
    };
    let part = |text: &str, is_expr, prefix| {
        let text = text.trim();
        (!text.is_empty()).then(|| KeyPartSpec {
            text: text.to_owned(),
            is_expr,
            desc,
            prefix,
        })
    };
    if let Some(inner) = text.strip_prefix('(') {
        return part(inner.strip_suffix(')')?, true, None);
    }
    if let Some((column, length)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let length = length.trim().parse().ok().filter(|n| *n > 0)?;
        return part(column, false, Some(length));
    }
    part(text, false, None)
}

fn ending<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let cut = text.len().checked_sub(word.len())?;
    let end = text.get(cut..)?;
    end.eq_ignore_ascii_case(word).then(|| text.get(..cut))?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{key_part, reference};

    #[test]
    fn references_in_all_their_forms() {
        for (text, want) in [
            ("users.id", "None users [id]"),
            ("auth.users.id", "Some(auth) users [id]"),
            ("users(id)", "None users [id]"),
            ("auth.users (a, b)", "Some(auth) users [a,b]"),
            ("\"odd.name\".id", "None odd.name [id]"),
            ("order details.id", "None order details [id]"),
        ] {
            let got = reference(text).unwrap();
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
            assert_eq!(reference(text), None, "{text}");
        }
        assert_eq!(reference("users.id").unwrap().columns[0].range, 6..8);
    }

    #[test]
    fn key_parts_in_all_their_forms() {
        for (text, want) in [
            ("a", "a false false None"),
            ("created_at DESC", "created_at false true None"),
            ("a asc", "a false false None"),
            ("body(100)", "body false false Some(100)"),
            ("body(100) desc", "body false true Some(100)"),
            ("(lower(email))", "lower(email) true false None"),
            ("(a || b) desc", "a || b true true None"),
            ("order date", "order date false false None"),
            ("desc", "desc false false None"),
        ] {
            let part = key_part(text).unwrap();
            let got = format!(
                "{} {} {} {:?}",
                part.text, part.is_expr, part.desc, part.prefix
            );
            assert_eq!(got, want, "{text}");
        }
        for text in ["", "()", "(a", "body(x)", "body(0)", "(100)x"] {
            assert_eq!(key_part(text), None, "{text}");
        }
    }
}
