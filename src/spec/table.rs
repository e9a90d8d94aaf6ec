//! A table of a spec: its keys, foreign keys, indexes, checks and retention rules.

use super::fields::{Body, Fields, Reader};
use super::keys::{CHECK, FOREIGN_KEY, INDEX, PRIMARY_KEY, Part, RETENTION, TABLE, UNIQUE};
use super::node::{Key, Node, NodeKind};
use super::suggest::nearest;
use super::text;
use super::types::{
    CheckSpec, ColumnSpec, ColumnType, ForeignKeySpec, IndexSpec, KeyPartSpec, KeySpec, Neutral,
    OptionsSpec, RetentionSpec, Sp, TableSpec,
};
use crate::diag::{Diagnostic, Location};
use crate::model::Ident;

/// What columns add to their table.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// From `references:`.
    pub(super) foreign_keys: Vec<ForeignKeySpec>,
}

/// Something that may be named by the map it stands in.
struct Entry<'a> {
    name: Option<&'a Key>,
    node: &'a Node,
    native: bool,
}

impl<'a> Entry<'a> {
    fn at(&self) -> &'a Location {
        self.name.map_or(&self.node.at, |key| &key.at)
    }
}

impl Reader<'_> {
    /// Reads a table; `None` where this dialect does without it.
    pub(super) fn table(&mut self, at: &Location, node: &Node) -> Option<TableSpec> {
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
        let retention = self.entries(&fields, "retention");
        let retention = retention
            .iter()
            .filter_map(|entry| self.retention(entry, &columns))
            .collect();
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
            retention,
            options: self.options(&fields),
        })
    }

    /// Storage options of a table or a database.
    pub(super) fn options(&mut self, fields: &Fields<'_>) -> OptionsSpec {
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
            self.error(Diagnostic::error("wrong-shape", message).at(&field.value.at));
            return Vec::new();
        };
        if entries.is_empty() {
            let message = "a table needs at least one column";
            self.error(Diagnostic::error("no-value", message).at(&field.value.at));
        }
        entries
            .iter()
            .filter_map(|(key, node)| self.column(key, node, field.native, parts))
            .collect()
    }

    /// The entries of a map (with names) or a list (without).
    fn entries<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Vec<Entry<'a>> {
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
                self.error(Diagnostic::error("wrong-shape", message).at(&field.value.at));
                Vec::new()
            }
        }
    }

    /// The fields of an entry, its name, and the node of its short form.
    fn entry<'a>(
        &mut self,
        part: &'static Part,
        entry: &Entry<'a>,
    ) -> Option<(Option<Sp<Ident>>, Body<'a>)> {
        let body = self.body(part, entry.at(), entry.node, entry.native)?;
        let mut name = match entry.name {
            Some(key) => Some(self.key_ident(key)?),
            None => None,
        };
        if let Body::Map(fields) = &body
            && let Some(field) = fields.get("name")
        {
            if name.is_some() && field.layer == 0 {
                let message = "the name stands before it already";
                self.error(Diagnostic::error("contradiction", message).at(&field.key.at));
            } else {
                name = self.ident("name", field.value);
            }
        }
        Some((name, body))
    }

    fn primary_key(&mut self, fields: &Fields<'_>) -> Option<KeySpec> {
        let field = fields.get("primary_key")?;
        let entry = Entry {
            name: None,
            node: field.value,
            native: field.native,
        };
        self.key(&PRIMARY_KEY, &entry)
    }

    fn unique(&mut self, entry: &Entry<'_>) -> Option<KeySpec> {
        self.key(&UNIQUE, entry)
    }

    fn key(&mut self, part: &'static Part, entry: &Entry<'_>) -> Option<KeySpec> {
        let (name, body) = self.entry(part, entry)?;
        let renamed_from = match &body {
            Body::Map(fields) => self.ident_of(fields, "renamed_from"),
            Body::Short(_) => None,
        };
        let parts = self.key_parts(&body)?;
        for key_part in &parts {
            let what = if key_part.value.is_expr {
                "an expression"
            } else if key_part.value.desc {
                "an order"
            } else {
                continue;
            };
            let message = format!("{} has columns, not {what}", part.noun);
            self.error(
                Diagnostic::error("key-part", message)
                    .at(&key_part.at)
                    .help("write an index with `unique: true`"),
            );
        }
        Some(KeySpec {
            at: entry.at().clone(),
            name,
            renamed_from,
            parts,
        })
    }

    fn key_parts(&mut self, body: &Body<'_>) -> Option<Vec<Sp<KeyPartSpec>>> {
        let node = match body {
            Body::Short(node) => node,
            Body::Map(fields) => fields.get("columns")?.value,
        };
        let NodeKind::Seq(items) = &node.kind else {
            let mut found = Diagnostic::error(
                "wrong-shape",
                format!("`columns` is a list here, this is {}", node.noun()),
            )
            .at(&node.at);
            if let Some(scalar) = node.scalar() {
                found = found.label(format!("write `[{}]`", scalar.text));
            }
            self.error(found);
            return None;
        };
        if items.is_empty() {
            self.error(Diagnostic::error("no-value", "the list of columns is empty").at(&node.at));
            return None;
        }
        let mut parts: Vec<Sp<KeyPartSpec>> = Vec::with_capacity(items.len());
        for item in items {
            let Some(text) = self.text("columns", item) else {
                continue;
            };
            let Some(value) = text::key_part(&text.value) else {
                let message = format!("`{}` is neither a column nor an expression", text.value);
                self.error(Diagnostic::error("key-part", message).at(&text.at).help(
                    "write `a`, `a desc`, `a(100)` for its first 100 characters, or `(lower(a))`",
                ));
                continue;
            };
            let offset = text.value.find(&value.text).unwrap_or(0);
            let at = item.word(offset..offset + value.text.len());
            if parts.iter().any(|p| p.value.text == value.text) {
                let message = format!("`{}` comes twice", value.text);
                self.error(Diagnostic::error("duplicate-column", message).at(&at));
                continue;
            }
            parts.push(Sp { value, at });
        }
        (!parts.is_empty()).then_some(parts)
    }

    fn foreign_key(&mut self, entry: &Entry<'_>) -> Option<ForeignKeySpec> {
        let (name, body) = self.entry(&FOREIGN_KEY, entry)?;
        let Body::Map(fields) = body else {
            return None;
        };
        let columns = fields
            .get("columns")
            .map(|f| self.names("columns", f.value));
        let reference = fields.get("references")?;
        let (target_schema, target, target_columns) = self.target(reference.value)?;
        let columns = columns.filter(|columns| !columns.is_empty())?;
        if columns.len() != target_columns.len() {
            let (here, there) = (columns.len(), target_columns.len());
            let message = format!("columns here: {here}, columns referred to: {there}");
            self.error(
                Diagnostic::error("fk-columns", message)
                    .at(&reference.value.at)
                    .help("name as many columns on both sides: `table(a, b)`"),
            );
            return None;
        }
        let on_delete = fields.get("on_delete");
        let on_update = fields.get("on_update");
        if let Some(field) =
            on_update.filter(|f| f.value.scalar().is_some_and(|s| &*s.text == "now"))
        {
            let message = "`on_update: now` belongs to a column";
            self.error(Diagnostic::error("unknown-word", message).at(&field.value.at));
            return None;
        }
        Some(ForeignKeySpec {
            at: reference.value.at.clone(),
            name,
            renamed_from: self.ident_of(&fields, "renamed_from"),
            columns,
            target_schema,
            target,
            target_columns,
            on_delete: on_delete
                .and_then(|f| self.action("on_delete", f))
                .unwrap_or_default(),
            on_update: on_update
                .and_then(|f| self.action("on_update", f))
                .unwrap_or_default(),
            deferred: self.flag_of(&fields, "deferred"),
        })
    }

    /// Reads `references:`: schema, table and columns.
    #[expect(
        clippy::type_complexity,
        reason = "three parts that have a meaning only together"
    )]
    pub(super) fn target(
        &mut self,
        node: &Node,
    ) -> Option<(Option<Ident>, Sp<Ident>, Vec<Sp<Ident>>)> {
        let text = self.text("references", node)?;
        let Some(reference) = text::reference(&text.value) else {
            let mut found =
                Diagnostic::error("bad-reference", format!("`{}` is no reference", text.value))
                    .at(&text.at);
            let plain = !text.value.is_empty()
                && text.value.chars().all(|c| c.is_alphanumeric() || c == '_');
            if plain {
                found = found.label(format!("which column? `{}.id`", text.value));
            }
            self.error(found.help("write `table.column`, `schema.table.column` or `table(a, b)`"));
            return None;
        };
        let spanned = |word: text::Word| Sp {
            value: Ident::from(word.text),
            at: node.word(word.range),
        };
        Some((
            reference.schema.map(|word| Ident::from(word.text)),
            spanned(reference.table),
            reference.columns.into_iter().map(spanned).collect(),
        ))
    }

    fn index(&mut self, entry: &Entry<'_>) -> Option<IndexSpec> {
        let (name, body) = self.entry(&INDEX, entry)?;
        let mut index = IndexSpec {
            at: entry.at().clone(),
            name,
            renamed_from: None,
            parts: Vec::new(),
            unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            comment: None,
        };
        if let Body::Map(fields) = &body {
            index.renamed_from = self.ident_of(fields, "renamed_from");
            index.unique = self.flag_of(fields, "unique");
            index.method = self.text_of(fields, "method");
            index.predicate = self.sql_of(fields, "where");
            index.comment = self.text_of(fields, "comment");
            if let Some(field) = fields.get("include") {
                index.include = self.names("include", field.value);
            }
        }
        index.parts = self.key_parts(&body)?;
        Some(index)
    }

    fn check(&mut self, entry: &Entry<'_>) -> Option<CheckSpec> {
        let (name, body) = self.entry(&CHECK, entry)?;
        let (sql, renamed_from) = match &body {
            Body::Short(node) => {
                let text = self.text("checks", node)?;
                (self.sql("checks", text)?, None)
            }
            Body::Map(fields) => (
                self.sql_of(fields, "sql")?,
                self.ident_of(fields, "renamed_from"),
            ),
        };
        Some(CheckSpec {
            at: entry.at().clone(),
            name,
            renamed_from,
            sql,
        })
    }

    fn retention(&mut self, entry: &Entry<'_>, columns: &[ColumnSpec]) -> Option<RetentionSpec> {
        let Body::Map(fields) = self.body(&RETENTION, entry.at(), entry.node, entry.native)? else {
            return None;
        };
        let column = self.ident_of(&fields, "column");
        if let Some(column) = &column {
            self.age_column(column, columns);
        }
        let keep = self.text_of(&fields, "keep");
        if let Some(keep) = &keep {
            self.keep(keep);
        }
        let action = fields.get("action").and_then(|field| {
            let value = self
                .word("action", field.value, &["delete", "archive"])?
                .to_owned();
            let at = field.value.at.clone();
            Some(Sp { value, at })
        });
        let predicate = self.sql_of(&fields, "where");
        Some(RetentionSpec {
            at: entry.at().clone(),
            column: column?,
            keep: keep?,
            predicate,
            action: action?,
        })
    }

    /// The column that tells a row's age is there and is a date or a time.
    fn age_column(&mut self, name: &Sp<Ident>, columns: &[ColumnSpec]) {
        let Some(column) = columns.iter().find(|c| c.name.value == name.value) else {
            let found = Diagnostic::error(
                "unknown-column",
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
                Diagnostic::error("retention-column", message)
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
                Diagnostic::error("retention-keep", message)
                    .at(&keep.at)
                    .help("write a number and days, hours, weeks, months or years: `30 days`"),
            );
        }
    }
}
