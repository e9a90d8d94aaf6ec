//! Objects of a schema.

use crate::model::ident::Ident;
use crate::model::object_id::ObjectId;
use crate::model::sql_type::SqlType;
use crate::model::table::Table;
use crate::model::user_type::UserType;
use serde::{Deserialize, Serialize};

/// One object of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    /// A schema within the database, beside the configured one (PostgreSQL).
    Namespace,
    /// A table with all that belongs to it.
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

    /// The table, if it is one, to be changed in place.
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

    /// The text that makes it, if that is all that is known of it.
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

/// A sequence that no identity and no `serial` hides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// `smallint`, `integer` or `bigint`.
    pub ty: SqlType,
    /// Its first value.
    pub start: i64,
    /// What is added each time.
    pub increment: i64,
    /// Its least value.
    pub min: i64,
    /// Its greatest value.
    pub max: i64,
    /// How many values a session takes at once.
    pub cache: i64,
    /// Whether it begins anew at its end.
    pub cycle: bool,
    /// Whether it is not in the write-ahead log (PostgreSQL 15 and later).
    #[serde(default)]
    pub unlogged: bool,
    /// The column it goes with: dropped when that is.
    pub owned_by: Option<(ObjectId, Ident)>,
}

/// An extension of the server (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The schema its objects are in, where one is asked for.
    pub schema: Option<Ident>,
}

/// An object that is held as the text that makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawSql {
    /// The statement that makes it, without a final semicolon.
    pub create: String,
    /// The statement that removes it, without a final semicolon.
    pub drop: String,
}
