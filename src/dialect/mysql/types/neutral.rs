//! The MySQL types of the neutral types.

use crate::dialect::mysql::types::native::unsupported;
use crate::dialect::{TypePlan, Unsupported};
use crate::model::SqlType;
use crate::spec::Neutral;

/// The longest `varchar` of 4 bytes per character that fits into a row of 65,535 bytes.
const VARCHAR_MAX: u32 = 16_383;

/// The MySQL type of a neutral type (`docs/types.md`), the same on both vendors.
pub(crate) fn lower_neutral(ty: &Neutral) -> Result<TypePlan, Unsupported> {
    let fraction = |base: &str, digits: Option<u32>| match digits {
        None | Some(0) => Ok(SqlType::new(base)),
        Some(digits @ 1..=6) => Ok(SqlType::with_args(base, &[digits])),
        Some(digits) => Err(unsupported(
            format!("{base}({digits}) has more than 6 fractional digits"),
            "write a precision from 0 to 6",
        )),
    };
    let sized = |base: &str, size: u32, max: u32, other: &str| {
        if size <= max {
            Ok(SqlType::with_args(base, &[size]))
        } else {
            Err(unsupported(
                format!("{base}({size}) is too long for MySQL: the maximum is {max}"),
                format!("use {other}, or add `mysql: {{ type: .. }}` with a native type"),
            ))
        }
    };
    let ty = match ty {
        Neutral::Bool => SqlType::with_args("tinyint", &[1]),
        Neutral::TinyInt { unsigned } => SqlType::new("tinyint").unsigned(*unsigned),
        Neutral::SmallInt { unsigned } => SqlType::new("smallint").unsigned(*unsigned),
        Neutral::Int { unsigned } => SqlType::new("int").unsigned(*unsigned),
        Neutral::BigInt { unsigned } => SqlType::new("bigint").unsigned(*unsigned),
        Neutral::Decimal { precision, scale } => {
            if *precision > 65 || *scale > 30 || scale > precision {
                return Err(unsupported(
                    format!("decimal({precision},{scale}) is out of range for MySQL"),
                    "use at most 65 digits, of which at most 30 are decimals",
                ));
            }
            SqlType::with_args("decimal", &[*precision, *scale])
        }
        Neutral::Float => SqlType::new("float"),
        Neutral::Double => SqlType::new("double"),
        Neutral::Char(size) => sized("char", *size, 255, "varchar")?,
        Neutral::Varchar(size) => sized("varchar", *size, VARCHAR_MAX, "text")?,
        Neutral::Text => SqlType::new("text"),
        Neutral::Uuid => SqlType::with_args("binary", &[16]),
        Neutral::Date => SqlType::new("date"),
        Neutral::Time(digits) => fraction("time", *digits)?,
        Neutral::DateTime(digits) => fraction("datetime", *digits)?,
        Neutral::TimestampTz(digits) => fraction("timestamp", *digits)?,
        // MySQL 8 and MariaDB 10 have no array type, and not all versions have a vector type
        Neutral::Json | Neutral::Array(_) | Neutral::Vector(_) => SqlType::new("json"),
        Neutral::Binary(size) => sized("binary", *size, 255, "varbinary")?,
        Neutral::Varbinary(size) => sized("varbinary", *size, 65_000, "blob")?,
        Neutral::Blob => SqlType::new("blob"),
        Neutral::Enum { values, .. } => SqlType {
            values: values.iter().map(|v| v.value.clone()).collect(),
            ..SqlType::new("enum")
        },
    };
    Ok(TypePlan {
        ty,
        check: None,
        native_enum: None,
    })
}
