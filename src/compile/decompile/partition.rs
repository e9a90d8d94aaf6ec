//! Partitions as YAML.

use crate::compile::decompile::entries::{
    Entries, key_part_names, put_named, short_form, written_name,
};
use crate::compile::decompile::scalars::{key_part_text, literal, options_yaml, put};
use crate::compile::decompile::table::{InlinePartition, TableWriter};
use crate::model::{Inheritance, Partition, Partitioning, derived_name};
use crate::spec::Yaml;

impl TableWriter<'_> {
    pub(crate) fn put_partitioning(
        &self,
        partitioning: &Partitioning,
        inline: &[InlinePartition<'_>],
        out: &mut Entries,
    ) {
        put(
            out,
            "partition_by",
            literal(&partition_by_text(partitioning)),
        );
        if let Some(count) = partitioning.count {
            put(out, "partition_count", Yaml::Literal(count.to_string()));
        }
        if let Some(sub) = &partitioning.sub {
            put(out, "subpartition_by", literal(&partition_by_text(sub)));
            if let Some(count) = sub.count {
                put(out, "subpartition_count", Yaml::Literal(count.to_string()));
            }
        }
        let parts = partitioning.parts.iter();
        let mut parts: Entries = parts
            .map(|part| (part.name.to_string(), partition_yaml(part)))
            .collect();
        parts.extend(inline.iter().map(|child| {
            let name = child.table.name().to_string();
            (name, self.inline_partition_yaml(child))
        }));
        if !parts.is_empty() {
            put(out, "partitions", Yaml::Block(parts));
        }
    }

    pub(crate) fn inline_partition_yaml(&self, child: &InlinePartition<'_>) -> Yaml {
        let table = child.table;
        let Inheritance::PartitionOf { bound, .. } = &table.inheritance else {
            return Yaml::Map(Vec::new());
        };
        let mut map = vec![("values".into(), Yaml::text(bound.as_str()))];
        if let Some(partitioning) = &table.partitioning {
            self.put_partitioning(partitioning, &child.partitions, &mut map);
        }
        let own = table.indexes.iter().filter(|index| index.parent.is_none());
        let indexes = own.map(|index| {
            let names = key_part_names(&index.parts);
            let prefix = if index.unique { "uq" } else { "idx" };
            let derived = derived_name(prefix, table.name().as_str(), &names);
            let (_, yaml) = self.index_yaml(index);
            (written_name(&index.name, &derived), yaml)
        });
        put_named(&mut map, "indexes", indexes.collect());
        if let Some(comment) = &table.options.comment {
            put(&mut map, "comment", Yaml::text(comment.as_str()));
        }
        if !table.options.attrs.is_empty() {
            put(&mut map, "options", options_yaml(&table.options.attrs));
        }
        short_form(map)
    }
}

fn partition_yaml(part: &Partition) -> Yaml {
    let mut map = Vec::new();
    if let Some(values) = &part.values {
        put(&mut map, "values", Yaml::text(values.as_str()));
    }
    if !part.subs.is_empty() {
        let subs = part.subs.iter();
        let subs = subs.map(|sub| (sub.name.to_string(), partition_yaml(sub)));
        put(&mut map, "partitions", Yaml::Map(subs.collect()));
    }
    let mut attrs = part.attrs.clone();
    if let Some(comment) = attrs.remove("comment") {
        put(&mut map, "comment", Yaml::text(comment));
    }
    if !attrs.is_empty() {
        put(&mut map, "options", options_yaml(&attrs));
    }
    short_form(map)
}

fn partition_by_text(partitioning: &Partitioning) -> String {
    let parts: Vec<String> = partitioning.key.iter().map(key_part_text).collect();
    format!("{} ({})", partitioning.method, parts.join(", "))
}
