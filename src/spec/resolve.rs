//! Resolves documents to the typed spec of one dialect.

use crate::diag::{Code, Diagnostic};
use crate::spec::keys::DATABASE;
use crate::spec::load::{Document, DocumentKind, Documents, dedupe};
use crate::spec::read::reader::Reader;
use crate::spec::typed::{DatabaseSpec, Spec};
use crate::spec::yaml_tree::NodeKind;
use std::collections::BTreeSet;

impl Documents {
    /// Merges the overrides of one dialect and reads the result. `dialect_keys` are the keys whose
    /// overrides apply, weakest first (`["mysql", "mariadb"]`); `only` and `except` refer to the same keys. Returns all errors, and a spec of everything that could be read.
    pub fn resolve(&self, dialect_keys: &[&str]) -> (Spec, Vec<Diagnostic>) {
        let mut reader = Reader {
            keys: dialect_keys,
            found: Vec::new(),
            unread: BTreeSet::new(),
        };
        let mut spec = Spec {
            keys: dialect_keys.iter().map(|key| (*key).to_owned()).collect(),
            ..Spec::default()
        };
        let mut database: Option<&Document> = None;
        for doc in &self.docs {
            match doc.kind {
                DocumentKind::Table => spec.tables.extend(reader.read_table(&doc.at, &doc.node)),
                DocumentKind::Extension => spec.extensions.extend(reader.read_extension(doc)),
                DocumentKind::Type => spec.types.extend(reader.read_type_document(doc)),
                DocumentKind::Sequence => spec.sequences.extend(reader.read_sequence(doc)),
                DocumentKind::Function => spec.functions.extend(reader.read_function(doc)),
                DocumentKind::Database => {
                    if let Some(first) = database {
                        reader.report(
                            Diagnostic::error(
                                Code::DuplicateDatabase,
                                "duplicate database document",
                            )
                            .at(&doc.at)
                            .label(format!("first declared at {}", first.at)),
                        );
                    } else {
                        database = Some(doc);
                        spec.database = reader.read_database(doc);
                    }
                }
            }
        }
        spec.unread = reader.unread;
        (spec, dedupe(reader.found))
    }
}

impl Reader<'_> {
    fn read_database(&mut self, doc: &Document) -> DatabaseSpec {
        let NodeKind::Map(entries) = &doc.node.kind else {
            return DatabaseSpec::default();
        };
        let Some(fields) = self.read_fields(&DATABASE, &doc.at, entries, false) else {
            return DatabaseSpec::default();
        };
        let rule = fields
            .get("index_names")
            .and_then(|f| self.read_word("index_names", f.value, &["as_written", "per_table"]));
        let names = fields
            .get("names")
            .and_then(|f| self.read_word("names", f.value, &["any", "exact"]));
        let spelling = fields
            .get("spelling")
            .and_then(|f| self.read_word("spelling", f.value, &["any", "exact"]));
        DatabaseSpec {
            name: self.optional_text(&fields, "database"),
            exact_names: names == Some("exact"),
            exact_spelling: spelling == Some("exact"),
            index_names_per_table: rule == Some("per_table"),
            options: self.read_storage_options(&fields),
        }
    }
}
