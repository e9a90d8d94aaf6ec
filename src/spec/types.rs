use crate::diag::Location;
use crate::model::{ForeignKeyMatch, Ident, ReferentialAction, Timing};
use crate::spec::object_types::{ExtensionSpec, FunctionSpec, SequenceSpec, TypeSpec};
use std::collections::BTreeSet;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sp<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: Location,
}

/// All specs of one logical database, resolved for one dialect.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The names of the dialect that it was resolved for, weakest first.
    pub keys: Vec<String>,
    /// What is true of all tables.
    pub database: DatabaseSpec,
    /// The tables in the order of files (sorted by path) and documents.
    pub tables: Vec<TableSpec>,
    /// The extensions this dialect needs.
    pub extensions: Vec<ExtensionSpec>,
    /// The types that are objects of their own.
    pub types: Vec<TypeSpec>,
    /// The sequences that no column hides.
    pub sequences: Vec<SequenceSpec>,
    /// The functions that tables lean on.
    pub functions: Vec<FunctionSpec>,
    /// Places of column types that can't be read (each is reported): the column is there as `text`,
    /// and nothing that follows from its type is worth reporting.
    pub unread: BTreeSet<Location>,
}

/// `database.yaml`: what is true of all tables.
#[derive(Clone, Debug, Default)]
pub struct DatabaseSpec {
    /// The database's name, where the file says it.
    pub name: Option<Sp<String>>,
    /// `index_names: per_table`: index names get the table's name in front where the namespace is
    /// schema-wide.
    pub index_names_per_table: bool,
    /// `names: exact`: a name that is left out is the derived one, as if it were written.
    pub exact_names: bool,
    /// `spelling: exact`: words that do nothing and that nobody wrote aren't there.
    pub exact_spelling: bool,
    /// Storage options of all tables.
    pub options: OptionsSpec,
}

/// An entry of `options:`, which one dialect alone understands.
#[derive(Clone, Debug)]
pub struct OptionSpec {
    /// Its name.
    pub key: Sp<String>,
    /// Its value as it is written.
    pub value: Sp<String>,
}

/// One table.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// Its name.
    pub name: Sp<Ident>,
    /// The PostgreSQL schema it is in, where that is not the configured one.
    pub schema: Option<Sp<Ident>>,
    /// Its comment.
    pub comment: Option<Sp<String>>,
    /// Owned by something else.
    pub external: bool,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// The columns in their order.
    pub columns: Vec<ColumnSpec>,
    /// `primary_key: [..]`.
    pub primary_key: Option<KeySpec>,
    /// `unique:`.
    pub unique: Vec<KeySpec>,
    /// `foreign_keys:` and each column's `references:`.
    pub foreign_keys: Vec<ForeignKeySpec>,
    /// `indexes:`.
    pub indexes: Vec<IndexSpec>,
    /// `checks:`.
    pub checks: Vec<CheckSpec>,
    /// `exclusions:`.
    pub exclusions: Vec<ExclusionSpec>,
    /// Storage options; what isn't here comes from the database.
    pub options: OptionsSpec,
    /// `options:`
    pub native: Vec<OptionSpec>,
    /// `partition_by:` and what goes with it.
    pub partitioning: Option<PartitioningSpec>,
    /// `partition_of:` with `values:`.
    pub partition_of: Option<(TableRef, Option<Sp<String>>)>,
    /// `inherits:`
    pub inherits: Vec<TableRef>,
}

/// A table that another one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRef {
    /// Its schema, where that is not the configured one.
    pub schema: Option<Ident>,
    /// Its name.
    pub name: Sp<Ident>,
}

/// How a table is partitioned.
#[derive(Clone, Debug)]
pub struct PartitioningSpec {
    /// What stands behind `PARTITION BY`.
    pub by: Sp<PartitionBy>,
    /// What stands behind `SUBPARTITION BY` (MySQL).
    pub sub: Option<Sp<PartitionBy>>,
    /// How many partitions, where they have no names (MySQL).
    pub count: Option<u32>,
    /// How many subpartitions, where they have no names (MySQL).
    pub sub_count: Option<u32>,
    /// The partitions.
    pub partitions: Vec<PartitionSpec>,
}

/// `range (created_at)`: a method and what it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBy {
    /// The words in front of the parenthesis, in lower case.
    pub method: String,
    /// What a row goes by.
    pub key: Vec<KeyPartSpec>,
}

/// One partition.
#[derive(Clone, Debug)]
pub struct PartitionSpec {
    /// Its name.
    pub name: Sp<Ident>,
    /// Which rows it holds.
    pub values: Option<Sp<String>>,
    /// How it is divided once more.
    pub partitioning: Option<PartitioningSpec>,
    /// Its subpartitions, where they have names but no way of their own (MySQL).
    pub subs: Vec<PartitionSpec>,
    /// Its comment.
    pub comment: Option<Sp<String>>,
    /// Its indexes beyond those of the partitioned table.
    pub indexes: Vec<IndexSpec>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// Storage options of a table or of all tables.
#[derive(Clone, Debug, Default)]
pub struct OptionsSpec {
    /// Storage engine.
    pub engine: Option<Sp<String>>,
    /// Default character set.
    pub charset: Option<Sp<String>>,
    /// Default collation.
    pub collation: Option<Sp<String>>,
}

/// One column.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: Sp<Ident>,
    /// Its type.
    pub ty: Sp<ColumnType>,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// Its default.
    pub default: Option<DefaultSpec>,
    /// `identity:`
    pub identity: Option<Sp<IdentitySpec>>,
    /// `generated: {sql, stored}`.
    pub generated: Option<(Sp<String>, bool)>,
    /// `on_update: now`.
    pub on_update_now: Option<Location>,
    /// Its comment.
    pub comment: Option<Sp<String>>,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// Its own character set.
    pub charset: Option<Sp<String>>,
    /// Its own collation.
    pub collation: Option<Sp<String>>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// How a column's numbers come, where the dialect has several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentitySpec {
    /// `true`: the dialect's usual way.
    Usual,
    /// `always`: no other values are taken.
    Always,
    /// `serial`: a sequence behind a default.
    Serial,
}

/// A column's type as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// One of the neutral types.
    Neutral(Neutral),
    /// A type of the dialect itself, written in that dialect's map.
    Native(String),
}

/// The neutral types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Neutral {
    /// `bool`
    Bool,
    /// `tinyint`, `tinyint unsigned`
    TinyInt {
        /// Without negative numbers.
        unsigned: bool,
    },
    /// `smallint`, `smallint unsigned`
    SmallInt {
        /// Without negative numbers.
        unsigned: bool,
    },
    /// `int`, `int unsigned`
    Int {
        /// Without negative numbers.
        unsigned: bool,
    },
    /// `bigint`, `bigint unsigned`
    BigInt {
        /// Without negative numbers.
        unsigned: bool,
    },
    /// `decimal(p,s)`
    Decimal {
        /// Digits in all.
        precision: u32,
        /// Digits behind the point.
        scale: u32,
    },
    /// `float`: 4 bytes
    Float,
    /// `double`: 8 bytes
    Double,
    /// `char(n)`, in characters
    Char(u32),
    /// `varchar(n)`, in characters
    Varchar(u32),
    /// `text`
    Text,
    /// `uuid`
    Uuid,
    /// `date`
    Date,
    /// `time`, `time(p)`
    Time(Option<u32>),
    /// `datetime`, `datetime(p)`: without a zone
    DateTime(Option<u32>),
    /// `timestamptz`, `timestamptz(p)`: an instant
    TimestampTz(Option<u32>),
    /// `json`
    Json,
    /// `binary(n)`, in bytes
    Binary(u32),
    /// `varbinary(n)`, in bytes
    Varbinary(u32),
    /// `blob`
    Blob,
    /// `enum: [..]`; `native: true` asks for a type of its own where the dialect has such.
    Enum {
        /// The values in their order.
        values: Vec<EnumValue>,
        /// A type of its own where the dialect has such.
        native: bool,
    },
    /// `array of <type>`
    Array(Box<Neutral>),
    /// `vector(n)`
    Vector(u32),
}

/// A value of an enum: its text, and the text it had (`{ value: closed, renamed_from: done }`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// The value.
    pub value: String,
    /// The value it was before.
    pub renamed_from: Option<String>,
}

/// A column's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultSpec {
    /// `default:`; the text of the scalar, read by the column's type.
    Value(Sp<String>),
    /// `default_sql:`; an expression of the dialect.
    Sql(Sp<String>),
}

impl DefaultSpec {
    /// Where it stands.
    pub fn at(&self) -> &Location {
        match self {
            Self::Value(text) | Self::Sql(text) => &text.at,
        }
    }
}

/// What a constraint may say beside what it demands.
#[derive(Clone, Debug, Default)]
pub struct ConstraintSpec {
    /// `deferrable:` and `deferred:`
    pub timing: Timing,
    /// False for `validated: false`.
    pub validated: Option<bool>,
    /// `comment:`
    pub comment: Option<Sp<String>>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// A primary key or a unique.
#[derive(Clone, Debug)]
pub struct KeySpec {
    /// Where it stands.
    pub at: Location,
    /// Its name, where one is written.
    pub name: Option<Sp<Ident>>,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// Its columns.
    pub parts: Vec<Sp<KeyPartSpec>>,
    /// `include: [..]`
    pub include: Vec<Sp<Ident>>,
    /// What it says beside.
    pub more: ConstraintSpec,
}

/// An exclusion constraint.
#[derive(Clone, Debug)]
pub struct ExclusionSpec {
    /// Where it stands.
    pub at: Location,
    /// Its name, where one is written.
    pub name: Option<Sp<Ident>>,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// What is compared, each with its operator.
    pub parts: Vec<(Sp<KeyPartSpec>, String)>,
    /// `method:`
    pub method: Option<Sp<String>>,
    /// `where:`
    pub predicate: Option<Sp<String>>,
    /// `include: [..]`
    pub include: Vec<Sp<Ident>>,
    /// What it says beside.
    pub more: ConstraintSpec,
}

/// One part of a key or an index: `created_at desc`, `body(100)`, `(lower(email))`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPartSpec {
    /// A column's name, or an expression where `is_expr`.
    pub text: String,
    /// Written in parentheses.
    pub is_expr: bool,
    /// `desc`.
    pub desc: bool,
    /// `(n)` behind a column.
    pub prefix: Option<u32>,
    /// `nulls first` or `nulls last`.
    pub nulls_first: Option<bool>,
    /// The operator class with its parameters.
    pub opclass: Option<String>,
    /// `collate "NAME"`
    pub collation: Option<String>,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct ForeignKeySpec {
    /// Where it stands (the column's `references` or the entry of `foreign_keys`).
    pub at: Location,
    /// Its name, where one is written.
    pub name: Option<Sp<Ident>>,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// The referring columns.
    pub columns: Vec<Sp<Ident>>,
    /// The schema of the table referred to.
    pub target_schema: Option<Ident>,
    /// The table referred to.
    pub target: Sp<Ident>,
    /// The columns referred to.
    pub target_columns: Vec<Sp<Ident>>,
    /// `on_delete:`
    pub on_delete: ReferentialAction,
    /// `on_update:`
    pub on_update: ReferentialAction,
    /// `match: full`
    pub matching: ForeignKeyMatch,
    /// What it says beside.
    pub more: ConstraintSpec,
}

/// An index.
#[derive(Clone, Debug)]
pub struct IndexSpec {
    /// Where it stands.
    pub at: Location,
    /// Its name, where one is written.
    pub name: Option<Sp<Ident>>,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// Its parts.
    pub parts: Vec<Sp<KeyPartSpec>>,
    /// `unique: true`
    pub unique: bool,
    /// `method:`
    pub method: Option<Sp<String>>,
    /// `where:`
    pub predicate: Option<Sp<String>>,
    /// `include: [..]`
    pub include: Vec<Sp<Ident>>,
    /// `comment:`
    pub comment: Option<Sp<String>>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// A check.
#[derive(Clone, Debug)]
pub struct CheckSpec {
    /// Where it stands.
    pub at: Location,
    /// Its name, where one is written.
    pub name: Option<Sp<Ident>>,
    /// The name it had.
    pub renamed_from: Option<Sp<Ident>>,
    /// The condition.
    pub sql: Sp<String>,
    /// What it says beside.
    pub more: ConstraintSpec,
}
