//! Expressions: parsed with `sqlparser`, brought to a normal form that every dialect shares.
//! What only one server does to an expression is undone in that dialect's `canon`.

use crate::model::Ident;
use sqlparser::ast::{Expr as Ast, visit_expressions_mut};
use sqlparser::dialect::Dialect as Grammar;
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Parses one expression; `None` where the grammar doesn't know it.
pub fn parse(grammar: &dyn Grammar, text: &str) -> Option<Ast> {
    let mut parser = Parser::new(grammar).try_with_sql(text).ok()?;
    let ast = parser.parse_expr().ok()?;
    matches!(parser.peek_token().token, sqlparser::tokenizer::Token::EOF).then_some(ast)
}

/// Changes every sub-expression in place, the innermost first.
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
