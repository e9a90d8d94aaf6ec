//! Clauses that several statements share: defaults, collations, parts of keys, comments.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::naming::{bare_or_quoted, quoted, within};
use crate::model::{Attributes, Column, Constraint, Expr, Index, IndexPart, Namespace, PartKey};
use crate::sql::{expr, literal};
use sqlparser::ast::Expr as Ast;
use std::fmt::Write as _;

/// A default, in parentheses where it has operators, which the grammar of DEFAULT doesn't accept.
pub(crate) fn default_value(expr: &Expr) -> String {
    let text = expr.text.trim();
    if !text.contains(char::is_whitespace) {
        return text.to_owned();
    }
    let bare = normalize_expr::parse(text)
        .is_some_and(|ast| expr::is_atom(&ast) || matches!(ast, Ast::UnaryOp { .. }));
    if bare {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

/// The name of a collation, always in quotes because it is case-sensitive. A qualified name is quoted already.
pub(crate) fn collation_name(name: &str) -> String {
    if name.starts_with('"') {
        name.to_owned()
    } else {
        quoted(name)
    }
}

pub(crate) fn key_parts(parts: &[IndexPart]) -> String {
    literal::list(parts.iter().map(key_part))
}

/// A part of a key, as in `CREATE INDEX`.
pub(crate) fn key_part(part: &IndexPart) -> String {
    let mut out = match &part.key {
        PartKey::Column(name) => bare_or_quoted(name.as_str()),
        PartKey::Expr(expr) => format!("({})", expr.text.trim()),
    };
    if let Some(collation) = &part.collation {
        let _ = write!(out, " COLLATE {}", collation_name(collation));
    }
    if let Some(opclass) = &part.opclass {
        let _ = write!(out, " {opclass}");
    }
    if part.desc {
        out.push_str(" DESC");
    }
    match part.nulls_first {
        Some(true) => out.push_str(" NULLS FIRST"),
        Some(false) => out.push_str(" NULLS LAST"),
        None => {}
    }
    out
}

pub(crate) fn nulls_not_distinct(attrs: &Attributes) -> &'static str {
    if attrs.get(keys::NULLS_NOT_DISTINCT) {
        " NULLS NOT DISTINCT"
    } else {
        ""
    }
}

/// The text of a comment as a literal, `NULL` for none.
pub(crate) fn comment_text(text: Option<&String>) -> String {
    text.map_or_else(|| String::from("NULL"), |text| literal::string(text))
}

/// `COMMENT ON TABLE`.
pub(crate) fn table_comment(on: &str, text: Option<&String>) -> String {
    format!("COMMENT ON TABLE {on} IS {}", comment_text(text))
}

/// `COMMENT ON COLUMN`.
pub(crate) fn column_comment(on: &str, column: &Column) -> String {
    format!(
        "COMMENT ON COLUMN {on}.{} IS {}",
        bare_or_quoted(column.name.as_str()),
        comment_text(column.comment.as_ref())
    )
}

/// `COMMENT ON CONSTRAINT`.
pub(crate) fn constraint_comment(on: &str, constraint: &Constraint) -> String {
    format!(
        "COMMENT ON CONSTRAINT {} ON {on} IS {}",
        bare_or_quoted(constraint.name.get().as_str()),
        comment_text(constraint.comment.as_ref())
    )
}

/// `COMMENT ON INDEX`.
pub(crate) fn index_comment(ns: &Namespace, index: &Index) -> String {
    format!(
        "COMMENT ON INDEX {} IS {}",
        within(ns, index.name.get()),
        comment_text(index.comment.as_ref())
    )
}
