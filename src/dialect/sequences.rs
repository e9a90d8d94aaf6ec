//! Sequences as objects of their own: who has them, and what they are where nothing is said.

use crate::db::Vendor;
use crate::dialect::Dialect;
use crate::model::{Sequence, SqlType};

/// What a dialect's sequences are like.
#[derive(Debug)]
pub struct Sequences {
    /// The vendors that have any.
    pub vendors: &'static [Vendor],
    /// Each has a type, and may go with a column; else all count in `bigint` and stand alone.
    pub typed: bool,
    /// How many values a session takes at once.
    pub cache: i64,
    /// How many values at either end of `bigint` are never given out.
    pub spare: i64,
}

/// A sequence of which nothing is said but its type and what is added each time ("CREATE SEQUENCE" of
/// either manual).
pub(crate) fn usual(dialect: &dyn Dialect, ty: &str, increment: i64) -> Sequence {
    let sequences = &dialect.caps().sequences;
    let most = match ty {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX - sequences.spare,
    };
    let up = increment >= 0;
    let least = match ty {
        "smallint" | "integer" => -most - 1,
        _ => i64::MIN + sequences.spare,
    };
    let (min, max) = if up { (1, most) } else { (least, -1) };
    Sequence {
        ty: SqlType::new(if sequences.typed { ty } else { "bigint" }),
        start: if up { min } else { max },
        increment,
        min,
        max,
        cache: sequences.cache,
        cycle: false,
        unlogged: false,
        owned_by: None,
    }
}
