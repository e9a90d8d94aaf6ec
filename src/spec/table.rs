//! A table of a spec: its keys, foreign keys, indexes, checks and retention rules.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::Ident;
use crate::spec::fields::{Body, Fields, Reader};
use crate::spec::keys::{RETENTION, TABLE};
use crate::spec::node::{Key, Node, NodeKind};
use crate::spec::suggest::nearest;
use crate::spec::types::{
    ColumnSpec, ColumnType, ForeignKeySpec, Neutral, OptionsSpec, Sp, TableSpec,
};

/// What columns add to their table.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// From `references:`.
    pub(crate) foreign_keys: Vec<ForeignKeySpec>,
}

/// Something that may be named by the map it stands in.
pub(crate) struct Entry<'a> {
    pub(crate) name: Option<&'a Key>,
    pub(crate) node: &'a Node,
    pub(crate) native: bool,
}

impl<'a> Entry<'a> {
    pub(crate) fn at(&self) -> &'a Location {
        self.name.map_or(&self.node.at, |key| &key.at)
    }
}

impl Reader<'_> {
    /// Reads a table; `None` where this dialect does without it.
    pub(crate) fn table(&mut self, at: &Location, node: &Node) -> Option<TableSpec> {
        let NodeKind::Map(entries) = &node.kind else {
            return None;
        };
        let fields = self.fields(&TABLE, at, entries, false)?;
        let name = self.ident_of(&fields, "table")?;
        let mut parts = Parts::default();
        let columns = self.columns(&fields, &mut parts);
        let primary_key = self.primary_key(&fields);
        let unique = self.entries(&fields, "unique");
        let unique = unique
            .iter()
            .filter_map(|entry| self.unique(entry))
            .collect();
        for entry in self.entries(&fields, "foreign_keys") {
            let fk = self.foreign_key(&entry);
            parts.foreign_keys.extend(fk);
        }
        let indexes = self.entries(&fields, "indexes");
        let indexes = indexes
            .iter()
            .filter_map(|entry| self.index(entry))
            .collect();
        let checks = self.entries(&fields, "checks");
        let checks = checks
            .iter()
            .filter_map(|entry| self.check(entry))
            .collect();
        let exclusions = self.entries(&fields, "exclusions");
        let exclusions = exclusions
            .iter()
            .filter_map(|entry| self.exclusion(entry))
            .collect();
        for entry in self.entries(&fields, "retention") {
            self.retention(&entry, &columns);
        }
        Some(TableSpec {
            name,
            schema: self.ident_of(&fields, "schema"),
            comment: self.text_of(&fields, "comment"),
            external: self.flag_of(&fields, "external"),
            renamed_from: self.ident_of(&fields, "renamed_from"),
            columns,
            primary_key,
            unique,
            foreign_keys: parts.foreign_keys,
            indexes,
            checks,
            exclusions,
            options: self.options(&fields),
            native: self.native_of(&fields),
            partitioning: self.partitioning(&fields),
            partition_of: self.partition_of(&fields),
            inherits: self.inherits(&fields),
        })
    }

    /// Storage options of a table or a database.
    pub(crate) fn options(&mut self, fields: &Fields<'_>) -> OptionsSpec {
        OptionsSpec {
            engine: self.text_of(fields, "engine"),
            charset: self.text_of(fields, "charset"),
            collation: self.text_of(fields, "collation"),
        }
    }

    fn columns(&mut self, fields: &Fields<'_>, parts: &mut Parts) -> Vec<ColumnSpec> {
        let Some(field) = fields.get("columns") else {
            return Vec::new();
        };
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`columns` is a map from names to types, this is {}",
                field.value.noun()
            );
            self.error(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return Vec::new();
        };
        entries
            .iter()
            .filter_map(|(key, node)| self.column(key, node, field.native, parts))
            .collect()
    }

    /// The entries of a map (with names) or a list (without).
    pub(crate) fn entries<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Vec<Entry<'a>> {
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
                    "a map of names, or a list"
                };
                let message = format!("`{name}` is {wanted}, this is {}", field.value.noun());
                self.error(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
                Vec::new()
            }
        }
    }

    /// Checks a retention rule. It is a declaration that no command acts on, so none of it is kept.
    fn retention(&mut self, entry: &Entry<'_>, columns: &[ColumnSpec]) {
        let body = self.body(&RETENTION, entry.at(), entry.node, entry.native);
        let Some(Body::Map(fields)) = body else {
            return;
        };
        let column = self.ident_of(&fields, "column");
        if let Some(column) = &column {
            self.age_column(column, columns);
        }
        let keep = self.text_of(&fields, "keep");
        if let Some(keep) = &keep {
            self.keep(keep);
        }
        if let Some(action) = fields.get("action") {
            self.word("action", action.value, &["delete", "archive"]);
        }
        self.sql_of(&fields, "where");
    }

    /// The column that tells a row's age is there and is a date or a time.
    fn age_column(&mut self, name: &Sp<Ident>, columns: &[ColumnSpec]) {
        let Some(column) = columns.iter().find(|c| c.name.value == name.value) else {
            let found = Diagnostic::error(
                Code::UnknownColumn,
                format!("there is no column `{}`", name.value),
            )
            .at(&name.at);
            let near = nearest(
                name.value.as_str(),
                columns.iter().map(|c| c.name.value.as_str()),
            );
            self.error(match near {
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
                "`{}` is `{}`, which tells no age",
                name.value, column.ty.value
            );
            self.error(
                Diagnostic::error(Code::RetentionColumn, message)
                    .at(&name.at)
                    .help("name a `date`, `datetime` or `timestamptz` column"),
            );
        }
    }

    fn keep(&mut self, keep: &Sp<String>) {
        let units = ["days", "hours", "weeks", "months", "years"];
        let known = keep.value.split_once(' ').is_some_and(|(count, unit)| {
            let number = count.parse::<u32>().is_ok_and(|n| n > 0);
            number
                && units
                    .iter()
                    .any(|u| *u == unit || u.strip_suffix('s') == Some(unit))
        });
        if !known {
            let message = format!("`{}` is no length of time", keep.value);
            self.error(
                Diagnostic::error(Code::RetentionKeep, message)
                    .at(&keep.at)
                    .help("write a number and days, hours, weeks, months or years: `30 days`"),
            );
        }
    }
}
