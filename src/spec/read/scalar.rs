//! Reads texts, names, flags, numbers, and `options:`.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::Ident;
use crate::spec::read::fields::Fields;
use crate::spec::read::reader::Reader;
use crate::spec::suggest::nearest;
use crate::spec::typed::{OptionSpec, Spanned, StorageOptionsSpec};
use crate::spec::yaml_tree::{Key, Node, NodeKind};

impl Reader<'_> {
    /// A list of names.
    pub(crate) fn read_names(&mut self, key: &str, node: &Node) -> Vec<Spanned<Ident>> {
        let NodeKind::Seq(items) = &node.kind else {
            let mut found = Diagnostic::error(
                Code::WrongShape,
                format!("`{key}` must be a list of names, found {}", node.noun()),
            )
            .at(&node.at);
            if let Some(scalar) = node.scalar().filter(|_| !node.is_null()) {
                found = found.label(format!("write `[{}]`", scalar.text));
            }
            self.report(found);
            return Vec::new();
        };
        if items.is_empty() {
            self.report(Diagnostic::error(Code::NoValue, format!("`{key}` is empty")).at(&node.at));
        }
        items
            .iter()
            .filter_map(|item| self.read_ident(key, item))
            .collect()
    }

    /// A text.
    pub(crate) fn read_text(&mut self, key: &str, node: &Node) -> Option<Spanned<String>> {
        if let Some(scalar) = node.scalar() {
            // the text of a block scalar ends with a line end
            let text = scalar.text.strip_suffix('\n').unwrap_or(&scalar.text);
            return Some(Spanned {
                value: text.to_owned(),
                at: node.at.clone(),
            });
        }
        let message = format!("`{key}` must be a string, found {}", node.noun());
        self.report(
            Diagnostic::error(Code::WrongShape, message)
                .at(&node.at)
                .help("quote a string that begins with `{` or `[`"),
        );
        None
    }

    /// A name: a text that is not empty and has no control characters.
    pub(crate) fn read_ident(&mut self, key: &str, node: &Node) -> Option<Spanned<Ident>> {
        let text = self.read_text(key, node)?;
        self.check_name(&text.value, &text.at)
    }

    /// A key of a map as a name.
    pub(crate) fn read_key_name(&mut self, key: &Key) -> Option<Spanned<Ident>> {
        self.check_name(&key.text, &key.at)
    }

    fn check_name(&mut self, text: &str, at: &Location) -> Option<Spanned<Ident>> {
        if text.trim().is_empty() || text.trim() != text || text.chars().any(char::is_control) {
            let message = if text.trim().is_empty() {
                "empty name".to_owned()
            } else {
                format!(
                    "invalid name {text:?}: leading or trailing white space, or control characters"
                )
            };
            self.report(Diagnostic::error(Code::BadName, message).at(at));
            return None;
        }
        Some(Spanned {
            value: Ident::from(text),
            at: at.clone(),
        })
    }

    /// `true` or `false`.
    pub(crate) fn read_flag(&mut self, key: &str, node: &Node) -> bool {
        match node.scalar().map(|s| &*s.text) {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let message = format!("`{key}` must be `true` or `false`");
                self.report(Diagnostic::error(Code::NotAFlag, message).at(&node.at));
                false
            }
        }
    }

    /// The optional text under a key.
    pub(crate) fn optional_text(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<Spanned<String>> {
        fields.get(name).and_then(|f| self.read_text(name, f.value))
    }

    /// The optional name under a key.
    pub(crate) fn optional_name(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<Spanned<Ident>> {
        fields
            .get(name)
            .and_then(|f| self.read_ident(name, f.value))
    }

    /// The flag under a key; false by default.
    pub(crate) fn optional_flag(&mut self, fields: &Fields<'_>, name: &str) -> bool {
        fields
            .get(name)
            .is_some_and(|f| self.read_flag(name, f.value))
    }

    /// The SQL under a key: a text that is not empty.
    pub(crate) fn optional_sql(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<Spanned<String>> {
        let text = self.optional_text(fields, name)?;
        self.check_sql(name, text)
    }

    /// Removes white space and a final semicolon from SQL, and requires that it isn't empty.
    pub(crate) fn check_sql(
        &mut self,
        key: &str,
        text: Spanned<String>,
    ) -> Option<Spanned<String>> {
        let value = text.value.trim().trim_end_matches(';').trim_end();
        if value.is_empty() {
            self.report(Diagnostic::error(Code::NoValue, format!("`{key}` is empty")).at(&text.at));
            return None;
        }
        Some(Spanned {
            value: value.to_owned(),
            at: text.at,
        })
    }

    /// One of some words.
    pub(crate) fn read_word<'w>(
        &mut self,
        key: &str,
        node: &Node,
        words: &[&'w str],
    ) -> Option<&'w str> {
        let text = self.read_text(key, node)?;
        let lower = text.value.to_ascii_lowercase();
        let found = words.iter().find(|word| **word == lower).copied();
        if found.is_none() {
            let message = format!("invalid value `{}` for `{key}`", text.value);
            let near = nearest(&lower, words.iter().copied());
            let diagnostic = Diagnostic::error(Code::UnknownWord, message).at(&text.at);
            self.report(match near {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("write one of: {}", words.join(", "))),
            });
        }
        found
    }

    /// The whole number under a key.
    pub(crate) fn read_number<T: std::str::FromStr>(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<T> {
        let text = self.optional_text(fields, name)?;
        let number = text.value.parse().ok();
        if number.is_none() {
            let message = format!("`{name}` must be a whole number, found `{}`", text.value);
            self.report(Diagnostic::error(Code::NotANumber, message).at(&text.at));
        }
        number
    }

    /// `options:`: names and literals, which the dialect interprets.
    pub(crate) fn read_options(&mut self, fields: &Fields<'_>) -> Vec<OptionSpec> {
        let Some(field) = fields.get("options") else {
            return Vec::new();
        };
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`options` must be a map from names to values, found {}",
                field.value.noun()
            );
            self.report(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return Vec::new();
        };
        let mut found = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            if node.is_null() {
                let message = format!("`{}` has no value", key.text);
                self.report(
                    Diagnostic::error(Code::NoValue, message)
                        .at(&key.at)
                        .help("write a value, or remove the key"),
                );
                continue;
            }
            if let Some(value) = self.read_text(&key.text, node) {
                let key = Spanned {
                    value: key.text.to_string(),
                    at: key.at.clone(),
                };
                found.push(OptionSpec { key, value });
            }
        }
        found
    }

    /// Storage options of a table or a database.
    pub(crate) fn read_storage_options(&mut self, fields: &Fields<'_>) -> StorageOptionsSpec {
        StorageOptionsSpec {
            engine: self.optional_text(fields, "engine"),
            charset: self.optional_text(fields, "charset"),
            collation: self.optional_text(fields, "collation"),
        }
    }
}
