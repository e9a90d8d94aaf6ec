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
    /// A type with conditions.
    Domain(Domain),
    /// A row type that belongs to no table.
    Composite(Vec<CompositeField>),
    /// A range over another type.
    Range(RangeType),
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// What it is made of.
    pub base: SqlType,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// Its default.
    pub default: Option<Expr>,
    /// Collation, where it is not the base type's.
    pub collation: Option<String>,
    /// Its conditions, which speak of `VALUE`, by name.
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
    /// What it ranges over.
    pub subtype: SqlType,
    /// Operator class, where it is not the subtype's own.
    pub opclass: Option<String>,
    /// Collation, where it is not the subtype's own.
    pub collation: Option<String>,
    /// The function that tells the distance of two values.
    pub diff: Option<String>,
    /// The name of its multirange type, where that isn't the server's choice.
    pub multirange: Option<Ident>,
}
