//! The keys of what isn't a table.

use crate::spec::keys::common::{CHARSET, COLLATION, COMMENT, ENGINE, SCHEMA};
use crate::spec::keys::definition::{MapDef, Shape, Short, key};
use crate::spec::keys::parts::CHECK;

/// `database.yaml`.
pub(crate) static DATABASE: MapDef = MapDef {
    id: "database",
    noun: "a database",
    keys: &[
        key("database", Shape::Text, "The logical database's name."),
        key(
            "index_names",
            Shape::OneOf(&["as_written", "per_table"]),
            "`per_table`: where index names are unique per schema, the table's name is put in front.",
        ),
        key(
            "names",
            Shape::OneOf(&["any", "exact"]),
            "`exact`: a key, check or index without a name has the derived one, a column's sequence and NOT NULL the server's usual one; else any name will do.",
        ),
        key(
            "spelling",
            Shape::OneOf(&["any", "exact"]),
            "`exact`: words that do nothing (USING BTREE) are there only where they are written; else they don't count.",
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
            "An extension that the tables need (PostgreSQL).",
        ),
        key(
            "schema",
            Shape::Text,
            "The schema its objects are in; left out, the server's choice.",
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
            "The name of a type that is an object of its own (PostgreSQL).",
        ),
        SCHEMA,
        key("enum", Shape::EnumValues, "The values it may have."),
        key("domain", Shape::One(&DOMAIN), "A type with conditions."),
        key(
            "composite",
            Shape::Named(&FIELD),
            "The fields of a row: a map from names to types.",
        ),
        key("range", Shape::One(&RANGE), "A range over another type."),
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
        key("type", Shape::Text, "What it is made of."),
        key(
            "nullable",
            Shape::Flag,
            "Whether NULL is allowed; it is, unless this says `false`.",
        ),
        key(
            "default_sql",
            Shape::Text,
            "Its default, as an expression in SQL.",
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
    keys: &[key("type", Shape::Text, "Its type."), COLLATION],
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
        key("subtype", Shape::Text, "The type it ranges over."),
        key("opclass", Shape::Text, "Its operator class."),
        COLLATION,
        key(
            "diff",
            Shape::Text,
            "The function that tells the distance of two values.",
        ),
        key(
            "multirange",
            Shape::Text,
            "The name of its multirange type.",
        ),
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
            "The name of a sequence that no column hides (PostgreSQL).",
        ),
        SCHEMA,
        key(
            "type",
            Shape::OneOf(&["smallint", "integer", "bigint"]),
            "The type of its numbers.",
        ),
        key("start", Shape::Number, "Its first value."),
        key("increment", Shape::Number, "What is added each time."),
        key("min", Shape::Number, "Its least value."),
        key("max", Shape::Number, "Its greatest value."),
        key(
            "cache",
            Shape::Number,
            "How many values a session takes at once.",
        ),
        key("cycle", Shape::Flag, "It begins anew at its end."),
        key(
            "unlogged",
            Shape::Flag,
            "It is not in the write-ahead log (PostgreSQL 15 and later).",
        ),
        key(
            "owned_by",
            Shape::Text,
            "The column it goes with: `table.column`.",
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
            "A function that the tables need: its name and the types of its arguments, `f(text)`.",
        ),
        SCHEMA,
        key("sql", Shape::Text, "The statement that makes it."),
        key("drop", Shape::Text, "The statement that removes it."),
        COMMENT,
    ],
    required: &["function"],
    short: Short::None,
    rivals: &[],
    fixed: &["function", "schema"],
};
