//! The two sides of a difference.

use serde::{Deserialize, Serialize};

/// The two sides of a difference. They always travel together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair<T> {
    /// What is there before.
    pub from: T,
    /// What is there after.
    pub to: T,
}

impl<T> Pair<T> {
    /// Two sides.
    pub fn new(from: T, to: T) -> Self {
        Self { from, to }
    }

    /// Both sides, borrowed.
    pub fn as_ref(&self) -> Pair<&T> {
        Pair::new(&self.from, &self.to)
    }

    /// The other way round.
    #[must_use]
    pub fn invert(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
        }
    }
}
