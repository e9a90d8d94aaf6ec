//! Completion of a lowered schema: options, collations and supporting indexes are made explicit, so that neither server
//! adds defaults; and errors for what neither of them supports.

pub(crate) mod attributes;
pub(crate) mod candidates;

use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::mysql::expr::normal_form;
use crate::dialect::mysql::expr::normalize_expr::normalize_expr;
use crate::dialect::mysql::types::charsets;
use crate::dialect::mysql::types::family::Family;
use crate::dialect::mysql::types::family::family;
use crate::dialect::mysql::types::family::has_charset;
use crate::dialect::mysql::types::native::type_sql;
use crate::model::{
    Column, Constraint, ConstraintKind, ForeignKey, Given, Ident, Index, IndexPart,
    ReferentialAction, Schema, Table, TableOptions, Timing,
};
use crate::spec::{ForeignKeySpec, Spec, TableSpec};
use std::collections::HashMap;

/// The options of a table for which the spec has none.
const ENGINE: &str = "InnoDB";
const CHARSET: &str = "utf8mb4";
const COLLATION: &str = "utf8mb4_unicode_ci";

/// Completes every table of a lowered schema. `mariadb`: the spec was resolved for MariaDB only.
pub(crate) fn finish(spec: &Spec, mariadb: bool, schema: &mut Schema, found: &mut Vec<Diagnostic>) {
    let written = spec.tables.iter().map(|table| (&table.name.value, table));
    let written: HashMap<&Ident, &TableSpec> = written.collect();
    for (id, table) in schema.tables_mut() {
        options(&mut table.options);
        for column in &mut table.columns {
            collation(column, &table.options);
            if mariadb {
                normal_form::remove_implied_default(column);
            }
        }
        if let Some(places) = written.get(&id.name) {
            complain(table, places, mariadb, found);
        }
        if !table.external {
            supporting_indexes(table);
        }
    }
}

/// Both servers reject a check on a column that a foreign key sets to another value (MySQL 3823, MariaDB 1901).
fn check_on_action(
    table: &Table,
    places: &TableSpec,
    fk: &ForeignKeySpec,
    found: &mut Vec<Diagnostic>,
) {
    let sets = |action| match action {
        ReferentialAction::SetNull | ReferentialAction::SetDefault => true,
        ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => {
            false
        }
    };
    if !sets(fk.on_delete) && !sets(fk.on_update) && fk.on_update != ReferentialAction::Cascade {
        return;
    }
    for constraint in &table.constraints {
        let ConstraintKind::Check(check) = &constraint.kind else {
            continue;
        };
        let reads = normalize_expr(&check.expr.text).reads;
        let Some(column) = fk.columns.iter().find(|c| reads.contains(&c.value)) else {
            continue;
        };
        let place = (places.checks.iter())
            .find(|c| c.sql.value == check.expr.text)
            .map_or(&fk.at, |c| &c.at);
        let message = format!(
            "a check can't read `{}` on MySQL: its foreign key sets it to another value",
            column.value
        );
        found.push(
            Diagnostic::error(Code::CheckOnAction, message)
                .at(place)
                .help("leave the check out with `except: [mysql]`, or choose cascade or restrict"),
        );
    }
}

fn options(options: &mut TableOptions) {
    options
        .engine
        .get_or_insert_with(|| Given::Derived(ENGINE.to_owned()));
    match (&options.charset, &options.collation) {
        (None, None) => {
            options.charset = Some(Given::Derived(CHARSET.to_owned()));
            options.collation = Some(Given::Derived(COLLATION.to_owned()));
        }
        (None, Some(collation)) => {
            options.charset = Some(Given::Given(charsets::charset_of_collation(
                collation.get(),
            )));
        }
        (Some(charset), None) => {
            let collation = default_collation(&charsets::charset_name(charset.get()));
            options.collation = Some(Given::Derived(collation));
        }
        (Some(_), Some(_)) => {}
    }
}

/// A collation that both vendors have in every version, for a column with only a charset.
/// Their own defaults differ (utf8mb4: 0900_ai_ci, general_ci, uca1400_ai_ci).
fn default_collation(charset: &str) -> String {
    match charset {
        CHARSET => COLLATION.to_owned(),
        "latin1" => String::from("latin1_swedish_ci"),
        "binary" => String::from("binary"),
        other => format!("{other}_general_ci"),
    }
}

fn collation(column: &mut Column, options: &TableOptions) {
    let Some(charset) = column.charset.as_deref().map(charsets::charset_name) else {
        return;
    };
    let same = options
        .charset
        .as_ref()
        .is_some_and(|c| *c.get() == charset);
    if column.collation.is_none() && !same && has_charset(&column.ty) {
        column.collation = Some(default_collation(&charset));
    }
}

fn complain(table: &Table, places: &TableSpec, mariadb: bool, found: &mut Vec<Diagnostic>) {
    for column in table.columns.iter().filter(|c| c.on_update_now) {
        let place = places
            .columns
            .iter()
            .find(|c| c.name.value == column.name)
            .and_then(|c| c.on_update_now.as_ref());
        if let Some(at) = place
            && !matches!(column.ty.base.as_str(), "timestamp" | "datetime")
        {
            let message = "`on_update: now` needs a datetime or timestamptz column on MySQL";
            found.push(
                Diagnostic::error(Code::Unsupported, message)
                    .at(at)
                    .help("change the type, or leave it out with `except: [mysql]`"),
            );
        }
    }
    for fk in &places.foreign_keys {
        if [fk.on_delete, fk.on_update].contains(&ReferentialAction::SetDefault) {
            found.push(
                Diagnostic::error(Code::Unsupported, "InnoDB has no SET DEFAULT")
                    .at(&fk.at)
                    .help("use set_null or restrict, or say another action under `mysql:`"),
            );
        }
        check_on_action(table, places, fk, found);
        if fk.more.timing != Timing::Immediate {
            found.push(
                Diagnostic::warning(
                    Code::Unsupported,
                    "MySQL checks foreign keys at once; `deferred` says nothing there",
                )
                .at(&fk.at),
            );
        }
    }
    let whole = |name: &str, prefix: Option<u32>, at: &Location, found: &mut Vec<Diagnostic>| {
        let Some(column) = table.column(name) else {
            return;
        };
        let help = match family(&column.ty) {
            Family::Text | Family::Blob if prefix.is_none() => {
                format!("write `{name}(100)`, or use varchar")
            }
            Family::Json => String::from("index a generated column instead"),
            _ => return,
        };
        let message = format!(
            "a key can't hold all of `{name}`, which is {}, on MySQL",
            type_sql(&column.ty)
        );
        found.push(
            Diagnostic::error(Code::IndexPrefix, message)
                .at(at)
                .help(help),
        );
    };
    on_expressions(places, found);
    // MariaDB hashes unique values that are too long for a B-tree
    let unique = places.unique.iter().filter(|_| !mariadb);
    let keys = places.primary_key.iter().chain(unique);
    for part in keys.flat_map(|key| &key.parts) {
        if !part.value.is_expr {
            whole(&part.value.text, part.value.prefix, &part.at, found);
        }
    }
    for index in places.indexes.iter().filter(|i| !(i.unique && mariadb)) {
        let method = index.method.as_ref().map(|m| m.value.to_ascii_lowercase());
        if matches!(method.as_deref(), None | Some("btree" | "hash")) {
            for part in index.parts.iter().filter(|part| !part.value.is_expr) {
                whole(&part.value.text, part.value.prefix, &part.at, found);
            }
        }
    }
}

/// MariaDB has no syntax for indexes on expressions.
fn on_expressions(places: &TableSpec, found: &mut Vec<Diagnostic>) {
    for part in places.indexes.iter().flat_map(|index| &index.parts) {
        if part.value.is_expr {
            let message = "only MySQL has an index on an expression, MariaDB refuses it";
            found.push(
                Diagnostic::warning(Code::IndexExpression, message)
                    .at(&part.at)
                    .help("for both, index a generated column of that expression"),
            );
        }
    }
}

/// InnoDB creates an index for a foreign key that has none, and drops it when another index can replace it; an explicit
/// index is kept.
fn supporting_indexes(table: &mut Table) {
    let missing: Vec<(Ident, Vec<Ident>)> = table
        .foreign_keys()
        .map(|(constraint, fk)| (constraint.name.get().clone(), fk))
        .filter(|(_, fk)| !is_supported(table, fk))
        .map(|(name, fk)| (name, fk.columns.clone()))
        .collect();
    for (name, columns) in missing {
        // two foreign keys with the same columns share one
        let covered = table
            .indexes
            .iter()
            .any(|index| index.method.is_none() && begins_with(&index.parts, &columns));
        if !covered {
            table.indexes.push(Index::new(
                Given::Derived(name),
                columns.into_iter().map(IndexPart::on_column).collect(),
            ));
        }
    }
}

fn is_supported(table: &Table, fk: &ForeignKey) -> bool {
    let by_key = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => {
            begins_with(parts, &fk.columns)
        }
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
            false
        }
    };
    let by_index = |index: &Index| index.method.is_none() && begins_with(&index.parts, &fk.columns);
    table.constraints.iter().any(by_key) || table.indexes.iter().any(by_index)
}

/// Whether a key's first parts are these columns, without prefix lengths and ascending: InnoDB uses no other for a
/// foreign key.
fn begins_with(parts: &[IndexPart], columns: &[Ident]) -> bool {
    parts.len() >= columns.len()
        && parts.iter().zip(columns).all(|(part, column)| {
            part.column_name() == Some(column) && part.prefix.is_none() && !part.desc
        })
}
