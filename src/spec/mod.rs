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
mod resolve;
mod suggest;
mod table;
mod text;
mod ty;
mod types;

pub use load::{
    Document, DocumentKind, Documents, FILE_MAX, NO_SPECS, dedupe, load_dir, parse_text,
};
pub use suggest::nearest;
pub use types::{
    CheckSpec, ColumnSpec, ColumnType, DatabaseSpec, DefaultSpec, EnumValue, ExtensionSpec,
    ForeignKeySpec, IndexSpec, KeyPartSpec, KeySpec, Neutral, OptionsSpec, RetentionSpec, Sp, Spec,
    TableSpec,
};
