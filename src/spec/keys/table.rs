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
        key("table", Shape::Text, "Name of the table."),
        SCHEMA,
        COMMENT,
        key(
            "external",
            Shape::Flag,
            "Managed elsewhere: referenced and verified, never created, changed or dropped.",
        ),
        RENAMED,
        key(
            "columns",
            Shape::Named(&COLUMN),
            "Columns in order: a map from names to types, or to maps.",
        ),
        key(
            "primary_key",
            Shape::One(&PRIMARY_KEY),
            "Columns of the primary key.",
        ),
        key(
            "unique",
            Shape::NamedOrList(&UNIQUE),
            "Unique constraints: a list of column lists, or a map by name.",
        ),
        key(
            "foreign_keys",
            Shape::NamedOrList(&FOREIGN_KEY),
            "Foreign keys over several columns; for one column, use `references` of the column.",
        ),
        key(
            "indexes",
            Shape::NamedOrList(&INDEX),
            "Indexes: a map from names to column lists or maps, or a list.",
        ),
        key(
            "checks",
            Shape::NamedOrList(&CHECK),
            "Conditions on every row: a map from names to SQL, or a list.",
        ),
        key(
            "exclusions",
            Shape::NamedOrList(&EXCLUSION),
            "Exclusion constraints (PostgreSQL): a map by name, or a list.",
        ),
        PARTITION_BY,
        key(
            "partitions",
            Shape::Named(&PARTITION),
            "Partitions: a map from names to bounds, or to maps.",
        ),
        SUBPARTITION_BY,
        PARTITION_COUNT,
        SUBPARTITION_COUNT,
        key(
            "partition_of",
            Shape::Text,
            "Parent of this partition (PostgreSQL).",
        ),
        key(
            "values",
            Shape::Text,
            "With `partition_of`: the text after FOR VALUES, or `default`.",
        ),
        key(
            "inherits",
            Shape::Names,
            "Parent tables: INHERITS (PostgreSQL).",
        ),
        key(
            "retention",
            Shape::List(&RETENTION),
            "How long rows are kept. The declaration is checked; no command deletes rows yet.",
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
            "Neutral type; nullable if it ends in ` null`. Within a dialect's map: a native type.",
        ),
        key(
            "enum",
            Shape::EnumValues,
            "Values of an enum, instead of `type`.",
        ),
        key(
            "native",
            Shape::Flag,
            "Whether an enum becomes a separate type where the dialect has enum types.",
        ),
        key(
            "nullable",
            Shape::Flag,
            "Whether NULL is allowed; the same as a type that ends in ` null`.",
        ),
        key(
            "default",
            Shape::Literal,
            "Literal of the column's type, or `now`, `today`, `uuid`.",
        ),
        key(
            "default_sql",
            Shape::Text,
            "SQL expression for the default.",
        ),
        key(
            "identity",
            Shape::FlagOr(&["always", "serial"]),
            "Generated number; `always` rejects explicit values, `serial` is a sequence default.",
        ),
        key(
            "generated",
            Shape::One(&GENERATED),
            "Expression that computes the column.",
        ),
        key(
            "references",
            Shape::Text,
            "Referenced column: `table.column`, `schema.table.column` or `table(column)`.",
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
            "`now`: set to the current time on each update. Otherwise the action when the referenced key changes.",
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
