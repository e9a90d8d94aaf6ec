//! What may happen to a schema, as types only: changes, and the plan that makes them.

pub(crate) mod plan;

pub use crate::change::plan::{
    Action, Facet, Hazard, HazardKind, Lost, Part, Phase, Plan, Step, Tx,
};

use crate::model::{
    Column, Constraint, Ident, Index, Inheritance, Object, ObjectId, Pair, Partitioning, Table,
    TableOptions,
};
use serde::{Deserialize, Serialize};

/// A part that comes, goes, or changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delta<T> {
    /// It comes.
    Add(T),
    /// It goes.
    Drop(T),
    /// It changes, its name included.
    Alter(Pair<T>),
}

impl<T> Delta<T> {
    /// The way back.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Self::Add(part) => Self::Drop(part),
            Self::Drop(part) => Self::Add(part),
            Self::Alter(pair) => Self::Alter(pair.invert()),
        }
    }

    /// The part, if it comes.
    pub fn added(&self) -> Option<&T> {
        match self {
            Self::Add(part) => Some(part),
            Self::Drop(_) | Self::Alter(_) => None,
        }
    }

    /// The part, if it goes.
    pub fn dropped(&self) -> Option<&T> {
        match self {
            Self::Drop(part) => Some(part),
            Self::Add(_) | Self::Alter(_) => None,
        }
    }

    /// Both sides, if it changes.
    pub fn altered(&self) -> Option<&Pair<T>> {
        match self {
            Self::Alter(pair) => Some(pair),
            Self::Add(_) | Self::Drop(_) => None,
        }
    }

    /// The part, if it comes or goes.
    pub fn moved(&self) -> Option<&T> {
        self.added().or(self.dropped())
    }

    /// The part before, if it was there.
    pub fn before(&self) -> Option<&T> {
        match self {
            Self::Add(_) => None,
            Self::Drop(part) => Some(part),
            Self::Alter(pair) => Some(&pair.from),
        }
    }

    /// The part after, if it is there.
    pub fn after(&self) -> Option<&T> {
        match self {
            Self::Add(part) => Some(part),
            Self::Drop(_) => None,
            Self::Alter(pair) => Some(&pair.to),
        }
    }
}

/// One change of a schema. It holds both sides, so that its inverse needs nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // few at a time, and never moved in bulk
pub enum Change {
    /// An object comes.
    Create(ObjectId, Object),
    /// An object goes.
    Drop(ObjectId, Object),
    /// An object that isn't a table changes.
    Replace(ObjectId, Pair<Object>),
    /// The comment of an object that isn't a table comes, goes or changes.
    Comment(ObjectId, Pair<Option<String>>),
    /// A value of an enum type that is an object of its own gets another text, in the rows as well.
    Value(ObjectId, Pair<String>),
    /// A table changes; `sides` are the whole table before and after all of `ops`.
    Table {
        /// The table before and after.
        sides: Pair<Box<Table>>,
        /// What differs, in an order that works forwards.
        ops: Vec<TableOp>,
    },
}

impl Change {
    /// The way back. `change.invert().invert()` is the change.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Self::Create(id, object) => Self::Drop(id, object),
            Self::Drop(id, object) => Self::Create(id, object),
            Self::Replace(id, pair) => Self::Replace(id, pair.invert()),
            Self::Comment(id, pair) => Self::Comment(id, pair.invert()),
            Self::Value(id, pair) => Self::Value(id, pair.invert()),
            Self::Table { sides, ops } => Self::Table {
                sides: sides.invert(),
                ops: ops.into_iter().rev().map(TableOp::invert).collect(),
            },
        }
    }

    /// Which object, by its id before the change (after it, for one that comes).
    pub fn id(&self) -> &ObjectId {
        match self {
            Self::Create(id, _)
            | Self::Drop(id, _)
            | Self::Replace(id, _)
            | Self::Value(id, _)
            | Self::Comment(id, _) => id,
            Self::Table { sides, .. } => &sides.from.id,
        }
    }
}

/// One change within a table. Columns, constraints and indexes are named as they are at the
/// side they belong to: `Drop` and `from` as before, `Add` and `to` as after; renames come first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // few at a time, and never moved in bulk
pub enum TableOp {
    /// The table gets another name.
    Rename(Pair<Ident>),
    /// A column comes, goes, or changes; another name in `to` is a rename.
    Column(Delta<Column>),
    /// A constraint comes, goes, or changes (only its name, comment or attributes; else it is
    /// dropped and added).
    Constraint(Delta<Constraint>),
    /// An index comes, goes, or changes (only its name, comment or attributes; else it is dropped
    /// and added).
    Index(Delta<Index>),
    /// A value of a column's enum gets another text, in the rows as well.
    Value {
        /// The column, as it is named after.
        column: Ident,
        /// The value before and after.
        rename: Pair<String>,
    },
    /// Comment, storage options or attributes change.
    Options(Pair<TableOptions>),
    /// The rows are spread in another way over other partitions (MySQL).
    Partitioning(Pair<Option<Partitioning>>),
    /// The table becomes a partition, an heir, or neither (PostgreSQL).
    Inheritance(Pair<Inheritance>),
    /// The columns change places; names as after all other ops.
    Order(Pair<Vec<Ident>>),
}

impl TableOp {
    /// The way back.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Self::Rename(pair) => Self::Rename(pair.invert()),
            Self::Column(delta) => Self::Column(delta.invert()),
            Self::Constraint(delta) => Self::Constraint(delta.invert()),
            Self::Index(delta) => Self::Index(delta.invert()),
            Self::Value { column, rename } => Self::Value {
                column,
                rename: rename.invert(),
            },
            Self::Options(pair) => Self::Options(pair.invert()),
            Self::Partitioning(pair) => Self::Partitioning(pair.invert()),
            Self::Inheritance(pair) => Self::Inheritance(pair.invert()),
            Self::Order(pair) => Self::Order(pair.invert()),
        }
    }
}

/// Each of these looks at one kind of operation; the others have nothing to say to it.
impl TableOp {
    /// The names of the table, if it gets another.
    pub fn rename(&self) -> Option<&Pair<Ident>> {
        if let Self::Rename(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// What happens to a column.
    pub fn column(&self) -> Option<&Delta<Column>> {
        if let Self::Column(delta) = self {
            Some(delta)
        } else {
            None
        }
    }

    /// What happens to a constraint.
    pub fn constraint(&self) -> Option<&Delta<Constraint>> {
        if let Self::Constraint(delta) = self {
            Some(delta)
        } else {
            None
        }
    }

    /// What happens to an index.
    pub fn index(&self) -> Option<&Delta<Index>> {
        if let Self::Index(delta) = self {
            Some(delta)
        } else {
            None
        }
    }

    /// The storage options before and after.
    pub fn options(&self) -> Option<&Pair<TableOptions>> {
        if let Self::Options(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// How the table is partitioned before and after.
    pub fn partitioning(&self) -> Option<&Pair<Option<Partitioning>>> {
        if let Self::Partitioning(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// The order of the columns before and after.
    pub fn order(&self) -> Option<&Pair<Vec<Ident>>> {
        if let Self::Order(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// The column that it makes nullable.
    pub fn made_nullable(&self) -> Option<&Ident> {
        let pair = self.column()?.altered()?;
        (!pair.from.nullable && pair.to.nullable).then_some(&pair.to.name)
    }

    /// The column and the texts of a value that is renamed.
    pub fn value(&self) -> Option<(&Ident, &Pair<String>)> {
        if let Self::Value { column, rename } = self {
            Some((column, rename))
        } else {
            None
        }
    }
}

/// What a table is called before the first of some of its operations. Renames come first: without
/// one among them, it is past.
pub fn name_before<'a>(sides: &'a Pair<Box<Table>>, ops: &'a [TableOp]) -> &'a Ident {
    let renamed = ops.iter().find_map(TableOp::rename);
    renamed.map_or(&sides.to.id.name, |pair| &pair.from)
}

/// The way back of a list of changes: each inverted, last first.
pub fn invert(changes: Vec<Change>) -> Vec<Change> {
    changes.into_iter().rev().map(Change::invert).collect()
}
