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
    /// Its columns and expressions, in order.
    pub parts: Vec<IndexPart>,
    /// Whether it is unique.
    pub unique: bool,
    /// `gin`, `hash`, `fulltext`, …; `None` is the dialect's default.
    pub method: Option<String>,
    /// The condition of a partial index.
    pub predicate: Option<Expr>,
    /// Additional columns: INCLUDE (PostgreSQL).
    pub include: Vec<Ident>,
    /// Its comment.
    pub comment: Option<String>,
    /// False for an invalid index, left by an interrupted `CREATE INDEX CONCURRENTLY`.
    pub valid: bool,
    /// The index of the partitioned table to which this index of a partition belongs. It is created and
    /// dropped with that index (PostgreSQL).
    pub parent: Option<Ident>,
    /// Attributes that only its dialect has.
    pub attrs: Attributes,
}

impl Index {
    /// An index without options.
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
    /// NULLs first or last, where that is not the default of the direction (PostgreSQL).
    pub nulls_first: Option<bool>,
    /// Only this many leading characters or bytes (MySQL).
    pub prefix: Option<u32>,
    /// Operator class, where it is not the type's default (PostgreSQL).
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

/// The column or expression of an index part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartKey {
    /// A column.
    Column(Ident),
    /// An expression.
    Expr(Expr),
}
