//! SQL text that needs no server: the lexical rules of the dialects, the statement splitter, and the names of
//! migration files.
//!
//! A crate of its own because both `tablewright` and its macro `migrations!`, which runs in the compiler,
//! read migration files. Its interface follows the needs of these two and is not stable by itself.

pub mod file_check;
pub mod file_name;
pub mod lexer;
pub mod lexical_rules;
pub mod splitter;
