//! The keys of a spec file: one table that the loader checks against and the JSON Schema is made
//! from, so that the two can't disagree.

pub(crate) mod objects;
pub(crate) mod parts;
pub(crate) mod table;

pub(crate) use crate::spec::keys::objects::{
    DATABASE, DOMAIN, EXTENSION, FIELD, FUNCTION, RANGE, SEQUENCE, TYPE,
};
pub(crate) use crate::spec::keys::parts::{
    CHECK, ENUM_VALUE, EXCLUSION, FOREIGN_KEY, GENERATED, INDEX, PARTITION, PRIMARY_KEY, RETENTION,
    UNIQUE,
};
pub(crate) use crate::spec::keys::table::{COLUMN, TABLE};

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

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A literal of any kind: text, number or boolean.
    Literal,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `true`, `false` or one of these words.
    FlagOr(&'static [&'static str]),
    /// A whole number.
    Number,
    /// A map from names to literals, which one dialect alone understands.
    Options,
    /// A list of parts of an exclusion: `room with =`.
    ExclusionParts,
    /// A list of names.
    Names,
    /// A list of key parts: `[a, b desc]`.
    KeyParts,
    /// A list of names of dialects.
    Dialects,
    /// The values of an enum: texts, or maps with a value and the one it was.
    EnumValues,
    /// One of these.
    One(&'static Part),
    /// A map from names to these, or to their short form.
    Named(&'static Part),
    /// A list of these, or of their short form.
    List(&'static Part),
    /// Either of the last two.
    NamedOrList(&'static Part),
}

/// A key, and what it is for.
#[derive(Debug)]
pub(crate) struct KeyDef {
    /// The key.
    pub(crate) name: &'static str,
    /// What may stand behind it.
    pub(crate) shape: Shape,
    /// What it says, for editors and for people.
    pub(crate) about: &'static str,
}

/// The short form of a part, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    /// Always a map.
    None,
    /// A text.
    Text,
    /// A list of key parts.
    KeyParts,
}

/// A kind of map in a spec.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its name in the JSON Schema.
    pub(crate) id: &'static str,
    /// What it is, for messages.
    pub(crate) noun: &'static str,
    /// Its keys beside those that all parts share.
    pub(crate) keys: &'static [KeyDef],
    /// The keys it can't be without.
    pub(crate) required: &'static [&'static str],
    /// Its short form.
    pub(crate) short: Short,
    /// Keys that replace each other when an override gives one of them.
    pub(crate) rivals: &'static [&'static [&'static str]],
    /// Keys that make it what it is and that no override may give.
    pub(crate) fixed: &'static [&'static str],
}

impl Part {
    /// A key of its own by name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static KeyDef> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether an override may give this key.
    pub(crate) fn may_override(&self, name: &str) -> bool {
        self.key(name).is_some() && !self.fixed.contains(&name)
    }
}

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

pub(crate) const fn key(name: &'static str, shape: Shape, about: &'static str) -> KeyDef {
    KeyDef { name, shape, about }
}

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

/// The kinds of documents. The first key of each names the document.
pub(crate) static DOCUMENTS: [&Part; 6] =
    [&TABLE, &EXTENSION, &DATABASE, &SEQUENCE, &FUNCTION, &TYPE];
