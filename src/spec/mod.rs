//! Specs: YAML documents, loaded with the location of every value, and resolved for one dialect.
//!
//! `load` reads a folder into [`Documents`]; `Documents::resolve` merges the overrides of one
//! dialect and returns a typed [`Spec`] without the other dialects.

pub(crate) mod json_schema;
pub(crate) mod keys;
pub(crate) mod load;
pub(crate) mod read;
pub(crate) mod resolve;
pub(crate) mod suggest;
pub(crate) mod typed;
pub(crate) mod yaml_tree;
pub(crate) mod yaml_writer;

pub use crate::spec::json_schema::json_schema;
pub use crate::spec::load::{
    Document, DocumentKind, Documents, FILE_MAX, dedupe, errors, load_dir, parse_text, spec_files,
};
pub(crate) use crate::spec::read::inline_syntax::bare_or_quoted;
pub use crate::spec::suggest::nearest;
pub use crate::spec::typed::{
    CheckSpec, ColumnSpec, ColumnType, ConstraintSpec, DatabaseSpec, DefaultSpec, EnumValue,
    ExclusionSpec, ExtensionSpec, ForeignKeySpec, FunctionSpec, IdentitySpec, IndexSpec,
    KeyPartSpec, KeySpec, Neutral, OptionSpec, PartitionBy, PartitionSpec, PartitioningSpec,
    SequenceSpec, Spanned, Spec, StorageOptionsSpec, TableRef, TableSpec, TypeKind, TypeSpec,
};

pub use crate::spec::yaml_writer::Yaml;
pub(crate) use crate::spec::yaml_writer::key_text;

#[cfg(test)]
pub(crate) mod tests;
