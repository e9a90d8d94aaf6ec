//! The plan that performs changes.

use crate::change::Change;
use crate::model::{Ident, ObjectId, ObjectKind};
use std::fmt;

/// The steps to perform, as phases. Each phase becomes one migration version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The phases.
    pub phases: Vec<Phase>,
}

impl Plan {
    /// The steps of all phases, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.phases.iter().flat_map(|phase| &phase.steps)
    }

    /// The changes that the steps perform, in order.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps().map(|step| step.action.change())
    }
}

/// Whether a phase runs inside a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tx {
    /// In one transaction, where the dialect has transactional DDL.
    Wrapped,
    /// Outside of any transaction; such a phase holds exactly one statement.
    Bare,
}

/// One migration version: steps under one transaction rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The transaction rule.
    pub tx: Tx,
    /// The steps in the order in which they run.
    pub steps: Vec<Step>,
}

/// The statements of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number within the plan, from 1, as in `-- step n` of a migration file.
    pub id: u32,
    /// What the step does.
    pub action: Action,
    /// The steps that must run before it. A step that waits for all others has only the last of them.
    pub after: Vec<u32>,
    /// The parts that it changes; recovery compares only these.
    pub facets: Vec<Facet>,
}

/// What a step does. The dialect renders its statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A change by ordinary statements, or by a rebuild of the table.
    Change(Change),
    /// An index of an existing table is created or dropped without blocking writes (PostgreSQL).
    Concurrently(Change),
}

impl Action {
    /// The change that the step performs.
    pub fn change(&self) -> &Change {
        match self {
            Self::Change(change) | Self::Concurrently(change) => change,
        }
    }
}

/// A part of an object that a step changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facet {
    /// The object.
    pub object: ObjectId,
    /// The part.
    pub part: Part,
}

/// A part of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    Whole,
    /// Its name.
    Name,
    /// A column.
    Column(Ident),
    /// A constraint.
    Constraint(Ident),
    /// An index.
    Index(Ident),
    /// Comment and options.
    Options,
    /// The order of the columns.
    Order,
}

impl Facet {
    /// The first table among these.
    pub fn table_of(facets: &[Self]) -> Option<&ObjectId> {
        let mut objects = facets.iter().map(|facet| &facet.object);
        objects.find(|id| id.kind == ObjectKind::Table)
    }
}

impl fmt::Display for Facet {
    /// `table users`, `table users column email`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object.kind, self.object)?;
        match &self.part {
            Part::Whole => Ok(()),
            Part::Name => f.write_str(" name"),
            Part::Column(name) => write!(f, " column {name}"),
            Part::Constraint(name) => write!(f, " constraint {name}"),
            Part::Index(name) => write!(f, " index {name}"),
            Part::Options => f.write_str(" options"),
            Part::Order => f.write_str(" order"),
        }
    }
}

/// The kinds of impact of a step on data and on a running system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HazardKind {
    /// Rows or values are lost.
    DataLoss,
    /// Values change their meaning or precision.
    DataChange,
    /// The whole table is rewritten.
    Rewrite,
    /// Writes to the table wait.
    BlocksWrites,
    /// Reads of the table wait.
    BlocksReads,
    /// All rows of the table are read.
    Scan,
}

/// One impact of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// Its kind.
    pub kind: HazardKind,
    /// What is affected, and what to do instead.
    pub message: String,
    /// What is lost, where the kind is data loss.
    pub lost: Option<Lost>,
}

impl Hazard {
    /// An impact other than data loss.
    pub(crate) fn new(kind: HazardKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            lost: None,
        }
    }

    /// The loss of a table's rows, or of a column's values.
    pub(crate) fn data_loss(
        table: &ObjectId,
        column: Option<&Ident>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind: HazardKind::DataLoss,
            message: message.into(),
            lost: Some(Lost {
                table: table.clone(),
                column: column.cloned(),
            }),
        }
    }
}

/// Data that a step removes, by names before the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The table.
    pub table: ObjectId,
    /// The column; `None` for the whole table.
    pub column: Option<Ident>,
}
