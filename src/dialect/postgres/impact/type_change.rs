//! The cost of type changes.

use crate::dialect::postgres::types::{Family, family};
use crate::model::SqlType;

/// The cost of a change of a column's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeChangeCost {
    /// Only the catalogue changes.
    Free,
    /// The table is rewritten, and no value changes.
    Rewrite,
    /// The table is rewritten, and values may not fit or lose digits.
    Narrow,
}

pub(crate) fn type_change_cost(from: &SqlType, to: &SqlType) -> TypeChangeCost {
    let rank = |ty: &SqlType| match ty.base.as_str() {
        "smallint" => 1,
        "integer" => 2,
        "bigint" => 3,
        _ => 0,
    };
    let limit = |ty: &SqlType| ty.args.first().copied().unwrap_or(u32::MAX);
    if from.dims != to.dims {
        return TypeChangeCost::Narrow;
    }
    match (family(from), family(to)) {
        (Family::Integer, Family::Integer) if rank(from) <= rank(to) => TypeChangeCost::Rewrite,
        (Family::Integer, Family::Fraction) if to.base == "numeric" && to.args.is_empty() => {
            TypeChangeCost::Rewrite
        }
        (Family::Text, Family::Text) => {
            let varying = |ty: &SqlType| matches!(ty.base.as_str(), "text" | "character varying");
            if varying(from) && varying(to) && limit(to) >= limit(from) {
                TypeChangeCost::Free
            } else if limit(to) >= limit(from) {
                TypeChangeCost::Rewrite
            } else {
                TypeChangeCost::Narrow
            }
        }
        (Family::Fraction, Family::Fraction) if from.base == "numeric" && to.base == "numeric" => {
            let scale = |ty: &SqlType| ty.args.get(1).copied().unwrap_or(u32::MAX);
            if to.args.is_empty() || (scale(from) == scale(to) && limit(to) >= limit(from)) {
                TypeChangeCost::Free
            } else {
                TypeChangeCost::Narrow
            }
        }
        (Family::Fraction, Family::Fraction)
            if from.base == "real" && to.base == "double precision" =>
        {
            TypeChangeCost::Rewrite
        }
        // sessions use UTC
        (Family::Timestamp, Family::Timestamp) if limit(to) >= limit(from) => TypeChangeCost::Free,
        (Family::Date, Family::Timestamp) => TypeChangeCost::Rewrite,
        (Family::Json, Family::Json) => TypeChangeCost::Rewrite,
        (_, Family::Text) if limit(to) == u32::MAX => TypeChangeCost::Rewrite,
        _ => TypeChangeCost::Narrow,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dialect::postgres::types;

    #[test]
    fn type_changes_have_the_measured_cost() {
        let cases = [
            ("varchar(50)", "varchar(100)", TypeChangeCost::Free),
            ("varchar(50)", "text", TypeChangeCost::Free),
            ("text", "varchar", TypeChangeCost::Free),
            ("numeric(10,2)", "numeric(12,2)", TypeChangeCost::Free),
            ("numeric(10,2)", "numeric", TypeChangeCost::Free),
            ("timestamp", "timestamptz", TypeChangeCost::Free),
            ("varchar(100)", "varchar(50)", TypeChangeCost::Narrow),
            ("text", "varchar(9)", TypeChangeCost::Narrow),
            ("char(3)", "text", TypeChangeCost::Rewrite),
            ("int", "bigint", TypeChangeCost::Rewrite),
            ("bigint", "int", TypeChangeCost::Narrow),
            ("numeric(10,2)", "numeric(10,1)", TypeChangeCost::Narrow),
            ("json", "jsonb", TypeChangeCost::Rewrite),
            ("text", "uuid", TypeChangeCost::Narrow),
        ];
        for (from, to, cost) in cases {
            let (a, b) = (types::native(from).unwrap(), types::native(to).unwrap());
            assert_eq!(type_change_cost(&a, &b), cost, "{from} to {to}");
        }
    }
}
