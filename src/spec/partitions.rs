//! What a table says of its storage: options of one dialect, partitions, and where it comes from.

use crate::diag::{Code, Diagnostic};
use crate::model::Ident;
use crate::spec::fields::{Body, Fields, Reader};
use crate::spec::keys::PARTITION;
use crate::spec::node::NodeKind;
use crate::spec::table::Entry;
use crate::spec::text;
use crate::spec::types::{OptionSpec, PartitionBy, PartitionSpec, PartitioningSpec, Sp, TableRef};

impl Reader<'_> {
    /// `options:`: names and literals; what they mean is the dialect's to say.
    pub(crate) fn native_of(&mut self, fields: &Fields<'_>) -> Vec<OptionSpec> {
        let Some(field) = fields.get("options") else {
            return Vec::new();
        };
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`options` is a map of names and values, this is {}",
                field.value.noun()
            );
            self.error(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return Vec::new();
        };
        let mut found = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            if node.is_null() {
                let message = format!("`{}` has no value", key.text);
                self.error(
                    Diagnostic::error(Code::NoValue, message)
                        .at(&key.at)
                        .help("write one, or leave the key out"),
                );
                continue;
            }
            if let Some(value) = self.text(&key.text, node) {
                let key = Sp {
                    value: key.text.to_string(),
                    at: key.at.clone(),
                };
                found.push(OptionSpec { key, value });
            }
        }
        found
    }

    /// The whole number under a key.
    pub(crate) fn number_of<T: std::str::FromStr>(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<T> {
        let text = self.text_of(fields, name)?;
        let number = text.value.parse().ok();
        if number.is_none() {
            let message = format!("`{name}` is a whole number, this is `{}`", text.value);
            self.error(Diagnostic::error(Code::NotANumber, message).at(&text.at));
        }
        number
    }

    /// `partition_by:` and what goes with it.
    pub(crate) fn partitioning(&mut self, fields: &Fields<'_>) -> Option<PartitioningSpec> {
        let Some(by) = self.partition_by(fields, "partition_by") else {
            let rest = [
                "partitions",
                "subpartition_by",
                "partition_count",
                "subpartition_count",
            ];
            if fields.get("partition_by").is_none() && fields.part.id != PARTITION.id {
                for field in rest.into_iter().filter_map(|name| fields.get(name)) {
                    let message =
                        format!("`{}` says nothing without `partition_by`", field.key.text);
                    self.error(Diagnostic::error(Code::Contradiction, message).at(&field.key.at));
                }
            }
            return None;
        };
        Some(PartitioningSpec {
            by,
            sub: self.partition_by(fields, "subpartition_by"),
            count: self.number_of(fields, "partition_count"),
            sub_count: self.number_of(fields, "subpartition_count"),
            partitions: self.partitions(fields),
        })
    }

    fn partition_by(&mut self, fields: &Fields<'_>, name: &str) -> Option<Sp<PartitionBy>> {
        let text = self.text_of(fields, name)?;
        let read = text::partition_by(&text.value);
        if read.is_none() {
            let message = format!("`{}` is no way to partition", text.value);
            self.error(
                Diagnostic::error(Code::BadPartition, message)
                    .at(&text.at)
                    .help("write a method and what it goes by: `range (created_at)`, `hash (id)`"),
            );
        }
        read.map(|value| Sp { value, at: text.at })
    }

    fn partitions(&mut self, fields: &Fields<'_>) -> Vec<PartitionSpec> {
        let Some(field) = fields.get("partitions") else {
            return Vec::new();
        };
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`partitions` is a map from names to values, this is {}",
                field.value.noun()
            );
            self.error(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return Vec::new();
        };
        let entry = |(key, node)| Entry {
            name: Some(key),
            node,
            native: field.native,
        };
        entries
            .iter()
            .map(|(key, node)| (key, node))
            .filter_map(|pair| self.partition(&entry(pair)))
            .collect()
    }

    fn partition(&mut self, entry: &Entry<'_>) -> Option<PartitionSpec> {
        let name = self.key_ident(entry.name?)?;
        let mut partition = PartitionSpec {
            name,
            values: None,
            partitioning: None,
            subs: Vec::new(),
            comment: None,
            indexes: Vec::new(),
            native: Vec::new(),
        };
        // a partition of `hash` or `key` may have a name and nothing else
        if entry.node.is_null() {
            return Some(partition);
        }
        match self.body(&PARTITION, entry.at(), entry.node, entry.native)? {
            Body::Short(node) => {
                let text = self.text("partitions", node)?;
                partition.values = self.sql("values", text);
            }
            Body::Map(fields) => {
                partition.values = self.sql_of(&fields, "values");
                partition.partitioning = self.partitioning(&fields);
                if partition.partitioning.is_none() {
                    partition.subs = self.partitions(&fields);
                }
                partition.comment = self.text_of(&fields, "comment");
                let indexes = self.entries(&fields, "indexes");
                partition.indexes = (indexes.iter())
                    .filter_map(|entry| self.index(entry))
                    .collect();
                partition.native = self.native_of(&fields);
            }
        }
        Some(partition)
    }

    /// `partition_of:` with its `values:`.
    pub(crate) fn partition_of(
        &mut self,
        fields: &Fields<'_>,
    ) -> Option<(TableRef, Option<Sp<String>>)> {
        let values = self.sql_of(fields, "values");
        let parent = self.text_of(fields, "partition_of");
        match (parent, values) {
            (None, None) => None,
            (None, Some(values)) => {
                let message = "`values` says nothing without `partition_of`";
                self.error(Diagnostic::error(Code::Contradiction, message).at(&values.at));
                None
            }
            (Some(parent), values) => {
                if values.is_none() {
                    let message = "a partition needs `values`: the rows it holds";
                    self.error(
                        Diagnostic::error(Code::MissingKey, message)
                            .at(&parent.at)
                            .help("write them as they stand behind FOR VALUES, or `default`"),
                    );
                }
                Some((self.table_ref(&parent)?, values))
            }
        }
    }

    /// `inherits: [a, b]`
    pub(crate) fn inherits(&mut self, fields: &Fields<'_>) -> Vec<TableRef> {
        let Some(field) = fields.get("inherits") else {
            return Vec::new();
        };
        let names = self.names("inherits", field.value);
        let texts = names.into_iter().map(|name| Sp {
            value: name.value.to_string(),
            at: name.at,
        });
        texts.filter_map(|text| self.table_ref(&text)).collect()
    }

    fn table_ref(&mut self, text: &Sp<String>) -> Option<TableRef> {
        let Some((schema, name)) = text::table_ref(&text.value) else {
            let message = format!("`{}` is no name of a table", text.value);
            self.error(
                Diagnostic::error(Code::BadReference, message)
                    .at(&text.at)
                    .help("write `table` or `schema.table`, odd names in double quotes"),
            );
            return None;
        };
        Some(TableRef {
            schema: schema.map(|word| Ident::from(word.text)),
            name: Sp {
                value: name.text.into(),
                at: text.at.clone(),
            },
        })
    }
}
