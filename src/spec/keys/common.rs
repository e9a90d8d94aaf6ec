//! Keys that several maps share.

use crate::spec::keys::definition::{KeyDef, Shape, key};

/// The names under which a part may hold overrides.
pub(crate) const DIALECTS: [&str; 4] = ["postgres", "mysql", "mariadb", "sqlite"];

/// The words of `on_delete` and `on_update`.
pub(crate) const ACTIONS: [&str; 5] = [
    "no action",
    "restrict",
    "cascade",
    "set null",
    "set default",
];

/// What every part may hold beside its own keys (and the names of the dialects).
pub(crate) const SHARED: [KeyDef; 2] = [
    key(
        "only",
        Shape::Dialects,
        "The dialects that have this part; the others do without it.",
    ),
    key(
        "except",
        Shape::Dialects,
        "The dialects that do without this part.",
    ),
];

pub(crate) const RENAMED: KeyDef = key(
    "renamed_from",
    Shape::Text,
    "The name it had: the next migration renames instead of dropping and adding.",
);
pub(crate) const NAME: KeyDef = key(
    "name",
    Shape::Text,
    "Its name; left out, it is derived from table and columns.",
);
pub(crate) const COMMENT: KeyDef = key(
    "comment",
    Shape::Text,
    "A comment, stored in the database where it has comments.",
);
pub(crate) const ENGINE: KeyDef = key("engine", Shape::Text, "Storage engine (MySQL, MariaDB).");
pub(crate) const CHARSET: KeyDef = key("charset", Shape::Text, "Character set (MySQL, MariaDB).");
pub(crate) const COLLATION: KeyDef = key("collation", Shape::Text, "Collation.");
pub(crate) const COLUMNS_OF_KEY: KeyDef =
    key("columns", Shape::KeyParts, "Its columns in their order.");
pub(crate) const DEFERRED: KeyDef = key(
    "deferred",
    Shape::Flag,
    "Checked at the end of the transaction (PostgreSQL, SQLite).",
);
pub(crate) const ON_DELETE: KeyDef = key(
    "on_delete",
    Shape::OneOf(&ACTIONS),
    "What happens to this row when the row it refers to is deleted.",
);
pub(crate) const DEFERRABLE: KeyDef = key(
    "deferrable",
    Shape::Flag,
    "A transaction may have it checked at its end (PostgreSQL).",
);
pub(crate) const VALIDATED: KeyDef = key(
    "validated",
    Shape::Flag,
    "`false`: rows that were there before it may break it (PostgreSQL's NOT VALID).",
);
pub(crate) const INCLUDE: KeyDef = key(
    "include",
    Shape::Names,
    "Columns held beside the key (PostgreSQL).",
);
pub(crate) const OPTIONS: KeyDef = key(
    "options",
    Shape::Options,
    "What one dialect alone has, such as storage parameters; usually within that dialect's map.",
);
pub(crate) const SCHEMA: KeyDef = key(
    "schema",
    Shape::Text,
    "The PostgreSQL schema it is in; left out, the configured one.",
);
pub(crate) const PARTITION_BY: KeyDef = key(
    "partition_by",
    Shape::Text,
    "What stands behind PARTITION BY: `range (created_at)`.",
);
pub(crate) const SUBPARTITION_BY: KeyDef = key(
    "subpartition_by",
    Shape::Text,
    "What stands behind SUBPARTITION BY (MySQL, MariaDB).",
);
pub(crate) const PARTITION_COUNT: KeyDef = key(
    "partition_count",
    Shape::Number,
    "How many partitions, where they have no names (MySQL, MariaDB).",
);
pub(crate) const SUBPARTITION_COUNT: KeyDef = key(
    "subpartition_count",
    Shape::Number,
    "How many subpartitions each, where they have no names (MySQL, MariaDB).",
);
pub(crate) const WHERE_ROWS: KeyDef =
    key("where", Shape::Text, "A condition in SQL: only these rows.");
