//! Columns as they are read, with the sequences that number them.

use crate::db::Row;
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::sequences;
use crate::dialect::postgres::ddl::sequences::Owned;
use crate::dialect::postgres::expr::server_text::unqualified;
use crate::dialect::postgres::inspect::{Reading, some, strings};
use crate::dialect::postgres::{naming, types};
use crate::model::{
    Attributes, Column, Generated, Identity, Inheritance, Namespace, Object, ObjectId, ObjectKind,
    Schema, SqlType,
};
use std::collections::BTreeSet;

impl Reading<'_> {
    /// A type by its text, the schema of its element type, and whether that is an extension's.
    pub(crate) fn type_of(&self, text: &str, schema: &str, of_extension: bool) -> SqlType {
        let mut ty = types::native(text).unwrap_or_else(|_| SqlType::new(text));
        ty.user_defined = schema != "pg_catalog" && !of_extension;
        // where the server's own types hide a name, only its schema finds it
        let here = ty.schema.as_ref().is_some_and(|s| s == self.default);
        if here && !(ty.user_defined && types::is_hidden(&ty.base)) {
            ty.schema = None;
        }
        ty
    }

    /// A collation as columns and types name it: bare, or with its schema and in quotes where it
    /// is neither the server's nor in the default schema.
    pub(crate) fn collation(&self, name: Option<&str>, schema: &str) -> Option<String> {
        let name = some(name)?;
        Some(if schema == "pg_catalog" || schema == self.default {
            name
        } else {
            format!("{}.{}", naming::quoted(schema), naming::quoted(&name))
        })
    }

    pub(crate) fn column(&mut self, row: &Row) {
        let mut column = Column::new(
            row.text_at(2),
            self.type_of(row.text_at(3), row.text_at(4), row.flag_at(5)),
        );
        column.nullable = !row.flag_at(6);
        let key = [row.text_at(0), row.text_at(1), row.text_at(2)].map(str::to_owned);
        let default = row.get_at(7);
        match row.text_at(9) {
            "" => column.default = default.map(|text| self.expr(text)),
            kind => {
                let stored = kind == "s";
                column.generated = default.map(|text| Generated {
                    expr: self.expr(text),
                    stored,
                });
            }
        }
        column.identity = match row.text_at(8) {
            "a" => Some(Identity::Always),
            "d" => Some(Identity::ByDefault),
            _ if !column.nullable
                && self
                    .owned
                    .get(&key)
                    .is_some_and(|owned| owned.makes_serial(default, &column.ty)) =>
            {
                Some(Identity::Serial)
            }
            _ => None,
        };
        column.comment = some(row.get_at(10));
        column.collation = self.collation(row.get_at(11), row.text_at(12));
        storage_of(row, &mut column.attrs);
        if row.flag_at(20) {
            column.attrs.set_flag(keys::INHERITED);
        }
        let Some(table) = self.table(row) else { return };
        let id = table.id.clone();
        if column.identity.is_some() {
            column.default = None;
            if let Some(owned) = self.owned.remove(&key) {
                sequences::attributes(&owned, &id, &mut column);
                self.comment_on(
                    ObjectKind::Sequence,
                    &owned.schema,
                    &owned.name,
                    owned.comment.as_deref(),
                );
            }
        }
        not_null(row, &id, &mut column);
        if let Some(table) = self.table(row) {
            table.columns.push(column);
        }
    }

    pub(crate) fn sequence(&mut self, row: &Row) {
        let Some(owned) = Owned::read(row) else {
            return;
        };
        match (row.get_at(10), row.get_at(11), row.get_at(12)) {
            (Some(schema), Some(table), Some(column)) => {
                let key = [schema, table, column].map(str::to_owned);
                // a column can own several; one of them may be its own
                if let Some(other) = self.owned.insert(key.clone(), owned.clone()) {
                    let (kept, free) = if owned.used {
                        (owned, other)
                    } else {
                        (other, owned)
                    };
                    self.free_sequence(&free, Some(&key));
                    self.owned.insert(key, kept);
                }
            }
            _ => self.free_sequence(&owned, None),
        }
    }

    /// The sequences of columns that are neither identity nor `serial`.
    pub(crate) fn free_sequences(&mut self) {
        for (key, owned) in std::mem::take(&mut self.owned) {
            self.free_sequence(&owned, Some(&key));
        }
    }

    fn free_sequence(&mut self, owned: &Owned, column: Option<&[String; 3]>) {
        let mut sequence = owned.sequence.clone();
        sequence.owned_by = column.and_then(|[schema, table, column]| {
            let table = self.id(ObjectKind::Table, schema, table);
            (self.schema.objects.contains_key(&table)).then(|| (table, column.as_str().into()))
        });
        let id = self.id(ObjectKind::Sequence, &owned.schema, &owned.name);
        self.comment_on(
            ObjectKind::Sequence,
            &owned.schema,
            &owned.name,
            owned.comment.as_deref(),
        );
        self.schema.objects.insert(id, Object::Sequence(sequence));
    }

    /// Takes down the comment of an object that has no place for one.
    pub(crate) fn comment_on(
        &mut self,
        kind: ObjectKind,
        schema: &str,
        name: &str,
        text: Option<&str>,
    ) {
        if let Some(text) = some(text) {
            let id = self.id(kind, schema, name);
            self.schema.comments.insert(id, text);
        }
    }

    /// A function's definition, its header without the default schema. A body is as it is written,
    /// unless the server has it as a tree (`BEGIN ATOMIC`).
    pub(crate) fn definition(&self, text: &str, body: &str) -> String {
        let text = text.trim_end();
        let start = text.rfind(body).filter(|_| !body.is_empty());
        let (head, body) = text.split_at(start.unwrap_or(text.len()));
        unqualified(head, self.default) + body
    }
}

/// How values are kept and counted.
fn storage_of(row: &Row, attrs: &mut Attributes) {
    let storage = match row.text_at(13) {
        "p" => Some("plain"),
        "e" => Some("external"),
        "x" => Some("extended"),
        "m" => Some("main"),
        _ => None,
    };
    attrs.set_some(keys::STORAGE, storage);
    let compression = match row.text_at(14) {
        "p" => Some("pglz"),
        "l" => Some("lz4"),
        _ => None,
    };
    attrs.set_some(keys::COMPRESSION, compression);
    // -1 before PostgreSQL 17, NULL since, for the server's own choice
    attrs.set_some(
        keys::STATISTICS,
        row.get_at(15).filter(|target| *target != "-1"),
    );
    for option in strings(row.text_at(16)) {
        if let Some((key, value)) = option.split_once('=') {
            attrs.set(key, value);
        }
    }
}

/// Since PostgreSQL 18 a NOT NULL is a constraint with a name.
fn not_null(row: &Row, table: &ObjectId, column: &mut Column) {
    let Some(name) = row.get_at(17) else { return };
    let own = naming::not_null(&table.name, &column.name);
    // a parent's comes under its name, or is found under any: no name goes without saying
    if name != own || row.flag_at(21) {
        column.attrs.set(keys::NOT_NULL, name);
    }
    if !row.flag_at(18) {
        column.attrs.clear_flag(keys::NOT_NULL_VALIDATED);
    }
    if row.flag_at(22) {
        column.attrs.set_flag(keys::NOT_NULL_INHERITED);
    }
    if row.flag_at(19) {
        column.attrs.set_flag(keys::NOT_NULL_NO_INHERIT);
    }
}

/// Says the name of a NOT NULL that another table has as well (`LIKE` copies names): where that one is
/// made first, the server would choose another, `_not_null1`. Children have their parents' names and
/// are made after them.
pub(crate) fn say_shared_names(schema: &mut Schema) {
    let said: BTreeSet<(Namespace, String)> = (schema.tables())
        .filter(|(_, table)| table.inheritance == Inheritance::None)
        .flat_map(|(id, table)| table.columns.iter().map(move |column| (id, column)))
        .filter_map(|(id, column)| {
            Some((id.ns.clone(), column.attrs.get(keys::NOT_NULL)?.to_owned()))
        })
        .collect();
    if said.is_empty() {
        return;
    }
    for (id, table) in schema.tables_mut() {
        let columns = table.columns.iter_mut().filter(|column| !column.nullable);
        for column in columns.filter(|column| column.attrs.get(keys::NOT_NULL).is_none()) {
            let own = naming::not_null(&id.name, &column.name);
            if said.contains(&(id.ns.clone(), own.clone())) {
                column.attrs.set(keys::NOT_NULL, own);
            }
        }
    }
}
