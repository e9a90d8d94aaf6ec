//! SQL text that is the same in every dialect: tokens, statements, literals, expressions, and what a
//! statement does according to its text.

pub mod data_loss;
pub mod effects;
pub mod expr;
pub mod literal;
pub(crate) mod names;

pub use tablewright_text::{lexer, lexical_rules, splitter};
