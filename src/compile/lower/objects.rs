//! Objects other than tables: extensions, types, sequences, functions.

use crate::compile::lower::lowered::Lowered;
use crate::compile::lower::names::{given_or_derived, supported_namespace, table_ref_id};
use crate::diag::{Code, Diagnostic};
use crate::dialect::{Dialect, is_for_vendors_only};
use crate::model::{
    Check, CompositeField, Domain, Expr, Extension, Ident, Namespace, Object, ObjectId, ObjectKind,
    RangeType, RawSql, Sequence, SqlType, UserType,
};
use crate::spec::{DefaultSpec, FunctionSpec, SequenceSpec, Spanned, Spec, TypeKind, TypeSpec};

/// Lowers every document except tables.
pub(crate) fn lower_objects(dialect: &dyn Dialect, spec: &Spec, out: &mut Lowered) {
    for extension in &spec.extensions {
        let schema = extension.schema.as_ref().map(|schema| schema.value.clone());
        add_object(
            out,
            ObjectId::new(ObjectKind::Extension, extension.name.value.clone()),
            Object::Extension(Extension { schema }),
            &extension.name,
            extension.comment.as_ref(),
        );
    }
    if is_for_vendors_only(
        dialect,
        spec,
        dialect.capabilities().objects.sequences.vendors,
    ) {
        for sequence in &spec.sequences {
            let namespace = supported_namespace(dialect, sequence.schema.as_ref());
            let id =
                ObjectId::new(ObjectKind::Sequence, sequence.name.value.clone()).within(namespace);
            let lowered = Object::Sequence(lower_sequence(dialect, sequence));
            add_object(out, id, lowered, &sequence.name, sequence.comment.as_ref());
        }
    }
    if !dialect.capabilities().objects.types_and_functions {
        return;
    }
    for ty in &spec.types {
        let id = ObjectId::new(ObjectKind::Type, ty.name.value.clone())
            .within(supported_namespace(dialect, ty.schema.as_ref()));
        if let Some(lowered) = lower_user_type(dialect, ty, &id, out) {
            add_object(
                out,
                id,
                Object::Type(lowered),
                &ty.name,
                ty.comment.as_ref(),
            );
        }
    }
    for function in &spec.functions {
        let (id, raw) = lower_routine(dialect, function);
        add_object(
            out,
            id,
            Object::Routine(raw),
            &function.name,
            function.comment.as_ref(),
        );
    }
}

fn add_object(
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
        let message = format!("duplicate {kind} `{}`", name.value);
        out.diagnostics.push(
            Diagnostic::error(Code::DuplicateName, message)
                .at(&name.at)
                .help("rename or remove one of them"),
        );
    }
}

fn lower_native_type(
    dialect: &dyn Dialect,
    text: &Spanned<String>,
    out: &mut Lowered,
) -> Option<SqlType> {
    match dialect.native_type(&text.value) {
        Ok(ty) => Some(ty),
        Err(why) => {
            let found = Diagnostic::error(Code::Unsupported, why.message).at(&text.at);
            out.diagnostics.push(found.help(why.help));
            None
        }
    }
}

fn lower_user_type(
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
            let base = lower_native_type(dialect, base, out)?;
            let default = default.as_ref().map(|default| match default {
                DefaultSpec::Sql(text) | DefaultSpec::Value(text) => Expr::new(text.value.clone()),
            });
            let checks = checks.iter().enumerate().map(|(number, check)| {
                let derived = || {
                    // the name that the server generates: `d_check`, `d_check1`
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
                (given_or_derived(check.name.as_ref(), derived), condition)
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
                    ty: lower_native_type(dialect, ty, out)?,
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
            subtype: lower_native_type(dialect, subtype, out)?,
            opclass: opclass.as_ref().map(|name| name.value.clone()),
            collation: collation.as_ref().map(|name| name.value.clone()),
            diff: diff.as_ref().map(|name| name.value.clone()),
            multirange: multirange.as_ref().map(|name| name.value.clone()),
        })),
    }
}

/// A sequence with the server's defaults.
fn lower_sequence(dialect: &dyn Dialect, spec: &SequenceSpec) -> Sequence {
    let name = spec.ty.as_ref().map_or("bigint", |ty| ty.value.as_str());
    let increment = spec.increment.unwrap_or(1);
    let defaults = dialect
        .capabilities()
        .objects
        .sequences
        .default_sequence(name, increment);
    let (min, max) = (
        spec.min.unwrap_or(defaults.min),
        spec.max.unwrap_or(defaults.max),
    );
    let owner = (spec.owned_by.as_ref()).filter(|_| dialect.capabilities().objects.sequences.typed);
    Sequence {
        start: spec.start.unwrap_or(if increment < 0 { max } else { min }),
        min,
        max,
        cache: spec.cache.unwrap_or(defaults.cache),
        cycle: spec.cycle,
        unlogged: spec.unlogged && dialect.capabilities().objects.sequences.typed,
        owned_by: owner.map(|(table, column)| (table_ref_id(dialect, table), column.value.clone())),
        ..defaults
    }
}

fn lower_routine(dialect: &dyn Dialect, spec: &FunctionSpec) -> (ObjectId, RawSql) {
    let namespace = supported_namespace(dialect, spec.schema.as_ref());
    let mut id = ObjectId::new(ObjectKind::Routine, spec.name.value.clone()).within(namespace);
    id.args = Some(spec.args.clone());
    let drop = spec.drop.as_ref();
    let drop = drop.map_or_else(|| drop_function(dialect, &id), |drop| drop.value.clone());
    let create = spec.create.value.clone();
    (id, RawSql { create, drop })
}

/// The default DROP statement of a function.
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
