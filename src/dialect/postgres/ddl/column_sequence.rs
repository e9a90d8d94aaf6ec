//! The sequence of an identity or `serial` column. Its options are attributes of the column, which has
//! only those that differ from the server's defaults.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::naming::{self, within};
use crate::dialect::postgres::types;
use crate::model::{
    Attributes, Column, Expr, Ident, Identity, ObjectId, ObjectKind, Sequence, SqlType, Table,
};
use crate::sql::literal;

/// The attributes of a column that describe its sequence.
const OPTION_KEYS: &[&str] = &[
    "sequence",
    "sequence_type",
    "start",
    "increment",
    "min",
    "max",
    "cache",
    "cycle",
    keys::SEQUENCE_UNLOGGED.name(),
];

/// The least and greatest value of an integer type.
pub(crate) fn integer_range(ty: &SqlType) -> Option<(i64, i64)> {
    match ty.base.as_str() {
        "smallint" => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        "integer" => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        "bigint" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

/// The bounds that the server gives to a sequence of this type by default.
fn default_bounds(ty: &SqlType, increment: i64) -> (i64, i64) {
    let (least, greatest) = integer_range(ty).unwrap_or((i64::MIN, i64::MAX));
    if increment > 0 {
        (1, greatest)
    } else {
        (least, -1)
    }
}

/// The options that differ from the server's defaults for a sequence of this type.
pub(crate) fn non_default_options(sequence: &Sequence) -> Attributes {
    let mut out = Attributes::default();
    let (min, max) = default_bounds(&sequence.ty, sequence.increment);
    let start = if sequence.increment > 0 {
        sequence.min
    } else {
        sequence.max
    };
    let numbers = [
        ("start", sequence.start, start),
        ("increment", sequence.increment, 1),
        ("min", sequence.min, min),
        ("max", sequence.max, max),
        ("cache", sequence.cache, 1),
    ];
    for (key, value, default) in numbers {
        if value != default {
            out.set(key, value.to_string());
        }
    }
    if sequence.cycle {
        out.set_flag(keys::CYCLE);
    }
    out
}

/// The name that the server gives to a column's sequence by default.
pub(crate) fn default_sequence_name(table: &ObjectId, column: &Ident) -> String {
    naming::generated_name(table.name.as_str(), column.as_str(), "seq")
}

/// The name and options of a column's sequence.
pub(crate) fn column_sequence(table: &ObjectId, column: &Column) -> (Ident, Sequence) {
    let attrs = &column.attrs;
    let ty = (attrs.get(keys::SEQUENCE_TYPE))
        .and_then(|text| types::native(text).ok())
        .unwrap_or_else(|| column.ty.clone());
    let number = |key: &str| attrs.get(key).and_then(|text| text.parse::<i64>().ok());
    let increment = number("increment").unwrap_or(1);
    let (least, greatest) = default_bounds(&ty, increment);
    let (min, max) = (
        number("min").unwrap_or(least),
        number("max").unwrap_or(greatest),
    );
    let name = attrs
        .get(keys::SEQUENCE)
        .map_or_else(|| default_sequence_name(table, &column.name), str::to_owned);
    let sequence = Sequence {
        ty,
        start: number("start").unwrap_or(if increment > 0 { min } else { max }),
        increment,
        min,
        max,
        cache: number("cache").unwrap_or(1),
        cycle: attrs.get(keys::CYCLE),
        unlogged: attrs.get(keys::SEQUENCE_UNLOGGED).unwrap_or(false),
        owned_by: None,
    };
    (Ident::from(name), sequence)
}

/// Whether all options of a column's sequence are the server's defaults.
pub(crate) fn has_default_sequence(column: &Column) -> bool {
    OPTION_KEYS
        .iter()
        .all(|key| column.attrs.get(key).is_none())
}

/// Whether the sequence of a column must be created before the column: `serial` has no syntax for options.
pub(crate) fn is_created_separately(column: &Column) -> bool {
    column.identity == Some(Identity::Serial) && !has_default_sequence(column)
}

/// Whether the sequence of a column is not written to the write-ahead log.
pub(crate) fn is_sequence_unlogged(table: &Table, column: &Column) -> bool {
    let declared = column.attrs.get(keys::SEQUENCE_UNLOGGED);
    declared.unwrap_or_else(|| table.options.attrs.get(keys::UNLOGGED))
}

/// The object id of a column's sequence.
pub(crate) fn column_sequence_id(table: &Table, name: Ident) -> ObjectId {
    ObjectId::new(ObjectKind::Sequence, name).within(table.id.ns.clone())
}

/// The default expression of a `serial` column, with the name of its sequence.
pub(crate) fn nextval_default(table: &Table, column: &Column) -> String {
    let (name, _) = column_sequence(&table.id, column);
    format!(
        "nextval({}::regclass)",
        literal::string(&within(&table.id.ns, &name))
    )
}

/// A `serial` column rewritten as a plain column, and its sequence as an object.
#[derive(Clone, Debug)]
pub(crate) struct OwnSequence {
    /// The column, with a default instead of an identity.
    pub column: Column,
    /// The id of the sequence.
    pub id: ObjectId,
    /// The sequence, owned by the column.
    pub sequence: Sequence,
}

/// A `serial` column rewritten as a plain column with `nextval(…)`, and its sequence.
pub(crate) fn as_plain_column(table: &Table, column: &Column) -> OwnSequence {
    let (name, mut sequence) = column_sequence(&table.id, column);
    sequence.owned_by = Some((table.id.clone(), column.name.clone()));
    sequence.unlogged = is_sequence_unlogged(table, column);
    let mut plain = Column {
        identity: None,
        default: Some(Expr::new(nextval_default(table, column))),
        ..column.clone()
    };
    for key in OPTION_KEYS {
        plain.attrs.remove(key);
    }
    OwnSequence {
        column: plain,
        id: column_sequence_id(table, name),
        sequence,
    }
}

/// The sequence after a change of its type, for which the server replaces bounds that were the defaults of
/// the old type.
pub(crate) fn with_changed_type(sequence: &Sequence, ty: &SqlType) -> Sequence {
    let (old_min, old_max) = default_bounds(&sequence.ty, sequence.increment);
    let (min, max) = default_bounds(ty, sequence.increment);
    Sequence {
        ty: ty.clone(),
        min: if sequence.min == old_min {
            min
        } else {
            sequence.min
        },
        max: if sequence.max == old_max {
            max
        } else {
            sequence.max
        },
        ..sequence.clone()
    }
}
