//! What a spec says of objects that aren't tables.

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

/// `type: NAME`: a type that is an object of its own (PostgreSQL).
#[derive(Clone, Debug)]
pub struct TypeSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// The schema it is in, where that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// What it is; `None` where the document doesn't say it (which is reported).
    pub kind: Option<TypeKind>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}

/// The kinds of such types. Names of types are texts as the dialect reads them.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `enum: [..]`
    Enum(Vec<EnumValue>),
    /// `domain: {..}`
    Domain {
        /// What it is made of.
        base: Spanned<String>,
        /// Whether NULL is allowed.
        nullable: bool,
        /// Its default.
        default: Option<DefaultSpec>,
        /// Collation.
        collation: Option<Spanned<String>>,
        /// Its conditions, which speak of `VALUE`.
        checks: Vec<CheckSpec>,
    },
    /// `composite: {..}`: names, types and collations.
    Composite(Vec<FieldSpec>),
    /// `range: {..}`
    Range {
        /// What it ranges over.
        subtype: Spanned<String>,
        /// Operator class.
        opclass: Option<Spanned<String>>,
        /// Collation.
        collation: Option<Spanned<String>>,
        /// The function that tells the distance of two values.
        diff: Option<Spanned<String>>,
        /// The name of its multirange type.
        multirange: Option<Spanned<Ident>>,
    },
}

/// `sequence: NAME`: a sequence that no column hides (PostgreSQL).
#[derive(Clone, Debug)]
pub struct SequenceSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// The schema it is in, where that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// `smallint`, `integer` or `bigint`.
    pub ty: Option<Spanned<String>>,
    /// Its first value.
    pub start: Option<i64>,
    /// What is added each time.
    pub increment: Option<i64>,
    /// Its least value.
    pub min: Option<i64>,
    /// Its greatest value.
    pub max: Option<i64>,
    /// How many values a session takes at once.
    pub cache: Option<i64>,
    /// Whether it begins anew at its end.
    pub cycle: bool,
    /// Whether it is not in the write-ahead log (PostgreSQL).
    pub unlogged: bool,
    /// The column it goes with.
    pub owned_by: Option<(TableRef, Spanned<Ident>)>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}

/// `function: NAME(ARGS)` with the text that makes it.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its argument types, as they are written.
    pub args: String,
    /// The schema it is in, where that is not the configured one.
    pub schema: Option<Spanned<Ident>>,
    /// The statement that makes it.
    pub create: Spanned<String>,
    /// The statement that removes it.
    pub drop: Option<Spanned<String>>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}
