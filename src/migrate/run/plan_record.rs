//! The record of a plan that is applied without files, as the journal keeps it.

use crate::change::Change;
use crate::model::{Object, ObjectId, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A plan that is applied without files: the texts of both directions, as files would have them, and the
/// change of each step. `repair` resumes and reverts from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// The up text, with step marks.
    pub up: String,
    /// The down text.
    pub down: String,
    /// The change of each step, as this version of the tool serializes it. Empty where the plan runs in one
    /// transaction, so that it can't be partially applied.
    #[serde(default)]
    pub changes: BTreeMap<u32, serde_json::Value>,
}

impl PlanRecord {
    /// The record as JSON, for the journal.
    pub fn text(&self) -> String {
        // maps with text keys and texts always have a JSON form
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Records the changes of steps.
    pub fn record_changes<'a>(&mut self, changes: impl IntoIterator<Item = (u32, &'a Change)>) {
        let changes = changes.into_iter();
        let values = changes.filter_map(|(step, change)| {
            let recorded = match change {
                Change::Create(id, Object::Table(_)) => RecordedChange::CreateTable(id.clone()),
                Change::Drop(id, Object::Table(_)) => RecordedChange::DropTable(id.clone()),
                Change::Create(..)
                | Change::Drop(..)
                | Change::Replace(..)
                | Change::Comment(..)
                | Change::Value(..)
                | Change::Table { .. } => RecordedChange::Other(Box::new(change.clone())),
            };
            Some((step, serde_json::to_value(recorded).ok()?))
        });
        self.changes.extend(values);
    }

    /// The change of a step. `None` if it was not recorded, or in a form of another version of this tool.
    pub fn change(&self, step: u32) -> Option<Change> {
        let recorded = serde_json::from_value(self.changes.get(&step)?.clone()).ok()?;
        Some(match recorded {
            RecordedChange::CreateTable(id) => Change::Create(id.clone(), empty_table(id)),
            RecordedChange::DropTable(id) => Change::Drop(id.clone(), empty_table(id)),
            RecordedChange::Other(change) => *change,
        })
    }

    /// Parses the JSON of [`PlanRecord::text`].
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A change as the journal keeps it. Tables that are created or dropped are recorded by name only, so that
/// the record of ten thousand tables fits into one message.
#[derive(Serialize, Deserialize)]
enum RecordedChange {
    /// A table is created. The effect check needs only its name.
    #[serde(rename = "Comes")]
    CreateTable(ObjectId),
    /// A table is dropped.
    #[serde(rename = "Goes")]
    DropTable(ObjectId),
    /// Any other change.
    #[serde(rename = "Changes")]
    Other(Box<Change>),
}

/// A table without columns.
fn empty_table(id: ObjectId) -> Object {
    Object::Table(Box::new(Table::new(id)))
}
