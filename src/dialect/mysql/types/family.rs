//! Families of types: which types have a charset, hold the same values, or can reference each other.

use crate::model::SqlType;

/// Types that share their defaults and conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Whole numbers and years.
    Integer,
    /// Decimals and floating-point numbers.
    Number,
    /// `bit(n)`.
    Bit,
    /// Character strings with a length.
    Chars,
    /// Character strings that accept only an expression as default.
    Text,
    /// Byte strings with a length.
    Bytes,
    /// Byte strings that accept only an expression as default.
    Blob,
    /// `enum` and `set`.
    Member,
    /// `json`.
    Json,
    /// Date and time.
    Temporal,
    /// Any other type: geometries, UUIDs, addresses, vectors.
    Other,
}

pub(crate) fn family(ty: &SqlType) -> Family {
    match ty.base.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Family::Integer,
        "decimal" | "float" | "double" => Family::Number,
        "bit" => Family::Bit,
        "char" | "varchar" => Family::Chars,
        "tinytext" | "text" | "mediumtext" | "longtext" => Family::Text,
        "binary" | "varbinary" => Family::Bytes,
        "tinyblob" | "blob" | "mediumblob" | "longblob" => Family::Blob,
        "enum" | "set" => Family::Member,
        "json" => Family::Json,
        "date" | "time" | "datetime" | "timestamp" => Family::Temporal,
        _ => Family::Other,
    }
}

/// The string type through which a column is converted where the server has no direct conversion: MariaDB converts
/// addresses, UUIDs and geometries only to strings, and only strings to these (error 4078).
pub(crate) fn intermediate_type(from: &SqlType, to: &SqlType) -> Option<&'static str> {
    let is_short = |ty: &SqlType| matches!(ty.base.as_str(), "uuid" | "inet4" | "inet6");
    let is_geometry = |ty: &SqlType| GEOMETRIES.contains(&ty.base.as_str());
    let is_string = |ty: &SqlType| {
        matches!(
            family(ty),
            Family::Chars | Family::Text | Family::Bytes | Family::Blob
        )
    };
    let related = from.base == to.base || (is_geometry(from) && is_geometry(to));
    if related || is_string(from) || is_string(to) {
        return None;
    }
    let sides = [from, to];
    if is_geometry(from) {
        Some("longblob")
    } else if is_geometry(to) {
        // not a blob: MEMORY has none
        Some("varbinary(255)")
    } else {
        sides.into_iter().any(is_short).then_some("varchar(255)")
    }
}

/// The spatial types.
pub(crate) const GEOMETRIES: [&str; 9] = [
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "geomcollection",
];

/// Whether columns of this type have a charset and a collation.
pub(crate) fn has_charset(ty: &SqlType) -> bool {
    matches!(family(ty), Family::Chars | Family::Text | Family::Member)
}

/// The smallest and the largest number of an integer type.
pub(crate) fn integer_range(ty: &SqlType) -> Option<(i128, i128)> {
    let bits = match ty.base.as_str() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        "bigint" => 64,
        _ => return None,
    };
    Some(if ty.unsigned {
        (0, (1 << bits) - 1)
    } else {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    })
}

/// Whether a column of the first type can reference one of the second: fixed-size types must have the same size and
/// sign, strings may differ in length (MySQL manual, "FOREIGN KEY Constraints").
pub(crate) fn can_reference(from: &SqlType, to: &SqlType) -> bool {
    match (family(from), family(to)) {
        (Family::Chars, Family::Chars) | (Family::Bytes, Family::Bytes) => true,
        // their keys need a prefix length, which a foreign key cannot have
        (Family::Text | Family::Blob | Family::Json, _) => false,
        (Family::Member, Family::Member) => from.base == to.base,
        (Family::Integer, Family::Integer) => from.base == to.base && from.unsigned == to.unsigned,
        _ => from.base == to.base && from.args == to.args && from.unsigned == to.unsigned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_keys_need_types_of_the_same_size() {
        let sized = SqlType::with_args;
        let plain = SqlType::new;
        for (from, to, fits) in [
            (plain("int"), plain("int"), true),
            (plain("int"), plain("int").unsigned(true), false),
            (plain("int"), plain("bigint"), false),
            (sized("varchar", &[20]), sized("varchar", &[30]), true),
            (sized("binary", &[16]), sized("binary", &[16]), true),
            (plain("text"), plain("text"), false),
        ] {
            assert_eq!(can_reference(&from, &to), fits, "{from:?} {to:?}");
        }
    }
}
