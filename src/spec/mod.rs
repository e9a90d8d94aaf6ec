//! What a person wrote: YAML documents, read with their places, resolved for one dialect.
//!
//! `load` reads a folder into [`Documents`]; `Documents::resolve` merges the overrides of one
//! dialect and gives a typed [`Spec`], in which no trace of another dialect is left.

mod types;

pub use types::{
    CheckSpec, ColumnSpec, ColumnType, DatabaseSpec, DefaultSpec, EnumValue, ExtensionSpec,
    ForeignKeySpec, IndexSpec, KeyPartSpec, KeySpec, Neutral, OptionsSpec, RetentionSpec, Sp, Spec,
    TableSpec,
};
