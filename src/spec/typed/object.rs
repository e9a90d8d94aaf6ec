//! Objects other than tables.

use crate::model::Ident;
use crate::spec::typed::column::DefaultSpec;
use crate::spec::typed::constraint::CheckSpec;
use crate::spec::typed::neutral_type::EnumValue;
use crate::spec::typed::spanned::Spanned;
use crate::spec::typed::table_ref::TableRef;

/// A field of a composite type: name, type, collation.
pub(crate) type FieldSpec = (Spanned<Ident>, Spanned<String>, Option<Spanned<String>>);

/// `extension: NAME`.
#[derive(Clone, Debug)]
pub struct ExtensionSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// The schema its objects are in.
    pub schema: Option<Spanned<Ident>>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}

/// `type: NAME`: a user-defined type (PostgreSQL).
#[derive(Clone, Debug)]
pub struct TypeSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its schema, where that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// The kind; `None` where the document declares none, which is reported.
    pub kind: Option<TypeKind>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}

/// The kinds of user-defined types. Type names are texts of the dialect.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `enum: [..]`
    Enum(Vec<EnumValue>),
    /// `domain: {..}`
    Domain {
        /// The base type.
        base: Spanned<String>,
        /// Whether NULL is allowed.
        nullable: bool,
        /// Its default.
        default: Option<DefaultSpec>,
        /// Collation.
        collation: Option<Spanned<String>>,
        /// Its checks on `VALUE`.
        checks: Vec<CheckSpec>,
    },
    /// `composite: {..}`: names, types and collations.
    Composite(Vec<FieldSpec>),
    /// `range: {..}`
    Range {
        /// The subtype.
        subtype: Spanned<String>,
        /// Operator class.
        opclass: Option<Spanned<String>>,
        /// Collation.
        collation: Option<Spanned<String>>,
        /// The function that returns the difference of two values.
        diff: Option<Spanned<String>>,
        /// The name of its multirange type.
        multirange: Option<Spanned<Ident>>,
    },
}

/// `sequence: NAME`: a standalone sequence.
#[derive(Clone, Debug)]
pub struct SequenceSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its schema, where that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// `smallint`, `integer` or `bigint`.
    pub ty: Option<Spanned<String>>,
    /// First value.
    pub start: Option<i64>,
    /// The increment.
    pub increment: Option<i64>,
    /// Minimum.
    pub min: Option<i64>,
    /// Maximum.
    pub max: Option<i64>,
    /// The number of values that a session allocates at once.
    pub cache: Option<i64>,
    /// Whether it restarts after its last value.
    pub cycle: bool,
    /// Whether it is not written to the write-ahead log (PostgreSQL).
    pub unlogged: bool,
    /// The owning column.
    pub owned_by: Option<(TableRef, Spanned<Ident>)>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}

/// `function: NAME(ARGS)` with its CREATE statement.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its argument types, as declared.
    pub args: String,
    /// Its schema, where that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// The statement that creates it.
    pub create: Spanned<String>,
    /// The statement that drops it.
    pub drop: Option<Spanned<String>>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}
