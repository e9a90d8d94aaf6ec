//! The typed spec of one dialect: the declarations of a folder, with the location of each value.

pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod database;
pub(crate) mod neutral_type;
pub(crate) mod neutral_type_syntax;
pub(crate) mod object;
pub(crate) mod options;
pub(crate) mod partitioning;
pub(crate) mod spanned;
pub(crate) mod table;
pub(crate) mod table_ref;

pub use crate::spec::typed::column::{ColumnSpec, ColumnType, DefaultSpec, IdentitySpec};
pub use crate::spec::typed::constraint::{
    CheckSpec, ConstraintSpec, ExclusionSpec, ForeignKeySpec, IndexSpec, KeyPartSpec, KeySpec,
};
pub use crate::spec::typed::database::{DatabaseSpec, Spec};
pub use crate::spec::typed::neutral_type::{EnumValue, Neutral};
pub use crate::spec::typed::object::{
    ExtensionSpec, FunctionSpec, SequenceSpec, TypeKind, TypeSpec,
};
pub use crate::spec::typed::options::{OptionSpec, StorageOptionsSpec};
pub use crate::spec::typed::partitioning::{PartitionBy, PartitionSpec, PartitioningSpec};
pub use crate::spec::typed::spanned::Spanned;
pub use crate::spec::typed::table::TableSpec;
pub use crate::spec::typed::table_ref::TableRef;
