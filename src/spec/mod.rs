//! What a person wrote: YAML documents, read with their places, resolved for one dialect.
//!
//! `load` reads a folder into [`Documents`]; `Documents::resolve` merges the overrides of one
//! dialect and gives a typed [`Spec`], in which no trace of another dialect is left.

mod column;
mod fields;
mod fit;
mod keys;
mod load;
mod node;
mod object_types;
mod objects;
mod partitions;
mod parts;
mod resolve;
mod schema_json;
mod suggest;
mod table;
mod text;
mod ty;
mod types;
mod write;

pub use load::{
    Document, DocumentKind, Documents, FILE_MAX, dedupe, errors, load_dir, parse_text, spec_files,
};
pub use object_types::{ExtensionSpec, FunctionSpec, SequenceSpec, TypeKind, TypeSpec};
pub use schema_json::json_schema;
pub use suggest::nearest;
pub(crate) use text::bare_or_quoted;
pub use types::{
    CheckSpec, ColumnSpec, ColumnType, ConstraintSpec, DatabaseSpec, DefaultSpec, EnumValue,
    ExclusionSpec, ForeignKeySpec, IdentitySpec, IndexSpec, KeyPartSpec, KeySpec, Neutral,
    OptionSpec, OptionsSpec, PartitionBy, PartitionSpec, PartitioningSpec, RetentionSpec, Sp, Spec,
    TableRef, TableSpec,
};

pub use write::Yaml;
pub(crate) use write::key_text;

#[cfg(test)]
pub(crate) mod tests;
