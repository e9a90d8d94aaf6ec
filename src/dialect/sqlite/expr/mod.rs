//! Normal forms of SQLite's schemas and expressions, and the tokens of stored SQL.

pub(crate) mod normal_form;
pub(crate) mod tokens;
