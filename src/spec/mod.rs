//! What a person wrote: YAML documents, read with their places, resolved for one dialect.
//!
//! `load` reads a folder into [`Documents`]; `Documents::resolve` merges the overrides of one
//! dialect and gives a typed [`Spec`], in which no trace of another dialect is left.

pub(crate) mod column;
pub(crate) mod fields;
pub(crate) mod fit;
pub(crate) mod keys;
pub(crate) mod load;
pub(crate) mod node;
pub(crate) mod object_types;
pub(crate) mod objects;
pub(crate) mod partitions;
pub(crate) mod parts;
pub(crate) mod resolve;
pub(crate) mod schema_json;
pub(crate) mod suggest;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod ty;
pub(crate) mod types;
pub(crate) mod write;

pub use crate::spec::load::{
    Document, DocumentKind, Documents, FILE_MAX, dedupe, errors, load_dir, parse_text, spec_files,
};
pub use crate::spec::object_types::{
    ExtensionSpec, FunctionSpec, SequenceSpec, TypeKind, TypeSpec,
};
pub use crate::spec::schema_json::json_schema;
pub use crate::spec::suggest::nearest;
pub(crate) use crate::spec::text::bare_or_quoted;
pub use crate::spec::types::{
    CheckSpec, ColumnSpec, ColumnType, ConstraintSpec, DatabaseSpec, DefaultSpec, EnumValue,
    ExclusionSpec, ForeignKeySpec, IdentitySpec, IndexSpec, KeyPartSpec, KeySpec, Neutral,
    OptionSpec, OptionsSpec, PartitionBy, PartitionSpec, PartitioningSpec, Sp, Spec, TableRef,
    TableSpec,
};

pub use crate::spec::write::Yaml;
pub(crate) use crate::spec::write::key_text;

#[cfg(test)]
pub(crate) mod tests;
