//! The keys of documents other than tables.

use crate::spec::keys::common::{CHARSET, COLLATION, COMMENT, ENGINE, SCHEMA};
use crate::spec::keys::definition::{MapDef, Shape, Short, key};
use crate::spec::keys::parts::CHECK;

/// `database.yaml`.
pub(crate) static DATABASE: MapDef = MapDef {
    id: "database",
    noun: "a database",
    keys: &[
        key("database", Shape::Text, "Name of the logical database."),
        key(
            "index_names",
            Shape::OneOf(&["as_written", "per_table"]),
            "`per_table`: prefix index names with the table name where they are unique per schema.",
        ),
        key(
            "names",
            Shape::OneOf(&["any", "exact"]),
            "`exact`: omitted names of keys, checks and indexes stand for the derived name, those of a column's sequence and NOT NULL constraint for the server's default; otherwise they match any name.",
        ),
        key(
            "spelling",
            Shape::OneOf(&["any", "exact"]),
            "`exact`: also compare clauses without effect (USING BTREE).",
        ),
        ENGINE,
        CHARSET,
        COLLATION,
    ],
    required: &["database"],
    short: Short::None,
    rivals: &[],
    fixed: &["database"],
};

/// `extension:`.
pub(crate) static EXTENSION: MapDef = MapDef {
    id: "extension",
    noun: "an extension",
    keys: &[
        key(
            "extension",
            Shape::Text,
            "Name of an extension (PostgreSQL).",
        ),
        key(
            "schema",
            Shape::Text,
            "Schema of its objects; by default chosen by the server.",
        ),
        COMMENT,
    ],
    required: &["extension"],
    short: Short::None,
    rivals: &[],
    fixed: &["extension"],
};

/// `type:`.
pub(crate) static TYPE: MapDef = MapDef {
    id: "type",
    noun: "a type",
    keys: &[
        key(
            "type",
            Shape::Text,
            "Name of a user-defined type (PostgreSQL).",
        ),
        SCHEMA,
        key("enum", Shape::EnumValues, "Values in order."),
        key("domain", Shape::One(&DOMAIN), "Domain: a type with checks."),
        key(
            "composite",
            Shape::Named(&FIELD),
            "Composite type: a map from field names to types.",
        ),
        key("range", Shape::One(&RANGE), "Range over another type."),
        COMMENT,
    ],
    required: &["type"],
    short: Short::None,
    rivals: &[&["enum", "domain", "composite", "range"]],
    fixed: &["type", "schema"],
};

/// `domain:` of a type.
pub(crate) static DOMAIN: MapDef = MapDef {
    id: "domain",
    noun: "a domain",
    keys: &[
        key("type", Shape::Text, "Base type."),
        key(
            "nullable",
            Shape::Flag,
            "Whether NULL is allowed; by default `true`.",
        ),
        key(
            "default_sql",
            Shape::Text,
            "SQL expression for the default.",
        ),
        COLLATION,
        key(
            "checks",
            Shape::NamedOrList(&CHECK),
            "Conditions on VALUE: a map from names to SQL, or a list.",
        ),
    ],
    required: &["type"],
    short: Short::Text,
    rivals: &[],
    fixed: &[],
};

/// A field of `composite:`.
pub(crate) static FIELD: MapDef = MapDef {
    id: "field",
    noun: "a field",
    keys: &[key("type", Shape::Text, "Type."), COLLATION],
    required: &["type"],
    short: Short::Text,
    rivals: &[],
    fixed: &[],
};

/// `range:` of a type.
pub(crate) static RANGE: MapDef = MapDef {
    id: "range",
    noun: "a range",
    keys: &[
        key("subtype", Shape::Text, "Subtype."),
        key("opclass", Shape::Text, "Operator class."),
        COLLATION,
        key(
            "diff",
            Shape::Text,
            "Function that returns the difference of two values: SUBTYPE_DIFF.",
        ),
        key("multirange", Shape::Text, "Name of the multirange type."),
    ],
    required: &["subtype"],
    short: Short::Text,
    rivals: &[],
    fixed: &[],
};

/// `sequence:`.
pub(crate) static SEQUENCE: MapDef = MapDef {
    id: "sequence",
    noun: "a sequence",
    keys: &[
        key(
            "sequence",
            Shape::Text,
            "Name of a standalone sequence (PostgreSQL, MariaDB).",
        ),
        SCHEMA,
        key(
            "type",
            Shape::OneOf(&["smallint", "integer", "bigint"]),
            "Type of its values.",
        ),
        key("start", Shape::Number, "First value."),
        key("increment", Shape::Number, "Increment."),
        key("min", Shape::Number, "Minimum value."),
        key("max", Shape::Number, "Maximum value."),
        key(
            "cache",
            Shape::Number,
            "Number of values that a session allocates at once.",
        ),
        key(
            "cycle",
            Shape::Flag,
            "Restart at the minimum after the maximum.",
        ),
        key(
            "unlogged",
            Shape::Flag,
            "Not written to the write-ahead log (PostgreSQL 15 and later).",
        ),
        key(
            "owned_by",
            Shape::Text,
            "Owning column, with which it is dropped: `table.column`.",
        ),
        COMMENT,
    ],
    required: &["sequence"],
    short: Short::None,
    rivals: &[],
    fixed: &["sequence", "schema"],
};

/// `function:`.
pub(crate) static FUNCTION: MapDef = MapDef {
    id: "function",
    noun: "a function",
    keys: &[
        key(
            "function",
            Shape::Text,
            "Name and argument types of a function: `f(text)`.",
        ),
        SCHEMA,
        key("sql", Shape::Text, "Statement that creates it."),
        key(
            "drop",
            Shape::Text,
            "Statement that drops it; by default DROP FUNCTION.",
        ),
        COMMENT,
    ],
    required: &["function"],
    short: Short::None,
    rivals: &[],
    fixed: &["function", "schema"],
};
