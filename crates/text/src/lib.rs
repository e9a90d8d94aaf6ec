//! SQL text that needs no server: the lexical rules of the dialects, the statement splitter, and the names of
//! migration files.
//!
//! This is a separate crate because both `tablewright` and its macro `migrations!`, which runs in the compiler,
//! read migration files. Its interface serves these two crates only and is not stable.

pub mod file_check;
pub mod file_name;
pub mod lexer;
pub mod lexical_rules;
pub mod splitter;
