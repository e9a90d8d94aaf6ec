//! Columns.

use crate::diag::Location;
use crate::model::Ident;
use crate::spec::typed::neutral_type::Neutral;
use crate::spec::typed::options::OptionSpec;
use crate::spec::typed::spanned::Spanned;
use std::fmt;

/// One column.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its type.
    pub ty: Spanned<ColumnType>,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// Its default.
    pub default: Option<DefaultSpec>,
    /// `identity:`
    pub identity: Option<Spanned<IdentitySpec>>,
    /// `generated: {sql, stored}`.
    pub generated: Option<(Spanned<String>, bool)>,
    /// `on_update: now`.
    pub on_update_now: Option<Location>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// Its own character set.
    pub charset: Option<Spanned<String>>,
    /// Its own collation.
    pub collation: Option<Spanned<String>>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// The kind of identity of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentitySpec {
    /// `true`: the dialect's default.
    Default,
    /// `always`: explicit values are rejected.
    Always,
    /// `serial`: a sequence and a default.
    Serial,
}

/// A column's type as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// One of the neutral types.
    Neutral(Neutral),
    /// A type of the dialect itself, written in that dialect's map.
    Native(String),
}

/// A column's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultSpec {
    /// `default:`; the text of the scalar, interpreted by the column's type.
    Value(Spanned<String>),
    /// `default_sql:`; an expression of the dialect.
    Sql(Spanned<String>),
}

impl DefaultSpec {
    /// Its location.
    pub fn at(&self) -> &Location {
        match self {
            Self::Value(text) | Self::Sql(text) => &text.at,
        }
    }
}

impl fmt::Display for ColumnType {
    /// The type as in a spec.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Neutral(ty) => ty.fmt(f),
            Self::Native(text) => f.write_str(text),
        }
    }
}
