//! Sequences as separate objects: the vendors that have them, and their defaults.

use crate::db::Vendor;
use crate::model::{Sequence, SqlType};

/// The sequences of a dialect.
#[derive(Debug)]
pub struct SequenceSupport {
    /// The vendors that have sequences.
    pub vendors: &'static [Vendor],
    /// Whether a sequence has a type and may be owned by a column; else all are `bigint` without an owner.
    pub typed: bool,
    /// The default number of values that a session caches.
    pub cache: i64,
    /// The number of reserved values at either end of `bigint`.
    pub reserved: i64,
}

impl SequenceSupport {
    /// A sequence with the server's defaults for everything but its type and increment ("CREATE SEQUENCE" in
    /// either manual).
    pub(crate) fn default_sequence(&self, ty: &str, increment: i64) -> Sequence {
        let greatest = match ty {
            "smallint" => i64::from(i16::MAX),
            "integer" => i64::from(i32::MAX),
            _ => i64::MAX - self.reserved,
        };
        let ascending = increment >= 0;
        let least = match ty {
            "smallint" | "integer" => -greatest - 1,
            _ => i64::MIN + self.reserved,
        };
        let (min, max) = if ascending {
            (1, greatest)
        } else {
            (least, -1)
        };
        Sequence {
            ty: SqlType::new(if self.typed { ty } else { "bigint" }),
            start: if ascending { min } else { max },
            increment,
            min,
            max,
            cache: self.cache,
            cycle: false,
            unlogged: false,
            owned_by: None,
        }
    }
}
