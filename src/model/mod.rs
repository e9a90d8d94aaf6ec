//! A schema: one dialect's concrete, canonical objects. Nothing here knows a dialect.

pub(crate) mod attributes;
pub(crate) mod derived_name;
pub(crate) mod expr;
pub(crate) mod object;
pub(crate) mod partition;
pub(crate) mod table;
pub(crate) mod types;

pub use crate::model::attributes::{
    AttributeKey, Attributes, Flag, Key, OnByDefault, OptionalFlag, Text,
};
pub(crate) use crate::model::derived_name::column_of_check;
pub use crate::model::derived_name::derived_name;
pub use crate::model::expr::Expr;
pub use crate::model::object::{
    Domain, Extension, Field, Object, Range, RawSql, Sequence, UserType,
};
pub use crate::model::partition::{Lineage, Partition, Partitioning};
pub use crate::model::table::{
    Check, Column, Constraint, ConstraintKind, Exclusion, ForeignKey, Generated, Identity, Index,
    IndexPart, Match, Options, PartKey, ReferentialAction, Table, Timing,
};
pub use crate::model::types::SqlType;

use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An SQL identifier as it is meant, never quoted, never folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ident(Box<str>);

impl Ident {
    /// Takes a name as it is.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Ident {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Ident {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Ident {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl PartialEq<str> for Ident {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

/// A value that the spec wrote (`Given`) or that the tool made up (`Derived`).
/// A derived value is rendered but never compared: the server's own is as good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Given<T> {
    /// Written by a person, or read from a server.
    Given(T),
    /// Made up by the tool.
    Derived(T),
}

impl<T> Given<T> {
    /// The value, whoever chose it.
    pub fn get(&self) -> &T {
        match self {
            Self::Given(value) | Self::Derived(value) => value,
        }
    }

    /// Whether a person wrote it.
    pub fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}

impl<T: PartialEq> Given<T> {
    /// Equal where both are given; a derived side agrees with anything.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Given(a), Self::Given(b)) => a == b,
            (Self::Derived(_), _) | (_, Self::Derived(_)) => true,
        }
    }
}

/// The name of an index or a constraint.
pub type Name = Given<Ident>;

/// The namespace of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ns {
    /// The configured schema (PostgreSQL) or the connected database; never rendered.
    Default,
    /// A PostgreSQL schema that the spec names.
    Named(Ident),
}

impl Ns {
    /// The schema that is named, if one is.
    pub fn name(&self) -> Option<&Ident> {
        match self {
            Self::Default => None,
            Self::Named(name) => Some(name),
        }
    }
}

/// The kinds of objects a schema holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A schema within the database (PostgreSQL).
    Namespace,
    /// An extension of the server (PostgreSQL).
    Extension,
    /// A user-defined type.
    Type,
    /// A sequence that no column owns.
    Sequence,
    /// A function or procedure.
    Routine,
    /// A table.
    Table,
    /// A view.
    View,
    /// A trigger.
    Trigger,
    /// A row security policy.
    Policy,
    /// A collation (PostgreSQL).
    Collation,
    /// An operator (PostgreSQL).
    Operator,
    /// An operator class (PostgreSQL).
    OperatorClass,
    /// Extended statistics of a table (PostgreSQL).
    Statistics,
    /// A rewrite rule of a table (PostgreSQL).
    Rule,
    /// A configuration or dictionary of full-text search (PostgreSQL).
    TextSearch,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Namespace => "schema",
            Self::Extension => "extension",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::Routine => "function",
            Self::Table => "table",
            Self::View => "view",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Collation => "collation",
            Self::Operator => "operator",
            Self::OperatorClass => "operator class",
            Self::Statistics => "statistics",
            Self::Rule => "rule",
            Self::TextSearch => "text search configuration",
        })
    }
}

/// What identifies an object within a database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// Its namespace.
    pub ns: Ns,
    /// Its kind.
    pub kind: Kind,
    /// The table it belongs to (triggers, policies).
    pub parent: Option<Ident>,
    /// Its name.
    pub name: Ident,
    /// A routine's argument types, where overloads exist.
    pub args: Option<String>,
}

impl ObjectId {
    /// An object of the default namespace without a parent.
    pub fn new(kind: Kind, name: impl Into<Ident>) -> Self {
        Self {
            ns: Ns::Default,
            kind,
            parent: None,
            name: name.into(),
            args: None,
        }
    }

    /// A table of the default namespace.
    pub fn table(name: impl Into<Ident>) -> Self {
        Self::new(Kind::Table, name)
    }

    /// The same object in a namespace.
    #[must_use]
    pub fn within(mut self, ns: Ns) -> Self {
        self.ns = ns;
        self
    }
}

impl fmt::Display for ObjectId {
    /// `name`, or `schema.name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ns::Named(ns) = &self.ns {
            write!(f, "{ns}.")?;
        }
        write!(f, "{}", self.name)
    }
}

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
    pub uncompared: Vec<(ObjectId, &'static str)>,
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
        let ids = self.uncompared.iter().map(|(id, _)| id);
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
    pub fn may_hold(&self, id: &ObjectId) -> bool {
        self.0.contains(id) || self.0.contains(&ObjectId::new(id.kind, ""))
    }
}

/// The two sides of a difference. They always travel together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair<T> {
    /// What is there before.
    pub from: T,
    /// What is there after.
    pub to: T,
}

impl<T> Pair<T> {
    /// Two sides.
    pub fn new(from: T, to: T) -> Self {
        Self { from, to }
    }

    /// Both sides, borrowed.
    pub fn as_ref(&self) -> Pair<&T> {
        Pair::new(&self.from, &self.to)
    }

    /// The other way round.
    #[must_use]
    pub fn invert(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
        }
    }
}
