//! Columns as YAML, in each of their forms.

use crate::compile::decompile::entries::{Entries, put_actions};
use crate::compile::decompile::scalars::{literal, options_yaml, put, reference_yaml};
use crate::dialect::Dialect;
use crate::model::{Column, ConstraintKind, Expr, ForeignKey, Identity, Table, Timing};
use crate::spec::{Neutral, Yaml};

/// A form in which a column can be written.
#[derive(Clone, Debug)]
pub(crate) struct ColumnForm {
    /// The neutral type; `None` for a native type.
    neutral: Option<Neutral>,
    /// The literal for `default:`; `None` for `default_sql:`.
    default: Option<String>,
    /// Whether the type implies a check.
    pub(crate) makes_check: bool,
}

/// The forms of a column, the preferred one first. The last one, native type and SQL default, always fits.
pub(crate) fn column_forms(
    dialect: &dyn Dialect,
    table: &Table,
    column: &Column,
) -> Vec<ColumnForm> {
    let checked = table
        .constraints
        .iter()
        .any(|constraint| match &constraint.kind {
            ConstraintKind::Check(check) => check.of_type.as_ref() == Some(&column.name),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion(_) => false,
        });
    let mut types: Vec<(Option<Neutral>, bool)> = Vec::new();
    for neutral in dialect.neutral_candidates(table, column) {
        // a native enum type has its own document
        if matches!(neutral, Neutral::Enum { native: true, .. }) {
            continue;
        }
        let plan = dialect.neutral_type(
            &neutral,
            column.identity.is_some(),
            table.name().as_str(),
            column.name.as_str(),
        );
        if let Ok(plan) = plan
            && plan.check.is_some() == checked
        {
            types.push((Some(neutral), checked));
        }
    }
    types.push((None, false));
    let literal = column
        .default
        .as_ref()
        .and_then(|_| dialect.default_candidate(table, column));
    let mut forms = Vec::new();
    for (neutral, makes_check) in types {
        let form = |default| ColumnForm {
            neutral: neutral.clone(),
            default,
            makes_check,
        };
        if literal.is_some() {
            forms.push(form(literal.clone()));
        }
        forms.push(form(None));
    }
    forms
}

/// The column in one of its forms.
pub(crate) fn column_yaml(
    dialect: &dyn Dialect,
    column: &Column,
    form: &ColumnForm,
    references: Option<(&ForeignKey, Timing)>,
) -> Yaml {
    let (mut map, mut native) = (Entries::new(), Entries::new());
    put_type(dialect, column, form, &mut map, &mut native);
    put_value_source(column, form, &mut map);
    if let Some((fk, timing)) = references {
        put(&mut map, "references", reference_yaml(fk));
        put_actions(fk, &mut map);
        if timing == Timing::Deferred {
            put(&mut map, "deferred", Yaml::flag(true));
        }
    }
    if column.on_update_now {
        put(&mut map, "on_update", literal("now"));
    }
    if let Some(comment) = &column.comment {
        put(&mut map, "comment", Yaml::text(comment.as_str()));
    }
    for (key, value) in [
        ("charset", &column.charset),
        ("collation", &column.collation),
    ] {
        if let Some(value) = value {
            put(&mut native, key, literal(value));
        }
    }
    if !column.attrs.is_empty() {
        put(&mut native, "options", options_yaml(&column.attrs));
    }
    if !native.is_empty() {
        put(&mut map, dialect.name(), Yaml::Map(native));
    }
    match map.as_slice() {
        [(key, _)] if key == "type" => map.remove(0).1,
        _ => Yaml::Map(map),
    }
}

/// Adds the type and nullability: a neutral type to `map`, a native one to `native`.
fn put_type(
    dialect: &dyn Dialect,
    column: &Column,
    form: &ColumnForm,
    map: &mut Entries,
    native: &mut Entries,
) {
    let with_nullability = |text: String| {
        if column.nullable && !text.is_empty() {
            format!("{text} null")
        } else {
            text
        }
    };
    match &form.neutral {
        Some(Neutral::Enum { values, .. }) => {
            let values = values.iter().map(|value| literal(&value.value));
            put(map, "enum", Yaml::List(values.collect()));
            if column.nullable {
                put(map, "nullable", Yaml::flag(true));
            }
        }
        Some(neutral) => put(map, "type", literal(&with_nullability(neutral.to_string()))),
        None => {
            let text = dialect.type_sql(&column.ty);
            if text.is_empty() && column.nullable {
                put(map, "nullable", Yaml::flag(true));
            }
            put(native, "type", literal(&with_nullability(text)));
        }
    }
}

/// Adds the source of values that are not inserted: identity, default or generation expression.
fn put_value_source(column: &Column, form: &ColumnForm, map: &mut Entries) {
    match column.identity {
        None => {}
        Some(Identity::ByDefault | Identity::AutoIncrement | Identity::Rowid) => {
            put(map, "identity", Yaml::flag(true));
        }
        Some(Identity::Always) => put(map, "identity", literal("always")),
        Some(Identity::Serial) => put(map, "identity", literal("serial")),
    }
    if let Some(Expr { text, .. }) = &column.default {
        match &form.default {
            Some(value) => put(map, "default", Yaml::scalar(value)),
            None => put(map, "default_sql", Yaml::text(text.as_str())),
        }
    }
    if let Some(generated) = &column.generated {
        let mut inner = vec![("sql".into(), Yaml::text(generated.expr.text.as_str()))];
        if !generated.stored {
            put(&mut inner, "stored", Yaml::flag(false));
        }
        put(map, "generated", Yaml::Map(inner));
    }
}
