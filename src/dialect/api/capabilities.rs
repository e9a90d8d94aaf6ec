//! The capabilities of a dialect, as data.

use crate::db::{Vendor, Version};
use crate::dialect::sequences::SequenceSupport;

/// The scope in which a name must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameScope {
    /// Its table.
    Table,
    /// Its schema.
    Schema,
    /// Its schema, where it must differ from the names of tables, too.
    SchemaWithTables,
}

/// The unit in which the length of an identifier is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthUnit {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters.
    Chars,
}

/// The features of a dialect, grouped by subject.
///
/// A field states a fact about the servers, never about the planner: code that needs another fact adds a field
/// for it, even if all dialects have the same value in both.
#[derive(Debug)]
pub struct Capabilities {
    /// Names of all kinds.
    pub names: NameRules,
    /// Objects other than tables.
    pub objects: ObjectSupport,
    /// Tables and their columns.
    pub tables: TableSupport,
    /// Primary keys, unique and exclusion constraints.
    pub keys: KeySupport,
    /// Foreign keys.
    pub foreign_keys: ForeignKeySupport,
    /// Indexes.
    pub indexes: IndexSupport,
    /// Changes of existing tables.
    pub changes: TableChanges,
}

/// The length of names, and where they must be unique.
#[derive(Debug)]
pub struct NameRules {
    /// The longest identifier.
    pub max_length: (usize, LengthUnit),
    /// Whether identifiers that differ only in case are the same.
    pub case_insensitive: bool,
    /// The scope of index names.
    pub index_scope: NameScope,
    /// The scope of names of unique and exclusion constraints, and of primary keys that have one.
    pub unique_scope: NameScope,
    /// The scope of names of foreign keys.
    pub foreign_key_scope: NameScope,
    /// The scope of names of checks.
    pub check_scope: NameScope,
}

/// The supported kinds of objects other than tables.
#[derive(Debug)]
pub struct ObjectSupport {
    /// Whether a database has several schemas with tables.
    pub schemas: bool,
    /// Whether types, functions and schemas can be declared as separate objects.
    pub types_and_functions: bool,
    /// Sequences that can be declared as separate objects.
    pub sequences: SequenceSupport,
}

/// Properties of tables.
#[derive(Debug)]
pub struct TableSupport {
    /// Whether a table may have no columns.
    pub empty: bool,
    /// Whether columns can be moved, so that their order is compared.
    pub column_order: bool,
    /// Whether each partition is a table, and tables can inherit from others.
    pub partitions_are_tables: bool,
    /// Whether an identity column must be part of an index or a key, and a table has at most one.
    pub identity_needs_index: bool,
    /// The storage engines in which the identity column needn't be the first one of that index or key.
    pub identity_any_position: &'static [&'static str],
    /// Whether the server preserves clauses without effect, so that `spelling: exact` compares them.
    pub keeps_redundant_clauses: bool,
}

/// Properties of primary keys, unique and exclusion constraints.
#[derive(Debug)]
pub struct KeySupport {
    /// Whether primary keys and unique constraints support all that indexes support (an order, and expressions
    /// where an index may have them).
    pub same_as_indexes: bool,
    /// Whether a column of a primary key may be NULL.
    pub nullable_primary_key: bool,
    /// Whether there are exclusion constraints.
    pub exclusions: bool,
}

/// Properties of foreign keys.
#[derive(Debug)]
pub struct ForeignKeySupport {
    /// Whether a table can be created before the tables that its foreign keys refer to.
    pub forward_references: bool,
    /// Whether a foreign key always requires an index of its table that starts with its columns.
    pub needs_own_index: bool,
    /// Whether `SET NULL` is accepted for a column that can't be NULL. It then fails when it is executed.
    pub set_null_on_not_null: bool,
    /// The vendors in which a foreign key may refer to columns that aren't unique as long as an index starts
    /// with them, each with the first version in which it no longer may.
    pub non_unique_targets: &'static [(Vendor, Option<Version>)],
}

/// Properties of indexes.
#[derive(Debug)]
pub struct IndexSupport {
    /// The index methods.
    pub methods: &'static [&'static str],
    /// Whether an index may be limited to some rows.
    pub partial: bool,
    /// The vendors that support indexes on expressions.
    pub expressions: &'static [Vendor],
    /// Whether an index may be on the first characters of a column.
    pub prefixes: bool,
    /// Whether an index may include columns that aren't part of its key.
    pub include_columns: bool,
    /// Whether indexes are created and dropped by `ALTER TABLE`, together with the table's other changes.
    pub altered_with_table: bool,
    /// The way to create and drop an index of an existing table without blocking writes. `None` if such a
    /// statement doesn't exist.
    pub concurrent: Option<ConcurrentIndexes>,
}

/// Statements that create and drop an index without blocking writes. They can't run in a transaction.
#[derive(Debug)]
pub struct ConcurrentIndexes {
    /// The attributes of an index that the statement can't set; another statement sets them.
    pub separate_attributes: &'static [&'static str],
}

/// Properties of changes of existing tables.
#[derive(Debug)]
pub struct TableChanges {
    /// Whether `ALTER TABLE` adds and drops constraints; else the table is rebuilt.
    pub alters_constraints: bool,
    /// The attributes of a table that determine which columns and keys it can have.
    pub layout_attributes: &'static [&'static str],
}
