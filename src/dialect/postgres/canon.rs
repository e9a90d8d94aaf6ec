//! The normal form of a schema, the same for one that was lowered and one that was read.

use super::fold::{self, Columns, Normal};
use super::{fold_default, lineage};
use crate::model::{
    Column, ConstraintKind, Expr, Identity, Index, IndexPart, Kind, Lineage, Ns, Object, ObjectId,
    PartKey, Schema, SqlType, Table,
};
use std::collections::BTreeSet;

/// Brings a schema to its normal form.
pub(super) fn schema(schema: &mut Schema) {
    let enums: BTreeSet<ObjectId> = schema
        .objects
        .iter()
        .filter(|(id, object)| id.kind == Kind::Type && matches!(object, Object::Type(_)))
        .map(|(id, _)| id.clone())
        .collect();
    for (_, table) in schema.tables_mut() {
        self::table(table, &enums);
    }
}

fn table(table: &mut Table, enums: &BTreeSet<ObjectId>) {
    let options = &mut table.options;
    (options.engine, options.charset, options.collation) = (None, None, None);
    let ns = table.id.ns.clone();
    for column in &mut table.columns {
        self::column(column, &ns, enums);
    }
    let key: Vec<_> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        // a key's columns are NOT NULL whatever else is said
        column.nullable &= !key.contains(&column.name);
    }
    let types: Vec<(String, SqlType)> = table
        .columns
        .iter()
        .map(|c| (c.name.as_str().to_owned(), c.ty.clone()))
        .collect();
    let columns: Columns = types.iter().map(|(name, ty)| (name.as_str(), ty)).collect();
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            fill(&mut generated.expr, fold::condition, &columns);
        }
    }
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::Check(check) => fill(&mut check.expr, fold::condition, &columns),
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => {
                self::parts(parts, &columns);
            }
            ConstraintKind::Exclusion(exclusion) => {
                for (part, _) in &mut exclusion.parts {
                    self::parts(std::slice::from_mut(part), &columns);
                }
                if let Some(predicate) = &mut exclusion.predicate {
                    fill(predicate, fold::condition, &columns);
                }
            }
            ConstraintKind::ForeignKey(_) => {}
        }
    }
    for index in &mut table.indexes {
        self::index(index, &columns);
    }
    if let Some(partitioning) = &mut table.partitioning {
        partitioning.method.make_ascii_lowercase();
        parts(&mut partitioning.key, &columns);
    }
    if let Lineage::PartitionOf { bound, .. } = &mut table.lineage {
        *bound = lineage::normal_bound(bound);
    }
}

fn fill(expr: &mut Expr, normal: fn(&str, &Columns) -> Normal, columns: &Columns) {
    if expr.canon.is_none() {
        let found = normal(&expr.text, columns);
        expr.canon = Some(found.text);
        expr.reads = found.reads;
    }
}

fn column(column: &mut Column, ns: &Ns, enums: &BTreeSet<ObjectId>) {
    column.charset = None;
    let base = match column.ty.base.as_str() {
        "smallserial" => Some("smallint"),
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        _ => None,
    };
    if let Some(base) = base {
        column.ty = SqlType::new(base);
        column.identity = Some(Identity::Serial);
    }
    if column.identity.is_some() {
        column.nullable = false;
        column.default = None;
    }
    // a type of its own is made in the table's schema
    if let (Ns::Named(schema), None, true) = (ns, &column.ty.schema, column.ty.user_defined) {
        let id = ObjectId::new(Kind::Type, column.ty.base.as_str()).within(ns.clone());
        if enums.contains(&id) {
            column.ty.schema = Some(schema.clone());
        }
    }
    if let Some(default) = &mut column.default
        && default.canon.is_none()
    {
        match fold_default::default(&default.text, &column.ty) {
            Some(found) => {
                default.canon = Some(found.text);
                default.reads = found.reads;
            }
            None => column.default = None,
        }
    }
}

fn index(index: &mut Index, columns: &Columns) {
    if index.method.as_deref() == Some("btree") {
        index.method = None;
    }
    if index.comment.as_deref() == Some("") {
        index.comment = None;
    }
    if let Some(predicate) = &mut index.predicate {
        fill(predicate, fold::condition, columns);
    }
    parts(&mut index.parts, columns);
}

fn parts(parts: &mut [IndexPart], columns: &Columns) {
    for part in parts {
        part.prefix = None;
        // ascending puts NULLs last, descending first
        part.nulls_first = part.nulls_first.filter(|first| *first != part.desc);
        if let Some(opclass) = &mut part.opclass {
            *opclass = self::opclass(opclass);
        }
        if let PartKey::Expr(expr) = &mut part.key {
            fill(expr, fold::condition, columns);
            if let Some((name, _)) = columns
                .iter()
                .find(|(name, _)| super::names::bare_or_quoted(name) == expr.normal())
            {
                part.key = PartKey::Column((*name).into());
            }
        }
    }
}

/// An operator class as it is written: its parameters without quotes, in one spelling.
fn opclass(text: &str) -> String {
    let parameters = text
        .trim()
        .strip_suffix(')')
        .and_then(|t| t.split_once('('));
    let Some((name, list)) = parameters else {
        return text.trim().to_owned();
    };
    let one = |pair: &str| match pair.split_once('=') {
        Some((key, value)) => format!("{}={}", key.trim(), value.trim().trim_matches('\'')),
        None => pair.trim().to_owned(),
    };
    let list: Vec<String> = list.split(',').map(one).collect();
    format!("{}({})", name.trim(), list.join(", "))
}
