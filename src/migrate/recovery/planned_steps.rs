//! The steps of a migration as they were planned, for the effect check.

use crate::change::Change;
use crate::migrate::run::events::Direction;
use std::collections::BTreeMap;

/// A step as it was planned. The effect check searches its change in the catalog.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The change of the up direction.
    pub change: Change,
    /// The statements of the up direction.
    pub up: Vec<String>,
    /// The statements of the down direction.
    pub down: Vec<String>,
}

impl PlannedStep {
    /// The change and the statements of a direction.
    pub(crate) fn in_direction(&self, direction: Direction) -> (Change, &[String]) {
        match direction {
            Direction::Up => (self.change.clone(), &self.up),
            Direction::Down => (self.change.clone().invert(), &self.down),
        }
    }
}

/// The planned steps of a migration, by number. Empty if no snapshot or journal row records them.
pub type PlannedSteps = BTreeMap<u32, PlannedStep>;
