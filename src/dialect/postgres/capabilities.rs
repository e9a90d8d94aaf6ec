//! The capabilities of PostgreSQL.

use crate::db::Vendor;
use crate::dialect::{
    Capabilities, ConcurrentIndexes, ForeignKeySupport, IndexSupport, KeySupport, LengthUnit,
    NameRules, NameScope, ObjectSupport, SequenceSupport, TableChanges, TableSupport,
};

/// The capabilities.
pub(crate) static CAPABILITIES: Capabilities = Capabilities {
    names: NameRules {
        max_length: (63, LengthUnit::Bytes),
        case_insensitive: false,
        index_scope: NameScope::SchemaWithTables,
        // each makes an index of its name
        unique_scope: NameScope::SchemaWithTables,
        foreign_key_scope: NameScope::Table,
        check_scope: NameScope::Table,
    },
    objects: ObjectSupport {
        schemas: true,
        types_and_functions: true,
        sequences: SequenceSupport {
            vendors: &[Vendor::Postgres],
            typed: true,
            cache: 1,
            reserved: 0,
        },
    },
    tables: TableSupport {
        empty: true,
        column_order: false,
        partitions_are_tables: true,
        identity_needs_index: false,
        identity_any_position: &[],
        keeps_redundant_clauses: true,
    },
    keys: KeySupport {
        same_as_indexes: false,
        nullable_primary_key: false,
        exclusions: true,
    },
    foreign_keys: ForeignKeySupport {
        forward_references: false,
        needs_own_index: false,
        set_null_on_not_null: true,
        non_unique_targets: &[],
    },
    indexes: IndexSupport {
        methods: &[
            "btree", "hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat", "bloom",
        ],
        partial: true,
        expressions: &[Vendor::Postgres],
        prefixes: false,
        include_columns: true,
        altered_with_table: false,
        concurrent: Some(ConcurrentIndexes {
            separate_attributes: &["statistics"],
        }),
    },
    changes: TableChanges {
        alters_constraints: true,
        layout_attributes: &[],
    },
};
