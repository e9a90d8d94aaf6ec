//! The normal form of a schema, the same for one that was lowered and one that was read.

use crate::dialect::postgres::expr::normalize_default;
use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::expr::normalize_expr::{Columns, Normal};
use crate::dialect::postgres::expr::partition_bound;
use crate::model::{
    Column, ConstraintKind, Expr, Identity, Index, IndexPart, Inheritance, Namespace, Object,
    ObjectId, ObjectKind, PartKey, Schema, SqlType, Table, UserType,
};
use std::collections::{BTreeMap, BTreeSet};

/// Brings a schema to its normal form.
pub(crate) fn schema(schema: &mut Schema) {
    let types: BTreeSet<ObjectId> = (schema.objects.keys())
        .filter(|id| matches!(id.kind, ObjectKind::Type | ObjectKind::Table))
        .map(|id| ObjectId {
            kind: ObjectKind::Type,
            ..id.clone()
        })
        .collect();
    for object in schema.objects.values_mut() {
        match object {
            Object::Table(table) => self::table(table, &types),
            Object::Type(ty) => user_type(ty, &types),
            Object::Namespace | Object::Extension(_) | Object::Sequence(_) | Object::Routine(_) => {
            }
        }
    }
}

/// A type is one of the schema's own only if it is there, a table's row type included: an extension's is
/// like the server's.
fn own_type(ty: &mut SqlType, types: &BTreeSet<ObjectId>) {
    let ns = ty
        .schema
        .clone()
        .map_or(Namespace::Default, Namespace::Named);
    let id = ObjectId::new(ObjectKind::Type, ty.base.as_str()).within(ns);
    ty.user_defined = types.contains(&id) && (ty.user_defined || ty.schema.is_some());
}

fn user_type(ty: &mut UserType, types: &BTreeSet<ObjectId>) {
    match ty {
        UserType::Enum(_) => {}
        UserType::Domain(domain) => {
            own_type(&mut domain.base, types);
            if let Some(default) = &mut domain.default
                && default.normal_form.is_none()
            {
                match normalize_default::default(&default.text, &domain.base) {
                    Some(found) => default.normal_form = Some(found.text),
                    None => domain.default = None,
                }
            }
            let value = BTreeMap::from([("value", &domain.base)]);
            for (_, check) in &mut domain.checks {
                fill(&mut check.expr, normalize_expr::condition, &value);
            }
            domain.checks.sort_by(|(a, _), (b, _)| a.get().cmp(b.get()));
        }
        UserType::Composite(fields) => {
            for field in fields {
                own_type(&mut field.ty, types);
            }
        }
        UserType::Range(range) => own_type(&mut range.subtype, types),
    }
}

fn table(table: &mut Table, types: &BTreeSet<ObjectId>) {
    let options = &mut table.options;
    (options.engine, options.charset, options.collation) = (None, None, None);
    for column in &mut table.columns {
        self::column(column, types);
    }
    let key: Vec<_> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        // a key's columns are NOT NULL whatever else is said
        column.nullable &= !key.contains(&column.name);
    }
    let of_columns: Vec<(String, SqlType)> = table
        .columns
        .iter()
        .map(|c| (c.name.as_str().to_owned(), c.ty.clone()))
        .collect();
    let columns: Columns = of_columns
        .iter()
        .map(|(name, ty)| (name.as_str(), ty))
        .collect();
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            fill(&mut generated.expr, normalize_expr::condition, &columns);
        }
    }
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::Check(check) => {
                fill(&mut check.expr, normalize_expr::condition, &columns)
            }
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => {
                self::parts(parts, &columns);
            }
            ConstraintKind::Exclusion(exclusion) => {
                for (part, _) in &mut exclusion.parts {
                    self::parts(std::slice::from_mut(part), &columns);
                }
                if let Some(predicate) = &mut exclusion.predicate {
                    fill(predicate, normalize_expr::condition, &columns);
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
    if let Inheritance::PartitionOf { bound, .. } = &mut table.inheritance {
        *bound = partition_bound::normalize_bound(bound);
    }
}

fn fill(expr: &mut Expr, normal: fn(&str, &Columns) -> Normal, columns: &Columns) {
    if expr.normal_form.is_none() {
        let found = normal(&expr.text, columns);
        expr.normal_form = Some(found.text);
        expr.reads = found.reads;
    }
}

fn column(column: &mut Column, types: &BTreeSet<ObjectId>) {
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
    own_type(&mut column.ty, types);
    if let Some(default) = &mut column.default
        && default.normal_form.is_none()
    {
        match normalize_default::default(&default.text, &column.ty) {
            Some(found) => {
                default.normal_form = Some(found.text);
                default.reads = found.reads;
            }
            // the server keeps a NULL with a cast, and its own dump shows it
            None if default.text.contains("::") => default.normal_form = Some(NULL.to_owned()),
            None => column.default = None,
        }
    }
}

/// The normal form of a default that is NULL and was kept.
const NULL: &str = "NULL";

/// Whether a column has no other default than NULL.
pub(crate) fn defaults_to_null(column: &Column) -> bool {
    (column.default.as_ref()).is_none_or(|default| default.normal() == NULL)
}

fn index(index: &mut Index, columns: &Columns) {
    if index.method.as_deref() == Some("btree") {
        index.method = None;
    }
    if index.comment.as_deref() == Some("") {
        index.comment = None;
    }
    if let Some(predicate) = &mut index.predicate {
        fill(predicate, normalize_expr::condition, columns);
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
            fill(expr, normalize_expr::condition, columns);
            if let Some((name, _)) = columns.iter().find(|(name, _)| {
                crate::dialect::postgres::naming::bare_or_quoted(name) == expr.normal()
            }) {
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
