//! Objects of a schema.

use crate::model::ident::Ident;
use crate::model::object_id::ObjectId;
use crate::model::sql_type::SqlType;
use crate::model::table::Table;
use crate::model::user_type::UserType;
use serde::{Deserialize, Serialize};

/// An object of a schema. [`ObjectKind`](crate::model::ObjectKind) lists the modules that a new kind of object is added to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    /// A schema within the database, other than the configured one (PostgreSQL).
    Namespace,
    /// A table with its columns, constraints and indexes.
    Table(Box<Table>),
    /// A user-defined type.
    Type(UserType),
    /// An extension.
    Extension(Extension),
    /// A sequence.
    Sequence(Sequence),
    /// A function or procedure.
    Routine(RawSql),
}

impl Object {
    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Namespace
            | Self::Type(_)
            | Self::Extension(_)
            | Self::Sequence(_)
            | Self::Routine(_) => None,
        }
    }

    /// The table, if it is one, mutable.
    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Namespace
            | Self::Type(_)
            | Self::Extension(_)
            | Self::Sequence(_)
            | Self::Routine(_) => None,
        }
    }

    /// The statements of an object that is known only by them.
    pub fn as_raw(&self) -> Option<&RawSql> {
        match self {
            Self::Routine(raw) => Some(raw),
            Self::Namespace
            | Self::Table(_)
            | Self::Type(_)
            | Self::Extension(_)
            | Self::Sequence(_) => None,
        }
    }
}

/// A standalone sequence, not one of an identity or `serial` column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// `smallint`, `integer` or `bigint`.
    pub ty: SqlType,
    /// First value.
    pub start: i64,
    /// The increment.
    pub increment: i64,
    /// Minimum.
    pub min: i64,
    /// Maximum.
    pub max: i64,
    /// The number of values that a session allocates at once.
    pub cache: i64,
    /// Whether it restarts after its last value.
    pub cycle: bool,
    /// Whether it is not written to the write-ahead log (PostgreSQL 15 and later).
    #[serde(default)]
    pub unlogged: bool,
    /// The owning column, with which it is dropped.
    pub owned_by: Option<(ObjectId, Ident)>,
}

impl Sequence {
    /// The same sequence without its owner.
    #[must_use]
    pub fn without_owner(&self) -> Self {
        Self {
            owned_by: None,
            ..self.clone()
        }
    }

    /// The table of the owning column.
    pub fn owner_table(&self) -> Option<&ObjectId> {
        self.owned_by.as_ref().map(|(table, _)| table)
    }

    /// Whether the other sequence is the same but for `unlogged`.
    pub fn differs_only_in_logging(&self, other: &Self) -> bool {
        let same = Self {
            unlogged: other.unlogged,
            ..self.clone()
        };
        self.unlogged != other.unlogged && same == *other
    }
}

/// An extension of the server (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The schema of its objects, where one is declared.
    pub schema: Option<Ident>,
}

/// An object that is known only by its CREATE statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawSql {
    /// The statement that creates it, without a final semicolon.
    pub create: String,
    /// The statement that drops it, without a final semicolon.
    pub drop: String,
}
