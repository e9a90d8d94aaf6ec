//! Column types and defaults, between specs and a dialect.

use crate::dialect::api::unsupported::Unsupported;
use crate::model::{Column, Expr, Identity, IndexPart, SqlType, Table};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral};

/// The concrete type of a neutral type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePlan {
    /// The concrete type.
    pub ty: SqlType,
    /// A check on the column that preserves the meaning (`unsigned`, `enum`), as SQL.
    pub check: Option<String>,
    /// The values of a user-defined enum type that must exist; `ty` then names the type.
    pub native_enum: Option<Vec<String>>,
}

/// The size of an index key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSize {
    /// The greatest size that a value can have, in bytes.
    pub bytes: u32,
    /// The greatest size that the server accepts, in bytes.
    pub limit: u32,
}

/// Translates the types and defaults of specs into those of a dialect, and proposes the reverse translation.
///
/// Every method is pure. Translation is a function; the opposite direction is not, so the `candidates`
/// methods only propose: the caller translates each proposal again and takes the first that yields the same
/// column.
pub trait TypeMapping {
    /// The concrete type of a neutral type. `table` and `column` are used for derived names and in checks.
    ///
    /// # Errors
    /// If the dialect has no type of that meaning.
    fn neutral_type(
        &self,
        ty: &Neutral,
        identity: bool,
        table: &str,
        column: &str,
    ) -> Result<TypePlan, Unsupported>;

    /// A type written in SQL, in normal form.
    ///
    /// # Errors
    /// If the text isn't a type.
    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported>;

    /// A default of a spec as an SQL expression. `neutral` is the column's neutral type, if the spec has one.
    ///
    /// # Errors
    /// If the default doesn't fit the type.
    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported>;

    /// The kind of identity that a column of this type gets.
    fn identity(&self, how: IdentitySpec, ty: &SqlType) -> Identity;

    /// A type as DDL.
    fn type_sql(&self, ty: &SqlType) -> String;

    /// Whether a foreign key may connect columns of these types.
    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool;

    /// The size of an index key with these parts, where the server limits it by the types of the columns.
    fn index_size(&self, table: &Table, parts: &[IndexPart]) -> Option<IndexSize> {
        let _ = (table, parts);
        None
    }

    /// The neutral types that could have been declared for a column, the most likely first.
    fn neutral_candidates(&self, table: &Table, column: &Column) -> Vec<Neutral> {
        let _ = (table, column);
        Vec::new()
    }

    /// The `default:` that could have been declared for a column, if its default is a literal or has a keyword
    /// in specs.
    fn default_candidate(&self, table: &Table, column: &Column) -> Option<String> {
        let _ = (table, column);
        None
    }
}
