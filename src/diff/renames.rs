//! The renames that specs declare with `renamed_from`.

use crate::model::{Ident, ObjectId, Schema};
use std::collections::BTreeMap;

/// The renames that specs declare with `renamed_from`, as maps from the new name to the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables: from the new id to the old name.
    pub tables: BTreeMap<ObjectId, Ident>,
    /// Columns: from the table's new id and the column's new name to the old name.
    pub columns: BTreeMap<(ObjectId, Ident), Ident>,
    /// Indexes, likewise.
    pub indexes: BTreeMap<(ObjectId, Ident), Ident>,
    /// Constraints, likewise.
    pub constraints: BTreeMap<(ObjectId, Ident), Ident>,
    /// Values of enum columns: from the table's new id and the column's new name to `(old, new)` values.
    pub values: BTreeMap<(ObjectId, Ident), Vec<(String, String)>>,
    /// Values of enum types that are objects of their own: `(old, new)` values.
    pub types: BTreeMap<ObjectId, Vec<(String, String)>>,
}

impl Renames {
    /// The tables that are renamed between two schemas, from the new id to the old one: the old table exists before
    /// and isn't declared afterwards, and no table had the new name.
    pub(crate) fn renamed_tables<'a>(
        &self,
        from: &'a Schema,
        to: &Schema,
    ) -> BTreeMap<ObjectId, &'a ObjectId> {
        let mut found = BTreeMap::new();
        for (new, old) in &self.tables {
            let old = ObjectId::table(old.clone()).within(new.ns.clone());
            if from.objects.contains_key(new) || to.objects.contains_key(&old) {
                continue;
            }
            if let Some((old, _)) = from.objects.get_key_value(&old) {
                found.insert(new.clone(), old);
            }
        }
        found
    }
}
