//! A value with its location.

use crate::diag::Location;

/// A value and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its location.
    pub at: Location,
}
