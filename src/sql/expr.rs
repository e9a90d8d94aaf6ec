//! Expressions parsed with `sqlparser`: the parts of the normal form that all dialects share. Changes that only one server
//! makes to expressions are handled in the normal form of its dialect.

use crate::model::Ident;
use sqlparser::ast::{Expr as Ast, visit_expressions_mut};
use sqlparser::dialect::Dialect as Grammar;
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Parses one expression; `None` if the grammar doesn't accept it.
pub fn parse(grammar: &dyn Grammar, text: &str) -> Option<Ast> {
    let mut parser = Parser::new(grammar).try_with_sql(text).ok()?;
    let ast = parser.parse_expr().ok()?;
    matches!(parser.peek_token().token, sqlparser::tokenizer::Token::EOF).then_some(ast)
}

/// Changes every sub-expression in place, innermost first.
pub fn rewrite(ast: &mut Ast, mut change: impl FnMut(&mut Ast)) {
    // the visitor never breaks
    let _ = visit_expressions_mut(ast, |node| {
        change(node);
        ControlFlow::<()>::Continue(())
    });
}

/// The columns an expression reads.
pub fn reads(ast: &Ast) -> BTreeSet<Ident> {
    let mut found = BTreeSet::new();
    let mut copy = ast.clone();
    rewrite(&mut copy, |node| match node {
        Ast::Identifier(name) => {
            found.insert(Ident::from(name.value.as_str()));
        }
        Ast::CompoundIdentifier(path) => {
            if let Some(last) = path.last() {
                found.insert(Ident::from(last.value.as_str()));
            }
        }
        _ => {}
    });
    found
}

/// Removes all parentheses. The tree itself has the order of operations.
pub fn unnest(ast: &mut Ast) {
    rewrite(ast, |node| {
        while let Ast::Nested(inner) = node {
            let inner = std::mem::replace(&mut **inner, null());
            *node = inner;
        }
    });
}

/// Encloses every operation in parentheses, so that the text of a tree without any (see [`unnest`]) is unambiguous.
pub fn bracket(ast: &mut Ast) {
    rewrite(ast, |node| {
        if !is_atom(node) {
            let inner = std::mem::replace(node, null());
            *node = Ast::Nested(Box::new(inner));
        }
    });
}

/// Whether an expression needs no parentheses around it.
pub fn is_atom(ast: &Ast) -> bool {
    matches!(
        ast,
        Ast::Identifier(_)
            | Ast::CompoundIdentifier(_)
            | Ast::CompoundFieldAccess { .. }
            | Ast::Value(_)
            | Ast::Function(_)
            | Ast::Nested(_)
            | Ast::Cast { .. }
            | Ast::Array(_)
            | Ast::Tuple(_)
            | Ast::TypedString(_)
            | Ast::Extract { .. }
            | Ast::Substring { .. }
            | Ast::Trim { .. }
            | Ast::Position { .. }
            | Ast::Overlay { .. }
            | Ast::Ceil { .. }
            | Ast::Floor { .. }
    )
}

/// `NULL`; also the placeholder while a node is replaced.
pub fn null() -> Ast {
    Ast::Value(sqlparser::ast::Value::Null.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sqlparser::dialect::PostgreSqlDialect;

    #[test]
    fn parentheses_show_the_tree() {
        let cases = [
            ("(((a)) = (1))", "(a = 1)"),
            ("a or b and c", "(a OR (b AND c))"),
            ("(a or b) and c", "((a OR b) AND c)"),
            ("not f(a + (b))", "(NOT f((a + b)))"),
        ];
        for (text, out) in cases {
            let mut ast = parse(&PostgreSqlDialect {}, text).unwrap();
            unnest(&mut ast);
            bracket(&mut ast);
            let shown = ast.to_string();
            assert_eq!(
                shown.strip_prefix('(').map_or(shown.as_str(), |_| &shown),
                out
            );
        }
    }

    #[test]
    fn columns_are_found() {
        let ast = parse(&PostgreSqlDialect {}, "lower(t.a) = 'b' and c > 1").unwrap();
        let found = reads(&ast);
        let names: Vec<&str> = found.iter().map(Ident::as_str).collect();
        assert_eq!(names, ["a", "c"]);
    }

    #[test]
    fn text_after_an_expression_is_rejected() {
        assert!(parse(&PostgreSqlDialect {}, "a = 1; drop table t").is_none());
        assert!(parse(&PostgreSqlDialect {}, "a = ").is_none());
    }
}
