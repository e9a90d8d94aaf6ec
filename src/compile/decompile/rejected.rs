//! Errors of the spec loader and of lowering, assigned to the tables and columns that were written.

use crate::diag::{Diagnostic, Severity};
use crate::model::ObjectId;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Tables and columns of the written text that the loader or lowering rejects.
pub(crate) struct Rejected<'a> {
    /// A column by its table and its key in the text.
    columns: HashSet<(&'a ObjectId, String)>,
    /// The first message for each table.
    tables: HashMap<&'a ObjectId, String>,
}

impl<'a> Rejected<'a> {
    /// Assigns errors by line. `starts` has the number of the line before each table's document.
    pub(crate) fn new(
        text: &str,
        starts: &BTreeMap<usize, &'a ObjectId>,
        found: &[Diagnostic],
    ) -> Self {
        let mut rejected = Self {
            columns: HashSet::new(),
            tables: HashMap::new(),
        };
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        let mut lines: Vec<&str> = Vec::new();
        for (error, at) in errors.filter_map(|error| Some((error, error.at.as_ref()?))) {
            if lines.is_empty() {
                lines = text.lines().collect();
            }
            let line = at.line as usize;
            let Some((start, id)) = starts.range(..line).next_back() else {
                continue;
            };
            let message = || error.message.clone();
            rejected.tables.entry(id).or_insert_with(message);
            // the column is the last key with this indent
            let above = lines.get(*start..line).unwrap_or_default().iter().rev();
            let column = above
                .copied()
                .find(|line| line.starts_with("  ") && !line.starts_with("   "));
            let key = column.and_then(|line| line.trim_start().split_once(": "));
            rejected
                .columns
                .extend(key.map(|(key, _)| (*id, key.to_owned())));
        }
        rejected
    }

    /// The first error in a table.
    pub(crate) fn message(&self, id: &ObjectId) -> Option<&str> {
        self.tables.get(id).map(String::as_str)
    }

    /// Whether a column is without error.
    pub(crate) fn accepts_column(&self, id: &ObjectId, column: &str) -> bool {
        let key = crate::spec::key_text(column);
        !self.tables.contains_key(id) || !self.columns.contains(&(id, key))
    }
}
