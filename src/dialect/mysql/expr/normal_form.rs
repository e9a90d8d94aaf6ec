//! The normal form of a schema, the same for what was lowered and for what either vendor shows.

use crate::dialect::mysql::INDEX_BYTES_MAX;
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::expr::{normalize_expr, text};
use crate::dialect::mysql::types;
use crate::dialect::mysql::types::{defaults, sizes};
use crate::model::{
    Column, Constraint, ConstraintKind, Expr, ForeignKey, Given, Ident, Index, IndexPart, PartKey,
    Partitioning, ReferentialAction, Schema, Table, TableOptions, Timing,
};

/// Brings every table to its normal form.
pub(crate) fn schema(schema: &mut Schema) {
    for (_, table) in schema.tables_mut() {
        canon(table);
    }
}

fn canon(table: &mut Table) {
    options(&mut table.options);
    for column in &mut table.columns {
        self::column(column, &table.options);
    }
    for constraint in &mut table.constraints {
        self::constraint(constraint);
    }
    let in_memory = (table.options.engine.as_ref())
        .is_some_and(|engine| matches!(engine.get().as_str(), "MEMORY" | "ndbcluster"));
    for index in &mut table.indexes {
        self::index(index, in_memory);
    }
    unique_indexes(table);
    let innodb = (table.options.engine.as_ref()).is_some_and(|e| e.get() == "InnoDB");
    if innodb {
        // it has no such thing for a single key, and MariaDB shows one that a table once had
        let keys = table.constraints.iter_mut().map(|key| &mut key.attrs);
        for attrs in keys.chain(table.indexes.iter_mut().map(|index| &mut index.attrs)) {
            attrs.remove(keys::KEY_BLOCK_SIZE);
        }
        short_hashes(table);
    }
    if let Some(partitioning) = &mut table.partitioning {
        self::partitioning(partitioning);
    }
    let key: Vec<Ident> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        // NOT NULL is part of being a key, on both servers
        if key.contains(&column.name) || column.identity.is_some() {
            column.nullable = false;
        }
    }
}

/// InnoDB hashes only what doesn't fit into a tree. MariaDB shows the word for some that do, until
/// the table is rebuilt.
fn short_hashes(table: &mut Table) {
    let fits = |table: &Table, parts: &[IndexPart]| {
        sizes::index_bytes(table, parts).is_some_and(|bytes| bytes <= INDEX_BYTES_MAX)
    };
    let mut keys = std::mem::take(&mut table.constraints);
    for key in &mut keys {
        if let ConstraintKind::Unique(parts) = &key.kind
            && key.attrs.get(keys::USING) == Some("hash")
            && fits(table, parts)
        {
            key.attrs.remove(keys::USING);
        }
    }
    table.constraints = keys;
}

fn options(options: &mut TableOptions) {
    let lower = |value: &mut Given<String>, change: fn(&str) -> String| match value {
        Given::Given(text) | Given::Derived(text) => *text = change(text),
    };
    if let Some(engine) = &mut options.engine {
        lower(engine, engine_name);
    }
    if let Some(name) = &mut options.charset {
        lower(name, charset_name);
    }
    if let Some(name) = &mut options.collation {
        lower(name, collation_name);
    }
}

/// An engine in the spelling of `SHOW ENGINES`.
fn engine_name(text: &str) -> String {
    [
        "InnoDB", "MyISAM", "MEMORY", "Aria", "ARCHIVE", "CSV", "RocksDB",
    ]
    .into_iter()
    .find(|known| known.eq_ignore_ascii_case(text))
    .map_or_else(|| text.to_owned(), str::to_owned)
}

/// `utf8` is `utf8mb3` on both servers.
pub(crate) fn charset_name(text: &str) -> String {
    match text.to_ascii_lowercase().as_str() {
        "utf8" => String::from("utf8mb3"),
        other => other.to_owned(),
    }
}

pub(crate) fn collation_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => lower,
    }
}

/// The charset of a collation is the first part of its name.
pub(crate) fn charset_of(collation: &str) -> String {
    let name = collation.split('_').next().unwrap_or(collation);
    // MariaDB 11 lists these without their charset
    let name = if name == "uca1400" { "utf8mb4" } else { name };
    charset_name(name)
}

fn column(column: &mut Column, options: &TableOptions) {
    let written = types::sql(&column.ty);
    if let Ok(ty) = types::parse(&written) {
        column.ty = ty;
    }
    if let Some(default) = column.default.take() {
        column.default = defaults::normal(&column.ty, &default.text);
    }
    if let Some(generated) = &mut column.generated {
        generated.expr = normalize_expr::expression(&generated.expr.text);
        // MariaDB takes no NOT NULL here; that of MySQL is an attribute
        column.nullable = true;
    }
    column.charset = column.charset.as_deref().map(charset_name);
    column.collation = column.collation.as_deref().map(collation_name);
    if !types::has_charset(&column.ty) {
        column.charset = None;
        column.collation = None;
    }
    if column.charset.is_none() {
        column.charset = column.collation.as_deref().map(charset_of);
    }
    let shared = |value: &Option<Given<String>>| value.as_ref().map(|v| v.get().clone());
    let (charset, collation) = (shared(&options.charset), shared(&options.collation));
    let own = (column.charset.is_some() && column.charset != charset)
        || (column.collation.is_some() && column.collation != collation);
    if own || !types::has_charset(&column.ty) {
        column.attrs.remove(keys::EXPLICIT_COLLATION);
    }
    if column.attrs.get(keys::EXPLICIT_COLLATION) {
        column.charset = charset;
        column.collation = collation;
        return;
    }
    column.collation = column
        .collation
        .take()
        .filter(|own| collation.as_ref() != Some(own));
    column.charset = column
        .charset
        .take()
        .filter(|own| charset.as_ref() != Some(own));
}

fn constraint(constraint: &mut Constraint) {
    // checked at once, whatever is asked for
    constraint.timing = Timing::Immediate;
    match &mut constraint.kind {
        ConstraintKind::PrimaryKey(parts) => {
            // whatever it is called, the servers call it PRIMARY
            constraint.name = Given::Derived(Ident::from("PRIMARY"));
            parts.iter_mut().for_each(part);
        }
        ConstraintKind::Unique(parts) => parts.iter_mut().for_each(part),
        ConstraintKind::ForeignKey(fk) => foreign_key(fk),
        // `finish` has refused it
        ConstraintKind::Exclusion(_) => {}
        ConstraintKind::Check(check) => {
            check.expr = normalize_expr::expression(&check.expr.text);
            check.of_type = None;
        }
    }
}

/// The words of an action that InnoDB takes for none: it refuses at once either way, and never sets
/// a default.
pub(crate) fn same_as_none(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => Some("no action"),
        ReferentialAction::Restrict => Some("restrict"),
        ReferentialAction::SetDefault => Some("set default"),
        ReferentialAction::Cascade | ReferentialAction::SetNull => None,
    }
}

fn foreign_key(fk: &mut ForeignKey) {
    for action in [&mut fk.on_delete, &mut fk.on_update] {
        if same_as_none(*action).is_some() {
            *action = ReferentialAction::NoAction;
        }
    }
    fk.validated = true;
}

fn partitioning(partitioning: &mut Partitioning) {
    partitioning.method = partitioning.method.to_ascii_lowercase();
    partitioning.key.iter_mut().for_each(part);
    if let Some(sub) = &mut partitioning.sub {
        self::partitioning(sub);
    }
    for part in &mut partitioning.parts {
        part.values = part.values.as_deref().map(|values| {
            let values = bound(values);
            match (partitioning.method.as_str(), values.as_str()) {
                ("range", "less than (maxvalue)") => String::from("less than maxvalue"),
                _ => values,
            }
        });
    }
}

/// `LESS THAN (10, 'A')` as `less than (10,'A')`.
fn bound(values: &str) -> String {
    text::outside_quotes(&text::without_introducers(values), |piece| {
        let lower = piece.to_ascii_lowercase();
        let mut out = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        for mark in [",", "(", ")"] {
            out = out
                .replace(&format!(" {mark}"), mark)
                .replace(&format!("{mark} "), mark);
        }
        let head = out
            .find('(')
            .filter(|_| out.starts_with("less") || out.starts_with("in"));
        match head {
            Some(at) => format!("{} {}", out[..at].trim_end(), &out[at..]),
            None => out,
        }
    })
}

fn part(part: &mut IndexPart) {
    if let PartKey::Expr(expr) = &mut part.key {
        *expr = normalize_expr::expression(&expr.text);
    }
    part.nulls_first = None;
}

/// Only in memory there is a choice between the ordinary methods. Elsewhere a unique hash is
/// MariaDB's way of holding long texts, and any other one says nothing.
fn index(index: &mut Index, in_memory: bool) {
    index.parts.iter_mut().for_each(part);
    let method = index
        .method
        .take()
        .map(|method| method.to_ascii_lowercase());
    match method.as_deref() {
        Some(ordinary @ ("btree" | "hash")) => {
            if in_memory || (index.unique && ordinary == "hash") {
                index.attrs.set(keys::USING, ordinary);
            }
        }
        _ => index.method = method,
    }
    index.comment = index.comment.take().filter(|comment| !comment.is_empty());
}

/// A unique index and a unique constraint are one thing on both servers.
fn unique_indexes(table: &mut Table) {
    let (unique, other): (Vec<Index>, Vec<Index>) = std::mem::take(&mut table.indexes)
        .into_iter()
        .partition(|index| index.unique);
    table.indexes = other;
    for index in unique {
        table.constraints.push(Constraint {
            comment: index.comment,
            attrs: index.attrs,
            ..Constraint::new(index.name, ConstraintKind::Unique(index.parts))
        });
    }
}

/// Leaves out the zero that MariaDB shows as the default of a NOT NULL timestamp with ON UPDATE and
/// without a default.
pub(crate) fn without_implied_default(column: &mut Column) {
    let is_zero = |default: &Expr| default.text.starts_with("'0000-00-00 00:00:00");
    if column.on_update_now && !column.nullable && column.default.as_ref().is_some_and(is_zero) {
        column.default = None;
    }
}
