//! The resources that order the steps of a plan. `plan::order` documents the protocol.

use crate::model::{Ident, Namespace, ObjectId};

/// Something that one step provides and that other steps require. Two steps are ordered only if they refer to the
/// same resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// The object exists and has this name.
    Object(ObjectId),
    /// All extensions are installed. One resource for all, since no catalogue tells which object uses a function of
    /// which extension before both exist.
    Extensions,
    /// The column exists with its current definition and name.
    Column(ObjectId, Ident),
    /// The unique keys of a table, to which foreign keys may refer.
    Keys(ObjectId),
    /// The index exists and has this name.
    Index(ObjectId, Ident),
    /// A key or index of a table that starts with this column. The foreign keys of that table need one, where a
    /// server requires it.
    LeadingIndex(ObjectId, Ident),
    /// No object or part has this name.
    NameFree(QualifiedName),
    /// The part has this temporary name, while it exchanges its name with another one.
    TemporaryName(QualifiedName),
    /// No table has this name.
    TableNameFree(ObjectId),
    /// The foreign keys of a table are dropped or added as planned.
    ForeignKeys(ObjectId),
    /// The table has not been dropped: foreign keys of it that are dropped in steps of their own are dropped before.
    DependentsDropped(ObjectId),
    /// The columns of a parent table are as planned; the server has applied the changes to its partitions and child
    /// tables.
    ParentColumns(ObjectId),
    /// The indexes and constraints of a parent table are as planned, on its partitions and child tables, too.
    ParentParts(ObjectId),
    /// The partitions' own indexes or constraints that the parent's index or constraint of this name attaches exist.
    ChildPartsReady(ObjectId, Ident),
    /// Partitions that leave this parent have left it, so their bounds can be given to others.
    BoundsFree(ObjectId),
    /// The table has left its former parents.
    Detached(ObjectId),
}

/// Objects and parts whose names must differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NameSpace {
    /// Tables, types and sequences of a schema, and its indexes and keys where those share their names.
    Relations(Namespace),
    /// Foreign keys of a schema.
    ForeignKeys(Namespace),
    /// Checks of a schema.
    Checks(Namespace),
    /// Constraints of a table, of all kinds.
    Constraints(ObjectId),
}

/// A name and what it must differ from.
pub type QualifiedName = (NameSpace, Ident);

/// The effects of a step on resources. A step that changes a resource both removes and provides it.
#[derive(Debug, Default)]
pub struct Effects {
    /// Resources that exist once the step has run.
    pub provides: Vec<Resource>,
    /// Resources that no longer exist, or no longer in the same form, once the step has run.
    pub removes: Vec<Resource>,
    /// Resources that must exist before the step runs: it runs after every step that provides one of them.
    pub requires: Vec<Resource>,
    /// Resources that must not be removed before the step has run: it runs before every step that removes one of
    /// them.
    pub required_until: Vec<Resource>,
    /// The table whose steps keep their given order among each other, if the step is one of them.
    pub keeps_order_of: Option<ObjectId>,
    /// Whether the step creates a new object, so that the name it provides is not the new name of an existing one.
    pub creates_object: bool,
}
