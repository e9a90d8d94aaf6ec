//! Entries of a map: names, key parts, and keys that several kinds of constraints have.

use crate::compile::decompile::scalars::{key_part_text, literal, names_yaml, put};
use crate::model::{
    Constraint, ForeignKey, Ident, IndexPart, Name, PartKey, ReferentialAction, Timing,
};
use crate::spec::Yaml;

/// The keys of a map with their values, in order.
pub(crate) type Entries = Vec<(String, Yaml)>;

/// The name to write; `None` if the derived name is used.
pub(crate) type WrittenName = Option<Ident>;

/// The name to write: the given name, if it differs from the derived name.
pub(crate) fn written_name(name: &Name, derived: &Ident) -> WrittenName {
    (!is_derived(name, derived)).then(|| name.get().clone())
}

pub(crate) fn is_derived(name: &Name, derived: &Ident) -> bool {
    !name.is_given() || name.get() == derived
}

/// Whether a constraint has no comment, options or additional columns.
pub(crate) fn is_plain(constraint: &Constraint) -> bool {
    constraint.comment.is_none() && constraint.attrs.is_empty() && constraint.include.is_empty()
}

/// The short form of a map that has one field.
pub(crate) fn short_form(mut map: Entries) -> Yaml {
    match map.as_slice() {
        [(key, _)] if matches!(key.as_str(), "columns" | "sql" | "values") => map.remove(0).1,
        _ => Yaml::Map(map),
    }
}

pub(crate) fn with_name(name: WrittenName, yaml: Yaml, short_key: &str) -> Yaml {
    let Some(name) = name else {
        return yaml;
    };
    let mut map = match yaml {
        Yaml::Map(map) => map,
        other => vec![(short_key.to_owned(), other)],
    };
    map.push(("name".into(), literal(name.as_str())));
    Yaml::Map(map)
}

/// Adds a map by name if all entries have names, otherwise a list.
pub(crate) fn put_named(out: &mut Entries, key: &str, entries: Vec<(WrittenName, Yaml)>) {
    if entries.is_empty() {
        return;
    }
    let yaml = if entries.iter().all(|(name, _)| name.is_some()) {
        let named = |(name, yaml): (WrittenName, Yaml)| name.map(|name| (name.to_string(), yaml));
        Yaml::Block(entries.into_iter().filter_map(named).collect())
    } else {
        let short_key = if key == "checks" { "sql" } else { "columns" };
        let items = entries.into_iter();
        Yaml::Lines(
            items
                .map(|(name, yaml)| with_name(name, yaml, short_key))
                .collect(),
        )
    };
    put(out, key, yaml);
}

pub(crate) fn key_parts_yaml(parts: &[IndexPart]) -> Yaml {
    Yaml::List(
        parts
            .iter()
            .map(|part| literal(&key_part_text(part)))
            .collect(),
    )
}

pub(crate) fn key_part_name(part: &IndexPart) -> &str {
    match &part.key {
        PartKey::Column(name) => name.as_str(),
        PartKey::Expr(_) => "expr",
    }
}

pub(crate) fn key_part_names(parts: &[IndexPart]) -> Vec<&str> {
    parts.iter().map(key_part_name).collect()
}

pub(crate) fn put_timing(timing: Timing, map: &mut Entries) {
    match timing {
        Timing::Immediate => {}
        Timing::Deferrable => put(map, "deferrable", Yaml::flag(true)),
        Timing::Deferred => put(map, "deferred", Yaml::flag(true)),
    }
}

/// `on_delete` and `on_update`.
pub(crate) fn put_actions(fk: &ForeignKey, map: &mut Entries) {
    for (key, action) in [("on_delete", fk.on_delete), ("on_update", fk.on_update)] {
        if action != ReferentialAction::NoAction {
            put(map, key, literal(&action.sql().to_ascii_lowercase()));
        }
    }
}

pub(crate) fn put_include(names: &[Ident], map: &mut Entries) {
    if !names.is_empty() {
        put(map, "include", names_yaml(names));
    }
}
