//! All objects of a database.

use crate::model::object::Object;
use crate::model::object_id::ObjectId;
use crate::model::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// All objects of a database, and what needs what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The objects, in a stable order.
    pub objects: BTreeMap<ObjectId, Object>,
    /// `(user, used)`: the first needs the second. Foreign keys are not here, the tables hold them.
    pub deps: BTreeSet<(ObjectId, ObjectId)>,
    /// Comments of objects that aren't tables; those have theirs within.
    pub comments: BTreeMap<ObjectId, String>,
    /// What is there but can't be modelled or seen, with the reason; never compared, always named. One
    /// without a name stands for all of its kind that aren't among the objects.
    pub not_compared: Vec<(ObjectId, &'static str)>,
    /// Of what is wanted: words that do nothing are compared, too, where the server keeps them.
    pub exact_spelling: bool,
    /// Whether a name that its spec leaves out is the derived one, as if it were written: nothing is taken
    /// over from a live database.
    pub exact_names: bool,
}

impl Schema {
    /// All tables with their ids.
    pub fn tables(&self) -> impl Iterator<Item = (&ObjectId, &Table)> {
        self.objects
            .iter()
            .filter_map(|(id, object)| object.as_table().map(|table| (id, table)))
    }

    /// All tables, to be changed in place.
    pub fn tables_mut(&mut self) -> impl Iterator<Item = (&ObjectId, &mut Table)> {
        self.objects
            .iter_mut()
            .filter_map(|(id, object)| object.as_table_mut().map(|table| (id, table)))
    }

    /// A table by its id.
    pub fn table(&self, id: &ObjectId) -> Option<&Table> {
        self.objects.get(id).and_then(Object::as_table)
    }

    /// What may be there although it isn't among the objects: nobody can say that it is missing.
    pub fn hidden(&self) -> Hidden<'_> {
        let ids = self.not_compared.iter().map(|(id, _)| id);
        Hidden(ids.filter(|id| id.parent.is_none()).collect())
    }

    /// A table by its id, to be changed in place.
    pub fn table_mut(&mut self, id: &ObjectId) -> Option<&mut Table> {
        self.objects.get_mut(id).and_then(Object::as_table_mut)
    }
}

/// The objects of a schema that can't be modelled or seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden<'a>(BTreeSet<&'a ObjectId>);

impl Hidden<'_> {
    /// Whether an object that isn't among the schema's may be there all the same.
    pub fn may_contain(&self, id: &ObjectId) -> bool {
        self.0.contains(id) || self.0.contains(&ObjectId::new(id.kind, ""))
    }
}
