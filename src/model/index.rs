//! Indexes and their parts.

use crate::model::attributes::Attributes;
use crate::model::expr::Expr;
use crate::model::given::Name;
use crate::model::ident::Ident;
use serde::{Deserialize, Serialize};

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// What it orders by.
    pub parts: Vec<IndexPart>,
    /// Whether it is unique.
    pub unique: bool,
    /// `gin`, `hash`, `fulltext`, …; `None` is the dialect's ordinary one.
    pub method: Option<String>,
    /// The rows it holds, where not all.
    pub predicate: Option<Expr>,
    /// Columns held beside the key (PostgreSQL).
    pub include: Vec<Ident>,
    /// Its comment.
    pub comment: Option<String>,
    /// False for what an interrupted `CREATE INDEX CONCURRENTLY` left behind.
    pub valid: bool,
    /// The index of the partitioned table that this one of a partition is part of: it comes and
    /// goes with that (PostgreSQL).
    pub parent: Option<Ident>,
    /// What only its dialect knows.
    pub attrs: Attributes,
}

impl Index {
    /// An ordinary index.
    pub fn new(name: Name, parts: Vec<IndexPart>) -> Self {
        Self {
            name,
            parts,
            unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            comment: None,
            valid: true,
            parent: None,
            attrs: Attributes::default(),
        }
    }
}

/// One part of an index or key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPart {
    /// A column or an expression.
    pub key: PartKey,
    /// Descending.
    pub desc: bool,
    /// NULLs first or last, where that is not the direction's own way (PostgreSQL).
    pub nulls_first: Option<bool>,
    /// Only this many leading characters or bytes (MySQL).
    pub prefix: Option<u32>,
    /// Operator class, where it is not the type's own (PostgreSQL).
    pub opclass: Option<String>,
    /// Collation, where it is not the column's.
    pub collation: Option<String>,
}

impl IndexPart {
    /// A whole column, ascending.
    pub fn on_column(name: impl Into<Ident>) -> Self {
        Self {
            key: PartKey::Column(name.into()),
            desc: false,
            nulls_first: None,
            prefix: None,
            opclass: None,
            collation: None,
        }
    }

    /// The column's name, if the part is a column.
    pub fn column_name(&self) -> Option<&Ident> {
        match &self.key {
            PartKey::Column(name) => Some(name),
            PartKey::Expr(_) => None,
        }
    }
}

/// What an index part orders by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartKey {
    /// A column.
    Column(Ident),
    /// An expression.
    Expr(Expr),
}
