//! Reads tables and retention rules.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::Ident;
use crate::spec::keys::{RETENTION, TABLE};
use crate::spec::read::fields::{Body, Entry, Fields};
use crate::spec::read::reader::Reader;
use crate::spec::suggest::nearest;
use crate::spec::typed::{ColumnSpec, ColumnType, ForeignKeySpec, Neutral, Spanned, TableSpec};
use crate::spec::yaml_tree::{Node, NodeKind};

/// Parts of a table that its columns declare.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// From `references:`.
    pub(crate) foreign_keys: Vec<ForeignKeySpec>,
}

impl Reader<'_> {
    /// Reads a table; `None` where it is not declared for this dialect.
    pub(crate) fn read_table(&mut self, at: &Location, node: &Node) -> Option<TableSpec> {
        let NodeKind::Map(entries) = &node.kind else {
            return None;
        };
        let fields = self.read_fields(&TABLE, at, entries, false)?;
        let name = self.optional_name(&fields, "table")?;
        let mut parts = Parts::default();
        let columns = self.read_columns(&fields, &mut parts);
        let primary_key = self.read_primary_key(&fields);
        let unique = self.read_entries(&fields, "unique");
        let unique = unique
            .iter()
            .filter_map(|entry| self.read_unique(entry))
            .collect();
        for entry in self.read_entries(&fields, "foreign_keys") {
            let fk = self.read_foreign_key(&entry);
            parts.foreign_keys.extend(fk);
        }
        let indexes = self.read_entries(&fields, "indexes");
        let indexes = indexes
            .iter()
            .filter_map(|entry| self.read_index(entry))
            .collect();
        let checks = self.read_entries(&fields, "checks");
        let checks = checks
            .iter()
            .filter_map(|entry| self.read_check(entry))
            .collect();
        let exclusions = self.read_entries(&fields, "exclusions");
        let exclusions = exclusions
            .iter()
            .filter_map(|entry| self.read_exclusion(entry))
            .collect();
        for entry in self.read_entries(&fields, "retention") {
            self.check_retention(&entry, &columns);
        }
        Some(TableSpec {
            name,
            schema: self.optional_name(&fields, "schema"),
            comment: self.optional_text(&fields, "comment"),
            external: self.optional_flag(&fields, "external"),
            renamed_from: self.optional_name(&fields, "renamed_from"),
            columns,
            primary_key,
            unique,
            foreign_keys: parts.foreign_keys,
            indexes,
            checks,
            exclusions,
            options: self.read_storage_options(&fields),
            native: self.read_options(&fields),
            partitioning: self.read_partitioning(&fields),
            partition_of: self.read_partition_of(&fields),
            inherits: self.read_inherits(&fields),
        })
    }

    fn read_columns(&mut self, fields: &Fields<'_>, parts: &mut Parts) -> Vec<ColumnSpec> {
        let Some(field) = fields.get("columns") else {
            return Vec::new();
        };
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`columns` must be a map from names to types, found {}",
                field.value.noun()
            );
            self.report(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return Vec::new();
        };
        entries
            .iter()
            .filter_map(|(key, node)| self.read_column(key, node, field.native, parts))
            .collect()
    }

    /// Checks a retention rule. No command uses it yet, so the result is dropped.
    fn check_retention(&mut self, entry: &Entry<'_>, columns: &[ColumnSpec]) {
        let body = self.read_body(&RETENTION, entry.at(), entry.node, entry.native);
        let Some(Body::Map(fields)) = body else {
            return;
        };
        let column = self.optional_name(&fields, "column");
        if let Some(column) = &column {
            self.check_age_column(column, columns);
        }
        let keep = self.optional_text(&fields, "keep");
        if let Some(keep) = &keep {
            self.check_retention_period(keep);
        }
        if let Some(action) = fields.get("action") {
            self.read_word("action", action.value, &["delete", "archive"]);
        }
        self.optional_sql(&fields, "where");
    }

    /// Reports a retention column that does not exist or is not a date or time.
    fn check_age_column(&mut self, name: &Spanned<Ident>, columns: &[ColumnSpec]) {
        let Some(column) = columns.iter().find(|c| c.name.value == name.value) else {
            let found = Diagnostic::error(
                Code::UnknownColumn,
                format!("column `{}` does not exist", name.value),
            )
            .at(&name.at);
            let near = nearest(
                name.value.as_str(),
                columns.iter().map(|c| c.name.value.as_str()),
            );
            self.report(match near {
                Some(near) => found.label(format!("did you mean `{near}`?")),
                None => found,
            });
            return;
        };
        let temporal = match &column.ty.value {
            ColumnType::Native(_) => true,
            ColumnType::Neutral(ty) => matches!(
                ty,
                Neutral::Date | Neutral::DateTime(_) | Neutral::TimestampTz(_)
            ),
        };
        if !temporal && !self.unread.contains(&column.ty.at) {
            let message = format!(
                "retention column `{}` has type `{}`, not a date or time",
                name.value, column.ty.value
            );
            self.report(
                Diagnostic::error(Code::RetentionColumn, message)
                    .at(&name.at)
                    .help("name a column of type `date`, `datetime` or `timestamptz`"),
            );
        }
    }

    fn check_retention_period(&mut self, keep: &Spanned<String>) {
        let units = ["days", "hours", "weeks", "months", "years"];
        let known = keep.value.split_once(' ').is_some_and(|(count, unit)| {
            let number = count.parse::<u32>().is_ok_and(|n| n > 0);
            number
                && units
                    .iter()
                    .any(|u| *u == unit || u.strip_suffix('s') == Some(unit))
        });
        if !known {
            let message = format!("invalid duration `{}`", keep.value);
            self.report(
                Diagnostic::error(Code::RetentionKeep, message)
                    .at(&keep.at)
                    .help("write a number of days, hours, weeks, months or years: `30 days`"),
            );
        }
    }
}
