//! Tables.

use crate::model::attributes::Attributes;
use crate::model::column::Column;
use crate::model::constraint::{Constraint, ConstraintKind, ForeignKey};
use crate::model::given::Given;
use crate::model::ident::Ident;
use crate::model::index::Index;
use crate::model::object_id::ObjectId;
use crate::model::partition::{Inheritance, Partitioning};
use serde::{Deserialize, Serialize};

/// A table with its columns, constraints and indexes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its id.
    pub id: ObjectId,
    /// Whether it is managed elsewhere: referenced and verified, but never created, changed or dropped.
    pub external: bool,
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// Primary key, uniques, foreign keys, checks.
    pub constraints: Vec<Constraint>,
    /// Indexes, except those of constraints.
    pub indexes: Vec<Index>,
    /// Comment and storage options.
    pub options: TableOptions,
    /// The partitioning, of a partitioned table.
    pub partitioning: Option<Partitioning>,
    /// Its parent tables (PostgreSQL).
    #[serde(rename = "lineage")] // the key in journal rows
    pub inheritance: Inheritance,
}

impl Table {
    /// A table without columns.
    pub fn new(id: ObjectId) -> Self {
        Self {
            id,
            external: false,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            options: TableOptions::default(),
            partitioning: None,
            inheritance: Inheritance::None,
        }
    }

    /// Its name without the namespace.
    pub fn name(&self) -> &Ident {
        &self.id.name
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name.as_str() == name)
    }

    /// The primary key's constraint.
    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints
            .iter()
            .find(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)))
    }

    /// All foreign keys with their constraints.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Constraint, &ForeignKey)> {
        let keys = self.constraints.iter();
        keys.filter_map(|one| Some((one, one.foreign_key()?)))
    }
}

/// A table's comment and storage options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOptions {
    /// Its comment; an empty one is `None`.
    pub comment: Option<String>,
    /// Storage engine (MySQL).
    pub engine: Option<Given<String>>,
    /// Default character set (MySQL).
    pub charset: Option<Given<String>>,
    /// Default collation (MySQL).
    pub collation: Option<Given<String>>,
    /// Attributes that only its dialect has.
    pub attrs: Attributes,
}
