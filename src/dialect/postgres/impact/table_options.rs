//! What changes of storage, partitions and inheritance do to a live system.

use crate::change::{Hazard, HazardKind};
use crate::model::{Inheritance, ObjectId, Pair, TableOptions};

/// Of a table's options.
pub(crate) fn options(table: &ObjectId, pair: &Pair<TableOptions>) -> Vec<Hazard> {
    let rewrites = |key: &str| matches!(key, "unlogged" | "tablespace" | "access_method");
    let mut out = Vec::new();
    for (key, _, now) in pair.from.attrs.changes(&pair.to.attrs) {
        if rewrites(key) {
            out.push(Hazard::new(
                HazardKind::Rewrite,
                format!("{table} is written anew and nobody can read it while its {key} changes"),
            ));
        }
        if (key, now) == ("unlogged", Some("true")) {
            out.push(Hazard::new(
                HazardKind::DataChange,
                format!("from now on the rows of {table} are gone after a crash, and replicas don't have them"),
            ));
        }
        if key == "row_security" {
            out.push(Hazard::new(
                HazardKind::BlocksReads,
                format!("which rows of {table} a user sees changes at once"),
            ));
        }
    }
    out
}

/// Of a table that joins or leaves others.
pub(crate) fn inheritance(table: &ObjectId, pair: &Pair<Inheritance>) -> Vec<Hazard> {
    let mut out = Vec::new();
    if let Inheritance::PartitionOf { parent, .. } = &pair.from {
        out.push(Hazard::new(
            HazardKind::BlocksReads,
            format!("{parent} is locked for a moment, and without the rows of {table} afterwards; DETACH … CONCURRENTLY waits instead"),
        ));
    }
    match &pair.to {
        Inheritance::PartitionOf { parent, bound } => out.push(Hazard::new(
            HazardKind::Scan,
            format!("all rows of {table} (and of a default partition of {parent}) are read while it is locked; add a check that says {bound} first"),
        )),
        Inheritance::Inherits(parents) => out.extend(parents.iter().map(|parent| {
            Hazard::new(
                HazardKind::BlocksReads,
                format!("{parent} shows the rows of {table} from now on"),
            )
        })),
        Inheritance::None => {}
    }
    out
}
