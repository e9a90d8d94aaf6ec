//! The capabilities of MySQL and MariaDB.

use crate::db::{Vendor, Version};
use crate::dialect::{
    Capabilities, ForeignKeySupport, IndexSupport, KeySupport, LengthUnit, NameRules, NameScope,
    ObjectSupport, SequenceSupport, TableChanges, TableSupport,
};

/// The options of a table that determine which columns and keys it can have.
pub(crate) const LAYOUT_ATTRIBUTES: &[&str] = &[
    "row_format",
    "key_block_size",
    "system_versioning",
    "system_period",
    "period",
    "period_columns",
];

/// The capabilities.
pub(crate) static CAPABILITIES: Capabilities = Capabilities {
    names: NameRules {
        max_length: (64, LengthUnit::Chars),
        case_insensitive: true,
        index_scope: NameScope::Table,
        unique_scope: NameScope::Table,
        foreign_key_scope: NameScope::Schema,
        // per table on MariaDB, per schema on MySQL
        check_scope: NameScope::Schema,
    },
    objects: ObjectSupport {
        schemas: false,
        types_and_functions: false,
        // MariaDB reserves the least and the greatest number ("CREATE SEQUENCE")
        sequences: SequenceSupport {
            vendors: &[Vendor::MariaDb],
            typed: false,
            cache: 1000,
            reserved: 1,
        },
    },
    tables: TableSupport {
        empty: false,
        column_order: true,
        partitions_are_tables: false,
        identity_needs_index: true,
        // "Using AUTO_INCREMENT"
        identity_any_position: &["MyISAM", "Aria", "MRG_MyISAM"],
        keeps_redundant_clauses: true,
    },
    keys: KeySupport {
        same_as_indexes: true,
        nullable_primary_key: false,
        exclusions: false,
    },
    foreign_keys: ForeignKeySupport {
        forward_references: false,
        needs_own_index: true,
        set_null_on_not_null: false,
        // restrict_fk_on_non_standard_key, which not every session may turn off (6125)
        non_unique_targets: &[
            (Vendor::MariaDb, None),
            (Vendor::MySql, Some(Version(8, 4, 0))),
        ],
    },
    indexes: IndexSupport {
        methods: &["btree", "hash", "fulltext", "spatial"],
        partial: false,
        // MySQL 8.0.13 has them, MariaDB has no syntax for them: a generated column serves both
        expressions: &[Vendor::MySql],
        prefixes: true,
        include_columns: false,
        altered_with_table: true,
        concurrent: None,
    },
    changes: TableChanges {
        alters_constraints: true,
        layout_attributes: LAYOUT_ATTRIBUTES,
    },
};
