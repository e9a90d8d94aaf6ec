//! Steps that are harmful only for large tables: they rewrite the table or block its writers.

use crate::change::HazardKind;
use crate::db::Conn;
use crate::migrate::files::directory::Version;
use crate::server;
use std::collections::BTreeMap;
use std::fmt;

/// The default size below which a table may be rewritten and its writers blocked without consent: 1 GB.
pub const SAFE_BELOW: u64 = 1 << 30;

/// A step that rewrites a table or blocks its writers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeTableWarning {
    /// The migration; `None` for an applied plan, which has no files.
    pub version: Option<Version>,
    /// The number of the step in the file.
    pub step: u32,
    /// The kind of impact.
    pub kind: HazardKind,
    /// The schema, if one is named, and the table, by its name before the step.
    pub table: (Option<String>, String),
    /// Whether a directive of the file allows it.
    pub in_file: bool,
    /// The size of the table with its indexes, in bytes. `None` if the table doesn't exist yet or is not visible to this
    /// user.
    pub size: Option<u64>,
}

impl LargeTableWarning {
    /// Whether a kind of impact is relevant here.
    pub fn is_kind(kind: HazardKind) -> bool {
        match kind {
            HazardKind::Rewrite | HazardKind::BlocksWrites => true,
            HazardKind::DataLoss
            | HazardKind::DataChange
            | HazardKind::BlocksReads
            | HazardKind::Scan => false,
        }
    }

    /// Whether consent is needed: the table has at least this size, and the file does not allow it.
    pub fn needs_consent(&self, safe_below: u64) -> bool {
        !self.in_file && self.size.is_some_and(|size| size >= safe_below)
    }
}

impl fmt::Display for LargeTableWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(version) = self.version {
            write!(f, "V{version} ")?;
        }
        write!(f, "step {}: ", self.step)?;
        if let Some(schema) = &self.table.0 {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.table.1)?;
        if let Some(size) = self.size {
            write!(f, " ({})", bytes(size))?;
        }
        f.write_str(match self.kind {
            HazardKind::Rewrite => " is rewritten",
            HazardKind::BlocksWrites
            | HazardKind::DataLoss
            | HazardKind::DataChange
            | HazardKind::BlocksReads
            | HazardKind::Scan => ": writers wait",
        })
    }
}

/// A size for messages, by powers of 1024: `512 B`, `1.5 GB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let mut unit = 1024;
    let Some(mut shown) = UNITS.first().filter(|_| size >= unit) else {
        return format!("{size} B");
    };
    for next in &UNITS[1..] {
        if size / unit < 1024 {
            break;
        }
        unit *= 1024;
        shown = next;
    }
    let tenths = size.saturating_mul(10) / unit;
    format!("{}.{} {shown}", tenths / 10, tenths % 10)
}

/// Parses a size such as `500MB` or `1.5 GB`.
pub fn size(text: &str) -> Option<u64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(split);
    let unit: u64 = match unit {
        "B" => 1,
        "kB" | "KB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        "TB" => 1 << 40,
        _ => return None,
    };
    let (whole, tenths) = number
        .trim()
        .split_once('.')
        .unwrap_or((number.trim(), "0"));
    let tenths: u64 = tenths.parse().ok().filter(|tenths| *tenths < 10)?;
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(unit)?.checked_add(unit / 10 * tenths)
}

/// Queries the sizes of all tables in one message.
pub(crate) async fn query_sizes(conn: &mut Conn, heavy: &mut [LargeTableWarning]) {
    let mut sizes: BTreeMap<(Option<String>, String), Option<u64>> =
        heavy.iter().map(|one| (one.table.clone(), None)).collect();
    if sizes.is_empty() {
        return;
    }
    let size = server::profile(conn.server().vendor).execution.table_size;
    let queries = sizes
        .keys()
        .map(|(schema, name)| size(schema.as_deref(), name));
    let queries: Vec<String> = queries.collect();
    // an invisible table counts as missing
    let rows = conn.query(&queries.join(";\n")).await.unwrap_or_default();
    for (size, row) in sizes.values_mut().zip(&rows) {
        *size = row.number_at(0);
    }
    for one in heavy {
        one.size = sizes.get(&one.table).copied().flatten();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_displayed_and_parsed() {
        for (size, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 kB"),
            (1_610_612_736, "1.5 GB"),
            (1 << 60, "1048576.0 TB"),
        ] {
            assert_eq!(bytes(size), expected);
        }
        for (text, expected) in [
            ("0B", Some(0)),
            ("500MB", Some(500 << 20)),
            ("1.5 kB", Some(1024 + 510)),
            ("1 TB", Some(1 << 40)),
            ("1", None),
            ("1.25GB", None),
            ("99999999999TB", None),
            ("big", None),
        ] {
            assert_eq!(size(text), expected, "{text}");
        }
    }
}
