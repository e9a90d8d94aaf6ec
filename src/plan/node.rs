//! The steps of a plan while it is made.

use crate::change::{Action, Change};

/// A step without its place in the plan.
#[derive(Debug)]
pub(crate) struct Node {
    /// What the step does.
    pub action: Action,
    /// With which steps it may share a phase.
    pub unit: Unit,
    /// Its place among steps that don't depend on each other.
    pub rank: Rank,
    /// The numbers of the steps that must run before it, from 1. Empty until the steps are ordered.
    pub after: Vec<u32>,
}

impl Node {
    /// A step that may share a phase.
    pub(crate) fn new(change: Change, rank: Rank) -> Self {
        Self {
            action: Action::Change(change),
            unit: Unit::Shared,
            rank,
            after: Vec::new(),
        }
    }
}

/// With which steps a step may share a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// With its neighbours.
    Shared,
    /// With none, but inside a transaction: a new enum value can't be used before the commit.
    Alone,
    /// With none, and outside of any transaction.
    Bare,
}

/// The order of steps that don't depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Types, sequences and other objects that tables use.
    Prepare,
    /// Foreign keys that are dropped.
    DropForeignKey,
    /// Changes of existing tables.
    Alter,
    /// New tables.
    Create,
    /// New foreign keys.
    AddForeignKey,
    /// Dropped tables.
    Drop,
    /// Dropped objects that tables used. They run after all other steps, unless another step needs their name.
    CleanUp,
}
