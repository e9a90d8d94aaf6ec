//! User-defined types (PostgreSQL).

use crate::model::constraint::Check;
use crate::model::expr::Expr;
use crate::model::given::Name;
use crate::model::ident::Ident;
use crate::model::sql_type::SqlType;
use serde::{Deserialize, Serialize};

/// A user-defined type (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserType {
    /// An enumeration with its values in order.
    Enum(Vec<String>),
    /// A domain: a type with checks.
    Domain(Domain),
    /// A composite type without a table.
    Composite(Vec<CompositeField>),
    /// A range over another type.
    Range(RangeType),
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The base type.
    pub base: SqlType,
    /// Whether NULL is rejected.
    pub not_null: bool,
    /// Its default.
    pub default: Option<Expr>,
    /// Collation, where it is not the base type's.
    pub collation: Option<String>,
    /// Its checks on `VALUE`, by name.
    pub checks: Vec<(Name, Check)>,
}

/// A field of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeField {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: SqlType,
    /// Collation, where it is not the type's.
    pub collation: Option<String>,
}

/// A range type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeType {
    /// The subtype.
    pub subtype: SqlType,
    /// Operator class, where it is not the subtype's default.
    pub opclass: Option<String>,
    /// Collation, where it is not the subtype's.
    pub collation: Option<String>,
    /// The function that returns the difference of two values.
    pub diff: Option<String>,
    /// The name of its multirange type, where it is not the server's default.
    pub multirange: Option<Ident>,
}
