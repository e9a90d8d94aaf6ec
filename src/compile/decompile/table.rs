//! Tables as YAML.

use crate::compile::decompile::column::{ColumnForm, column_yaml};
use crate::compile::decompile::entries::{Entries, put_named};
use crate::compile::decompile::scalars::{literal, options_yaml, put, table_name_text};
use crate::dialect::Dialect;
use crate::model::{Given, Inheritance, Namespace, Table, TableOptions};
use crate::spec::Yaml;

/// A partition that is written in the document of its parent.
pub(crate) struct InlinePartition<'a> {
    /// The table.
    pub(crate) table: &'a Table,
    /// Its own partitions.
    pub(crate) partitions: Vec<InlinePartition<'a>>,
}

/// Writes one table.
pub(crate) struct TableWriter<'a> {
    pub(crate) dialect: &'static dyn Dialect,
    /// The options that `database.yaml` declares for all tables.
    pub(crate) base: &'a TableOptions,
    pub(crate) table: &'a Table,
    /// The form in which each column is written.
    pub(crate) forms: &'a [&'a ColumnForm],
    /// The partitions that are written within the table.
    pub(crate) partitions: Vec<InlinePartition<'a>>,
}

impl TableWriter<'_> {
    /// The whole document.
    pub(crate) fn document(&self) -> Yaml {
        let table = self.table;
        let mut out: Entries = vec![("table".into(), literal(table.name().as_str()))];
        if let Namespace::Named(schema) = &table.id.ns {
            put(&mut out, "schema", literal(schema.as_str()));
        }
        if let Some(comment) = &table.options.comment {
            put(&mut out, "comment", Yaml::text(comment.as_str()));
        }
        let columns = table.columns.iter().zip(self.forms).map(|(column, form)| {
            let reference = self.column_reference(&column.name);
            let yaml = column_yaml(self.dialect, column, form, reference);
            (column.name.to_string(), yaml)
        });
        put(&mut out, "columns", Yaml::Block(columns.collect()));
        self.put_constraints(&mut out);
        let indexes = table
            .indexes
            .iter()
            .filter(|index| self.writes_index(index));
        let indexes = indexes.map(|index| self.index_yaml(index));
        put_named(&mut out, "indexes", indexes.collect());
        let native = self.native_entries();
        if !native.is_empty() {
            put(&mut out, self.dialect.name(), Yaml::Map(native));
        }
        Yaml::Block(out)
    }

    pub(crate) fn table_name(&self) -> &str {
        self.table.name().as_str()
    }

    /// The entries of the dialect's map of the table.
    pub(crate) fn native_entries(&self) -> Entries {
        let table = self.table;
        let mut out = Vec::new();
        for (key, value, base) in [
            ("engine", &table.options.engine, &self.base.engine),
            ("charset", &table.options.charset, &self.base.charset),
            ("collation", &table.options.collation, &self.base.collation),
        ] {
            let value = value.as_ref().map(Given::get);
            if let Some(value) = value.filter(|value| base.as_ref().map(Given::get) != Some(value))
            {
                put(&mut out, key, literal(value));
            }
        }
        match &table.inheritance {
            Inheritance::None => {}
            Inheritance::PartitionOf { parent, bound } => {
                put(&mut out, "partition_of", literal(&table_name_text(parent)));
                put(&mut out, "values", Yaml::text(bound.as_str()));
            }
            Inheritance::Inherits(parents) => {
                let parents = parents.iter().map(|id| literal(&table_name_text(id)));
                put(&mut out, "inherits", Yaml::List(parents.collect()));
            }
        }
        if let Some(partitioning) = &table.partitioning {
            self.put_partitioning(partitioning, &self.partitions, &mut out);
        }
        put_named(&mut out, "exclusions", self.exclusions_yaml());
        if !table.options.attrs.is_empty() {
            put(&mut out, "options", options_yaml(&table.options.attrs));
        }
        out
    }
}
