//! Keys, foreign keys, indexes, checks and exclusion constraints.

use crate::diag::Location;
use crate::model::{ForeignKeyMatch, Ident, ReferentialAction, Timing};
use crate::spec::typed::options::OptionSpec;
use crate::spec::typed::spanned::Spanned;

/// Timing, validation, comment and options of a constraint.
#[derive(Clone, Debug, Default)]
pub struct ConstraintSpec {
    /// `deferrable:` and `deferred:`
    pub timing: Timing,
    /// `validated:`; false if existing rows are not checked.
    pub validated: Option<bool>,
    /// `comment:`
    pub comment: Option<Spanned<String>>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// A primary key or a unique constraint.
#[derive(Clone, Debug)]
pub struct KeySpec {
    /// Its location.
    pub at: Location,
    /// Its name, if declared.
    pub name: Option<Spanned<Ident>>,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// Its columns.
    pub parts: Vec<Spanned<KeyPartSpec>>,
    /// `include: [..]`
    pub include: Vec<Spanned<Ident>>,
    /// Timing, validation, comment and options.
    pub more: ConstraintSpec,
}

/// An exclusion constraint.
#[derive(Clone, Debug)]
pub struct ExclusionSpec {
    /// Its location.
    pub at: Location,
    /// Its name, if declared.
    pub name: Option<Spanned<Ident>>,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// The elements, each with its operator.
    pub parts: Vec<(Spanned<KeyPartSpec>, String)>,
    /// `method:`
    pub method: Option<Spanned<String>>,
    /// `where:`
    pub predicate: Option<Spanned<String>>,
    /// `include: [..]`
    pub include: Vec<Spanned<Ident>>,
    /// Timing, validation, comment and options.
    pub more: ConstraintSpec,
}

/// One part of a key or an index: `created_at desc`, `body(100)`, `(lower(email))`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPartSpec {
    /// A column's name, or an expression if `is_expr` is set.
    pub text: String,
    /// Whether it is an expression in parentheses.
    pub is_expr: bool,
    /// `desc`.
    pub desc: bool,
    /// `(n)` after a column.
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
    /// Its location: the column's `references`, or the entry of `foreign_keys`.
    pub at: Location,
    /// Its name, if declared.
    pub name: Option<Spanned<Ident>>,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// The referencing columns.
    pub columns: Vec<Spanned<Ident>>,
    /// The schema of the referenced table.
    pub target_schema: Option<Ident>,
    /// The referenced table.
    pub target: Spanned<Ident>,
    /// The referenced columns.
    pub target_columns: Vec<Spanned<Ident>>,
    /// `on_delete:`
    pub on_delete: ReferentialAction,
    /// `on_update:`
    pub on_update: ReferentialAction,
    /// `match: full`
    pub matching: ForeignKeyMatch,
    /// Timing, validation, comment and options.
    pub more: ConstraintSpec,
}

/// An index.
#[derive(Clone, Debug)]
pub struct IndexSpec {
    /// Its location.
    pub at: Location,
    /// Its name, if declared.
    pub name: Option<Spanned<Ident>>,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// Its parts.
    pub parts: Vec<Spanned<KeyPartSpec>>,
    /// `unique: true`
    pub unique: bool,
    /// `method:`
    pub method: Option<Spanned<String>>,
    /// `where:`
    pub predicate: Option<Spanned<String>>,
    /// `include: [..]`
    pub include: Vec<Spanned<Ident>>,
    /// `comment:`
    pub comment: Option<Spanned<String>>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}

/// A check.
#[derive(Clone, Debug)]
pub struct CheckSpec {
    /// Its location.
    pub at: Location,
    /// Its name, if declared.
    pub name: Option<Spanned<Ident>>,
    /// Its previous name.
    pub renamed_from: Option<Spanned<Ident>>,
    /// The condition.
    pub sql: Spanned<String>,
    /// Timing, validation, comment and options.
    pub more: ConstraintSpec,
}
