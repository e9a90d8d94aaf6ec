//! Writes YAML: columns as maps on one line, and quotes only where a reader of YAML 1.1 or 1.2 would read a text as
//! another value. (Available crates don't write maps on one line, and don't quote YAML 1.1 words such as `no`.)

use std::fmt::Write as _;

/// The maximum length of a line, in bytes. Longer lists and maps are written on several lines.
const WIDTH: usize = 110;

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Yaml {
    /// A text, in quotes where they are required.
    Text(String),
    /// A number or a flag: never in quotes.
    Literal(String),
    /// A list, on one line if it fits.
    List(Vec<Yaml>),
    /// A list with one line per entry.
    Lines(Vec<Yaml>),
    /// A map, on one line if it fits.
    Map(Vec<(String, Yaml)>),
    /// A map with one line per entry.
    Block(Vec<(String, Yaml)>),
}

impl Yaml {
    /// A text that the loader reads through `Reader::read_text`, which removes a final line end.
    pub fn text(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.ends_with('\n') {
            text.push('\n');
        }
        Self::Text(text)
    }

    /// `true` or `false`.
    pub fn flag(on: bool) -> Self {
        Self::Literal(on.to_string())
    }

    /// A text that is written without quotes if it is a number, `true` or `false`.
    pub fn scalar(text: &str) -> Self {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = all(whole) && all(rest) && (whole == "0" || !whole.starts_with('0'));
        if number || matches!(text, "true" | "false") {
            Self::Literal(text.to_owned())
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// The document as text, with a line end at its end.
    pub fn document(&self) -> String {
        let mut out = String::new();
        self.block(&mut out, 0);
        out
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(_) | Self::Literal(_) => false,
            Self::List(items) | Self::Lines(items) => items.is_empty(),
            Self::Map(entries) | Self::Block(entries) => entries.is_empty(),
        }
    }

    /// The value on one line, if that is possible.
    fn line(&self, flow: bool) -> Option<String> {
        match self {
            Self::Text(text) => Some(scalar(text, flow)),
            Self::Literal(text) => Some(text.clone()),
            Self::Lines(_) | Self::Block(_) if !self.is_empty() => None,
            Self::List(items) | Self::Lines(items) => {
                let items: Option<Vec<String>> = items.iter().map(|item| item.line(true)).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            Self::Map(entries) | Self::Block(entries) => {
                if entries.is_empty() {
                    return Some("{}".into());
                }
                let mut parts = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    if block_scalar(value).is_some() {
                        return None;
                    }
                    parts.push(format!("{}: {}", scalar(key, true), value.line(true)?));
                }
                Some(format!("{{ {} }}", parts.join(", ")))
            }
        }
    }

    fn block(&self, out: &mut String, indent: usize) {
        let pad = " ".repeat(indent);
        match self {
            Self::Map(entries) | Self::Block(entries) => {
                for (key, value) in entries {
                    // writing to a String can't fail
                    let _ = write!(out, "{pad}{}:", scalar(key, false));
                    value.write_value(out, indent);
                }
            }
            Self::List(items) | Self::Lines(items) => {
                for item in items {
                    let _ = write!(out, "{pad}-");
                    let nested = match item {
                        Self::Map(entries) | Self::Block(entries) => !entries.is_empty(),
                        Self::Text(_) | Self::Literal(_) | Self::List(_) | Self::Lines(_) => false,
                    };
                    let fits = item
                        .line(false)
                        .is_some_and(|line| line.len() + indent < WIDTH);
                    if nested && !fits {
                        // the first key follows the dash
                        let mut inner = String::new();
                        item.block(&mut inner, indent + 2);
                        let _ = write!(out, " {}", inner.trim_start());
                    } else {
                        item.write_value(out, indent);
                    }
                }
            }
            Self::Text(_) | Self::Literal(_) => {
                let _ = writeln!(out, "{}", self.line(false).unwrap_or_default());
            }
        }
    }

    /// Writes the value after a key or a dash.
    fn write_value(&self, out: &mut String, indent: usize) {
        if let Some((header, text)) = block_scalar(self) {
            let _ = writeln!(out, " {header}");
            let pad = " ".repeat(indent + 2);
            for line in text.split('\n') {
                if line.is_empty() {
                    out.push('\n');
                } else {
                    let _ = writeln!(out, "{pad}{line}");
                }
            }
            return;
        }
        let scalar = matches!(self, Self::Text(_) | Self::Literal(_));
        let line = self.line(false);
        match line.filter(|line| scalar || line.len() + indent < WIDTH) {
            Some(line) => {
                let _ = writeln!(out, " {line}");
            }
            None => {
                out.push('\n');
                self.block(out, indent + 2);
            }
        }
    }
}

/// A key of a map as YAML.
pub(crate) fn key_text(key: &str) -> String {
    scalar(key, false)
}

/// A text of several lines as a block scalar, if the block preserves it.
fn block_scalar(value: &Yaml) -> Option<(&'static str, &str)> {
    let Yaml::Text(text) = value else {
        return None;
    };
    let (header, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text.as_str()),
    };
    let good = |line: &str| {
        !line.ends_with([' ', '\t']) && !line.starts_with('\t') && line.chars().all(printable)
    };
    let first = body.split('\n').next().unwrap_or_default();
    let fine = body.contains('\n')
        && !body.ends_with('\n')
        && !first.is_empty()
        && !first.starts_with(' ')
        && body.split('\n').all(good);
    fine.then_some((header, body))
}

/// Characters that YAML allows unescaped, except line ends.
fn printable(c: char) -> bool {
    c == '\t' || !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
}

/// A text as a scalar on one line.
fn scalar(text: &str, flow: bool) -> String {
    if is_plain(text, flow) {
        return text.to_owned();
    }
    if !text.chars().all(|c| printable(c) && c != '\t') {
        return escaped(text);
    }
    if text.contains('\'') && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if printable(c) => out.push(c),
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// Whether readers of YAML 1.1 and 1.2 read a text without quotes as that text.
fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let starts_plain = first.is_alphabetic() || matches!(first, '_' | '(' | '$' | '/');
    let within = |c: char| printable(c) && !(flow && matches!(c, ',' | '[' | ']' | '{' | '}'));
    let odd = text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || (flow && text.contains(':'));
    starts_plain && text.chars().all(|c| within(c) && c != '\t') && !odd && !is_special(text)
}

/// Words that some YAML readers read as a boolean or null.
fn is_special(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Yaml;
    use proptest::prelude::*;

    fn column(name: &str, fields: Vec<(&str, Yaml)>) -> Yaml {
        let fields = fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        Yaml::Block(vec![
            ("table".into(), Yaml::Text("t".into())),
            (
                "columns".into(),
                Yaml::Block(vec![(name.to_owned(), Yaml::Map(fields))]),
            ),
        ])
    }

    #[test]
    fn quotes_are_written_where_required() {
        for (text, want) in [
            ("abc", "abc"),
            ("no", "'no'"),
            ("1e3", "'1e3'"),
            ("", "''"),
            ("a: b", "'a: b'"),
            ("it's", "it's"),
            ("'x'::text", "\"'x'::text\""),
            ("a\nb", "|-\n  a\n  b"),
            ("a \nb", "\"a \\nb\""),
            ("ü x", "ü x"),
            ("-", "'-'"),
        ] {
            let yaml = Yaml::Block(vec![("k".into(), Yaml::Text(text.into()))]);
            assert_eq!(yaml.document(), format!("k: {want}\n"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn written_values_are_read_back(
            name in "[a-z0-9:{}\\[\\],#&*!|>'\"%@`?~é-]{1,12}",
            text in "[a-c:{}\\[\\],#&*!|>'\"%@`?~\\-. \\n\\r\\té\u{feff}\u{85}\\\\]{0,40}",
        ) {
            let yaml = column(&name, vec![
                ("type", Yaml::Text("text".into())),
                ("default", Yaml::Text(text.clone())),
                ("comment", Yaml::text(text.clone())),
            ]);
            let written = yaml.document();
            let (documents, found) = crate::spec::parse_text("t.yaml", &written);
            prop_assert!(found.is_empty(), "{written}\n{found:?}");
            let (spec, found) = documents.resolve(&["postgres"]);
            prop_assert!(found.is_empty(), "{written}\n{found:?}");
            let read = &spec.tables[0].columns[0];
            prop_assert_eq!(read.name.value.as_str(), name);
            let Some(crate::spec::DefaultSpec::Value(default)) = &read.default else {
                panic!("{written}");
            };
            prop_assert_eq!(&default.value, &text);
            prop_assert_eq!(&read.comment.as_ref().unwrap().value, &text);
        }
    }
}
