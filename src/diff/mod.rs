//! What turns one schema into another. Pure, and without any idea of a dialect.

use crate::model::{Ident, ObjectId};
use std::collections::BTreeMap;

/// What `renamed_from` says: from the new name to the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables: the new id, the old name.
    pub tables: BTreeMap<ObjectId, Ident>,
    /// Columns: the table's new id and the column's new name, the old name.
    pub columns: BTreeMap<(ObjectId, Ident), Ident>,
    /// Indexes, likewise.
    pub indexes: BTreeMap<(ObjectId, Ident), Ident>,
    /// Constraints, likewise.
    pub constraints: BTreeMap<(ObjectId, Ident), Ident>,
    /// Enum values: the table's new id and the column's new name, `(old, new)` values.
    pub values: BTreeMap<(ObjectId, Ident), Vec<(String, String)>>,
}
