//! Differences between a schema and a live database.

use crate::model::{Ident, ObjectId};
use std::borrow::Cow;

/// What a table or object of the specs looks like in `have` where it isn't there.
pub(crate) const MISSING: &str = "missing";
/// What a value that isn't set is called.
pub(crate) const NONE: &str = "none";

/// One difference: one row of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, as a person names it: `ai_tool_calls.retry_count`, `ai_tool_results fk (tool_call_id)`.
    pub object: String,
    /// Which property of it: `type`, `nullable`, `default`, `on delete`, …
    pub property: Cow<'static, str>,
    /// What the spec says.
    pub spec: String,
    /// What the database has.
    pub database: String,
    /// The table or other object it belongs to.
    pub owner: ObjectId,
    /// The column, where it is about one.
    pub column: Option<Ident>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The differences, by object in the order of the specs.
    pub differences: Vec<Difference>,
    /// How many tables of the specs were looked at, external ones included.
    pub tables: usize,
    /// How many of them differ.
    pub tables_differing: usize,
    /// Tables of the database that the specs don't know. Not a failure.
    pub unmanaged: Vec<ObjectId>,
    /// What can't be compared, and why.
    pub not_compared: Vec<(ObjectId, &'static str)>,
}

impl Comparison {
    /// Whether the database is what the specs say.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}
