//! Attributes of tables and columns that only SQLite has ("CREATE TABLE" in its manual).

use crate::dialect::{Attribute, Place, Values};

/// All attributes.
pub(crate) static ATTRIBUTES: &[Attribute] = &[
    Attribute {
        key: "without_rowid",
        places: &[Place::Table],
        values: Values::Flag,
        default: Some("false"),
        about: "the primary key is the table itself",
    },
    Attribute {
        key: "strict",
        places: &[Place::Table],
        values: Values::Flag,
        default: Some("false"),
        about: "values have the type of their column",
    },
    Attribute {
        key: "autoincrement",
        places: &[Place::Column],
        values: Values::Flag,
        default: Some("false"),
        about: "numbers of deleted rows are never handed out again",
    },
];
