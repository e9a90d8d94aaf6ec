//! Attributes: what only one dialect can declare of a table or of a part of it.

/// Which kind of part an attribute belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A table.
    Table,
    /// A column.
    Column,
    /// A primary key, a unique or an exclusion constraint.
    Key,
    /// A foreign key.
    ForeignKey,
    /// A check.
    Check,
    /// An index.
    Index,
    /// A partition that is part of its table.
    Partition,
}

/// An attribute that a dialect knows: one row of its table of them.
#[derive(Debug)]
pub struct Attribute {
    /// Its name in a spec.
    pub key: &'static str,
    /// What it belongs to.
    pub places: &'static [Place],
    /// Its values.
    pub values: Values,
    /// What the server assumes without it, where that is the same on every server.
    pub default: Option<&'static str>,
    /// What it does, for people.
    pub about: &'static str,
}

/// The values an attribute may have.
#[derive(Debug)]
pub enum Values {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A number with or without a fraction.
    Real,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Any text.
    Text,
    /// The name of an index or key of the table; a word may stand for none of them.
    Index,
}
