//! Attributes: properties of tables and their parts that only one dialect has.

/// A kind of part that has attributes.
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
    /// A partition that is not a separate table.
    Partition,
}

/// An attribute of a dialect: one row of its table of attributes.
#[derive(Debug)]
pub struct Attribute {
    /// The name in specs.
    pub key: &'static str,
    /// The kinds of parts that can have it.
    pub places: &'static [Place],
    /// The values it can have.
    pub values: Values,
    /// The server's default, if it is the same on every server.
    pub default: Option<&'static str>,
    /// The effect of the attribute; printed in the documentation.
    pub about: &'static str,
}

/// The values that an attribute can have.
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
    /// The name of an index or key of the table, or a word for none.
    Index,
}
