//! Differences between a schema and a live database.

use crate::model::{Ident, ObjectId};
use std::borrow::Cow;

/// The value shown for a declared object or part that the database does not have.
pub(crate) const MISSING: &str = "missing";
/// The value shown for an unset property.
pub(crate) const NONE: &str = "none";

/// One difference: one row of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The object or part, as shown: `ai_tool_calls.retry_count`, `ai_tool_results fk (tool_call_id)`.
    pub object: String,
    /// The property: `type`, `nullable`, `default`, `on delete`, …
    pub property: Cow<'static, str>,
    /// The value in the spec.
    pub spec: String,
    /// The value in the database.
    pub database: String,
    /// The table or other object that has the difference.
    pub owner: ObjectId,
    /// The column, if a column differs.
    pub column: Option<Ident>,
}

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The differences, by object in the order of the specs.
    pub differences: Vec<Difference>,
    /// The number of tables of the specs, including external ones.
    pub tables: usize,
    /// The number of these tables that differ.
    pub tables_differing: usize,
    /// Tables of the database that the specs don't declare. Not counted as differences.
    pub unmanaged: Vec<ObjectId>,
    /// Objects that can't be compared, each with the reason.
    pub not_compared: Vec<(ObjectId, &'static str)>,
}

impl Comparison {
    /// Whether there are no differences.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}
