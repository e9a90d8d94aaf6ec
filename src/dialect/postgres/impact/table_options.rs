//! The impact of changes of table options, partitions and inheritance.

use crate::change::{Hazard, HazardKind};
use crate::model::{Inheritance, ObjectId, Pair, TableOptions};

/// The impact of changed table options.
pub(crate) fn options(table: &ObjectId, pair: &Pair<TableOptions>) -> Vec<Hazard> {
    let rewrites = |key: &str| matches!(key, "unlogged" | "tablespace" | "access_method");
    let mut out = Vec::new();
    for (key, _, now) in pair.from.attrs.changes(&pair.to.attrs) {
        if rewrites(key) {
            out.push(Hazard::new(
                HazardKind::Rewrite,
                format!("{table} is rewritten and can't be read while its {key} changes"),
            ));
        }
        if (key, now) == ("unlogged", Some("true")) {
            out.push(Hazard::new(
                HazardKind::DataChange,
                format!("the rows of {table} are lost after a crash and aren't replicated"),
            ));
        }
        if key == "row_security" {
            out.push(Hazard::new(
                HazardKind::BlocksReads,
                format!("the rows of {table} that users can see change immediately"),
            ));
        }
    }
    out
}

/// The impact of changed parents.
pub(crate) fn inheritance(table: &ObjectId, pair: &Pair<Inheritance>) -> Vec<Hazard> {
    let mut out = Vec::new();
    if let Inheritance::PartitionOf { parent, .. } = &pair.from {
        out.push(Hazard::new(
            HazardKind::BlocksReads,
            format!("{parent} is locked briefly and no longer contains the rows of {table}; use DETACH … CONCURRENTLY to avoid the lock"),
        ));
    }
    match &pair.to {
        Inheritance::PartitionOf { parent, bound } => out.push(Hazard::new(
            HazardKind::Scan,
            format!("all rows of {table} (and of a default partition of {parent}) are read under a lock; first add a check equal to {bound}"),
        )),
        Inheritance::Inherits(parents) => out.extend(parents.iter().map(|parent| {
            Hazard::new(
                HazardKind::BlocksReads,
                format!("queries of {parent} now include the rows of {table}"),
            )
        })),
        Inheritance::None => {}
    }
    out
}
