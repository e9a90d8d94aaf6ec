//! Code for the SQL of all dialects: tokens, statements, literals, expressions, and the effects of a statement
//! as far as its text shows them.

pub mod data_loss;
pub mod effects;
pub mod expr;
pub mod literal;
pub(crate) mod names;
pub(crate) mod statement_reader;
pub(crate) mod text;

pub use tablewright_text::{lexer, lexical_rules, splitter};
