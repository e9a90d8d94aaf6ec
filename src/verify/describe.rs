//! Parts of a schema as text for reports.

use crate::model::{
    Exclusion, Expr, ForeignKey, ForeignKeyMatch, Generated, Ident, Identity, Index, IndexPart,
    Inheritance, Object, PartKey, Partitioning, ReferentialAction, Timing, UserType,
};
use crate::verify::difference::NONE;
use std::fmt::Write as _;

/// `yes` or `no`.
pub(crate) fn yes_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

/// A text on one line; an empty text as `''`.
pub(crate) fn one_line(text: &str) -> String {
    if text.is_empty() {
        return String::from("''");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An expression, or `none`.
pub(crate) fn expr(expr: Option<&Expr>) -> String {
    expr.map_or_else(|| NONE.into(), |e| one_line(&e.text))
}

/// `(a, b)`
pub(crate) fn columns<'a>(names: impl IntoIterator<Item = &'a Ident>) -> String {
    let names: Vec<&str> = names.into_iter().map(Ident::as_str).collect();
    format!("({})", names.join(", "))
}

/// `(a desc, lower(b))`
pub(crate) fn parts(parts: &[IndexPart]) -> String {
    let parts: Vec<String> = parts.iter().map(key_part).collect();
    format!("({})", parts.join(", "))
}

/// The column or expression of an index part, without its options.
pub(crate) fn key_part_name(part: &IndexPart) -> String {
    match &part.key {
        PartKey::Column(name) => name.to_string(),
        PartKey::Expr(expr) => one_line(&expr.text),
    }
}

fn key_part(part: &IndexPart) -> String {
    let mut out = key_part_name(part);
    if let Some(prefix) = part.prefix {
        let _ = write!(out, "({prefix})");
    }
    if let Some(collation) = &part.collation {
        let _ = write!(out, " collate {collation}");
    }
    if let Some(opclass) = &part.opclass {
        let _ = write!(out, " {opclass}");
    }
    if part.desc {
        out.push_str(" desc");
    }
    match part.nulls_first {
        Some(true) => out.push_str(" nulls first"),
        Some(false) => out.push_str(" nulls last"),
        None => {}
    }
    out
}

/// `unique (a, b desc) using gin where …`
pub(crate) fn index(index: &Index) -> String {
    let mut out = String::new();
    if index.unique {
        out.push_str("unique ");
    }
    out.push_str(&parts(&index.parts));
    if let Some(method) = &index.method {
        let _ = write!(out, " using {method}");
    }
    if !index.include.is_empty() {
        let _ = write!(out, " include {}", columns(&index.include));
    }
    if let Some(predicate) = &index.predicate {
        let _ = write!(out, " where {}", one_line(&predicate.text));
    }
    out
}

/// `users(id)`
pub(crate) fn target(fk: &ForeignKey) -> String {
    let columns: Vec<&str> = fk.target_columns.iter().map(Ident::as_str).collect();
    format!("{}({})", fk.target, columns.join(", "))
}

/// `users(id) on delete cascade`
pub(crate) fn foreign_key(fk: &ForeignKey) -> String {
    let mut out = target(fk);
    if fk.on_delete != ReferentialAction::NoAction {
        let _ = write!(out, " on delete {}", action(fk.on_delete));
    }
    if fk.on_update != ReferentialAction::NoAction {
        let _ = write!(out, " on update {}", action(fk.on_update));
    }
    out
}

/// `set null`
pub(crate) fn action(action: ReferentialAction) -> String {
    action.sql().to_ascii_lowercase()
}

pub(crate) fn matching(matching: ForeignKeyMatch) -> &'static str {
    match matching {
        ForeignKeyMatch::Simple => "simple",
        ForeignKeyMatch::Full => "full",
    }
}

pub(crate) fn identity(identity: Option<Identity>) -> &'static str {
    match identity {
        None => NONE,
        Some(Identity::ByDefault) => "by default",
        Some(Identity::Always) => "always",
        Some(Identity::Serial) => "serial",
        Some(Identity::AutoIncrement) => "auto_increment",
        Some(Identity::Rowid) => "rowid",
    }
}

pub(crate) fn generated(generated: Option<&Generated>) -> String {
    generated.map_or_else(
        || NONE.into(),
        |g| {
            let how = if g.stored { "stored" } else { "virtual" };
            format!("{} {how}", one_line(&g.expr.text))
        },
    )
}

/// `range (created_at), 3 partitions`
pub(crate) fn partitioning(of: Option<&Partitioning>) -> String {
    of.map_or_else(
        || NONE.into(),
        |p| {
            let count = p.count.map_or(p.parts.len(), |n| n as usize);
            let key: Vec<String> = p.key.iter().map(key_part_name).collect();
            format!("{} ({}), {count} partitions", p.method, key.join(", "))
        },
    )
}

/// `partition of parent …` or `inherits parent, …`
pub(crate) fn inheritance(of: &Inheritance) -> String {
    match of {
        Inheritance::None => NONE.into(),
        Inheritance::PartitionOf { parent, bound } => format!("partition of {parent} {bound}"),
        Inheritance::Inherits(parents) => {
            let parents: Vec<String> = parents.iter().map(ToString::to_string).collect();
            format!("inherits {}", parents.join(", "))
        }
    }
}

/// The value of `deferrable`.
pub(crate) fn timing(of: Timing) -> &'static str {
    match of {
        Timing::Immediate => "no",
        Timing::Deferrable => "initially immediate",
        Timing::Deferred => "initially deferred",
    }
}

/// `gist (room with =)`
pub(crate) fn exclusion(of: &Exclusion) -> String {
    let parts = of.parts.iter();
    let parts: Vec<String> = parts
        .map(|(part, operator)| format!("{} with {operator}", key_part_name(part)))
        .collect();
    format!("{} ({})", of.method, parts.join(", "))
}

/// The kind of an object, with its size.
pub(crate) fn kind(object: &Object) -> String {
    match object {
        Object::Table(table) => format!("{} columns", table.columns.len()),
        Object::Namespace => String::from("schema"),
        Object::Type(UserType::Enum(values)) => format!("enum ({})", values.join(", ")),
        Object::Type(UserType::Domain(_)) => String::from("domain"),
        Object::Type(UserType::Composite(fields)) => format!("{} fields", fields.len()),
        Object::Type(UserType::Range(_)) => String::from("range"),
        Object::Extension(_) => String::from("extension"),
        Object::Routine(_) => String::from("function"),
        Object::Sequence(_) => String::from("sequence"),
    }
}

/// The definition of an object on one line.
pub(crate) fn definition(object: &Object) -> String {
    match object {
        Object::Table(_)
        | Object::Type(_)
        | Object::Namespace
        | Object::Extension(_)
        | Object::Sequence(_) => kind(object),
        Object::Routine(raw) => one_line(&raw.create),
    }
}
