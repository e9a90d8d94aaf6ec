//! The oldest servers that generated SQL must run on.

use crate::db::{Vendor, Version};

/// The oldest version of each vendor that the generated SQL must run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor(pub Vec<(Vendor, Version)>);

impl Floor {
    /// The oldest version of a vendor.
    pub fn version(&self, vendor: Vendor) -> Option<Version> {
        self.0.iter().find(|(v, _)| *v == vendor).map(|(_, v)| *v)
    }
}
