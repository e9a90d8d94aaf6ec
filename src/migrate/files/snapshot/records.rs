//! The records of a snapshot besides the specs: renames, impacts, and the written files.

use crate::diff::Renames;
use crate::migrate::files::directory::Version;
use serde::{Deserialize, Serialize};

/// A rename that the specs declare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameRecord {
    /// `table`, `column`, `index`, `constraint` or `value`.
    pub kind: String,
    /// The table, and for a value its column, by the names after the migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The old name.
    pub from: String,
    /// The new name.
    pub to: String,
}

/// The renames as records.
pub fn renames(renames: &Renames) -> Vec<RenameRecord> {
    let record = |kind: &str, of: Option<String>, from: String, to: String| RenameRecord {
        kind: kind.to_owned(),
        of,
        from,
        to,
    };
    let mut list: Vec<RenameRecord> = renames
        .tables
        .iter()
        .map(|(id, from)| record("table", None, from.to_string(), id.to_string()))
        .collect();
    for (kind, map) in [
        ("column", &renames.columns),
        ("index", &renames.indexes),
        ("constraint", &renames.constraints),
    ] {
        list.extend(map.iter().map(|((table, name), from)| {
            record(
                kind,
                Some(table.to_string()),
                from.to_string(),
                name.to_string(),
            )
        }));
    }
    for ((table, column), values) in &renames.values {
        list.extend(values.iter().map(|(from, to)| {
            record(
                "value",
                Some(format!("{table}.{column}")),
                from.clone(),
                to.clone(),
            )
        }));
    }
    list
}

/// An impact of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardRecord {
    /// The dialect.
    pub dialect: String,
    /// The version.
    pub version: Version,
    /// The step's number.
    pub step: u32,
    /// The kind of impact, such as `data-loss`.
    pub kind: String,
    /// The description.
    pub message: String,
    /// For data loss, rewrites and blocked writes: the table, by its name before the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The table's schema, if the specs name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The column; `None` for the whole table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// A statement of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementRecord {
    /// The step of the statement.
    pub step: u32,
    /// The first 16 hexadecimal digits of the SHA-256 of its text.
    pub hash: String,
    /// The changed objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<String>,
}

/// The files of a version and dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// refinery's checksum of the up file.
    pub up: String,
    /// refinery's checksum of the down file, computed with the stem of the up file.
    pub down: String,
    /// The statements of the up file.
    pub statements: Vec<StatementRecord>,
    /// The statements of the down file.
    pub undo: Vec<StatementRecord>,
}
