//! Objects other than tables as YAML.

use crate::compile::decompile::entries::Entries;
use crate::compile::decompile::scalars::{literal, put, table_name_text};
use crate::compile::lower::drop_function;
use crate::dialect::{Dialect, out_of_scope_foreign_keys};
use crate::model::{
    Extension, Ident, Namespace, ObjectId, RawSql, Schema, Sequence, SqlType, Table, UserType,
};
use crate::spec::{Yaml, bare_or_quoted};
use std::borrow::Cow;

fn document_head(key: &str, name: &str, ns: &Namespace) -> Entries {
    let mut out = vec![(key.to_owned(), literal(name))];
    if let Namespace::Named(schema) = ns {
        put(&mut out, "schema", literal(schema.as_str()));
    }
    out
}

pub(crate) fn extension_entries(id: &ObjectId, extension: &Extension) -> Entries {
    let mut out = document_head("extension", id.name.as_str(), &Namespace::Default);
    if let Some(schema) = &extension.schema {
        put(&mut out, "schema", literal(schema.as_str()));
    }
    out
}

pub(crate) fn user_type_entries(dialect: &dyn Dialect, id: &ObjectId, ty: &UserType) -> Entries {
    let mut out = document_head("type", id.name.as_str(), &id.ns);
    let sql = |ty: &SqlType| literal(&dialect.type_sql(ty));
    match ty {
        UserType::Enum(values) => {
            let values = values.iter().map(|value| literal(value));
            put(&mut out, "enum", Yaml::List(values.collect()));
        }
        UserType::Domain(domain) => {
            let mut map = vec![("type".into(), sql(&domain.base))];
            if domain.not_null {
                put(&mut map, "nullable", Yaml::flag(false));
            }
            if let Some(default) = &domain.default {
                put(&mut map, "default_sql", Yaml::text(default.text.as_str()));
            }
            if let Some(collation) = &domain.collation {
                put(&mut map, "collation", literal(collation));
            }
            let checks = domain.checks.iter().map(|(name, check)| {
                let text = Yaml::text(check.expr.text.as_str());
                let yaml = if check.validated {
                    text
                } else {
                    Yaml::Map(vec![
                        ("sql".into(), text),
                        ("validated".into(), Yaml::flag(false)),
                    ])
                };
                (name.get().to_string(), yaml)
            });
            let checks: Entries = checks.collect();
            if !checks.is_empty() {
                put(&mut map, "checks", Yaml::Map(checks));
            }
            put(&mut out, "domain", Yaml::Map(map));
        }
        UserType::Composite(fields) => {
            let fields = fields.iter().map(|field| {
                let yaml = match &field.collation {
                    None => sql(&field.ty),
                    Some(collation) => Yaml::Map(vec![
                        ("type".into(), sql(&field.ty)),
                        ("collation".into(), literal(collation)),
                    ]),
                };
                (field.name.to_string(), yaml)
            });
            put(&mut out, "composite", Yaml::Map(fields.collect()));
        }
        UserType::Range(range) => {
            let mut map = vec![("subtype".into(), sql(&range.subtype))];
            let multirange = range.multirange.as_ref().map(Ident::to_string);
            for (key, value) in [
                ("opclass", &range.opclass),
                ("collation", &range.collation),
                ("diff", &range.diff),
                ("multirange", &multirange),
            ] {
                if let Some(value) = value {
                    put(&mut map, key, literal(value));
                }
            }
            put(&mut out, "range", Yaml::Map(map));
        }
    }
    out
}

pub(crate) fn sequence_entries(
    dialect: &dyn Dialect,
    id: &ObjectId,
    sequence: &Sequence,
) -> Entries {
    let mut out = document_head("sequence", id.name.as_str(), &id.ns);
    let ty = dialect.type_sql(&sequence.ty);
    let defaults = dialect
        .capabilities()
        .objects
        .sequences
        .default_sequence(&ty, sequence.increment);
    if ty != "bigint" {
        put(&mut out, "type", literal(&ty));
    }
    let up = sequence.increment >= 0;
    let start = if up { sequence.min } else { sequence.max };
    for (key, value, default) in [
        ("start", sequence.start, start),
        ("increment", sequence.increment, 1),
        ("min", sequence.min, defaults.min),
        ("max", sequence.max, defaults.max),
        ("cache", sequence.cache, defaults.cache),
    ] {
        if value != default {
            put(&mut out, key, Yaml::Literal(value.to_string()));
        }
    }
    if sequence.cycle {
        put(&mut out, "cycle", Yaml::flag(true));
    }
    if sequence.unlogged {
        put(&mut out, "unlogged", Yaml::flag(true));
    }
    if let Some((table, column)) = &sequence.owned_by {
        let table = table_name_text(table);
        let text = format!("{table}.{}", bare_or_quoted(column.as_str()));
        put(&mut out, "owned_by", literal(&text));
    }
    out
}

pub(crate) fn function_entries(dialect: &dyn Dialect, id: &ObjectId, raw: &RawSql) -> Entries {
    let name = bare_or_quoted(id.name.as_str());
    let args = id.args.as_deref().unwrap_or_default();
    let mut out = document_head("function", &format!("{name}({args})"), &id.ns);
    let mut inner = vec![("sql".into(), Yaml::text(raw.create.as_str()))];
    if raw.drop != drop_function(dialect, id) {
        put(&mut inner, "drop", Yaml::text(raw.drop.as_str()));
    }
    put(&mut out, dialect.name(), Yaml::Block(inner));
    out
}

/// The schema without the foreign keys that are reported as not compared.
pub(crate) fn without_out_of_scope_foreign_keys(schema: &Schema) -> Cow<'_, Schema> {
    let is_out_of_scope = out_of_scope_foreign_keys::is_listed(schema);
    let has =
        |(id, table): (&ObjectId, &Table)| table.constraints.iter().any(|c| is_out_of_scope(id, c));
    if !schema.tables().any(has) {
        return Cow::Borrowed(schema);
    }
    let mut without = schema.clone();
    for (id, table) in without.tables_mut() {
        table.constraints.retain(|c| !is_out_of_scope(id, c));
    }
    Cow::Owned(without)
}
