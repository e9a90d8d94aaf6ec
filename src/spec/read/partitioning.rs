//! Reads partitions and inheritance.

use crate::diag::{Code, Diagnostic};
use crate::model::Ident;
use crate::spec::keys::PARTITION;
use crate::spec::read::fields::Entry;
use crate::spec::read::fields::{Body, Fields};
use crate::spec::read::inline_syntax;
use crate::spec::read::reader::Reader;
use crate::spec::typed::{PartitionBy, PartitionSpec, PartitioningSpec, Spanned, TableRef};
use crate::spec::yaml_tree::NodeKind;

impl Reader<'_> {
    /// `partition_by:` and the keys that depend on it.
    pub(crate) fn read_partitioning(&mut self, fields: &Fields<'_>) -> Option<PartitioningSpec> {
        let Some(by) = self.read_partition_by(fields, "partition_by") else {
            let rest = [
                "partitions",
                "subpartition_by",
                "partition_count",
                "subpartition_count",
            ];
            if fields.get("partition_by").is_none() && fields.part.id != PARTITION.id {
                for field in rest.into_iter().filter_map(|name| fields.get(name)) {
                    let message =
                        format!("`{}` has no effect without `partition_by`", field.key.text);
                    self.report(Diagnostic::error(Code::Contradiction, message).at(&field.key.at));
                }
            }
            return None;
        };
        Some(PartitioningSpec {
            by,
            sub: self.read_partition_by(fields, "subpartition_by"),
            count: self.read_number(fields, "partition_count"),
            sub_count: self.read_number(fields, "subpartition_count"),
            partitions: self.read_partitions(fields),
        })
    }

    fn read_partition_by(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<Spanned<PartitionBy>> {
        let text = self.optional_text(fields, name)?;
        let read = inline_syntax::parse_partition_by(&text.value);
        if read.is_none() {
            let message = format!("invalid partitioning `{}`", text.value);
            self.report(
                Diagnostic::error(Code::BadPartition, message)
                    .at(&text.at)
                    .help("write a method and a key: `range (created_at)`, `hash (id)`"),
            );
        }
        read.map(|value| Spanned { value, at: text.at })
    }

    fn read_partitions(&mut self, fields: &Fields<'_>) -> Vec<PartitionSpec> {
        let Some(field) = fields.get("partitions") else {
            return Vec::new();
        };
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`partitions` must be a map from names to values, found {}",
                field.value.noun()
            );
            self.report(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
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
            .filter_map(|pair| self.read_partition(&entry(pair)))
            .collect()
    }

    fn read_partition(&mut self, entry: &Entry<'_>) -> Option<PartitionSpec> {
        let name = self.read_key_name(entry.name?)?;
        let mut partition = PartitionSpec {
            name,
            values: None,
            partitioning: None,
            subs: Vec::new(),
            comment: None,
            indexes: Vec::new(),
            native: Vec::new(),
        };
        // a partition of `hash` or `key` may consist of its name
        if entry.node.is_null() {
            return Some(partition);
        }
        match self.read_body(&PARTITION, entry.at(), entry.node, entry.native)? {
            Body::Short(node) => {
                let text = self.read_text("partitions", node)?;
                partition.values = self.check_sql("values", text);
            }
            Body::Map(fields) => {
                partition.values = self.optional_sql(&fields, "values");
                partition.partitioning = self.read_partitioning(&fields);
                if partition.partitioning.is_none() {
                    partition.subs = self.read_partitions(&fields);
                }
                partition.comment = self.optional_text(&fields, "comment");
                let indexes = self.read_entries(&fields, "indexes");
                partition.indexes = (indexes.iter())
                    .filter_map(|entry| self.read_index(entry))
                    .collect();
                partition.native = self.read_options(&fields);
            }
        }
        Some(partition)
    }

    /// `partition_of:` with its `values:`.
    pub(crate) fn read_partition_of(
        &mut self,
        fields: &Fields<'_>,
    ) -> Option<(TableRef, Option<Spanned<String>>)> {
        let values = self.optional_sql(fields, "values");
        let parent = self.optional_text(fields, "partition_of");
        match (parent, values) {
            (None, None) => None,
            (None, Some(values)) => {
                let message = "`values` has no effect without `partition_of`";
                self.report(Diagnostic::error(Code::Contradiction, message).at(&values.at));
                None
            }
            (Some(parent), values) => {
                if values.is_none() {
                    let message = "partition without `values`";
                    self.report(
                        Diagnostic::error(Code::MissingKey, message)
                            .at(&parent.at)
                            .help("write `values:` with the text that follows FOR VALUES, or `default`"),
                    );
                }
                Some((self.read_table_ref(&parent)?, values))
            }
        }
    }

    /// `inherits: [a, b]`
    pub(crate) fn read_inherits(&mut self, fields: &Fields<'_>) -> Vec<TableRef> {
        let Some(field) = fields.get("inherits") else {
            return Vec::new();
        };
        let names = self.read_names("inherits", field.value);
        let texts = names.into_iter().map(|name| Spanned {
            value: name.value.to_string(),
            at: name.at,
        });
        texts
            .filter_map(|text| self.read_table_ref(&text))
            .collect()
    }

    fn read_table_ref(&mut self, text: &Spanned<String>) -> Option<TableRef> {
        let Some((schema, name)) = inline_syntax::parse_table_ref(&text.value) else {
            let message = format!("invalid table name `{}`", text.value);
            self.report(
                Diagnostic::error(Code::BadReference, message)
                    .at(&text.at)
                    .help("write `table` or `schema.table`; put names with special characters in double quotes"),
            );
            return None;
        };
        Some(TableRef {
            schema: schema.map(|word| Ident::from(word.text)),
            name: Spanned {
                value: name.text.into(),
                at: text.at.clone(),
            },
        })
    }
}
