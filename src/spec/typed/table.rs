//! Tables.

use crate::model::Ident;
use crate::spec::typed::column::ColumnSpec;
use crate::spec::typed::constraint::{
    CheckSpec, ExclusionSpec, ForeignKeySpec, IndexSpec, KeySpec,
};
use crate::spec::typed::options::{OptionSpec, StorageOptionsSpec};
use crate::spec::typed::partitioning::PartitioningSpec;
use crate::spec::typed::spanned::Spanned;
use crate::spec::typed::table_ref::TableRef;

/// One table.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its PostgreSQL schema, if that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
    /// Whether the table is managed elsewhere.
    pub external: bool,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// The columns in their order.
    pub columns: Vec<ColumnSpec>,
    /// `primary_key: [..]`.
    pub primary_key: Option<KeySpec>,
    /// `unique:`.
    pub unique: Vec<KeySpec>,
    /// `foreign_keys:` and each column's `references:`.
    pub foreign_keys: Vec<ForeignKeySpec>,
    /// `indexes:`.
    pub indexes: Vec<IndexSpec>,
    /// `checks:`.
    pub checks: Vec<CheckSpec>,
    /// `exclusions:`.
    pub exclusions: Vec<ExclusionSpec>,
    /// Storage options. Unset ones are those of the database.
    pub options: StorageOptionsSpec,
    /// `options:`
    pub native: Vec<OptionSpec>,
    /// `partition_by:` and the keys that depend on it.
    pub partitioning: Option<PartitioningSpec>,
    /// `partition_of:` with `values:`.
    pub partition_of: Option<(TableRef, Option<Spanned<String>>)>,
    /// `inherits:`
    pub inherits: Vec<TableRef>,
}
