//! The normal form of a schema: equal for a lowered spec and for what either vendor shows of the same tables.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::expr::normalize_default::normalize_default;
use crate::dialect::mysql::expr::normalize_expr::normalize_expr;
use crate::dialect::mysql::types::charsets::{charset_name, charset_of_collation, collation_name};
use crate::dialect::mysql::types::family::has_charset;
use crate::dialect::mysql::types::literals;
use crate::dialect::mysql::types::native::{parse_type, type_sql};
use crate::dialect::mysql::types::sizes::{INDEX_BYTES_MAX, index_bytes};
use crate::model::{
    Column, Constraint, ConstraintKind, Expr, ForeignKey, Given, Ident, Index, IndexPart, PartKey,
    Partitioning, ReferentialAction, Schema, Table, TableOptions, Timing,
};

/// Brings every table to its normal form.
pub(crate) fn normalize_schema(schema: &mut Schema) {
    for (_, table) in schema.tables_mut() {
        normalize_table(table);
    }
}

fn normalize_table(table: &mut Table) {
    normalize_options(&mut table.options);
    for column in &mut table.columns {
        normalize_column(column, &table.options);
    }
    table.constraints.iter_mut().for_each(normalize_constraint);
    let in_memory = (table.options.engine.as_ref())
        .is_some_and(|engine| matches!(engine.get().as_str(), "MEMORY" | "ndbcluster"));
    for index in &mut table.indexes {
        normalize_index(index, in_memory);
    }
    unique_indexes_to_constraints(table);
    let innodb = (table.options.engine.as_ref()).is_some_and(|e| e.get() == "InnoDB");
    if innodb {
        // InnoDB ignores the option on a key; MariaDB still shows it after a change of engine
        let keys = table.constraints.iter_mut().map(|key| &mut key.attrs);
        for attrs in keys.chain(table.indexes.iter_mut().map(|index| &mut index.attrs)) {
            attrs.remove(keys::KEY_BLOCK_SIZE);
        }
        remove_unused_hash_methods(table);
    }
    if let Some(partitioning) = &mut table.partitioning {
        normalize_partitioning(partitioning);
    }
    let key: Vec<Ident> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        // primary keys and AUTO_INCREMENT imply NOT NULL on both servers
        if key.contains(&column.name) || column.identity.is_some() {
            column.nullable = false;
        }
    }
}

/// Removes `using: hash` from unique keys that fit into a B-tree. InnoDB hashes only longer ones, but MariaDB shows
/// USING HASH on others as well until the table is rebuilt.
fn remove_unused_hash_methods(table: &mut Table) {
    let fits = |table: &Table, parts: &[IndexPart]| {
        index_bytes(table, parts).is_some_and(|bytes| bytes <= INDEX_BYTES_MAX)
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

fn normalize_options(options: &mut TableOptions) {
    let respell = |value: &mut Given<String>, change: fn(&str) -> String| match value {
        Given::Given(text) | Given::Derived(text) => *text = change(text),
    };
    if let Some(engine) = &mut options.engine {
        respell(engine, engine_name);
    }
    if let Some(name) = &mut options.charset {
        respell(name, charset_name);
    }
    if let Some(name) = &mut options.collation {
        respell(name, collation_name);
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

fn normalize_column(column: &mut Column, options: &TableOptions) {
    if let Ok(ty) = parse_type(&type_sql(&column.ty)) {
        column.ty = ty;
    }
    if let Some(default) = column.default.take() {
        column.default = normalize_default(&column.ty, &default.text);
    }
    if let Some(generated) = &mut column.generated {
        generated.expr = normalize_expr(&generated.expr.text);
        // MariaDB refuses NOT NULL on generated columns; on MySQL it is the attribute `not_null`
        column.nullable = true;
    }
    normalize_collation(column, options);
}

/// Keeps charset and collation of a column only where they differ from the table's.
fn normalize_collation(column: &mut Column, options: &TableOptions) {
    column.charset = column.charset.as_deref().map(charset_name);
    column.collation = column.collation.as_deref().map(collation_name);
    if !has_charset(&column.ty) {
        column.charset = None;
        column.collation = None;
    }
    if column.charset.is_none() {
        column.charset = column.collation.as_deref().map(charset_of_collation);
    }
    let shared = |value: &Option<Given<String>>| value.as_ref().map(|v| v.get().clone());
    let (charset, collation) = (shared(&options.charset), shared(&options.collation));
    let own = (column.charset.is_some() && column.charset != charset)
        || (column.collation.is_some() && column.collation != collation);
    if own || !has_charset(&column.ty) {
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

fn normalize_constraint(constraint: &mut Constraint) {
    // neither server has deferrable constraints
    constraint.timing = Timing::Immediate;
    match &mut constraint.kind {
        ConstraintKind::PrimaryKey(parts) => {
            // the servers ignore the name and call every primary key PRIMARY
            constraint.name = Given::Derived(Ident::from("PRIMARY"));
            parts.iter_mut().for_each(normalize_index_part);
        }
        ConstraintKind::Unique(parts) => parts.iter_mut().for_each(normalize_index_part),
        ConstraintKind::ForeignKey(fk) => normalize_foreign_key(fk),
        // refused when the spec was lowered
        ConstraintKind::Exclusion(_) => {}
        ConstraintKind::Check(check) => {
            check.expr = normalize_expr(&check.expr.text);
            check.of_type = None;
        }
    }
}

/// The keywords of an action that InnoDB treats as NO ACTION: it checks immediately either way, and has no SET DEFAULT.
pub(crate) fn spelling_of_no_action(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => Some("no action"),
        ReferentialAction::Restrict => Some("restrict"),
        ReferentialAction::SetDefault => Some("set default"),
        ReferentialAction::Cascade | ReferentialAction::SetNull => None,
    }
}

fn normalize_foreign_key(fk: &mut ForeignKey) {
    for action in [&mut fk.on_delete, &mut fk.on_update] {
        if spelling_of_no_action(*action).is_some() {
            *action = ReferentialAction::NoAction;
        }
    }
    fk.validated = true;
}

fn normalize_partitioning(partitioning: &mut Partitioning) {
    partitioning.method = partitioning.method.to_ascii_lowercase();
    partitioning.key.iter_mut().for_each(normalize_index_part);
    if let Some(sub) = &mut partitioning.sub {
        normalize_partitioning(sub);
    }
    for part in &mut partitioning.parts {
        part.values = part.values.as_deref().map(|values| {
            let values = normal_bound(values);
            match (partitioning.method.as_str(), values.as_str()) {
                ("range", "less than (maxvalue)") => String::from("less than maxvalue"),
                _ => values,
            }
        });
    }
}

/// The bound of a partition in lower case and with normal spaces: `LESS THAN (10, 'A')` becomes `less than (10,'A')`.
fn normal_bound(values: &str) -> String {
    literals::map_unquoted(&literals::strip_introducers(values), |piece| {
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

fn normalize_index_part(part: &mut IndexPart) {
    if let PartKey::Expr(expr) = &mut part.key {
        *expr = normalize_expr(&expr.text);
    }
    part.nulls_first = None;
}

/// `btree` and `hash` are a choice only for engines in memory. Elsewhere the words have no effect, except that MariaDB
/// uses unique hashes for values that are too long for a B-tree.
fn normalize_index(index: &mut Index, in_memory: bool) {
    index.parts.iter_mut().for_each(normalize_index_part);
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

/// Turns unique indexes into unique constraints: both servers have one kind of object for them.
fn unique_indexes_to_constraints(table: &mut Table) {
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

/// Removes the zero that MariaDB shows as the default of a NOT NULL timestamp with ON UPDATE and without a default.
pub(crate) fn remove_implied_default(column: &mut Column) {
    let is_zero = |default: &Expr| default.text.starts_with("'0000-00-00 00:00:00");
    if column.on_update_now && !column.nullable && column.default.as_ref().is_some_and(is_zero) {
        column.default = None;
    }
}
