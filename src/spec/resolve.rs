//! From documents to the typed spec of one dialect.

use crate::diag::{Code, Diagnostic};
use crate::spec::fields::Reader;
use crate::spec::keys::DATABASE;
use crate::spec::load::{Document, DocumentKind, Documents, dedupe};
use crate::spec::node::NodeKind;
use crate::spec::types::{DatabaseSpec, Spec};
use std::collections::BTreeSet;

impl Documents {
    /// Merges the overrides of one dialect and reads the result. `dialect_keys` are the names under
    /// which overrides count, weakest first (`["mysql", "mariadb"]`); `only` and `except` speak of the
    /// same names. All errors come at once; what could be read is in the spec.
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
                DocumentKind::Table => spec.tables.extend(reader.table(&doc.at, &doc.node)),
                DocumentKind::Extension => spec.extensions.extend(reader.extension(doc)),
                DocumentKind::Type => spec.types.extend(reader.type_document(doc)),
                DocumentKind::Sequence => spec.sequences.extend(reader.sequence(doc)),
                DocumentKind::Function => spec.functions.extend(reader.function(doc)),
                DocumentKind::Database => {
                    if let Some(first) = database {
                        reader.error(
                            Diagnostic::error(
                                Code::DuplicateDatabase,
                                "the database is described twice",
                            )
                            .at(&doc.at)
                            .label(format!("the first is at {}", first.at)),
                        );
                    } else {
                        database = Some(doc);
                        spec.database = reader.database(doc);
                    }
                }
            }
        }
        spec.unread = reader.unread;
        (spec, dedupe(reader.found))
    }
}

impl Reader<'_> {
    fn database(&mut self, doc: &Document) -> DatabaseSpec {
        let NodeKind::Map(entries) = &doc.node.kind else {
            return DatabaseSpec::default();
        };
        let Some(fields) = self.fields(&DATABASE, &doc.at, entries, false) else {
            return DatabaseSpec::default();
        };
        let rule = fields
            .get("index_names")
            .and_then(|f| self.word("index_names", f.value, &["as_written", "per_table"]));
        let names = fields
            .get("names")
            .and_then(|f| self.word("names", f.value, &["any", "exact"]));
        let spelling = fields
            .get("spelling")
            .and_then(|f| self.word("spelling", f.value, &["any", "exact"]));
        DatabaseSpec {
            name: self.text_of(&fields, "database"),
            exact_names: names == Some("exact"),
            exact_spelling: spelling == Some("exact"),
            index_names_per_table: rule == Some("per_table"),
            options: self.options(&fields),
        }
    }
}
