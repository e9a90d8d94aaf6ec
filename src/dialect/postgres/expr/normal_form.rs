//! The normal form of a schema. It is the same for lowered and inspected schemas.

use crate::dialect::postgres::expr::column_types::Columns;
use crate::dialect::postgres::expr::normalize_default::normalize_default;
use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::expr::normalize_expr::NormalForm;
use crate::dialect::postgres::expr::partition_bound;
use crate::dialect::postgres::naming;
use crate::model::{
    Column, ConstraintKind, Expr, Identity, Index, IndexPart, Inheritance, Namespace, Object,
    ObjectId, ObjectKind, PartKey, Schema, SqlType, Table, UserType,
};
use std::collections::{BTreeMap, BTreeSet};

/// Brings a schema to its normal form.
pub(crate) fn normalize_schema(schema: &mut Schema) {
    let types: BTreeSet<ObjectId> = (schema.objects.keys())
        .filter(|id| matches!(id.kind, ObjectKind::Type | ObjectKind::Table))
        .map(|id| ObjectId {
            kind: ObjectKind::Type,
            ..id.clone()
        })
        .collect();
    for object in schema.objects.values_mut() {
        match object {
            Object::Table(table) => normalize_table(table, &types),
            Object::Type(ty) => normalize_user_type(ty, &types),
            Object::Namespace | Object::Extension(_) | Object::Sequence(_) | Object::Routine(_) => {
            }
        }
    }
}

/// Marks a type as user-defined only if the schema contains it, or the table whose row type it is. Types of
/// extensions are treated like built-in types.
fn mark_user_defined(ty: &mut SqlType, types: &BTreeSet<ObjectId>) {
    let ns = ty
        .schema
        .clone()
        .map_or(Namespace::Default, Namespace::Named);
    let id = ObjectId::new(ObjectKind::Type, ty.base.as_str()).within(ns);
    ty.user_defined = types.contains(&id) && (ty.user_defined || ty.schema.is_some());
}

fn normalize_user_type(ty: &mut UserType, types: &BTreeSet<ObjectId>) {
    match ty {
        UserType::Enum(_) => {}
        UserType::Domain(domain) => {
            mark_user_defined(&mut domain.base, types);
            if let Some(default) = &mut domain.default
                && default.normal_form.is_none()
            {
                match normalize_default(&default.text, &domain.base) {
                    Some(found) => default.normal_form = Some(found.text),
                    None => domain.default = None,
                }
            }
            let value = BTreeMap::from([("value", &domain.base)]);
            for (_, check) in &mut domain.checks {
                set_normal_form(&mut check.expr, &value);
            }
            domain.checks.sort_by(|(a, _), (b, _)| a.get().cmp(b.get()));
        }
        UserType::Composite(fields) => {
            for field in fields {
                mark_user_defined(&mut field.ty, types);
            }
        }
        UserType::Range(range) => mark_user_defined(&mut range.subtype, types),
    }
}

fn normalize_table(table: &mut Table, types: &BTreeSet<ObjectId>) {
    let options = &mut table.options;
    (options.engine, options.charset, options.collation) = (None, None, None);
    for column in &mut table.columns {
        normalize_column(column, types);
    }
    let key: Vec<_> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        // the columns of a primary key are NOT NULL even if declared nullable
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
            set_normal_form(&mut generated.expr, &columns);
        }
    }
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::Check(check) => {
                set_normal_form(&mut check.expr, &columns);
            }
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => {
                normalize_parts(parts, &columns);
            }
            ConstraintKind::Exclusion(exclusion) => {
                for (part, _) in &mut exclusion.parts {
                    normalize_parts(std::slice::from_mut(part), &columns);
                }
                if let Some(predicate) = &mut exclusion.predicate {
                    set_normal_form(predicate, &columns);
                }
            }
            ConstraintKind::ForeignKey(_) => {}
        }
    }
    for index in &mut table.indexes {
        normalize_index(index, &columns);
    }
    if let Some(partitioning) = &mut table.partitioning {
        partitioning.method.make_ascii_lowercase();
        normalize_parts(&mut partitioning.key, &columns);
    }
    if let Inheritance::PartitionOf { bound, .. } = &mut table.inheritance {
        *bound = partition_bound::normalize_bound(bound);
    }
}

/// Sets the normal form of an expression, unless it is set.
fn set_normal_form(expr: &mut Expr, columns: &Columns) {
    if expr.normal_form.is_none() {
        let found: NormalForm = normalize_expr::condition(&expr.text, columns);
        expr.normal_form = Some(found.text);
        expr.reads = found.reads;
    }
}

fn normalize_column(column: &mut Column, types: &BTreeSet<ObjectId>) {
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
    mark_user_defined(&mut column.ty, types);
    if let Some(default) = &mut column.default
        && default.normal_form.is_none()
    {
        match normalize_default(&default.text, &column.ty) {
            Some(found) => {
                default.normal_form = Some(found.text);
                default.reads = found.reads;
            }
            // the server stores a NULL default that has a cast, and prints it
            None if default.text.contains("::") => default.normal_form = Some(NULL.to_owned()),
            None => column.default = None,
        }
    }
}

/// The normal form of a NULL default that the server stores.
const NULL: &str = "NULL";

/// Whether a column has no default, or NULL.
pub(crate) fn defaults_to_null(column: &Column) -> bool {
    (column.default.as_ref()).is_none_or(|default| default.normal() == NULL)
}

fn normalize_index(index: &mut Index, columns: &Columns) {
    if index.method.as_deref() == Some("btree") {
        index.method = None;
    }
    if index.comment.as_deref() == Some("") {
        index.comment = None;
    }
    if let Some(predicate) = &mut index.predicate {
        set_normal_form(predicate, columns);
    }
    normalize_parts(&mut index.parts, columns);
}

fn normalize_parts(parts: &mut [IndexPart], columns: &Columns) {
    for part in parts {
        part.prefix = None;
        // the defaults are NULLS LAST for ascending and NULLS FIRST for descending
        part.nulls_first = part.nulls_first.filter(|first| *first != part.desc);
        if let Some(opclass) = &mut part.opclass {
            *opclass = normalize_opclass(opclass);
        }
        if let PartKey::Expr(expr) = &mut part.key {
            set_normal_form(expr, columns);
            if let Some((name, _)) = columns
                .iter()
                .find(|(name, _)| naming::bare_or_quoted(name) == expr.normal())
            {
                part.key = PartKey::Column((*name).into());
            }
        }
    }
}

/// An operator class with its parameters without quotes, in one spelling.
fn normalize_opclass(text: &str) -> String {
    let parameters = text
        .trim()
        .strip_suffix(')')
        .and_then(|t| t.split_once('('));
    let Some((name, list)) = parameters else {
        return text.trim().to_owned();
    };
    let normalize_pair = |pair: &str| match pair.split_once('=') {
        Some((key, value)) => format!("{}={}", key.trim(), value.trim().trim_matches('\'')),
        None => pair.trim().to_owned(),
    };
    let list: Vec<String> = list.split(',').map(normalize_pair).collect();
    format!("{}({})", name.trim(), list.join(", "))
}
