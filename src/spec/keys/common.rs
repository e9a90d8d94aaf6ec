//! Keys that several maps share.

use crate::spec::keys::definition::{KeyDef, Shape, key};

/// The keys of overrides.
pub(crate) const DIALECTS: [&str; 4] = ["postgres", "mysql", "mariadb", "sqlite"];

/// The words of `on_delete` and `on_update`.
pub(crate) const ACTIONS: [&str; 5] = [
    "no action",
    "restrict",
    "cascade",
    "set null",
    "set default",
];

/// The keys that every map may contain in addition to its own and to the names of dialects.
pub(crate) const SHARED: [KeyDef; 2] = [
    key(
        "only",
        Shape::Dialects,
        "Dialects for which this part is declared.",
    ),
    key(
        "except",
        Shape::Dialects,
        "Dialects for which this part is not declared.",
    ),
];

pub(crate) const RENAMED: KeyDef = key(
    "renamed_from",
    Shape::Text,
    "Previous name: the next migration renames it instead of dropping and adding.",
);
pub(crate) const NAME: KeyDef = key(
    "name",
    Shape::Text,
    "Name; by default derived from the table and its columns.",
);
pub(crate) const COMMENT: KeyDef = key(
    "comment",
    Shape::Text,
    "Comment, stored in databases that support comments.",
);
pub(crate) const ENGINE: KeyDef = key("engine", Shape::Text, "Storage engine (MySQL, MariaDB).");
pub(crate) const CHARSET: KeyDef = key("charset", Shape::Text, "Character set (MySQL, MariaDB).");
pub(crate) const COLLATION: KeyDef = key("collation", Shape::Text, "Collation.");
pub(crate) const COLUMNS_OF_KEY: KeyDef = key("columns", Shape::KeyParts, "Columns in order.");
pub(crate) const DEFERRED: KeyDef = key(
    "deferred",
    Shape::Flag,
    "Check at the end of the transaction: DEFERRABLE INITIALLY DEFERRED (PostgreSQL, SQLite).",
);
pub(crate) const ON_DELETE: KeyDef = key(
    "on_delete",
    Shape::OneOf(&ACTIONS),
    "Action when the referenced row is deleted.",
);
pub(crate) const DEFERRABLE: KeyDef = key(
    "deferrable",
    Shape::Flag,
    "Transactions may defer the check to their end: DEFERRABLE (PostgreSQL).",
);
pub(crate) const VALIDATED: KeyDef = key(
    "validated",
    Shape::Flag,
    "`false`: existing rows are not checked (PostgreSQL's NOT VALID).",
);
pub(crate) const INCLUDE: KeyDef = key(
    "include",
    Shape::Names,
    "Additional columns stored in the index: INCLUDE (PostgreSQL).",
);
pub(crate) const OPTIONS: KeyDef = key(
    "options",
    Shape::Options,
    "Options that only one dialect has, such as storage parameters; usually within that dialect's map.",
);
pub(crate) const SCHEMA: KeyDef = key(
    "schema",
    Shape::Text,
    "PostgreSQL schema; by default the configured one.",
);
pub(crate) const PARTITION_BY: KeyDef = key(
    "partition_by",
    Shape::Text,
    "Text after PARTITION BY: `range (created_at)`.",
);
pub(crate) const SUBPARTITION_BY: KeyDef = key(
    "subpartition_by",
    Shape::Text,
    "Text after SUBPARTITION BY (MySQL, MariaDB).",
);
pub(crate) const PARTITION_COUNT: KeyDef = key(
    "partition_count",
    Shape::Number,
    "Number of partitions without names (MySQL, MariaDB).",
);
pub(crate) const SUBPARTITION_COUNT: KeyDef = key(
    "subpartition_count",
    Shape::Number,
    "Number of subpartitions per partition, without names (MySQL, MariaDB).",
);
pub(crate) const WHERE_ROWS: KeyDef = key(
    "where",
    Shape::Text,
    "SQL condition that restricts the rows.",
);
