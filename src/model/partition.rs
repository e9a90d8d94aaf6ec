//! Partitioning and inheritance.

use crate::model::attributes::Attributes;
use crate::model::ident::Ident;
use crate::model::index::IndexPart;
use crate::model::object_id::ObjectId;
use serde::{Deserialize, Serialize};

/// How the rows of a table are spread over partitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitioning {
    /// `range`, `list`, `hash`; on MySQL also `range columns`, `linear key` and the like.
    pub method: String,
    /// What a row goes by: columns or one expression.
    pub key: Vec<IndexPart>,
    /// How each partition is divided once more (MySQL; on PostgreSQL a partition has its own).
    pub sub: Option<Box<Partitioning>>,
    /// How many partitions, where they aren't named one by one (`hash` and `key` on MySQL).
    pub count: Option<u32>,
    /// The partitions (MySQL; on PostgreSQL each is a table).
    pub parts: Vec<Partition>,
}

/// A partition that is part of its table (MySQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Its name.
    pub name: Ident,
    /// `less than (10)`, `in (1, 2)`: which rows it holds, as it stands behind `VALUES`.
    pub values: Option<String>,
    /// Comment, engine and the like.
    pub attrs: Attributes,
    /// Its subpartitions, where they are named.
    pub subs: Vec<Partition>,
}

/// Where a table gets its structure from (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inheritance {
    /// From itself.
    #[default]
    None,
    /// It is a partition. Its columns are all here, as on its parent.
    PartitionOf {
        /// The partitioned table.
        parent: ObjectId,
        /// `FOR VALUES …` without these two words, or `DEFAULT`.
        bound: String,
    },
    /// It inherits: only what it declares itself is here.
    Inherits(Vec<ObjectId>),
}

impl Inheritance {
    /// The tables it comes from.
    pub fn parents(&self) -> &[ObjectId] {
        match self {
            Self::None => &[],
            Self::PartitionOf { parent, .. } => std::slice::from_ref(parent),
            Self::Inherits(parents) => parents,
        }
    }
}
