//! A map of a spec with one dialect's overrides laid over it.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::Ident;
use crate::spec::keys::{DIALECTS, KeyDef, Part, SHARED, Short, TABLE};
use crate::spec::node::{Key, Node, NodeKind};
use crate::spec::suggest::nearest;
use crate::spec::types::Sp;
use std::collections::BTreeSet;

/// A key and its value, after overrides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// The key.
    pub(crate) key: &'a Key,
    /// The value.
    pub(crate) value: &'a Node,
    /// It stands in a dialect's map: types are that dialect's own.
    pub(crate) native: bool,
    /// How strong it is: 0 is what stands outside of the part's own dialect maps.
    pub(crate) layer: usize,
}

/// The fields of a part.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    /// What kind of part it is.
    pub(crate) part: &'static Part,
    /// Where the part stands.
    pub(crate) at: &'a Location,
    list: Vec<Field<'a>>,
    /// What overrides replaced: a type's ` null` outlives its replacement.
    replaced: Vec<Field<'a>>,
}

/// A part as it is written.
pub(crate) enum Body<'a> {
    /// Its short form.
    Short(&'a Node),
    /// A map.
    Map(Fields<'a>),
}

impl<'a> Fields<'a> {
    /// A field by its key.
    pub(crate) fn get(&self, name: &str) -> Option<Field<'a>> {
        self.list.iter().find(|f| &*f.key.text == name).copied()
    }

    /// What an override replaced under this key.
    pub(crate) fn replaced(&self, name: &str) -> Option<Field<'a>> {
        self.replaced.iter().find(|f| &*f.key.text == name).copied()
    }

    /// Lays a stronger field over the others.
    fn put(&mut self, field: Field<'a>) {
        let name = &*field.key.text;
        let rivals = self.part.rivals.iter().find(|group| group.contains(&name));
        let replaced = &mut self.replaced;
        self.list.retain(|old| {
            let old_name = &*old.key.text;
            let rival = rivals.is_some_and(|group| group.contains(&old_name));
            // rivals in one map are a contradiction, which is for the part's reader to report
            let beaten = old_name == name || (rival && old.layer < field.layer);
            if beaten {
                replaced.push(*old);
            }
            !beaten
        });
        self.list.push(field);
    }
}

/// Reads the tree for one dialect.
pub(crate) struct Reader<'k> {
    /// The names of the dialect, weakest first.
    pub(crate) keys: &'k [&'k str],
    /// What is wrong.
    pub(crate) found: Vec<Diagnostic>,
    /// Places of column types that can't be read.
    pub(crate) unread: BTreeSet<Location>,
}

impl Reader<'_> {
    /// Says that something is wrong.
    pub(crate) fn error(&mut self, found: Diagnostic) {
        self.found.push(found);
    }

    /// A part in its short or long form; `None` where this dialect does without it, or where it
    /// can't be read.
    pub(crate) fn body<'a>(
        &mut self,
        part: &'static Part,
        at: &'a Location,
        node: &'a Node,
        native: bool,
    ) -> Option<Body<'a>> {
        match (&node.kind, part.short) {
            (NodeKind::Map(entries), _) => self.fields(part, at, entries, native).map(Body::Map),
            (NodeKind::Scalar(_), Short::Text) if !node.is_null() => Some(Body::Short(node)),
            (NodeKind::Seq(_), Short::KeyParts) => Some(Body::Short(node)),
            (NodeKind::Scalar(_) | NodeKind::Seq(_), short) => {
                let (noun, is) = (part.noun, node.noun());
                let wanted = match short {
                    Short::None => "a map",
                    Short::Text => "a text or a map",
                    Short::KeyParts => "a list of columns or a map",
                };
                let mut found = Diagnostic::error(
                    Code::WrongShape,
                    format!("{noun} is {wanted}, this is {is}"),
                )
                .at(&node.at);
                if let (Short::KeyParts, Some(scalar)) = (short, node.scalar()) {
                    found = found.label(format!("write `[{}]`", scalar.text));
                }
                self.error(found);
                None
            }
        }
    }

    /// The fields of a map; `None` where this dialect does without the part.
    pub(crate) fn fields<'a>(
        &mut self,
        part: &'static Part,
        at: &'a Location,
        entries: &'a [(Key, Node)],
        native: bool,
    ) -> Option<Fields<'a>> {
        let mut fields = Fields {
            part,
            at,
            list: Vec::with_capacity(entries.len()),
            replaced: Vec::new(),
        };
        let mut here = true;
        let mut overrides: Vec<(usize, &'a Node)> = Vec::new();
        for (key, value) in entries {
            let name = &*key.text;
            if part.key(name).is_some() {
                if value.is_null() && name != "default" {
                    let message = format!("`{name}` has no value");
                    self.error(
                        Diagnostic::error(Code::NoValue, message)
                            .at(&key.at)
                            .help("write one, or leave the key out"),
                    );
                } else {
                    let layer = 0;
                    fields.list.push(Field {
                        key,
                        value,
                        native,
                        layer,
                    });
                }
            } else if SHARED.iter().any(|shared| shared.name == name) {
                here &= self.is_here(name, value);
            } else if DIALECTS.contains(&name) {
                self.check_override(part, name, value);
                if let Some(rank) = self.keys.iter().position(|key| *key == name) {
                    overrides.push((rank, value));
                }
            } else {
                self.unknown_key(part, key, false);
            }
        }
        overrides.sort_by_key(|(rank, _)| *rank);
        for (rank, node) in overrides {
            let NodeKind::Map(entries) = &node.kind else {
                continue;
            };
            for (key, value) in entries {
                if part.may_override(&key.text) {
                    let (native, layer) = (true, rank + 1);
                    fields.put(Field {
                        key,
                        value,
                        native,
                        layer,
                    });
                }
            }
        }
        // `null` in an override takes the field away
        fields.list.retain(|field| !field.value.is_null());
        for required in part.required {
            // a key that is there without a value was reported already
            if fields.get(required).is_none()
                && !entries.iter().any(|(key, _)| &*key.text == *required)
            {
                let message = format!("{} needs `{required}`", part.noun);
                self.error(Diagnostic::error(Code::MissingKey, message).at(at));
            }
        }
        here.then_some(fields)
    }

    /// Every dialect's map is checked, whichever dialect is asked for.
    fn check_override(&mut self, part: &'static Part, dialect: &str, node: &Node) {
        let NodeKind::Map(entries) = &node.kind else {
            let message = format!(
                "`{dialect}` is a map of what differs there, this is {}",
                node.noun()
            );
            self.error(Diagnostic::error(Code::WrongShape, message).at(&node.at));
            return;
        };
        for (key, _) in entries {
            if !part.may_override(&key.text) {
                self.unknown_key(part, key, true);
            }
        }
    }

    fn unknown_key(&mut self, part: &'static Part, key: &Key, within_override: bool) {
        let name = &*key.text;
        let noun = part.noun;
        if within_override && part.key(name).is_some() {
            let message = format!("`{name}` can't differ between dialects");
            self.error(Diagnostic::error(Code::UnknownKey, message).at(&key.at));
            return;
        }
        let own = part.keys.iter().map(|key: &KeyDef| key.name);
        let shared = SHARED.iter().map(|key| key.name).chain(DIALECTS);
        let known: Vec<&str> = if within_override {
            own.collect()
        } else {
            own.chain(shared).collect()
        };
        let mut found =
            Diagnostic::error(Code::UnknownKey, format!("{noun} has no key `{name}`")).at(&key.at);
        found = match nearest(name, known.iter().copied()) {
            _ if part.id != TABLE.id && TABLE.key(name).is_some() => {
                found.label(format!("`{name}` is a key of the table"))
            }
            Some(near) => found.label(format!("did you mean `{near}`?")),
            None => found.help(format!("the keys here are {}", known.join(", "))),
        };
        self.error(found);
    }

    /// Reads `only` or `except`: whether the part is there on this dialect.
    fn is_here(&mut self, name: &str, node: &Node) -> bool {
        let mut named = false;
        for item in self.names(name, node) {
            let dialect = item.value.as_str();
            if DIALECTS.contains(&dialect) {
                named |= self.keys.contains(&dialect);
            } else {
                let found = Diagnostic::error(
                    Code::UnknownDialect,
                    format!("there is no dialect `{dialect}`"),
                )
                .at(&item.at);
                self.error(match nearest(dialect, DIALECTS) {
                    Some(near) => found.label(format!("did you mean `{near}`?")),
                    None => found.help(format!("the dialects are {}", DIALECTS.join(", "))),
                });
            }
        }
        named == (name == "only")
    }

    /// A list of names.
    pub(crate) fn names(&mut self, key: &str, node: &Node) -> Vec<Sp<Ident>> {
        let NodeKind::Seq(items) = &node.kind else {
            let mut found = Diagnostic::error(
                Code::WrongShape,
                format!("`{key}` is a list of names, this is {}", node.noun()),
            )
            .at(&node.at);
            if let Some(scalar) = node.scalar().filter(|_| !node.is_null()) {
                found = found.label(format!("write `[{}]`", scalar.text));
            }
            self.error(found);
            return Vec::new();
        };
        if items.is_empty() {
            self.error(Diagnostic::error(Code::NoValue, format!("`{key}` is empty")).at(&node.at));
        }
        items
            .iter()
            .filter_map(|item| self.ident(key, item))
            .collect()
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &str, node: &Node) -> Option<Sp<String>> {
        if let Some(scalar) = node.scalar() {
            // a block scalar ends with its line
            let text = scalar.text.strip_suffix('\n').unwrap_or(&scalar.text);
            return Some(Sp {
                value: text.to_owned(),
                at: node.at.clone(),
            });
        }
        let message = format!("`{key}` is a text, this is {}", node.noun());
        self.error(
            Diagnostic::error(Code::WrongShape, message)
                .at(&node.at)
                .help("put quotes around a text that begins with `{` or `[`"),
        );
        None
    }

    /// A name: a text that is not empty and holds no control characters.
    pub(crate) fn ident(&mut self, key: &str, node: &Node) -> Option<Sp<Ident>> {
        let text = self.text(key, node)?;
        self.checked_name(&text.value, &text.at)
    }

    /// A key of a map as a name.
    pub(crate) fn key_ident(&mut self, key: &Key) -> Option<Sp<Ident>> {
        self.checked_name(&key.text, &key.at)
    }

    fn checked_name(&mut self, text: &str, at: &Location) -> Option<Sp<Ident>> {
        if text.trim().is_empty() || text.trim() != text || text.chars().any(char::is_control) {
            let message = if text.trim().is_empty() {
                "a name is empty".to_owned()
            } else {
                format!("{text:?} is no name: white space around it, or control characters in it")
            };
            self.error(Diagnostic::error(Code::BadName, message).at(at));
            return None;
        }
        Some(Sp {
            value: Ident::from(text),
            at: at.clone(),
        })
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, key: &str, node: &Node) -> bool {
        match node.scalar().map(|s| &*s.text) {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let message = format!("`{key}` is `true` or `false`");
                self.error(Diagnostic::error(Code::NotAFlag, message).at(&node.at));
                false
            }
        }
    }

    /// The optional text under a key.
    pub(crate) fn text_of(&mut self, fields: &Fields<'_>, name: &str) -> Option<Sp<String>> {
        fields.get(name).and_then(|f| self.text(name, f.value))
    }

    /// The optional name under a key.
    pub(crate) fn ident_of(&mut self, fields: &Fields<'_>, name: &str) -> Option<Sp<Ident>> {
        fields.get(name).and_then(|f| self.ident(name, f.value))
    }

    /// The flag under a key; false where there is none.
    pub(crate) fn flag_of(&mut self, fields: &Fields<'_>, name: &str) -> bool {
        fields.get(name).is_some_and(|f| self.flag(name, f.value))
    }

    /// The SQL under a key: a text that is not empty.
    pub(crate) fn sql_of(&mut self, fields: &Fields<'_>, name: &str) -> Option<Sp<String>> {
        let text = self.text_of(fields, name)?;
        self.sql(name, text)
    }

    /// SQL must not be empty.
    pub(crate) fn sql(&mut self, key: &str, text: Sp<String>) -> Option<Sp<String>> {
        let value = text.value.trim().trim_end_matches(';').trim_end();
        if value.is_empty() {
            self.error(Diagnostic::error(Code::NoValue, format!("`{key}` is empty")).at(&text.at));
            return None;
        }
        Some(Sp {
            value: value.to_owned(),
            at: text.at,
        })
    }

    /// One of some words.
    pub(crate) fn word<'w>(
        &mut self,
        key: &str,
        node: &Node,
        words: &[&'w str],
    ) -> Option<&'w str> {
        let text = self.text(key, node)?;
        let lower = text.value.to_ascii_lowercase();
        let found = words.iter().find(|word| **word == lower).copied();
        if found.is_none() {
            let message = format!("`{key}` can't be `{}`", text.value);
            let near = nearest(&lower, words.iter().copied());
            let diagnostic = Diagnostic::error(Code::UnknownWord, message).at(&text.at);
            self.error(match near {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("write one of: {}", words.join(", "))),
            });
        }
        found
    }
}
