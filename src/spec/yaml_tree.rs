//! YAML as a tree with locations. Scalars are texts (`0.10` and `no` are not converted), maps preserve their order,
//! and anchors, tags and duplicate keys are errors.

use crate::diag::{Code, Diagnostic, Location};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// The maximum nesting of lists and maps. Specs use at most seven levels.
const DEPTH_MAX: usize = 32;

/// A value and its location.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The location: that of a scalar includes its quotes, that of a flow list or map on one line all of it; otherwise
    /// it is the first character.
    pub(crate) at: Location,
    /// The value.
    pub(crate) kind: NodeKind,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    /// A text, never read as a number or a boolean.
    Scalar(Scalar),
    /// A list.
    Seq(Vec<Node>),
    /// A map in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// The text of a scalar and its style.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    /// The text without quotes, escapes resolved.
    pub(crate) text: Box<str>,
    /// Its style.
    pub(crate) style: Style,
}

/// The style of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// A block (`|` or `>`).
    Block,
}

/// A key of a map.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// Its text.
    pub(crate) text: Box<str>,
    /// Its location.
    pub(crate) at: Location,
}

impl Node {
    /// The noun for messages, such as `a list`.
    pub(crate) fn noun(&self) -> &'static str {
        match &self.kind {
            NodeKind::Scalar(_) if self.is_null() => "no value",
            NodeKind::Scalar(_) => "a string",
            NodeKind::Seq(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// The scalar, if it is one.
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            NodeKind::Seq(_) | NodeKind::Map(_) => None,
        }
    }

    /// Whether the value is empty, or a plain `null` or `~`.
    pub(crate) fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| {
            scalar.style == Style::Plain && matches!(&*scalar.text, "" | "~" | "null")
        })
    }

    /// The location of a part of a scalar's text (a range of bytes). It is the whole scalar if the file contains the
    /// text in another form.
    pub(crate) fn word(&self, range: Range<usize>) -> Location {
        let NodeKind::Scalar(scalar) = &self.kind else {
            return self.at.clone();
        };
        let (Some(before), Some(word)) = (scalar.text.get(..range.start), scalar.text.get(range))
        else {
            return self.at.clone();
        };
        let quotes = match scalar.style {
            Style::Plain => 0,
            Style::Quoted => 1,
            Style::Block => return self.at.clone(),
        };
        // escapes and folded lines change the length of the text
        if self.at.width != count(&scalar.text) + 2 * quotes {
            return self.at.clone();
        }
        Location {
            column: self.at.column + quotes + count(before),
            width: count(word).max(1),
            ..self.at.clone()
        }
    }
}

/// The number of characters.
fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// A document of a file: its tree and its range of bytes.
#[derive(Debug)]
pub(crate) struct Root {
    /// The tree.
    pub(crate) node: Node,
    /// Its bytes in the text that was parsed, without the `---` before it.
    pub(crate) range: Range<usize>,
}

/// Parses all documents of a text. Errors are added to `found`; a syntax error ends the file.
pub(crate) fn parse(file: &Arc<str>, text: &str, found: &mut Vec<Diagnostic>) -> Vec<Root> {
    let mut builder = Builder {
        file,
        text,
        cursor: (0, 0),
        stack: Vec::new(),
        roots: Vec::new(),
        found,
    };
    builder.run();
    builder.roots
}

/// A list or map that isn't complete yet.
enum Frame {
    Seq(Location, Vec<Node>),
    Map(Location, Vec<(Key, Node)>, Option<Key>),
}

struct Builder<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    /// A byte offset and its character index. The parser reports positions in ascending order.
    cursor: (usize, usize),
    stack: Vec<Frame>,
    roots: Vec<Root>,
    found: &'a mut Vec<Diagnostic>,
}

/// Ends the parsing of a file. The reason is in the findings.
struct Stop;

impl Builder<'_> {
    fn run(&mut self) {
        let mut parser = Parser::new(StrInput::new(self.text));
        let mut start = 0;
        let mut root = None;
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    self.report_syntax_error(&error);
                    return;
                }
            };
            let done = match event {
                Event::Nothing | Event::StreamStart | Event::StreamEnd => Ok(None),
                Event::DocumentStart(explicit) => {
                    if explicit {
                        start = self.byte(span.end.index());
                    }
                    Ok(None)
                }
                Event::DocumentEnd => {
                    let end = self.byte(span.start.index());
                    if let Some(node) = root.take() {
                        let range = start..end.max(start);
                        self.roots.push(Root { node, range });
                    }
                    start = end;
                    Ok(None)
                }
                Event::Alias(_) => {
                    self.refuse_anchor(&span);
                    Err(Stop)
                }
                Event::Scalar(text, style, anchor, tag) => self
                    .refuse_anchor_and_tag(anchor, tag.is_some(), &span)
                    .and_then(|()| self.add_scalar(text.into_owned(), style, &span)),
                Event::SequenceStart(anchor, tag) => self
                    .refuse_anchor_and_tag(anchor, tag.is_some(), &span)
                    .and_then(|()| {
                        let at = self.location(&span.start, 1);
                        self.open(Frame::Seq(at, Vec::new()))
                    }),
                Event::MappingStart(anchor, tag) => self
                    .refuse_anchor_and_tag(anchor, tag.is_some(), &span)
                    .and_then(|()| {
                        let at = self.location(&span.start, 1);
                        self.open(Frame::Map(at, Vec::new(), None))
                    }),
                Event::SequenceEnd | Event::MappingEnd => self.close(&span),
            };
            match done {
                Ok(None) => {}
                Ok(Some(node)) => root = Some(node),
                Err(Stop) => return,
            }
        }
    }

    fn add_scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        span: &Span,
    ) -> Result<Option<Node>, Stop> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let at = self.scalar_location(span, style);
        let text = text.into_boxed_str();
        let kind = NodeKind::Scalar(Scalar { text, style });
        self.add(Node { at, kind })
    }

    /// The byte offset of a character index, which must not be less than that of the previous call.
    fn byte(&mut self, index: usize) -> usize {
        let (from, seen) = self.cursor;
        let rest = self.text.get(from..).unwrap_or_default();
        let more = index.saturating_sub(seen);
        let bytes = rest
            .char_indices()
            .nth(more)
            .map_or(rest.len(), |(byte, _)| byte);
        self.cursor = (from + bytes, seen + more);
        from + bytes
    }

    fn location(&self, mark: &Marker, width: usize) -> Location {
        Location {
            file: Arc::clone(self.file),
            line: u32::try_from(mark.line()).unwrap_or(u32::MAX),
            column: u32::try_from(mark.col() + 1).unwrap_or(u32::MAX),
            width: u32::try_from(width.max(1)).unwrap_or(u32::MAX),
        }
    }

    fn scalar_location(&mut self, span: &Span, style: Style) -> Location {
        let one_line = span.start.line() == span.end.line();
        let width = match style {
            Style::Block => 1,
            Style::Plain | Style::Quoted if !one_line => 1,
            Style::Plain => span.end.index().saturating_sub(span.start.index()),
            Style::Quoted => {
                // the parser includes the white space after a quoted text
                let range = self.byte(span.start.index())..self.byte(span.end.index());
                let text = self.text.get(range).unwrap_or_default();
                text.trim_end().chars().count()
            }
        };
        self.location(&span.start, width)
    }

    fn report_syntax_error(&mut self, error: &ScanError) {
        let at = self.location(error.marker(), 1);
        let info = error.info();
        let mut found = Diagnostic::error(Code::YamlSyntax, format!("invalid YAML: {info}"));
        if info.contains("unknown anchor") {
            found = Diagnostic::error(Code::YamlAnchor, "anchors and aliases are not allowed")
                .help("repeat the value, or quote a string that begins with `*`");
        } else if info.contains("tab") {
            found = found.help("indent with spaces");
        }
        self.found.push(found.at(&at));
    }

    fn refuse_anchor(&mut self, span: &Span) {
        let at = self.location(
            &span.start,
            span.end.index().saturating_sub(span.start.index()),
        );
        self.found.push(
            Diagnostic::error(Code::YamlAnchor, "anchors and aliases are not allowed")
                .at(&at)
                .help("repeat the value, or quote a string that begins with `&` or `*`"),
        );
    }

    /// Refuses anchors and tags.
    fn refuse_anchor_and_tag(&mut self, anchor: usize, tag: bool, span: &Span) -> Result<(), Stop> {
        if anchor != 0 {
            self.refuse_anchor(span);
            return Err(Stop);
        }
        if tag {
            let at = self.location(&span.start, 1);
            self.found.push(
                Diagnostic::error(Code::YamlTag, "tags are not allowed")
                    .at(&at)
                    .help("remove the tag, or quote a string that begins with `!`"),
            );
        }
        Ok(())
    }

    fn open(&mut self, frame: Frame) -> Result<Option<Node>, Stop> {
        let (Frame::Seq(at, _) | Frame::Map(at, ..)) = &frame;
        if self.stack.len() >= DEPTH_MAX {
            self.found.push(
                Diagnostic::error(
                    Code::YamlDepth,
                    format!("nested deeper than {DEPTH_MAX} levels"),
                )
                .at(at),
            );
            return Err(Stop);
        }
        if let Some(Frame::Map(_, _, None)) = self.stack.last() {
            self.found.push(
                Diagnostic::error(Code::YamlKey, "a key must be a string")
                    .at(at)
                    .help("quote the key"),
            );
            return Err(Stop);
        }
        self.stack.push(frame);
        Ok(None)
    }

    fn close(&mut self, span: &Span) -> Result<Option<Node>, Stop> {
        let Some(frame) = self.stack.pop() else {
            return Ok(None);
        };
        let (mut at, kind) = match frame {
            Frame::Seq(at, mut items) => {
                items.shrink_to_fit();
                (at, NodeKind::Seq(items))
            }
            Frame::Map(at, mut entries, _) => {
                self.remove_duplicates(&mut entries);
                // thousands of small maps would reserve much unused memory
                entries.shrink_to_fit();
                (at, NodeKind::Map(entries))
            }
        };
        // only flow lists and maps end with a character; the parser includes white space and comments after
        // it
        let end = u32::try_from(span.start.col() + 2).unwrap_or(u32::MAX);
        let flow = span.end.index() > span.start.index();
        if flow && u32::try_from(span.start.line()) == Ok(at.line) && end > at.column {
            at.width = end - at.column;
        }
        self.add(Node { at, kind })
    }

    /// Adds a complete node to the innermost open list or map; returns it if it is the root of a document.
    fn add(&mut self, node: Node) -> Result<Option<Node>, Stop> {
        match self.stack.last_mut() {
            None => return Ok(Some(node)),
            Some(Frame::Seq(_, items)) => items.push(node),
            Some(Frame::Map(_, entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => match node.kind {
                    NodeKind::Scalar(Scalar { text, .. }) => *key = Some(Key { text, at: node.at }),
                    NodeKind::Seq(_) | NodeKind::Map(_) => return Err(Stop),
                },
            },
        }
        Ok(None)
    }

    /// Reports duplicate keys, and keeps the first of each.
    fn remove_duplicates(&mut self, entries: &mut Vec<(Key, Node)>) {
        let mut first: HashMap<&str, &Location> = HashMap::with_capacity(entries.len());
        let mut again = Vec::new();
        for (number, (key, _)) in entries.iter().enumerate() {
            if let Some(at) = first.get(&*key.text) {
                self.found.push(
                    Diagnostic::error(Code::DuplicateKey, format!("duplicate key `{}`", key.text))
                        .at(&key.at)
                        .label(format!("first declared at {at}"))
                        .help("rename or remove one of them"),
                );
                again.push(number);
            } else {
                first.insert(&key.text, &key.at);
            }
        }
        if !again.is_empty() {
            let mut number = 0;
            entries.retain(|_| {
                number += 1;
                again.binary_search(&(number - 1)).is_err()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Node, NodeKind, parse};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn tree(text: &str) -> Node {
        let mut found = Vec::new();
        let mut roots = parse(&Arc::from("t.yaml"), text, &mut found);
        assert!(found.is_empty(), "{found:?}");
        roots.remove(0).node
    }

    /// The text at a location.
    fn covered<'a>(text: &'a str, at: &crate::diag::Location) -> String {
        let line: &'a str = text.lines().nth(at.line as usize - 1).unwrap();
        line.chars()
            .skip(at.column as usize - 1)
            .take(at.width as usize)
            .collect()
    }

    #[test]
    fn locations_cover_the_values() {
        for (text, want) in [
            ("ä: int null   # why", "int null"),
            ("a: 'it''s'", "'it''s'"),
            ("a:   \"x y\"  ", "\"x y\""),
            ("a: { b: 1 } # c", "{ b: 1 }"),
            ("a: [ö, 2]", "[ö, 2]"),
            ("{ a: b }", "b"),
            ("a:\n  - x\n", "-"),
            ("a:\n  b: c\n", "b"),
        ] {
            let NodeKind::Map(entries) = tree(text).kind else {
                panic!("{text}");
            };
            assert_eq!(covered(text, &entries[0].1.at), want, "{text}");
        }
    }

    #[test]
    fn words_within_scalars_have_locations() {
        for (text, want) in [
            ("a: users.id", "id"),
            ("a: 'users.id'", "id"),
            ("a: \"users.i\\x64\"", "\"users.i\\x64\""),
        ] {
            let NodeKind::Map(entries) = tree(text).kind else {
                panic!("{text}");
            };
            assert_eq!(covered(text, &entries[0].1.word(6..8)), want, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn parsing_any_text_does_not_panic(text in "[a-c:{}\\[\\],#&*!|>'\"%@`?~\\-. \\n\\r\\té\u{feff}]{0,60}") {
            let (documents, _) = crate::spec::parse_text("t.yaml", &text);
            for doc in &documents.docs {
                prop_assert!(text.contains(doc.text()));
            }
        }

        #[test]
        fn resolving_any_spec_does_not_panic(value in "[a-z0-9:{}\\[\\],()'\". ]{0,30}") {
            for key in ["columns", "primary_key", "unique", "indexes", "checks", "foreign_keys", "retention", "only", "mysql"] {
                let text = format!("table: t\n{key}: {value}\n");
                crate::spec::parse_text("t.yaml", &text).0.resolve(&["mysql"]);
                let text = format!("table: t\ncolumns:\n  a: {{ {key}: {value} }}\n  b: {value}\n  c: {{ type: int, references: {value} }}\n");
                crate::spec::parse_text("t.yaml", &text).0.resolve(&["mysql"]);
            }
        }
    }
}
