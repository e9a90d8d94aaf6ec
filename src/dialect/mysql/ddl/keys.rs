//! Definitions of constraints and indexes.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::columns::ENGINE_TEXTS;
use crate::dialect::mysql::ddl::vendor_statements;
use crate::dialect::mysql::naming::{quote, quoted_list};
use crate::dialect::mysql::types::literals;
use crate::model::{
    Attributes, Constraint, ConstraintKind, ForeignKey, Index, IndexPart, PartKey,
    ReferentialAction,
};

/// The definition of a constraint, as in CREATE TABLE or after ADD in ALTER TABLE.
pub(crate) fn constraint_clause(constraint: &Constraint) -> String {
    let name = quote(constraint.name.get().as_str());
    match &constraint.kind {
        ConstraintKind::PrimaryKey(keys) => {
            let parts = key_parts(keys, &constraint.attrs);
            let options = key_options(constraint.comment.as_ref(), &constraint.attrs);
            format!("PRIMARY KEY ({parts}){options}")
        }
        ConstraintKind::Unique(keys) => {
            let parts = key_parts(keys, &constraint.attrs);
            let options = key_options(constraint.comment.as_ref(), &constraint.attrs);
            format!("UNIQUE KEY {name} ({parts}){options}")
        }
        ConstraintKind::ForeignKey(fk) => {
            format!(
                "CONSTRAINT {name} {}",
                foreign_key_clause(fk, &constraint.attrs)
            )
        }
        // refused when the spec was lowered
        ConstraintKind::Exclusion(_) => String::new(),
        ConstraintKind::Check(check) => {
            let expr = &check.expr.text;
            let enforced = if constraint.attrs.get(keys::ENFORCED) {
                ""
            } else {
                " NOT ENFORCED"
            };
            if literals::is_wrapped(expr) {
                format!("CONSTRAINT {name} CHECK {expr}{enforced}")
            } else {
                format!("CONSTRAINT {name} CHECK ({expr}){enforced}")
            }
        }
    }
}

fn foreign_key_clause(fk: &ForeignKey, attrs: &Attributes) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted_list(fk.columns.iter().map(crate::model::Ident::as_str)),
        quote(fk.target.name.as_str()),
        quoted_list(fk.target_columns.iter().map(crate::model::Ident::as_str)),
    );
    for (event, action, written) in [
        ("DELETE", fk.on_delete, attrs.get(keys::DELETE_RULE)),
        ("UPDATE", fk.on_update, attrs.get(keys::UPDATE_RULE)),
    ] {
        if action != ReferentialAction::NoAction {
            sql = format!("{sql} ON {event} {}", action.sql());
        } else if let Some(words) = written {
            sql = format!("{sql} ON {event} {}", words.to_ascii_uppercase());
        }
    }
    sql
}

/// The definition of an index, as in CREATE TABLE or after ADD in ALTER TABLE.
pub(crate) fn index_clause(index: &Index) -> String {
    let kind = match index.method.as_deref() {
        Some(method) => format!("{} KEY", method.to_ascii_uppercase()),
        None => String::from("KEY"),
    };
    format!(
        "{kind} {} ({}){}",
        quote(index.name.get().as_str()),
        key_parts(&index.parts, &index.attrs),
        key_options(index.comment.as_ref(), &index.attrs)
    )
}

fn key_parts(parts: &[IndexPart], attrs: &Attributes) -> String {
    let mut out = index_parts(parts);
    if let Some(period) = attrs.get(keys::WITHOUT_OVERLAPS) {
        out = format!("{out}, {} WITHOUT OVERLAPS", quote(period));
    }
    out
}

/// The options that follow the parts of a key, with a leading space.
fn key_options(comment: Option<&String>, attrs: &Attributes) -> String {
    let mut out = String::new();
    for (key, words) in [
        ("using", " USING "),
        ("key_block_size", " KEY_BLOCK_SIZE="),
        ("distance", " DISTANCE="),
        ("m", " M="),
        ("clustering", " CLUSTERING="),
    ] {
        if let Some(value) = attrs.get(key) {
            out = format!("{out}{words}{}", value.to_ascii_uppercase());
        }
    }
    if let Some(parser) = attrs.get(keys::PARSER) {
        out = format!("{out} WITH PARSER {}", quote(parser));
    }
    if let Some(comment) = comment {
        out = format!("{out} COMMENT {}", literals::string_literal(comment));
    }
    for (key, words) in ENGINE_TEXTS {
        if let Some(value) = attrs.get(key) {
            out = format!("{out} {words} {}", literals::string_literal(value));
        }
    }
    if attrs.get(keys::INVISIBLE) {
        out = format!("{out} {}", vendor_statements::visibility(false));
    }
    out
}

fn index_parts(parts: &[IndexPart]) -> String {
    let written = parts.iter().map(|part| {
        let mut sql = match &part.key {
            PartKey::Column(name) => quote(name.as_str()),
            PartKey::Expr(expr) if literals::is_wrapped(&expr.text) => expr.text.clone(),
            PartKey::Expr(expr) => format!("({})", expr.text),
        };
        if let Some(length) = part.prefix {
            sql = format!("{sql}({length})");
        }
        if part.desc {
            sql.push_str(" DESC");
        }
        sql
    });
    crate::sql::literal::list(written)
}
