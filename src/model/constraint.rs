//! Constraints: keys, foreign keys, checks and exclusion constraints.

use crate::model::attributes::Attributes;
use crate::model::expr::Expr;
use crate::model::given::Name;
use crate::model::ident::Ident;
use crate::model::index::IndexPart;
use crate::model::object_id::ObjectId;
use serde::{Deserialize, Serialize};

/// A constraint of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name; a primary key's is derived.
    pub name: Name,
    /// The kind with its columns or condition.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub timing: Timing,
    /// Additional columns in the key's index: INCLUDE (PostgreSQL).
    pub include: Vec<Ident>,
    /// The constraint of the partitioned table to which this constraint of a partition belongs. It is added
    /// and dropped with that constraint (PostgreSQL).
    pub parent: Option<Ident>,
    /// Its comment (PostgreSQL).
    pub comment: Option<String>,
    /// Attributes that only its dialect has.
    pub attrs: Attributes,
}

impl Constraint {
    /// An immediate constraint without options.
    pub fn new(name: Name, kind: ConstraintKind) -> Self {
        Self {
            name,
            kind,
            timing: Timing::Immediate,
            include: Vec::new(),
            parent: None,
            comment: None,
            attrs: Attributes::default(),
        }
    }

    /// The foreign key, for this kind.
    pub fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => None,
        }
    }

    /// Its columns in order; none for a check.
    pub fn columns(&self) -> Vec<&Ident> {
        match &self.kind {
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => {
                parts.iter().filter_map(IndexPart::column_name).collect()
            }
            ConstraintKind::ForeignKey(fk) => fk.columns.iter().collect(),
            ConstraintKind::Exclusion(exclusion) => (exclusion.parts.iter())
                .filter_map(|(part, _)| part.column_name())
                .collect(),
            ConstraintKind::Check(_) => Vec::new(),
        }
    }
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Timing {
    /// At each statement.
    #[default]
    Immediate,
    /// At each statement, unless a transaction defers it.
    Deferrable,
    /// At the end of the transaction.
    Deferred,
}

/// The kinds of constraints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// The primary key over these columns.
    PrimaryKey(Vec<IndexPart>),
    /// Unique values in these columns.
    Unique(Vec<IndexPart>),
    /// A reference to another table.
    ForeignKey(ForeignKey),
    /// A condition on every row.
    Check(Check),
    /// No two rows for which all operators return true (PostgreSQL).
    Exclusion(Exclusion),
}

impl ConstraintKind {
    /// Whether it is a primary key or a unique constraint, to which foreign keys can refer.
    pub fn is_unique(&self) -> bool {
        match self {
            Self::PrimaryKey(_) | Self::Unique(_) => true,
            Self::ForeignKey(_) | Self::Check(_) | Self::Exclusion(_) => false,
        }
    }

    /// Whether an index enforces it.
    pub fn is_indexed(&self) -> bool {
        match self {
            Self::PrimaryKey(_) | Self::Unique(_) | Self::Exclusion(_) => true,
            Self::ForeignKey(_) | Self::Check(_) => false,
        }
    }
}

/// An exclusion constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The index method.
    pub method: String,
    /// Columns or expressions with their operators.
    pub parts: Vec<(IndexPart, String)>,
    /// The condition that restricts the rows, if any.
    pub predicate: Option<Expr>,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The condition.
    pub expr: Expr,
    /// The column whose neutral type implies this check (an enum, unsigned, bool or json), if any.
    pub of_type: Option<Ident>,
    /// PostgreSQL: existing rows were checked (not `NOT VALID`). MySQL: the check is enforced.
    pub validated: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The referencing columns.
    pub columns: Vec<Ident>,
    /// The referenced table.
    pub target: ObjectId,
    /// The referenced columns.
    pub target_columns: Vec<Ident>,
    /// The action when the referenced row is deleted.
    pub on_delete: ReferentialAction,
    /// The action when the referenced key changes.
    pub on_update: ReferentialAction,
    /// `MATCH FULL` or simple.
    pub matching: ForeignKeyMatch,
    /// Existing rows were checked (PostgreSQL: not `NOT VALID`).
    pub validated: bool,
}

/// The treatment of NULLs in a foreign key over several columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ForeignKeyMatch {
    /// A key with any NULL is not checked.
    #[default]
    Simple,
    /// All columns are NULL, or none is.
    Full,
}

/// The action of a foreign key when the referenced row is deleted or its key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ReferentialAction {
    /// An error at the end of the statement. MySQL treats it like `Restrict`.
    #[default]
    NoAction,
    /// An immediate error.
    Restrict,
    /// This row is deleted or updated too.
    Cascade,
    /// The columns become NULL.
    SetNull,
    /// The columns take their default.
    SetDefault,
}

impl ReferentialAction {
    /// The SQL spelling.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}
