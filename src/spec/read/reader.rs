//! Reads maps and applies the overrides of one dialect.

use crate::diag::{Code, Diagnostic, Location};
use crate::spec::keys::{DIALECTS, KeyDef, MapDef, SHARED, Short, TABLE};
use crate::spec::read::fields::{Body, Entry, Field, Fields};
use crate::spec::suggest::nearest;
use crate::spec::yaml_tree::{Key, Node, NodeKind};
use std::collections::BTreeSet;

/// Reads the tree for one dialect.
pub(crate) struct Reader<'k> {
    /// The names of the dialect, weakest first.
    pub(crate) keys: &'k [&'k str],
    /// The diagnostics so far.
    pub(crate) found: Vec<Diagnostic>,
    /// Places of column types that can't be read.
    pub(crate) unread: BTreeSet<Location>,
}

impl Reader<'_> {
    /// Adds a finding.
    pub(crate) fn report(&mut self, found: Diagnostic) {
        self.found.push(found);
    }

    /// A part in its short or long form; `None` if it isn't declared for this dialect, or is invalid.
    pub(crate) fn read_body<'a>(
        &mut self,
        part: &'static MapDef,
        at: &'a Location,
        node: &'a Node,
        native: bool,
    ) -> Option<Body<'a>> {
        match (&node.kind, part.short) {
            (NodeKind::Map(entries), _) => {
                self.read_fields(part, at, entries, native).map(Body::Map)
            }
            (NodeKind::Scalar(_), Short::Text) if !node.is_null() => Some(Body::Short(node)),
            (NodeKind::Seq(_), Short::KeyParts) => Some(Body::Short(node)),
            (NodeKind::Scalar(_) | NodeKind::Seq(_), short) => {
                let (noun, is) = (part.noun, node.noun());
                let wanted = match short {
                    Short::None => "a map",
                    Short::Text => "a string or a map",
                    Short::KeyParts => "a list of columns or a map",
                };
                let mut found = Diagnostic::error(
                    Code::WrongShape,
                    format!("{noun} must be {wanted}, found {is}"),
                )
                .at(&node.at);
                if let (Short::KeyParts, Some(scalar)) = (short, node.scalar()) {
                    found = found.label(format!("write `[{}]`", scalar.text));
                }
                self.report(found);
                None
            }
        }
    }

    /// The fields of a map; `None` if the part isn't declared for this dialect.
    pub(crate) fn read_fields<'a>(
        &mut self,
        part: &'static MapDef,
        at: &'a Location,
        entries: &'a [(Key, Node)],
        native: bool,
    ) -> Option<Fields<'a>> {
        let mut fields = Fields::new(part, at, entries.len());
        let mut is_declared = true;
        let mut overrides: Vec<(usize, &'a Node)> = Vec::new();
        for (key, value) in entries {
            let name = &*key.text;
            if part.key(name).is_some() {
                if value.is_null() && name != "default" {
                    let message = format!("`{name}` has no value");
                    self.report(
                        Diagnostic::error(Code::NoValue, message)
                            .at(&key.at)
                            .help("write a value, or remove the key"),
                    );
                } else {
                    let layer = 0;
                    fields.push(Field {
                        key,
                        value,
                        native,
                        layer,
                    });
                }
            } else if SHARED.iter().any(|shared| shared.name == name) {
                is_declared &= self.applies(name, value);
            } else if DIALECTS.contains(&name) {
                self.check_override(part, name, value);
                if let Some(rank) = self.keys.iter().position(|key| *key == name) {
                    overrides.push((rank, value));
                }
            } else {
                self.report_unknown_key(part, key, false);
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
                    fields.apply_override(Field {
                        key,
                        value,
                        native,
                        layer,
                    });
                }
            }
        }
        // `null` in an override removes the field
        fields.remove_nulls();
        for required in part.required {
            // a key without a value is already reported
            if fields.get(required).is_none()
                && !entries.iter().any(|(key, _)| &*key.text == *required)
            {
                let message = format!("missing key `{required}` of {}", part.noun);
                self.report(Diagnostic::error(Code::MissingKey, message).at(at));
            }
        }
        is_declared.then_some(fields)
    }

    /// Checks the keys of an override, also if it is of another dialect.
    fn check_override(&mut self, part: &'static MapDef, dialect: &str, node: &Node) {
        let NodeKind::Map(entries) = &node.kind else {
            let message = format!(
                "`{dialect}` must be a map of overrides, found {}",
                node.noun()
            );
            self.report(Diagnostic::error(Code::WrongShape, message).at(&node.at));
            return;
        };
        for (key, _) in entries {
            if !part.may_override(&key.text) {
                self.report_unknown_key(part, key, true);
            }
        }
    }

    fn report_unknown_key(&mut self, part: &'static MapDef, key: &Key, within_override: bool) {
        let name = &*key.text;
        let noun = part.noun;
        if within_override && part.key(name).is_some() {
            let message = format!("`{name}` can't be overridden for a dialect");
            self.report(Diagnostic::error(Code::UnknownKey, message).at(&key.at));
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
            Diagnostic::error(Code::UnknownKey, format!("unknown key `{name}` of {noun}"))
                .at(&key.at);
        found = match nearest(name, known.iter().copied()) {
            _ if part.id != TABLE.id && TABLE.key(name).is_some() => {
                found.label(format!("move `{name}` to the table"))
            }
            Some(near) => found.label(format!("did you mean `{near}`?")),
            None => found.help(format!("use one of: {}", known.join(", "))),
        };
        self.report(found);
    }

    /// Reads `only` or `except`: whether the part is declared for this dialect.
    fn applies(&mut self, name: &str, node: &Node) -> bool {
        let mut named = false;
        for item in self.read_names(name, node) {
            let dialect = item.value.as_str();
            if DIALECTS.contains(&dialect) {
                named |= self.keys.contains(&dialect);
            } else {
                let found =
                    Diagnostic::error(Code::UnknownDialect, format!("unknown dialect `{dialect}`"))
                        .at(&item.at);
                self.report(match nearest(dialect, DIALECTS) {
                    Some(near) => found.label(format!("did you mean `{near}`?")),
                    None => found.help(format!("use one of: {}", DIALECTS.join(", "))),
                });
            }
        }
        named == (name == "only")
    }

    /// The entries of a map or a list.
    pub(crate) fn read_entries<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Vec<Entry<'a>> {
        let Some(field) = fields.get(name) else {
            return Vec::new();
        };
        let native = field.native;
        match &field.value.kind {
            NodeKind::Map(entries) if name != "retention" => {
                let named = |(key, node): &'a (Key, Node)| Entry {
                    name: Some(key),
                    node,
                    native,
                };
                entries.iter().map(named).collect()
            }
            NodeKind::Seq(items) => {
                let unnamed = |node| Entry {
                    name: None,
                    node,
                    native,
                };
                items.iter().map(unnamed).collect()
            }
            NodeKind::Scalar(_) | NodeKind::Map(_) => {
                let wanted = if name == "retention" {
                    "a list"
                } else {
                    "a list, or a map from names"
                };
                let message = format!("`{name}` must be {wanted}, found {}", field.value.noun());
                self.report(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
                Vec::new()
            }
        }
    }
}
