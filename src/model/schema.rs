//! All objects of a database.

use crate::model::object::Object;
use crate::model::object_id::ObjectId;
use crate::model::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// All objects of a database, and their dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The objects, in a stable order.
    pub objects: BTreeMap<ObjectId, Object>,
    /// `(dependent, dependency)`, except foreign keys, which the tables contain.
    pub deps: BTreeSet<(ObjectId, ObjectId)>,
    /// Comments of objects other than tables, which contain theirs.
    pub comments: BTreeMap<ObjectId, String>,
    /// Objects that exist but can't be modelled or read, with the reason: reported, never compared. An id
    /// with an empty name means all objects of its kind that are not in `objects`.
    pub not_compared: Vec<(ObjectId, &'static str)>,
    /// Desired schema only: also compare clauses without effect, where the server stores them (`spelling: exact`).
    pub exact_spelling: bool,
    /// Desired schema only: unset names mean the derived names (`names: exact`) and are not filled in
    /// from a live database.
    pub exact_names: bool,
}

impl Schema {
    /// All tables with their ids.
    pub fn tables(&self) -> impl Iterator<Item = (&ObjectId, &Table)> {
        self.objects
            .iter()
            .filter_map(|(id, object)| object.as_table().map(|table| (id, table)))
    }

    /// All tables, mutable.
    pub fn tables_mut(&mut self) -> impl Iterator<Item = (&ObjectId, &mut Table)> {
        self.objects
            .iter_mut()
            .filter_map(|(id, object)| object.as_table_mut().map(|table| (id, table)))
    }

    /// A table by its id.
    pub fn table(&self, id: &ObjectId) -> Option<&Table> {
        self.objects.get(id).and_then(Object::as_table)
    }

    /// The objects that may exist although they are not in `objects`, so that they can't be reported as missing.
    pub fn hidden(&self) -> Hidden<'_> {
        let ids = self.not_compared.iter().map(|(id, _)| id);
        Hidden(ids.filter(|id| id.parent.is_none()).collect())
    }

    /// A table by its id, mutable.
    pub fn table_mut(&mut self, id: &ObjectId) -> Option<&mut Table> {
        self.objects.get_mut(id).and_then(Object::as_table_mut)
    }
}

/// The objects of a schema that can't be modelled or read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden<'a>(BTreeSet<&'a ObjectId>);

impl Hidden<'_> {
    /// Whether an object that is not in the schema may exist nevertheless.
    pub fn may_contain(&self, id: &ObjectId) -> bool {
        self.0.contains(id) || self.0.contains(&ObjectId::new(id.kind, ""))
    }
}
