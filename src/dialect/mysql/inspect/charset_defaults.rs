//! Charsets and collations that a statement leaves out because they are defaults.

use crate::db::Vendor;
use std::collections::BTreeMap;

/// The vendor and the table's defaults: they apply to all lines of one `SHOW CREATE TABLE`.
pub(crate) struct TableDefaults {
    pub(crate) vendor: Vendor,
    /// The table's charset.
    pub(crate) charset: Option<String>,
    /// The table's collation.
    pub(crate) collation: Option<String>,
}

/// The default collation of each charset on this server.
pub(crate) struct Collations(BTreeMap<String, String>);

impl Collations {
    pub(crate) fn new(defaults: BTreeMap<String, String>) -> Self {
        Self(defaults)
    }

    pub(crate) fn default_of(&self, charset: &str) -> Option<String> {
        self.0.get(charset).cloned()
    }
}
