//! The keys of what a table or a column holds.

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
        key("sql", Shape::Text, "The expression in SQL."),
        key(
            "stored",
            Shape::Flag,
            "Stored (the default) rather than computed at each read.",
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
    noun: "a value of an enum",
    keys: &[
        key("value", Shape::Text, "The value."),
        key(
            "renamed_from",
            Shape::Text,
            "The value it was: rows that hold it are updated.",
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
        key("columns", Shape::Names, "The referring columns."),
        key(
            "references",
            Shape::Text,
            "What they refer to: `table(a, b)`.",
        ),
        ON_DELETE,
        key(
            "on_update",
            Shape::OneOf(&ACTIONS),
            "What happens to this row when the key it refers to changes.",
        ),
        key(
            "match",
            Shape::OneOf(&["simple", "full"]),
            "`full`: a key with some NULLs in it is refused (PostgreSQL).",
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
            "What it orders by: `a`, `b desc`, `body(100)`, `(lower(email))`.",
        ),
        key("unique", Shape::Flag, "No two rows alike."),
        key(
            "method",
            Shape::Text,
            "`gin`, `hash`, `fulltext` and the like, as the dialect has them.",
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
        key("sql", Shape::Text, "The condition in SQL."),
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
    noun: "an exclusion",
    keys: &[
        key(
            "columns",
            Shape::ExclusionParts,
            "What is compared, and with which operator: `room with =`, `during with &&`.",
        ),
        key("method", Shape::Text, "The index method; left out, `gist`."),
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
            "The rows it holds: what stands behind VALUES, or `default` (PostgreSQL).",
        ),
        PARTITION_BY,
        key(
            "partitions",
            Shape::Named(&PARTITION),
            "The partitions: a map from names to the rows they hold, or to maps.",
        ),
        key(
            "indexes",
            Shape::NamedOrList(&INDEX),
            "Indexes beyond those of the partitioned table (PostgreSQL).",
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
            "The date or time that tells a row's age.",
        ),
        key("keep", Shape::Text, "How long: `30 days`, `12 months`."),
        WHERE_ROWS,
        key(
            "action",
            Shape::OneOf(&["delete", "archive"]),
            "What happens to older rows.",
        ),
    ],
    required: &["column", "keep", "action"],
    short: Short::None,
    rivals: &[],
    fixed: &[],
};
