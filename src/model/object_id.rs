//! The identity of an object: its namespace, kind and name.

use crate::model::ident::Ident;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The namespace of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Namespace {
    /// The configured schema (PostgreSQL) or the connected database; never rendered.
    Default,
    /// A named PostgreSQL schema.
    Named(Ident),
}

impl Namespace {
    /// The name of the schema; `None` for the default.
    pub fn name(&self) -> Option<&Ident> {
        match self {
            Self::Default => None,
            Self::Named(name) => Some(name),
        }
    }
}

impl From<Option<&str>> for Namespace {
    fn from(schema: Option<&str>) -> Self {
        schema.map_or(Self::Default, |name| Self::Named(name.into()))
    }
}

/// The kinds of objects in a schema. Every object of the model has a variant of [`Object`](crate::model::Object); the
/// other kinds only occur among the objects that are not compared. To add a kind, add it here, and in
/// the spec keys (`spec::keys`), `compile` (lower and decompile), the dialect's `inspect`, `ddl` and
/// `compare`, `plan::order` and `verify`: exhaustive matches lead to all of these places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObjectKind {
    /// A schema within the database (PostgreSQL).
    Namespace,
    /// An extension of the server (PostgreSQL).
    Extension,
    /// A user-defined type.
    Type,
    /// A standalone sequence.
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

impl fmt::Display for ObjectKind {
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

/// The identity of an object within a database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// Its namespace.
    pub ns: Namespace,
    /// Its kind.
    pub kind: ObjectKind,
    /// The table it belongs to (triggers, policies).
    pub parent: Option<Ident>,
    /// Its name.
    pub name: Ident,
    /// A routine's argument types, where overloads exist.
    pub args: Option<String>,
}

impl ObjectId {
    /// An object of the default namespace without a parent.
    pub fn new(kind: ObjectKind, name: impl Into<Ident>) -> Self {
        Self {
            ns: Namespace::Default,
            kind,
            parent: None,
            name: name.into(),
            args: None,
        }
    }

    /// A table of the default namespace.
    pub fn table(name: impl Into<Ident>) -> Self {
        Self::new(ObjectKind::Table, name)
    }

    /// The same id in another namespace.
    #[must_use]
    pub fn within(mut self, ns: Namespace) -> Self {
        self.ns = ns;
        self
    }
}

impl fmt::Display for ObjectId {
    /// `name`, or `schema.name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Namespace::Named(ns) = &self.ns {
            write!(f, "{ns}.")?;
        }
        write!(f, "{}", self.name)
    }
}
