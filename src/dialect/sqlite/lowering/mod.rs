//! What specs can declare for SQLite alone, and the spec forms of an inspected column.

pub(crate) mod attributes;
pub(crate) mod candidates;
