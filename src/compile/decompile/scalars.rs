//! Texts of scalars: names, references and key parts.

use crate::model::{Attributes, ForeignKey, Ident, IndexPart, Namespace, ObjectId, PartKey};
use crate::spec::{Yaml, bare_or_quoted};

/// A string that the loader reads unchanged.
pub(crate) fn literal(text: &str) -> Yaml {
    Yaml::Text(text.to_owned())
}

/// Adds a field.
pub(crate) fn put(map: &mut Vec<(String, Yaml)>, key: &str, value: Yaml) {
    map.push((key.to_owned(), value));
}

/// A list of names.
pub(crate) fn names_yaml(names: &[Ident]) -> Yaml {
    Yaml::List(names.iter().map(|name| literal(name.as_str())).collect())
}

/// `options:`
pub(crate) fn options_yaml(attrs: &Attributes) -> Yaml {
    let entries = attrs.iter();
    Yaml::Map(
        entries
            .map(|(key, value)| (key.to_owned(), Yaml::scalar(value)))
            .collect(),
    )
}

/// `schema.table`; names with other characters than letters, digits and `_` are quoted.
pub(crate) fn table_name_text(id: &ObjectId) -> String {
    let name = bare_or_quoted(id.name.as_str());
    match &id.ns {
        Namespace::Default => name,
        Namespace::Named(schema) => format!("{}.{name}", bare_or_quoted(schema.as_str())),
    }
}

/// `table.column` or `table(a, b)`.
pub(crate) fn reference_yaml(fk: &ForeignKey) -> Yaml {
    let table = table_name_text(&fk.target);
    let columns: Vec<String> = (fk.target_columns.iter())
        .map(|column| bare_or_quoted(column.as_str()))
        .collect();
    literal(&match columns.as_slice() {
        [column] => format!("{table}.{column}"),
        _ => format!("{table}({})", columns.join(", ")),
    })
}

/// A part of a key or an index.
pub(crate) fn key_part_text(part: &IndexPart) -> String {
    let mut out = match &part.key {
        PartKey::Column(name) => bare_or_quoted(name.as_str()),
        PartKey::Expr(expr) => format!("({})", expr.text),
    };
    if let Some(prefix) = part.prefix {
        out.extend(["(", &prefix.to_string(), ")"]);
    }
    if let Some(class) = &part.opclass {
        out.extend([" ", class]);
    }
    if let Some(collation) = &part.collation {
        let path = collation.contains('.') || collation.contains('"');
        let name = if path {
            collation.clone()
        } else {
            bare_or_quoted(collation)
        };
        out.extend([" collate ", &name]);
    }
    if part.desc {
        out.push_str(" desc");
    }
    if let Some(first) = part.nulls_first {
        out.push_str(if first { " nulls first" } else { " nulls last" });
    }
    out
}
