//! What is common to the SQL of all dialects: tokens, statements, literals, expressions, and the effects of a statement
//! as far as its text shows them.

pub mod data_loss;
pub mod effects;
pub mod expr;
pub(crate) mod lexer;
pub mod lexical_rules;
pub mod literal;
pub mod splitter;
pub(crate) mod statement_reader;
pub(crate) mod text;
