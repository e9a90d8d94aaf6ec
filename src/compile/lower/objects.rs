//! What isn't a table: extensions, types, sequences, functions; the schemas that all of it is in;
//! and what needs what.

use crate::compile::lower::partitions::table_ref;
use crate::compile::lower::{Lowered, given};
use crate::diag::{Code, Diagnostic};
use crate::dialect::{Dialect, for_these_alone};
use crate::model::{
    Check, CompositeField, ConstraintKind, Domain, Expr, Extension, Ident, Namespace, Object,
    ObjectId, ObjectKind, PartKey, RangeType, RawSql, Schema, Sequence, SqlType, Table, UserType,
};
use crate::spec::{DefaultSpec, FunctionSpec, SequenceSpec, Spanned, Spec, TypeKind, TypeSpec};
use std::collections::BTreeSet;

/// Lowers every document that isn't a table.
pub(crate) fn objects(dialect: &dyn Dialect, spec: &Spec, out: &mut Lowered) {
    for extension in &spec.extensions {
        let schema = extension.schema.as_ref().map(|schema| schema.value.clone());
        put(
            out,
            ObjectId::new(ObjectKind::Extension, extension.name.value.clone()),
            Object::Extension(Extension { schema }),
            &extension.name,
            extension.comment.as_ref(),
        );
    }
    if for_these_alone(
        dialect,
        spec,
        dialect.capabilities().objects.sequences.vendors,
    ) {
        for sequence in &spec.sequences {
            let schema = sequence
                .schema
                .as_ref()
                .filter(|_| dialect.capabilities().objects.schemas);
            let id =
                ObjectId::new(ObjectKind::Sequence, sequence.name.value.clone()).within(ns(schema));
            let lowered = Object::Sequence(self::sequence(dialect, sequence));
            put(out, id, lowered, &sequence.name, sequence.comment.as_ref());
        }
    }
    if !dialect.capabilities().objects.types_and_functions {
        return;
    }
    for ty in &spec.types {
        let id =
            ObjectId::new(ObjectKind::Type, ty.name.value.clone()).within(ns(ty.schema.as_ref()));
        if let Some(lowered) = self::ty(dialect, ty, &id, out) {
            put(
                out,
                id,
                Object::Type(lowered),
                &ty.name,
                ty.comment.as_ref(),
            );
        }
    }
    for function in &spec.functions {
        let (id, raw) = routine(dialect, function);
        put(
            out,
            id,
            Object::Routine(raw),
            &function.name,
            function.comment.as_ref(),
        );
    }
}

fn put(
    out: &mut Lowered,
    id: ObjectId,
    object: Object,
    name: &Spanned<Ident>,
    comment: Option<&Spanned<String>>,
) {
    let kind = id.kind;
    if let Some(comment) = comment {
        let text = comment.value.clone();
        out.schema.comments.insert(id.clone(), text);
    }
    if out.schema.objects.insert(id, object).is_some() {
        let message = format!("the {kind} `{}` comes twice", name.value);
        out.diagnostics.push(
            Diagnostic::error(Code::DuplicateName, message)
                .at(&name.at)
                .help("rename one of them, or remove it"),
        );
    }
}

fn ns(schema: Option<&Spanned<Ident>>) -> Namespace {
    Namespace::from(schema.map(|schema| schema.value.as_str()))
}

fn native(dialect: &dyn Dialect, text: &Spanned<String>, out: &mut Lowered) -> Option<SqlType> {
    match dialect.native_type(&text.value) {
        Ok(ty) => Some(ty),
        Err(why) => {
            let found = Diagnostic::error(Code::Unsupported, why.message).at(&text.at);
            out.diagnostics.push(found.help(why.help));
            None
        }
    }
}

fn ty(
    dialect: &dyn Dialect,
    spec: &TypeSpec,
    id: &ObjectId,
    out: &mut Lowered,
) -> Option<UserType> {
    match spec.kind.as_ref()? {
        TypeKind::Enum(values) => {
            let renamed: Vec<(String, String)> = values
                .iter()
                .filter_map(|v| v.renamed_from.clone().map(|old| (old, v.value.clone())))
                .collect();
            if !renamed.is_empty() {
                out.renames.types.insert(id.clone(), renamed);
            }
            let values = values.iter().map(|value| value.value.clone());
            Some(UserType::Enum(values.collect()))
        }
        TypeKind::Domain {
            base,
            nullable,
            default,
            collation,
            checks,
        } => {
            let base = native(dialect, base, out)?;
            let default = default.as_ref().map(|default| match default {
                DefaultSpec::Sql(text) | DefaultSpec::Value(text) => Expr::new(text.value.clone()),
            });
            let checks = checks.iter().enumerate().map(|(number, check)| {
                let derived = || {
                    // the server's own choice: `d_check`, `d_check1`
                    let suffix = if number == 0 {
                        String::new()
                    } else {
                        number.to_string()
                    };
                    Ident::from(format!("{}_check{suffix}", id.name))
                };
                let condition = Check {
                    expr: Expr::new(check.sql.value.clone()),
                    of_type: None,
                    validated: check.more.validated.unwrap_or(true),
                };
                (given(check.name.as_ref(), derived), condition)
            });
            Some(UserType::Domain(Domain {
                base,
                not_null: !nullable,
                default,
                collation: collation.as_ref().map(|name| name.value.clone()),
                checks: checks.collect(),
            }))
        }
        TypeKind::Composite(fields) => {
            let mut lowered = Vec::with_capacity(fields.len());
            for (name, ty, collation) in fields {
                lowered.push(CompositeField {
                    name: name.value.clone(),
                    ty: native(dialect, ty, out)?,
                    collation: collation.as_ref().map(|name| name.value.clone()),
                });
            }
            Some(UserType::Composite(lowered))
        }
        TypeKind::Range {
            subtype,
            opclass,
            collation,
            diff,
            multirange,
        } => Some(UserType::Range(RangeType {
            subtype: native(dialect, subtype, out)?,
            opclass: opclass.as_ref().map(|name| name.value.clone()),
            collation: collation.as_ref().map(|name| name.value.clone()),
            diff: diff.as_ref().map(|name| name.value.clone()),
            multirange: multirange.as_ref().map(|name| name.value.clone()),
        })),
    }
}

/// A sequence; what the spec leaves out is as the server has it.
fn sequence(dialect: &dyn Dialect, spec: &SequenceSpec) -> Sequence {
    let name = spec.ty.as_ref().map_or("bigint", |ty| ty.value.as_str());
    let increment = spec.increment.unwrap_or(1);
    let usual = dialect
        .capabilities()
        .objects
        .sequences
        .default_sequence(name, increment);
    let (min, max) = (spec.min.unwrap_or(usual.min), spec.max.unwrap_or(usual.max));
    let owner = (spec.owned_by.as_ref()).filter(|_| dialect.capabilities().objects.sequences.typed);
    Sequence {
        start: spec.start.unwrap_or(if increment < 0 { max } else { min }),
        min,
        max,
        cache: spec.cache.unwrap_or(usual.cache),
        cycle: spec.cycle,
        unlogged: spec.unlogged && dialect.capabilities().objects.sequences.typed,
        owned_by: owner.map(|(table, column)| (table_ref(dialect, table), column.value.clone())),
        ..usual
    }
}

fn routine(dialect: &dyn Dialect, spec: &FunctionSpec) -> (ObjectId, RawSql) {
    let schema = spec
        .schema
        .as_ref()
        .filter(|_| dialect.capabilities().objects.schemas);
    let mut id = ObjectId::new(ObjectKind::Routine, spec.name.value.clone()).within(ns(schema));
    id.args = Some(spec.args.clone());
    let drop = spec.drop.as_ref();
    let drop = drop.map_or_else(|| drop_function(dialect, &id), |drop| drop.value.clone());
    let create = spec.create.value.clone();
    (id, RawSql { create, drop })
}

/// The statement that removes a function, where the spec says none.
pub(crate) fn drop_function(dialect: &dyn Dialect, id: &ObjectId) -> String {
    let name = dialect.quote(id.name.as_str());
    let args = id.args.as_deref().unwrap_or_default();
    match &id.ns {
        Namespace::Default => format!("DROP FUNCTION {name}({args})"),
        Namespace::Named(schema) => format!(
            "DROP FUNCTION {}.{name}({args})",
            dialect.quote(schema.as_str())
        ),
    }
}

/// Tells apart the types that are objects of this schema, or the rows of its tables, and those that only
/// have a name.
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

/// Adds the schemas that objects are in, and what needs what beyond foreign keys.
pub(crate) fn needs(schema: &mut Schema) {
    let mut deps: BTreeSet<(ObjectId, ObjectId)> = BTreeSet::new();
    let mut spaces: BTreeSet<ObjectId> = BTreeSet::new();
    let called: Vec<&ObjectId> = schema
        .objects
        .keys()
        .filter(|id| matches!(id.kind, ObjectKind::Routine | ObjectKind::Sequence))
        .collect();
    for (id, object) in &schema.objects {
        let space = match object {
            // one that begins so is the server's own
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
        if let Some(space) = space {
            let space = ObjectId::new(ObjectKind::Namespace, space);
            deps.insert((id.clone(), space.clone()));
            spaces.insert(space);
        }
        let mut uses = |ty: &SqlType| {
            if ty.user_defined {
                let name = ty.schema.as_ref().map(Ident::as_str);
                for kind in [ObjectKind::Type, ObjectKind::Table] {
                    let used = ObjectId::new(kind, ty.base.as_str()).within(Namespace::from(name));
                    if schema.objects.contains_key(&used) {
                        deps.insert((id.clone(), used));
                    }
                }
            }
        };
        match object {
            Object::Table(table) => {
                table.columns.iter().for_each(|column| uses(&column.ty));
                if !called.is_empty() {
                    for text in texts(table) {
                        let names = called.iter().filter(|name| mentions(text, &name.name));
                        deps.extend(names.map(|name| (id.clone(), (*name).clone())));
                    }
                }
            }
            Object::Type(UserType::Domain(domain)) => {
                uses(&domain.base);
                for (_, check) in &domain.checks {
                    let names = called
                        .iter()
                        .filter(|name| mentions(&check.expr.text, &name.name));
                    deps.extend(names.map(|name| (id.clone(), (*name).clone())));
                }
            }
            Object::Type(UserType::Composite(fields)) => {
                fields.iter().for_each(|field| uses(&field.ty));
            }
            Object::Type(UserType::Range(range)) => uses(&range.subtype),
            Object::Routine(raw) => {
                let names = called.iter().filter(|used| {
                    let back = schema.objects.get(**used).and_then(Object::as_raw);
                    // two that name each other have no order
                    mentions(&raw.create, &used.name)
                        && !back.is_some_and(|back| mentions(&back.create, &id.name))
                });
                deps.extend(names.map(|name| (id.clone(), (*name).clone())));
            }
            Object::Type(UserType::Enum(_))
            | Object::Namespace
            | Object::Extension(_)
            | Object::Sequence(_) => {}
        }
    }
    schema.deps.extend(deps);
    for space in spaces {
        schema.objects.entry(space).or_insert(Object::Namespace);
    }
}

/// The expressions of a table.
fn texts(table: &Table) -> Vec<&str> {
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

/// Whether a text speaks of a name: as a word of its own.
fn mentions(text: &str, name: &Ident) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name.as_str()).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
