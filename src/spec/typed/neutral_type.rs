//! The neutral types.

use std::fmt;

/// A neutral type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Neutral {
    /// `bool`
    Bool,
    /// `tinyint`, `tinyint unsigned`
    TinyInt {
        /// Whether negative numbers are excluded.
        unsigned: bool,
    },
    /// `smallint`, `smallint unsigned`
    SmallInt {
        /// Whether negative numbers are excluded.
        unsigned: bool,
    },
    /// `int`, `int unsigned`
    Int {
        /// Whether negative numbers are excluded.
        unsigned: bool,
    },
    /// `bigint`, `bigint unsigned`
    BigInt {
        /// Whether negative numbers are excluded.
        unsigned: bool,
    },
    /// `decimal(p,s)`
    Decimal {
        /// Digits in total.
        precision: u32,
        /// Digits after the decimal point.
        scale: u32,
    },
    /// `float`: 4 bytes
    Float,
    /// `double`: 8 bytes
    Double,
    /// `char(n)`, in characters
    Char(u32),
    /// `varchar(n)`, in characters
    Varchar(u32),
    /// `text`
    Text,
    /// `uuid`
    Uuid,
    /// `date`
    Date,
    /// `time`, `time(p)`
    Time(Option<u32>),
    /// `datetime`, `datetime(p)`: without a time zone
    DateTime(Option<u32>),
    /// `timestamptz`, `timestamptz(p)`: an instant
    TimestampTz(Option<u32>),
    /// `json`
    Json,
    /// `binary(n)`, in bytes
    Binary(u32),
    /// `varbinary(n)`, in bytes
    Varbinary(u32),
    /// `blob`
    Blob,
    /// `enum: [..]`
    Enum {
        /// The values in their order.
        values: Vec<EnumValue>,
        /// `native: true`: the enum becomes a separate type if the dialect has enum types.
        native: bool,
    },
    /// `array of <type>`
    Array(Box<Neutral>),
    /// `vector(n)`
    Vector(u32),
}

/// A value of an enum, with its previous text (`{ value: closed, renamed_from: done }`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// The value.
    pub value: String,
    /// The previous text of the value.
    pub renamed_from: Option<String>,
}

impl fmt::Display for Neutral {
    /// The type as it is written in a spec.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |unsigned: bool| if unsigned { " unsigned" } else { "" };
        let fraction = |p: &Option<u32>| p.map_or(String::new(), |p| format!("({p})"));
        match self {
            Self::Bool => f.write_str("bool"),
            Self::TinyInt { unsigned } => write!(f, "tinyint{}", sign(*unsigned)),
            Self::SmallInt { unsigned } => write!(f, "smallint{}", sign(*unsigned)),
            Self::Int { unsigned } => write!(f, "int{}", sign(*unsigned)),
            Self::BigInt { unsigned } => write!(f, "bigint{}", sign(*unsigned)),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Float => f.write_str("float"),
            Self::Double => f.write_str("double"),
            Self::Char(n) => write!(f, "char({n})"),
            Self::Varchar(n) => write!(f, "varchar({n})"),
            Self::Text => f.write_str("text"),
            Self::Uuid => f.write_str("uuid"),
            Self::Date => f.write_str("date"),
            Self::Time(p) => write!(f, "time{}", fraction(p)),
            Self::DateTime(p) => write!(f, "datetime{}", fraction(p)),
            Self::TimestampTz(p) => write!(f, "timestamptz{}", fraction(p)),
            Self::Json => f.write_str("json"),
            Self::Binary(n) => write!(f, "binary({n})"),
            Self::Varbinary(n) => write!(f, "varbinary({n})"),
            Self::Blob => f.write_str("blob"),
            Self::Enum { values, .. } => {
                let values: Vec<&str> = values.iter().map(|v| v.value.as_str()).collect();
                write!(f, "enum [{}]", values.join(", "))
            }
            Self::Array(of) => write!(f, "array of {of}"),
            Self::Vector(n) => write!(f, "vector({n})"),
        }
    }
}
