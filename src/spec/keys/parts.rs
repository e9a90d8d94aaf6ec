//! The keys of the maps within tables and columns.

use crate::spec::keys::common::{
    ACTIONS, COLUMNS_OF_KEY, COMMENT, DEFERRABLE, DEFERRED, INCLUDE, NAME, ON_DELETE, OPTIONS,
    PARTITION_BY, RENAMED, VALIDATED, WHERE_ROWS,
};
use crate::spec::keys::definition::{MapDef, Shape, Short, key};

/// `generated:`.
pub(crate) static GENERATED: MapDef = MapDef {
    id: "generated",
    noun: "`generated`",
    keys: &[
        key("sql", Shape::Text, "SQL expression."),
        key(
            "stored",
            Shape::Flag,
            "`true` (the default): stored; `false`: computed on read.",
        ),
    ],
    required: &["sql"],
    short: Short::None,
    rivals: &[],
    fixed: &[],
};

/// A value of an enum, written as a map.
pub(crate) static ENUM_VALUE: MapDef = MapDef {
    id: "enum_value",
    noun: "an enum value",
    keys: &[
        key("value", Shape::Text, "Value."),
        key(
            "renamed_from",
            Shape::Text,
            "Previous value: rows with it are updated.",
        ),
    ],
    required: &["value"],
    short: Short::Text,
    rivals: &[],
    fixed: &["value", "renamed_from"],
};

/// `primary_key:`.
pub(crate) static PRIMARY_KEY: MapDef = MapDef {
    id: "primary_key",
    noun: "a primary key",
    keys: &[
        COLUMNS_OF_KEY,
        INCLUDE,
        DEFERRABLE,
        DEFERRED,
        COMMENT,
        NAME,
        RENAMED,
        OPTIONS,
    ],
    required: &["columns"],
    short: Short::KeyParts,
    rivals: &[],
    fixed: &[],
};

/// An entry of `unique:`.
pub(crate) static UNIQUE: MapDef = MapDef {
    id: "unique",
    noun: "a unique constraint",
    keys: &[
        COLUMNS_OF_KEY,
        INCLUDE,
        DEFERRABLE,
        DEFERRED,
        COMMENT,
        NAME,
        RENAMED,
        OPTIONS,
    ],
    required: &["columns"],
    short: Short::KeyParts,
    rivals: &[],
    fixed: &[],
};

/// An entry of `foreign_keys:`.
pub(crate) static FOREIGN_KEY: MapDef = MapDef {
    id: "foreign_key",
    noun: "a foreign key",
    keys: &[
        key("columns", Shape::Names, "Referencing columns."),
        key(
            "references",
            Shape::Text,
            "Referenced table and columns: `table(a, b)`.",
        ),
        ON_DELETE,
        key(
            "on_update",
            Shape::OneOf(&ACTIONS),
            "Action when the referenced key changes.",
        ),
        key(
            "match",
            Shape::OneOf(&["simple", "full"]),
            "`full`: reject keys that are only partly NULL (PostgreSQL).",
        ),
        VALIDATED,
        DEFERRABLE,
        DEFERRED,
        COMMENT,
        NAME,
        RENAMED,
        OPTIONS,
    ],
    required: &["columns", "references"],
    short: Short::None,
    rivals: &[],
    fixed: &[],
};

/// An entry of `indexes:`.
pub(crate) static INDEX: MapDef = MapDef {
    id: "index",
    noun: "an index",
    keys: &[
        key(
            "columns",
            Shape::KeyParts,
            "Index columns: `a`, `b desc`, `body(100)`, `(lower(email))`.",
        ),
        key("unique", Shape::Flag, "Whether the index is unique."),
        key(
            "method",
            Shape::Text,
            "Index method of the dialect, such as `gin`, `hash` or `fulltext`.",
        ),
        WHERE_ROWS,
        INCLUDE,
        COMMENT,
        NAME,
        RENAMED,
        OPTIONS,
    ],
    required: &["columns"],
    short: Short::KeyParts,
    rivals: &[],
    fixed: &[],
};

/// An entry of `checks:`.
pub(crate) static CHECK: MapDef = MapDef {
    id: "check",
    noun: "a check",
    keys: &[
        key("sql", Shape::Text, "SQL condition."),
        VALIDATED,
        COMMENT,
        NAME,
        RENAMED,
        OPTIONS,
    ],
    required: &["sql"],
    short: Short::Text,
    rivals: &[],
    fixed: &[],
};

/// An entry of `exclusions:`.
pub(crate) static EXCLUSION: MapDef = MapDef {
    id: "exclusion",
    noun: "an exclusion constraint",
    keys: &[
        key(
            "columns",
            Shape::ExclusionParts,
            "Elements with their operators: `room with =`, `during with &&`.",
        ),
        key("method", Shape::Text, "Index method; by default `gist`."),
        WHERE_ROWS,
        INCLUDE,
        DEFERRABLE,
        DEFERRED,
        COMMENT,
        NAME,
        RENAMED,
        OPTIONS,
    ],
    required: &["columns"],
    short: Short::None,
    rivals: &[],
    fixed: &[],
};

/// An entry of `partitions:`.
pub(crate) static PARTITION: MapDef = MapDef {
    id: "partition",
    noun: "a partition",
    keys: &[
        key(
            "values",
            Shape::Text,
            "Partition bound: the text after VALUES, or `default` (PostgreSQL).",
        ),
        PARTITION_BY,
        key(
            "partitions",
            Shape::Named(&PARTITION),
            "Partitions: a map from names to bounds, or to maps.",
        ),
        key(
            "indexes",
            Shape::NamedOrList(&INDEX),
            "Indexes in addition to those of the partitioned table (PostgreSQL).",
        ),
        COMMENT,
        OPTIONS,
    ],
    required: &[],
    short: Short::Text,
    rivals: &[],
    fixed: &[],
};

/// An entry of `retention:`.
pub(crate) static RETENTION: MapDef = MapDef {
    id: "retention",
    noun: "a retention rule",
    keys: &[
        key(
            "column",
            Shape::Text,
            "Date or time column that determines the age of a row.",
        ),
        key("keep", Shape::Text, "Duration: `30 days`, `12 months`."),
        WHERE_ROWS,
        key(
            "action",
            Shape::OneOf(&["delete", "archive"]),
            "Action for older rows.",
        ),
    ],
    required: &["column", "keep", "action"],
    short: Short::None,
    rivals: &[],
    fixed: &[],
};
