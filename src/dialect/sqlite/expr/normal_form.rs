//! The normal form. SQLite stores every text as it was written, so only spellings differ: case, white space, parentheses,
//! and the ways to write a default.

use crate::dialect::sqlite::attribute_keys as keys;
use crate::model::{Column, ConstraintKind, Expr, Ident, Identity, PartKey, Schema, Table};
use crate::sql::expr;
use crate::sql::lexical_rules::SQLITE;
use crate::sql::text::{QuotedNames, comparable_text, strip_parentheses};
use sqlparser::ast::{Expr as Ast, FunctionArguments, ObjectNamePart, UnaryOperator, Value};
use sqlparser::dialect::SQLiteDialect;
use std::collections::BTreeSet;

/// Brings a schema to its normal form.
pub(crate) fn normalize_schema(schema: &mut Schema) {
    for (_, table) in schema.tables_mut() {
        normalize_table(table);
    }
}

/// Brings a table to its normal form.
pub(crate) fn normalize_table(table: &mut Table) {
    for column in &mut table.columns {
        normalize_column(column);
    }
    let key: Vec<Ident> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    // without a rowid, no column is an alias of it
    let rowid = !table.options.attrs.get(keys::WITHOUT_ROWID);
    if let ([only], true) = (key.as_slice(), rowid) {
        let found = table.columns.iter_mut().find(|c| c.name == *only);
        if let Some(column) = found.filter(|c| c.ty.base == "integer" && c.ty.args.is_empty()) {
            // an alias of the rowid, which is never NULL
            column.identity = Some(Identity::Rowid);
            column.nullable = false;
        }
    }
    for constraint in &mut table.constraints {
        constraint.comment = None;
        match &mut constraint.kind {
            ConstraintKind::Check(check) => normalize_expr(&mut check.expr),
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => {
                for part in parts {
                    if let PartKey::Expr(expr) = &mut part.key {
                        normalize_expr(expr);
                    }
                }
            }
            ConstraintKind::ForeignKey(_) | ConstraintKind::Exclusion(_) => {}
        }
    }
    for index in &mut table.indexes {
        index.comment = None;
        if let Some(predicate) = &mut index.predicate {
            normalize_expr(predicate);
        }
        for part in &mut index.parts {
            if let PartKey::Expr(expr) = &mut part.key {
                normalize_expr(expr);
            }
        }
    }
}

fn normalize_column(column: &mut Column) {
    column.ty.base = column.ty.base.to_ascii_lowercase();
    let own = column.collation.take().map(|c| c.to_ascii_lowercase());
    column.collation = own.filter(|c| c != "binary");
    if let Some(generated) = &mut column.generated {
        normalize_expr(&mut generated.expr);
    }
    if let Some(default) = &mut column.default {
        normalize_expr(default);
        match default.normal() {
            "null" => column.default = None,
            "current_timestamp" => default.text = "CURRENT_TIMESTAMP".into(),
            "current_date" => default.text = "CURRENT_DATE".into(),
            "current_time" => default.text = "CURRENT_TIME".into(),
            _ => {}
        }
    }
}

/// Sets the normal form and the referenced columns of an expression, and removes outer parentheses from its text.
pub(crate) fn normalize_expr(expr: &mut Expr) {
    expr.text = strip_parentheses(&SQLITE, &expr.text).to_owned();
    let Some(mut ast) = expr::parse(&SQLiteDialect {}, &expr.text) else {
        expr.normal_form = Some(comparable_text(&SQLITE, &expr.text, QuotedNames::Fold));
        expr.reads = BTreeSet::new();
        return;
    };
    expr.reads = expr::reads(&ast);
    expr::rewrite(&mut ast, normalize_node);
    let text = ast.to_string();
    expr.normal_form = Some(strip_parentheses(&SQLITE, &text).to_owned());
}

/// Normalizes one node whose children are in normal form. Operations are enclosed in parentheses.
fn normalize_node(node: &mut Ast) {
    match node {
        Ast::Nested(inner) => {
            let inner = std::mem::replace(&mut **inner, null());
            *node = inner;
        }
        Ast::Identifier(name) => {
            name.value = name.value.to_ascii_lowercase();
            name.quote_style = None;
            match name.value.as_str() {
                "true" => *node = number("1"),
                "false" => *node = number("0"),
                _ => {}
            }
        }
        Ast::CompoundIdentifier(path) => {
            for name in path {
                name.value = name.value.to_ascii_lowercase();
                name.quote_style = None;
            }
        }
        Ast::Value(value) => match &mut value.value {
            Value::Boolean(yes) => *node = number(if *yes { "1" } else { "0" }),
            Value::HexStringLiteral(hex) => *hex = hex.to_ascii_uppercase(),
            Value::Null => *node = Ast::Identifier(sqlparser::ast::Ident::new("null")),
            _ => {}
        },
        Ast::UnaryOp {
            op: UnaryOperator::Plus,
            expr,
        } => {
            let inner = std::mem::replace(&mut **expr, null());
            *node = inner;
        }
        Ast::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } if matches!(**expr, Ast::Value(_)) => {}
        Ast::Function(function) => {
            for part in &mut function.name.0 {
                if let ObjectNamePart::Identifier(name) = part {
                    name.value = name.value.to_ascii_lowercase();
                }
            }
            let call = function.to_string();
            if matches!(function.args, FunctionArguments::None) || call == "datetime('now')" {
                let name = if call == "datetime('now')" {
                    "current_timestamp"
                } else {
                    call.as_str()
                };
                *node = Ast::Identifier(sqlparser::ast::Ident::new(name));
            }
        }
        Ast::BinaryOp { .. }
        | Ast::UnaryOp { .. }
        | Ast::IsNull(_)
        | Ast::IsNotNull(_)
        | Ast::InList { .. }
        | Ast::Between { .. }
        | Ast::Like { .. }
        | Ast::IsDistinctFrom(..)
        | Ast::IsNotDistinctFrom(..) => {
            let inner = std::mem::replace(node, null());
            *node = Ast::Nested(Box::new(inner));
        }
        _ => {}
    }
}

fn null() -> Ast {
    Ast::Value(Value::Null.into())
}

fn number(text: &str) -> Ast {
    Ast::Value(Value::Number(text.to_owned(), false).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        let mut expr = Expr::new(text);
        normalize_expr(&mut expr);
        expr.normal().to_owned()
    }

    #[test]
    fn other_spellings_are_the_same() {
        let cases = [
            ("CURRENT_TIMESTAMP", "( current_timestamp )"),
            ("datetime('now')", "CURRENT_TIMESTAMP"),
            ("+1", "1"),
            ("x'ab'", "X'AB'"),
            ("true", "1"),
            ("a>1 and b = 'X'", "((\"A\" > 1) AND (b='X'))"),
            ("status IN ('a','b')", "[status] in ( 'a', 'b' )"),
            ("LENGTH(a) > 1", "length(A)>1"),
            ("a is not null", "(a) IS NOT NULL"),
            ("a or (b and c)", "a or b and c"),
            ("json_valid(\"order\")", "JSON_VALID(`order`)"),
        ];
        for (a, b) in cases {
            assert_eq!(normal(a), normal(b), "{a} and {b}");
        }
    }

    #[test]
    fn other_meanings_are_not() {
        let cases = [
            ("(a or b) and c", "a or b and c"),
            ("a = 'X'", "a = 'x'"),
            ("'current_timestamp'", "current_timestamp"),
            ("'1'", "1"),
            ("-1", "1"),
            ("a - (b - c)", "a - b - c"),
            ("(a) || (b)", "a || c"),
        ];
        for (a, b) in cases {
            assert_ne!(normal(a), normal(b), "{a} and {b}");
        }
    }

    #[test]
    fn what_is_read_is_known() {
        let mut expr = Expr::new("(a > 1 AND lower(\"b c\") = 'd')");
        normalize_expr(&mut expr);
        let reads: Vec<&str> = expr.reads.iter().map(Ident::as_str).collect();
        assert_eq!(reads, ["a", "b c"]);
        assert_eq!(expr.text, "a > 1 AND lower(\"b c\") = 'd'");
    }
}
