//! Reads the documents of a folder as the typed spec of one dialect.

pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod default_literal;
pub(crate) mod fields;
pub(crate) mod inline_syntax;
pub(crate) mod object;
pub(crate) mod partitioning;
pub(crate) mod reader;
pub(crate) mod scalar;
pub(crate) mod table;
