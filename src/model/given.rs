//! Values that are either given or derived, such as the names of constraints.

use crate::model::ident::Ident;
use serde::{Deserialize, Serialize};

/// A value that the spec wrote (`Given`) or that the tool made up (`Derived`).
/// A derived value is rendered but never compared: the server's own is as good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Given<T> {
    /// Written by a person, or read from a server.
    Given(T),
    /// Made up by the tool.
    Derived(T),
}

impl<T> Given<T> {
    /// The value, whoever chose it.
    pub fn get(&self) -> &T {
        match self {
            Self::Given(value) | Self::Derived(value) => value,
        }
    }

    /// Whether a person wrote it.
    pub fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}

impl<T: PartialEq> Given<T> {
    /// Equal where both are given; a derived side agrees with anything.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Given(a), Self::Given(b)) => a == b,
            (Self::Derived(_), _) | (_, Self::Derived(_)) => true,
        }
    }
}

/// The name of an index or a constraint.
pub type Name = Given<Ident>;
