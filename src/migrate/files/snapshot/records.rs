//! What a snapshot records beside the specs: renames, hazards, and the files that were written.

use crate::diff::Renames;
use crate::migrate::files::directory::Version;
use serde::{Deserialize, Serialize};

/// A rename that the specs asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameRecord {
    /// `table`, `column`, `index`, `constraint` or `value`.
    pub kind: String,
    /// The table, and for a value its column, as they are named after.
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

/// A hazard of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardRecord {
    /// The dialect.
    pub dialect: String,
    /// The version.
    pub version: Version,
    /// The step's number.
    pub step: u32,
    /// Which, as `--allow` calls it.
    pub kind: String,
    /// What is hit.
    pub message: String,
    /// Where data are lost, a table is rewritten or writers wait: the table, by its name before the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The table's schema, where the specs name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The column; without one it is the whole table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// A statement of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementRecord {
    /// The step that it belongs to.
    pub step: u32,
    /// The first 16 hexadecimal digits of the SHA-256 of its text.
    pub hash: String,
    /// What it changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<String>,
}

/// The files of a version and dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// refinery's checksum of the way up.
    pub up: String,
    /// The same of the way down, had it the same name.
    pub down: String,
    /// The statements of the way up.
    pub statements: Vec<StatementRecord>,
    /// The statements of the way down.
    pub undo: Vec<StatementRecord>,
}
