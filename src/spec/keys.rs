//! The keys of a spec file: one table that the loader checks against and the JSON Schema is made
//! from, so that the two can't disagree.

/// The names under which a part may hold overrides.
pub(super) const DIALECTS: [&str; 4] = ["postgres", "mysql", "mariadb", "sqlite"];

/// The words of `on_delete` and `on_update`.
pub(super) const ACTIONS: [&str; 5] = [
    "no action",
    "restrict",
    "cascade",
    "set null",
    "set default",
];

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A literal of any kind: text, number or boolean.
    Literal,
    /// One of these words.
    OneOf(&'static [&'static str]),
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
pub(super) struct KeyDef {
    /// The key.
    pub(super) name: &'static str,
    /// What may stand behind it.
    pub(super) shape: Shape,
    /// What it says, for editors and for people.
    pub(super) about: &'static str,
}

/// The short form of a part, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Short {
    /// Always a map.
    None,
    /// A text.
    Text,
    /// A list of key parts.
    KeyParts,
}

/// A kind of map in a spec.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name in the JSON Schema.
    pub(super) id: &'static str,
    /// What it is, for messages.
    pub(super) noun: &'static str,
    /// Its keys beside those that all parts share.
    pub(super) keys: &'static [KeyDef],
    /// The keys it can't be without.
    pub(super) required: &'static [&'static str],
    /// Its short form.
    pub(super) short: Short,
    /// Keys that replace each other when an override gives one of them.
    pub(super) rivals: &'static [&'static [&'static str]],
    /// Keys that make it what it is and that no override may give.
    pub(super) fixed: &'static [&'static str],
}

impl Part {
    /// A key of its own by name.
    pub(super) fn key(&self, name: &str) -> Option<&'static KeyDef> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether an override may give this key.
    pub(super) fn may_override(&self, name: &str) -> bool {
        self.key(name).is_some() && !self.fixed.contains(&name)
    }
}

/// What every part may hold beside its own keys (and the names of the dialects).
pub(super) const SHARED: [KeyDef; 2] = [
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

const fn key(name: &'static str, shape: Shape, about: &'static str) -> KeyDef {
    KeyDef { name, shape, about }
}

const RENAMED: KeyDef = key(
    "renamed_from",
    Shape::Text,
    "The name it had: the next migration renames instead of dropping and adding.",
);
const NAME: KeyDef = key(
    "name",
    Shape::Text,
    "Its name; left out, it is derived from table and columns.",
);
const COMMENT: KeyDef = key(
    "comment",
    Shape::Text,
    "A comment, stored in the database where it has comments.",
);
const ENGINE: KeyDef = key("engine", Shape::Text, "Storage engine (MySQL, MariaDB).");
const CHARSET: KeyDef = key("charset", Shape::Text, "Character set (MySQL, MariaDB).");
const COLLATION: KeyDef = key("collation", Shape::Text, "Collation.");
const COLUMNS_OF_KEY: KeyDef = key("columns", Shape::KeyParts, "Its columns in their order.");
const DEFERRED: KeyDef = key(
    "deferred",
    Shape::Flag,
    "Checked at the end of the transaction (PostgreSQL, SQLite).",
);
const ON_DELETE: KeyDef = key(
    "on_delete",
    Shape::OneOf(&ACTIONS),
    "What happens to this row when the row it refers to is deleted.",
);
const WHERE_ROWS: KeyDef = key("where", Shape::Text, "A condition in SQL: only these rows.");

/// A table.
pub(super) static TABLE: Part = Part {
    id: "table",
    noun: "a table",
    keys: &[
        key("table", Shape::Text, "The table's name."),
        key(
            "schema",
            Shape::Text,
            "The PostgreSQL schema it is in; left out, the configured one.",
        ),
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
            "retention",
            Shape::List(&RETENTION),
            "How long rows are kept.",
        ),
        ENGINE,
        CHARSET,
        COLLATION,
    ],
    required: &["table", "columns"],
    short: Short::None,
    rivals: &[],
    fixed: &["table", "schema"],
};

/// A column.
pub(super) static COLUMN: Part = Part {
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
            Shape::Flag,
            "A number that the database hands out.",
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
    ],
    required: &[],
    short: Short::Text,
    rivals: &[&["type", "enum"], &["default", "default_sql"]],
    fixed: &[],
};

/// `generated:`.
pub(super) static GENERATED: Part = Part {
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
pub(super) static ENUM_VALUE: Part = Part {
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
pub(super) static PRIMARY_KEY: Part = Part {
    id: "primary_key",
    noun: "a primary key",
    keys: &[COLUMNS_OF_KEY, NAME],
    required: &["columns"],
    short: Short::KeyParts,
    rivals: &[],
    fixed: &[],
};

/// An entry of `unique:`.
pub(super) static UNIQUE: Part = Part {
    id: "unique",
    noun: "a unique constraint",
    keys: &[COLUMNS_OF_KEY, NAME, RENAMED],
    required: &["columns"],
    short: Short::KeyParts,
    rivals: &[],
    fixed: &[],
};

/// An entry of `foreign_keys:`.
pub(super) static FOREIGN_KEY: Part = Part {
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
        DEFERRED,
        NAME,
        RENAMED,
    ],
    required: &["columns", "references"],
    short: Short::None,
    rivals: &[],
    fixed: &[],
};

/// An entry of `indexes:`.
pub(super) static INDEX: Part = Part {
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
        key(
            "include",
            Shape::Names,
            "Columns held beside the key (PostgreSQL).",
        ),
        COMMENT,
        NAME,
        RENAMED,
    ],
    required: &["columns"],
    short: Short::KeyParts,
    rivals: &[],
    fixed: &[],
};

/// An entry of `checks:`.
pub(super) static CHECK: Part = Part {
    id: "check",
    noun: "a check",
    keys: &[
        key("sql", Shape::Text, "The condition in SQL."),
        NAME,
        RENAMED,
    ],
    required: &["sql"],
    short: Short::Text,
    rivals: &[],
    fixed: &[],
};

/// An entry of `retention:`.
pub(super) static RETENTION: Part = Part {
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

/// `database.yaml`.
pub(super) static DATABASE: Part = Part {
    id: "database",
    noun: "a database",
    keys: &[
        key("database", Shape::Text, "The logical database's name."),
        key(
            "index_names",
            Shape::OneOf(&["as_written", "per_table"]),
            "`per_table`: where index names are unique per schema, the table's name is put in front.",
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
pub(super) static EXTENSION: Part = Part {
    id: "extension",
    noun: "an extension",
    keys: &[key(
        "extension",
        Shape::Text,
        "An extension that the tables need (PostgreSQL).",
    )],
    required: &["extension"],
    short: Short::None,
    rivals: &[],
    fixed: &["extension"],
};

/// The kinds of documents. The first key of each names the document.
pub(super) static DOCUMENTS: [&Part; 3] = [&TABLE, &EXTENSION, &DATABASE];
