//! Passes that complete a set of changes before it is ordered: dependents, inheritance, ownership.

pub(crate) mod column_type_change;
pub(crate) mod dependents;
pub(crate) mod index_references;
pub(crate) mod inheritance;
pub(crate) mod sequence_ownership;
