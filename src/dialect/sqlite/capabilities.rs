//! The capabilities of SQLite.

use crate::db::Vendor;
use crate::dialect::{
    Capabilities, ForeignKeySupport, IndexSupport, KeySupport, LengthUnit, NameRules, NameScope,
    ObjectSupport, SequenceSupport, TableChanges, TableSupport,
};

/// The capabilities.
pub(crate) static CAPABILITIES: Capabilities = Capabilities {
    names: NameRules {
        // SQLite itself has no limit; this is the shortest one of all dialects
        max_length: (63, LengthUnit::Bytes),
        case_insensitive: true,
        index_scope: NameScope::SchemaWithTables,
        // a unique constraint is a unique index here
        unique_scope: NameScope::SchemaWithTables,
        foreign_key_scope: NameScope::Table,
        check_scope: NameScope::Table,
    },
    objects: ObjectSupport {
        schemas: false,
        types_and_functions: false,
        sequences: SequenceSupport {
            vendors: &[],
            typed: false,
            cache: 1,
            reserved: 0,
        },
    },
    tables: TableSupport {
        empty: false,
        column_order: false,
        partitions_are_tables: false,
        identity_needs_index: true,
        identity_any_position: &[],
        keeps_redundant_clauses: false,
    },
    keys: KeySupport {
        same_as_indexes: false,
        nullable_primary_key: true,
        exclusions: false,
    },
    foreign_keys: ForeignKeySupport {
        forward_references: true,
        needs_own_index: false,
        set_null_on_not_null: true,
        non_unique_targets: &[],
    },
    indexes: IndexSupport {
        methods: &["btree"],
        partial: true,
        expressions: &[Vendor::Sqlite],
        prefixes: false,
        include_columns: false,
        altered_with_table: false,
        concurrent: None,
    },
    changes: TableChanges {
        alters_constraints: false,
        layout_attributes: &[],
    },
};
