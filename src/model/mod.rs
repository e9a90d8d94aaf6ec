//! The model: the objects of one dialect's database in normal form. Nothing here depends on a dialect.

pub(crate) mod attributes;
pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod derived_name;
pub(crate) mod expr;
pub(crate) mod given;
pub(crate) mod ident;
pub(crate) mod index;
pub(crate) mod object;
pub(crate) mod object_id;
pub(crate) mod pair;
pub(crate) mod partition;
pub(crate) mod schema;
pub(crate) mod sql_type;
pub(crate) mod table;
pub(crate) mod user_type;

pub use crate::model::attributes::{
    AttributeKey, Attributes, Flag, Key, OnByDefault, OptionalFlag, Text,
};
pub use crate::model::column::{Column, Generated, Identity};
pub use crate::model::constraint::{
    Check, Constraint, ConstraintKind, Exclusion, ForeignKey, ForeignKeyMatch, ReferentialAction,
    Timing,
};
pub(crate) use crate::model::derived_name::column_of_type_check;
pub use crate::model::derived_name::derived_name;
pub use crate::model::expr::Expr;
pub use crate::model::given::{Given, Name};
pub use crate::model::ident::Ident;
pub use crate::model::index::{Index, IndexPart, PartKey};
pub use crate::model::object::{Extension, Object, RawSql, Sequence};
pub use crate::model::object_id::{Namespace, ObjectId, ObjectKind};
pub use crate::model::pair::Pair;
pub use crate::model::partition::{Inheritance, Partition, Partitioning};
pub use crate::model::schema::{Hidden, Schema};
pub use crate::model::sql_type::SqlType;
pub use crate::model::table::{Table, TableOptions};
pub use crate::model::user_type::{CompositeField, Domain, RangeType, UserType};
