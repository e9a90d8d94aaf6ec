//! Dependencies between objects: by type, by namespace, and by the names in SQL expressions.
//!
//! Foreign keys are not among these dependencies; they are constraints of their tables.

use crate::dialect::Dialect;
use crate::model::{
    ConstraintKind, Expr, Ident, Namespace, Object, ObjectId, ObjectKind, PartKey, Schema, SqlType,
    Table, UserType,
};
use crate::sql::names::names_in_sql;
use std::collections::{BTreeMap, BTreeSet};

/// Clears `user_defined` of types that are neither objects of this schema nor row types of its tables.
pub(crate) fn resolve_types(schema: &mut Schema) {
    let known: BTreeSet<(Option<Ident>, String)> = schema
        .objects
        .keys()
        .filter(|id| matches!(id.kind, ObjectKind::Type | ObjectKind::Table))
        .map(|id| (id.ns.name().cloned(), id.name.to_string()))
        .collect();
    let resolve = |ty: &mut SqlType| {
        if ty.user_defined {
            ty.user_defined = known.contains(&(ty.schema.clone(), ty.base.clone()));
        }
    };
    for object in schema.objects.values_mut() {
        match object {
            Object::Table(table) => {
                table.columns.iter_mut().for_each(|c| resolve(&mut c.ty));
            }
            Object::Type(UserType::Domain(domain)) => resolve(&mut domain.base),
            Object::Type(UserType::Composite(fields)) => {
                fields.iter_mut().for_each(|field| resolve(&mut field.ty));
            }
            Object::Type(UserType::Range(range)) => resolve(&mut range.subtype),
            Object::Type(UserType::Enum(_))
            | Object::Namespace
            | Object::Extension(_)
            | Object::Sequence(_)
            | Object::Routine(_) => {}
        }
    }
}

/// Adds the namespaces that objects are in, and the dependencies on them.
pub(crate) fn add_namespaces(schema: &mut Schema) {
    let mut namespaces = BTreeSet::new();
    for (id, object) in &schema.objects {
        let name = match object {
            // schemas whose names begin with `pg_` belong to the server
            Object::Extension(extension) => {
                (extension.schema.clone()).filter(|schema| !schema.as_str().starts_with("pg_"))
            }
            Object::Table(table) if table.external => None,
            Object::Table(_)
            | Object::Type(_)
            | Object::Namespace
            | Object::Sequence(_)
            | Object::Routine(_) => id.ns.name().cloned(),
        };
        if let Some(name) = name {
            let namespace = ObjectId::new(ObjectKind::Namespace, name);
            schema.deps.insert((id.clone(), namespace.clone()));
            namespaces.insert(namespace);
        }
    }
    for namespace in namespaces {
        (schema.objects.entry(namespace)).or_insert(Object::Namespace);
    }
}

/// Adds the dependencies on types, and on the routines and sequences whose names occur in the SQL of an
/// object.
///
/// Names are found among the tokens of the text ([`names_in_sql`]), without their schema and argument
/// types. So dependencies that don't exist may be added (on an overload, or on a routine with the name of a
/// column); they only affect the order of the statements. If the texts of two routines contain each other's
/// name, neither depends on the other.
pub(crate) fn add_dependencies(dialect: &dyn Dialect, schema: &mut Schema) {
    let mut deps: BTreeSet<(ObjectId, ObjectId)> = BTreeSet::new();
    let callable: Vec<&ObjectId> = schema
        .objects
        .keys()
        .filter(|id| matches!(id.kind, ObjectKind::Routine | ObjectKind::Sequence))
        .collect();
    let names_of: BTreeMap<&ObjectId, BTreeSet<String>> = (schema.objects.iter())
        .filter(|_| !callable.is_empty())
        .map(|(id, object)| {
            let texts = sql_texts(object).into_iter();
            let names = texts.flat_map(|text| names_in_sql(dialect.lexical_rules(), text));
            (id, names.collect())
        })
        .collect();
    let contains = |user: &ObjectId, used: &ObjectId| {
        let names = names_of.get(user);
        names.is_some_and(|names| names.contains(used.name.as_str()))
    };
    for (id, object) in &schema.objects {
        for ty in types_of(object).into_iter().filter(|ty| ty.user_defined) {
            let namespace = Namespace::from(ty.schema.as_ref().map(Ident::as_str));
            for kind in [ObjectKind::Type, ObjectKind::Table] {
                let used = ObjectId::new(kind, ty.base.as_str()).within(namespace.clone());
                if schema.objects.contains_key(&used) {
                    deps.insert((id.clone(), used));
                }
            }
        }
        for used in &callable {
            let mutual = id.kind == ObjectKind::Routine
                && used.kind == ObjectKind::Routine
                && contains(used, id);
            if contains(id, used) && !mutual {
                deps.insert((id.clone(), (*used).clone()));
            }
        }
    }
    schema.deps.extend(deps);
}

/// The types of an object's columns or fields, or the type that it is based on.
fn types_of(object: &Object) -> Vec<&SqlType> {
    match object {
        Object::Table(table) => table.columns.iter().map(|column| &column.ty).collect(),
        Object::Type(UserType::Domain(domain)) => vec![&domain.base],
        Object::Type(UserType::Composite(fields)) => fields.iter().map(|f| &f.ty).collect(),
        Object::Type(UserType::Range(range)) => vec![&range.subtype],
        Object::Type(UserType::Enum(_))
        | Object::Namespace
        | Object::Extension(_)
        | Object::Sequence(_)
        | Object::Routine(_) => Vec::new(),
    }
}

/// The SQL texts of an object that may call routines or use sequences.
fn sql_texts(object: &Object) -> Vec<&str> {
    match object {
        Object::Table(table) => expressions_of(table),
        Object::Type(UserType::Domain(domain)) => {
            let checks = domain.checks.iter();
            checks.map(|(_, check)| check.expr.text.as_str()).collect()
        }
        Object::Routine(raw) => vec![&raw.create],
        Object::Type(UserType::Enum(_) | UserType::Composite(_) | UserType::Range(_))
        | Object::Namespace
        | Object::Extension(_)
        | Object::Sequence(_) => Vec::new(),
    }
}

/// The texts of a table's expressions.
fn expressions_of(table: &Table) -> Vec<&str> {
    let mut found: Vec<&Expr> = Vec::new();
    for column in &table.columns {
        found.extend(&column.default);
        found.extend(column.generated.as_ref().map(|generated| &generated.expr));
    }
    for constraint in &table.constraints {
        match &constraint.kind {
            ConstraintKind::Check(check) => found.push(&check.expr),
            ConstraintKind::Exclusion(exclusion) => found.extend(&exclusion.predicate),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_) => {}
        }
    }
    for index in &table.indexes {
        found.extend(&index.predicate);
        found.extend(index.parts.iter().filter_map(|part| match &part.key {
            PartKey::Expr(expr) => Some(expr),
            PartKey::Column(_) => None,
        }));
    }
    found.into_iter().map(|expr| expr.text.as_str()).collect()
}
