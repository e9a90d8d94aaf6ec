//! All specs of one database.

use crate::diag::Location;
use crate::spec::typed::object::{ExtensionSpec, FunctionSpec, SequenceSpec, TypeSpec};
use crate::spec::typed::options::StorageOptionsSpec;
use crate::spec::typed::spanned::Spanned;
use crate::spec::typed::table::TableSpec;
use std::collections::BTreeSet;

/// All specs of one logical database, resolved for one dialect.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The names of the dialect that it was resolved for, weakest first.
    pub keys: Vec<String>,
    /// Settings for all tables.
    pub database: DatabaseSpec,
    /// The tables in the order of files (sorted by path) and documents.
    pub tables: Vec<TableSpec>,
    /// The extensions.
    pub extensions: Vec<ExtensionSpec>,
    /// The user-defined types.
    pub types: Vec<TypeSpec>,
    /// The standalone sequences.
    pub sequences: Vec<SequenceSpec>,
    /// The functions.
    pub functions: Vec<FunctionSpec>,
    /// Locations of invalid column types. Each is reported, the column has the type `text`, and errors that would follow
    /// from its type are not reported.
    pub unread: BTreeSet<Location>,
}

/// `database.yaml`: settings for all tables.
#[derive(Clone, Debug, Default)]
pub struct DatabaseSpec {
    /// The name of the database, if declared.
    pub name: Option<Spanned<String>>,
    /// `index_names: per_table`: index names get the table's name as prefix where they must be unique in a schema.
    pub index_names_per_table: bool,
    /// `names: exact`: an unset name means the derived name.
    pub exact_names: bool,
    /// `spelling: exact`: clauses without effect are compared too.
    pub exact_spelling: bool,
    /// Storage options of all tables.
    pub options: StorageOptionsSpec,
}
