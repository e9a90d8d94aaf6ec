//! The keys of a table and of its columns.

use crate::spec::keys::common::{
    CHARSET, COLLATION, COMMENT, DEFERRED, ENGINE, ON_DELETE, OPTIONS, PARTITION_BY,
    PARTITION_COUNT, RENAMED, SCHEMA, SUBPARTITION_BY, SUBPARTITION_COUNT,
};
use crate::spec::keys::definition::{MapDef, Shape, Short, key};
use crate::spec::keys::parts::{
    CHECK, EXCLUSION, FOREIGN_KEY, GENERATED, INDEX, PARTITION, PRIMARY_KEY, RETENTION, UNIQUE,
};

/// A table.
pub(crate) static TABLE: MapDef = MapDef {
    id: "table",
    noun: "a table",
    keys: &[
        key("table", Shape::Text, "The table's name."),
        SCHEMA,
        COMMENT,
        key(
            "external",
            Shape::Flag,
            "Owned by something else: referenced and verified, never created, changed or dropped.",
        ),
        RENAMED,
        key(
            "columns",
            Shape::Named(&COLUMN),
            "The columns in their order: a type, or a map.",
        ),
        key(
            "primary_key",
            Shape::One(&PRIMARY_KEY),
            "The primary key's columns.",
        ),
        key(
            "unique",
            Shape::NamedOrList(&UNIQUE),
            "Unique constraints: a list of column lists, or a map from names to them.",
        ),
        key(
            "foreign_keys",
            Shape::NamedOrList(&FOREIGN_KEY),
            "Foreign keys over several columns; for one, write `references` at the column.",
        ),
        key(
            "indexes",
            Shape::NamedOrList(&INDEX),
            "Indexes: a map from names to column lists or maps, or a list of them.",
        ),
        key(
            "checks",
            Shape::NamedOrList(&CHECK),
            "Conditions that every row meets: a map from names to SQL, or a list.",
        ),
        key(
            "exclusions",
            Shape::NamedOrList(&EXCLUSION),
            "Exclusion constraints (PostgreSQL): a map from names to them, or a list.",
        ),
        PARTITION_BY,
        key(
            "partitions",
            Shape::Named(&PARTITION),
            "The partitions: a map from names to the rows they hold, or to maps.",
        ),
        SUBPARTITION_BY,
        PARTITION_COUNT,
        SUBPARTITION_COUNT,
        key(
            "partition_of",
            Shape::Text,
            "The partitioned table that this one is a partition of (PostgreSQL).",
        ),
        key(
            "values",
            Shape::Text,
            "With `partition_of`: the rows it holds, as behind FOR VALUES, or `default`.",
        ),
        key(
            "inherits",
            Shape::Names,
            "The tables it inherits from (PostgreSQL).",
        ),
        key(
            "retention",
            Shape::List(&RETENTION),
            "How long rows are kept: a declaration that is checked; no command deletes rows by it yet.",
        ),
        ENGINE,
        CHARSET,
        COLLATION,
        OPTIONS,
    ],
    required: &["table", "columns"],
    short: Short::None,
    rivals: &[],
    fixed: &["table", "schema"],
};

/// A column.
pub(crate) static COLUMN: MapDef = MapDef {
    id: "column",
    noun: "a column",
    keys: &[
        key(
            "type",
            Shape::Text,
            "A neutral type; ending in ` null` it is nullable. Within a dialect's map: a type of that dialect.",
        ),
        key(
            "enum",
            Shape::EnumValues,
            "The values it may have; stands instead of `type`.",
        ),
        key(
            "native",
            Shape::Flag,
            "An enum becomes a type of its own where the dialect has such.",
        ),
        key(
            "nullable",
            Shape::Flag,
            "Whether NULL is allowed; the same as ` null` behind the type.",
        ),
        key(
            "default",
            Shape::Literal,
            "A literal, read by the column's type, or `now`, `today`, `uuid`.",
        ),
        key(
            "default_sql",
            Shape::Text,
            "An expression in SQL as the default.",
        ),
        key(
            "identity",
            Shape::FlagOr(&["always", "serial"]),
            "A number that the database hands out; `always` takes no other, `serial` is a default.",
        ),
        key(
            "generated",
            Shape::One(&GENERATED),
            "Computed from other columns.",
        ),
        key(
            "references",
            Shape::Text,
            "The column it refers to: `table.column`, `schema.table.column` or `table(column)`.",
        ),
        ON_DELETE,
        key(
            "on_update",
            Shape::OneOf(&[
                "now",
                "no action",
                "restrict",
                "cascade",
                "set null",
                "set default",
            ]),
            "`now`: set to the current time at each update. Else what happens when the key referred to changes.",
        ),
        DEFERRED,
        COMMENT,
        RENAMED,
        CHARSET,
        COLLATION,
        OPTIONS,
    ],
    required: &[],
    short: Short::Text,
    rivals: &[&["type", "enum"], &["default", "default_sql"]],
    fixed: &[],
};
