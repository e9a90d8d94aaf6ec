//! Partitioning and inheritance.

use crate::model::attributes::Attributes;
use crate::model::ident::Ident;
use crate::model::index::IndexPart;
use crate::model::object_id::ObjectId;
use serde::{Deserialize, Serialize};

/// The distribution of the rows of a table over partitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitioning {
    /// `range`, `list`, `hash`; on MySQL also others, such as `range columns` or `linear key`.
    pub method: String,
    /// The partition key: columns or one expression.
    pub key: Vec<IndexPart>,
    /// Subpartitioning (MySQL; on PostgreSQL a partition has its own partitioning).
    pub sub: Option<Box<Partitioning>>,
    /// The number of partitions without names (`hash` and `key` on MySQL).
    pub count: Option<u32>,
    /// The partitions (MySQL; on PostgreSQL each is a table).
    pub parts: Vec<Partition>,
}

/// A partition that is not a separate table (MySQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Its name.
    pub name: Ident,
    /// The bound: the text after `VALUES`, such as `less than (10)` or `in (1, 2)`.
    pub values: Option<String>,
    /// Attributes such as comment and engine.
    pub attrs: Attributes,
    /// Its named subpartitions.
    pub subs: Vec<Partition>,
}

/// The parent tables of a table (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inheritance {
    /// No parent.
    #[default]
    None,
    /// A partition. Its columns include all columns of its parent.
    PartitionOf {
        /// The partitioned table.
        parent: ObjectId,
        /// `FOR VALUES …` without these two words, or `DEFAULT`.
        bound: String,
    },
    /// An inheriting table. Only its own declarations are in the model.
    Inherits(Vec<ObjectId>),
}

impl Inheritance {
    /// The parent tables.
    pub fn parents(&self) -> &[ObjectId] {
        match self {
            Self::None => &[],
            Self::PartitionOf { parent, .. } => std::slice::from_ref(parent),
            Self::Inherits(parents) => parents,
        }
    }
}
