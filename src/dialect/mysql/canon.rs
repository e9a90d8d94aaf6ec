//! The normal form of a schema, the same for what was lowered and for what either vendor shows.

use super::{defaults, fold, types};
use crate::model::{
    Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, Given, Ident, Index, IndexPart,
    Options, PartKey, ReferentialAction, Schema, SqlType, Table, Timing,
};

/// Brings every table to its normal form.
pub(super) fn schema(schema: &mut Schema) {
    for (_, table) in schema.tables_mut() {
        canon(table);
    }
}

fn canon(table: &mut Table) {
    options(&mut table.options);
    json_columns(table);
    for column in &mut table.columns {
        self::column(column, &table.options);
    }
    for constraint in &mut table.constraints {
        self::constraint(constraint);
    }
    for index in &mut table.indexes {
        self::index(index);
    }
    unique_indexes(table);
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

fn options(options: &mut Options) {
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
pub(super) fn charset_name(text: &str) -> String {
    match text.to_ascii_lowercase().as_str() {
        "utf8" => String::from("utf8mb3"),
        other => other.to_owned(),
    }
}

pub(super) fn collation_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => lower,
    }
}

/// The charset of a collation is the first part of its name.
pub(super) fn charset_of(collation: &str) -> String {
    let name = collation.split('_').next().unwrap_or(collation);
    // MariaDB 11 lists these without their charset
    let name = if name == "uca1400" { "utf8mb4" } else { name };
    charset_name(name)
}

/// MariaDB's json is longtext, utf8mb4_bin and a check; all three are one type.
fn json_columns(table: &mut Table) {
    let columns = &mut table.columns;
    table.constraints.retain(|constraint| {
        let ConstraintKind::Check(check) = &constraint.kind else {
            return true;
        };
        let of_json = columns
            .iter_mut()
            .find(|column| column.ty.base == "longtext" && is_json_check(check, &column.name));
        if let Some(column) = of_json {
            column.ty = SqlType::new("json");
        }
        let json = columns
            .iter()
            .any(|column| column.ty.base == "json" && is_json_check(check, &column.name));
        // a person's own check of the same is no other condition
        !json
    });
}

fn is_json_check(check: &Check, column: &Ident) -> bool {
    let wanted = format!("json_valid({})", column.as_str().to_lowercase());
    fold::expression(&check.expr.text).normal() == wanted
}

fn column(column: &mut Column, options: &Options) {
    let written = types::sql(&column.ty);
    if let Ok(ty) = types::parse(&written) {
        column.ty = ty;
    }
    if let Some(default) = column.default.take() {
        column.default = defaults::normal(&column.ty, &default.text)
            .filter(|normal| !is_implied(column, normal));
    }
    if let Some(generated) = &mut column.generated {
        generated.expr = fold::expression(&generated.expr.text);
        // MariaDB takes no NOT NULL here; whether there are NULLs is the expression's own matter
        column.nullable = true;
    }
    column.charset = column.charset.as_deref().map(charset_name);
    column.collation = column.collation.as_deref().map(collation_name);
    if !types::has_charset(&column.ty) {
        column.charset = None;
        column.collation = None;
    }
    let same = |shared: Option<&Given<String>>, own: &str| shared.is_some_and(|s| s.get() == own);
    if column.charset.is_none() {
        column.charset = column.collation.as_deref().map(charset_of);
    }
    column.collation = column
        .collation
        .take()
        .filter(|own| !same(options.collation.as_ref(), own));
    column.charset = column
        .charset
        .take()
        .filter(|own| !same(options.charset.as_ref(), own));
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
            check.expr = fold::expression(&check.expr.text);
            check.of_type = None;
        }
    }
}

fn foreign_key(fk: &mut ForeignKey) {
    for action in [&mut fk.on_delete, &mut fk.on_update] {
        *action = match action {
            // InnoDB refuses at once either way, and never sets a default
            ReferentialAction::NoAction
            | ReferentialAction::Restrict
            | ReferentialAction::SetDefault => ReferentialAction::NoAction,
            ReferentialAction::Cascade => ReferentialAction::Cascade,
            ReferentialAction::SetNull => ReferentialAction::SetNull,
        };
    }
    fk.validated = true;
}

fn part(part: &mut IndexPart) {
    if let PartKey::Expr(expr) = &mut part.key {
        *expr = fold::expression(&expr.text);
    }
    part.nulls_first = None;
}

fn index(index: &mut Index) {
    index.parts.iter_mut().for_each(part);
    index.method = index
        .method
        .take()
        .map(|method| method.to_ascii_lowercase())
        .filter(|method| method != "btree");
    index.comment = index.comment.take().filter(|comment| !comment.is_empty());
}

/// A unique index and a unique constraint are one thing on both servers.
fn unique_indexes(table: &mut Table) {
    let (unique, other): (Vec<Index>, Vec<Index>) = std::mem::take(&mut table.indexes)
        .into_iter()
        .partition(|index| index.unique && index.method.is_none() && index.valid);
    table.indexes = other;
    for index in unique {
        table.constraints.push(Constraint {
            comment: index.comment,
            ..Constraint::new(index.name, ConstraintKind::Unique(index.parts))
        });
    }
}
/// The zero that MariaDB shows as the default of a NOT NULL timestamp with ON UPDATE and without a
/// default.
fn is_implied(column: &Column, default: &Expr) -> bool {
    column.on_update_now && !column.nullable && default.text.starts_with("'0000-00-00 00:00:00")
}
