//! Tables.

use crate::compile::lower::lowered::Lowered;
use crate::compile::lower::names::table_ref_id;
use crate::compile::lower::{attributes, partitions};
use crate::diag::{Code, Diagnostic};
use crate::dialect::{Dialect, Place};
use crate::model::{Given, Inheritance, Object, ObjectId, Table, TableOptions};
use crate::spec::{Spanned, Spec, StorageOptionsSpec, TableRef, TableSpec};

/// The lowering of one table.
pub(crate) struct TableLowering<'a> {
    pub(crate) dialect: &'a dyn Dialect,
    pub(crate) spec: &'a Spec,
    pub(crate) id: ObjectId,
    pub(crate) table: &'a TableSpec,
}

impl TableLowering<'_> {
    pub(crate) fn lower_table(&self, out: &mut Lowered) {
        let mut table = Table::new(self.id.clone());
        table.external = self.table.external;
        table.options = self.lower_table_options(out);
        let mut checks = Vec::new();
        for column in &self.table.columns {
            if let Some(lowered) = self.lower_column(column, &mut checks, out) {
                table.columns.push(lowered);
            }
        }
        self.lower_keys(&mut table, out);
        self.lower_foreign_keys(&mut table, out);
        self.lower_checks(&mut table, checks, out);
        self.lower_exclusions(&mut table, out);
        self.lower_indexes(&mut table, out);
        self.lower_partitioning_and_inheritance(&mut table, out);
        if self.spec.database.exact_names {
            let constraints = table
                .constraints
                .iter_mut()
                .map(|constraint| &mut constraint.name);
            let indexes = table.indexes.iter_mut().map(|index| &mut index.name);
            for name in constraints.chain(indexes) {
                *name = Given::Given(name.get().clone());
            }
        }
        if let Some(old) = &self.table.renamed_from {
            out.renames
                .tables
                .insert(self.id.clone(), old.value.clone());
        }
        out.schema
            .objects
            .insert(self.id.clone(), Object::Table(Box::new(table)));
    }

    pub(crate) fn table_name(&self) -> &str {
        self.table.name.value.as_str()
    }

    /// Lowers the partitioning and the parent tables.
    pub(crate) fn lower_partitioning_and_inheritance(&self, table: &mut Table, out: &mut Lowered) {
        let spec = self.table;
        let named = |table: &TableRef| table_ref_id(self.dialect, table);
        if let Some(by) = &spec.partitioning {
            table.partitioning = Some(partitions::lower_partitioning(
                self.dialect,
                by,
                &mut out.diagnostics,
            ));
        }
        let (parent, what) = match (&spec.partition_of, spec.inherits.first()) {
            (Some((parent, values)), _) => {
                table.inheritance = Inheritance::PartitionOf {
                    parent: named(parent),
                    bound: values
                        .as_ref()
                        .map_or_else(String::new, |v| v.value.clone()),
                };
                (parent, "`partition_of`")
            }
            (None, Some(first)) => {
                table.inheritance =
                    Inheritance::Inherits(spec.inherits.iter().map(named).collect());
                (first, "inheritance")
            }
            (None, None) => return,
        };
        if !self.dialect.capabilities().tables.partitions_are_tables {
            let message = format!("{} does not support {what}", self.dialect.name());
            out.diagnostics.push(
                Diagnostic::error(Code::Unsupported, message)
                    .at(&parent.name.at)
                    .help("limit the table with `only: [postgres]`, or move the key into `postgres: { .. }`"),
            );
        }
    }

    pub(crate) fn lower_table_options(&self, out: &mut Lowered) -> TableOptions {
        let found = &mut out.diagnostics;
        let attrs =
            attributes::lower_options(self.dialect, Place::Table, &self.table.native, found);
        let base = &self.spec.database.options;
        let pick = |get: fn(&StorageOptionsSpec) -> &Option<Spanned<String>>| {
            get(&self.table.options)
                .as_ref()
                .or(get(base).as_ref())
                .map(|value| Given::Given(value.value.clone()))
        };
        let text = self.table.comment.as_ref().map(|c| c.value.clone());
        TableOptions {
            comment: text.filter(|c| !c.is_empty()),
            engine: pick(|o| &o.engine),
            charset: pick(|o| &o.charset),
            collation: pick(|o| &o.collation),
            attrs,
        }
    }
}
