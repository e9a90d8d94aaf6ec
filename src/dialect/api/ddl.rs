//! Changes as SQL statements, and their impact.

use crate::change::{Action, Hazard, Step};
use crate::db::Server;
use crate::dialect::api::unsupported::Unsupported;

/// Translates the steps of a plan into SQL.
///
/// Every method is pure: the same action gives the same statements on every run, since recovery compares them
/// with those recorded in the journal.
pub trait Ddl {
    /// The statements of an action, without final semicolons.
    fn statements(&self, action: &Action) -> Vec<String>;

    /// Combines statements that differ between the vendors of a dialect into one. `sides` has one statement per
    /// vendor, in the order of the dialect's vendors; `None` for a vendor without one. Only called if the
    /// statements differ.
    ///
    /// # Errors
    /// If the statements can't be combined.
    fn combine_vendors(&self, sides: &[Option<&str>]) -> Result<String, Unsupported> {
        Ok(sides.iter().flatten().copied().collect())
    }

    /// Whether an action rebuilds a table: copies it to a new one that replaces it. Foreign keys must be
    /// disabled meanwhile.
    fn rebuilds_table(&self, action: &Action) -> bool {
        let _ = action;
        false
    }

    /// The impact of a step on data and on a running system. More exact if the server is known.
    fn impact(&self, step: &Step, server: Option<&Server>) -> Vec<Hazard>;
}
