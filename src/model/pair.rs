//! The two sides of a difference.

use serde::{Deserialize, Serialize};

/// The two sides of a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair<T> {
    /// The side before the change.
    pub from: T,
    /// The side after the change.
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

    /// The pair with its sides exchanged.
    #[must_use]
    pub fn invert(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
        }
    }
}
