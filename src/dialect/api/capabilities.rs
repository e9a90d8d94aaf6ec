//! What a dialect can do, as data.

use crate::db::{Vendor, Version};
use crate::dialect::sequences::Sequences;

/// How far a name must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Within its table.
    Table,
    /// Within the schema.
    Schema,
    /// Within the schema, shared with the names of tables.
    SchemaWithTables,
}

/// What an identifier's length is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters.
    Chars,
}

/// What a dialect can do, as data.
#[derive(Debug)]
pub struct Caps {
    /// DDL takes part in transactions.
    pub ddl_tx: bool,
    /// Constraints come and go by `ALTER TABLE`; else the table is made anew for them.
    pub alters_constraints: bool,
    /// How far index names must be unique.
    pub index_scope: Scope,
    /// How far names of foreign keys must be unique.
    pub foreign_key_scope: Scope,
    /// How far names of checks must be unique.
    pub check_scope: Scope,
    /// How far names of unique constraints must be unique.
    pub unique_scope: Scope,
    /// The longest identifier.
    pub ident_max: (usize, Unit),
    /// Identifiers that differ only in case are the same.
    pub names_fold_case: bool,
    /// Columns can be put into an order.
    pub column_order: bool,
    /// Indexes of tables that exist are built and dropped outside of transactions.
    pub concurrent_indexes: bool,
    /// Attributes of an index that the statement which builds it has no room for.
    pub later_index_attributes: &'static [&'static str],
    /// Attributes of a table on which it hangs which columns and keys it can have.
    pub layout_attributes: &'static [&'static str],
    /// A table may name a foreign key's target before that exists.
    pub forward_references: bool,
    /// An index may have these methods.
    pub index_methods: &'static [&'static str],
    /// An index may hold only some rows.
    pub partial_indexes: bool,
    /// The vendors whose indexes may be on expressions.
    pub expression_indexes: &'static [Vendor],
    /// Keys have all that indexes have: an order, and expressions where an index may.
    pub keys_like_indexes: bool,
    /// A table may be without columns.
    pub empty_tables: bool,
    /// A column of a primary key may be NULL.
    pub nullable_keys: bool,
    /// A column with an identity must be the first of some key or index, and there is one a table.
    pub identity_leads_index: bool,
    /// The engines with which it may stand anywhere in that key or index.
    pub identity_follows_in: &'static [&'static str],
    /// An index part may be a prefix of the column.
    pub prefix_indexes: bool,
    /// An index may include columns beside its key.
    pub include_columns: bool,
    /// The most bytes an index key may have, where the limit is known from the types.
    pub index_bytes_max: Option<u32>,
    /// Tables live in schemas within the database.
    pub schemas: bool,
    /// Sequences as objects of their own.
    pub sequences: Sequences,
    /// A column's type can't change while expressions read it: conditions, computed columns, indexes.
    pub expressions_pin_types: bool,
    /// A table that is copied to another takes no other NOT NULL on a column of a foreign key.
    pub copies_pin_foreign_keys: bool,
    /// A table's partitioning can be changed; else the table is made anew.
    pub repartitions: bool,
    /// Each partition is a table; tables inherit from others.
    pub partitions_are_tables: bool,
    /// Exclusion constraints are there.
    pub exclusions: bool,
    /// The vendors that let a foreign key refer to columns that aren't unique, as long as they begin an
    /// index, and from which version on they no longer do.
    pub foreign_keys_to_any: &'static [(Vendor, Option<Version>)],
    /// A server shows some words as they were written, though they do nothing.
    pub keeps_spelling: bool,
    /// A foreign key may be told to set NULL where NULL can't be; it fails when it comes to it.
    pub sets_null_anywhere: bool,
}
