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
    /// What it demands.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub timing: Timing,
    /// Columns that a key's index holds beside the key (PostgreSQL).
    pub include: Vec<Ident>,
    /// The constraint of the partitioned table that this one of a partition is part of: it comes
    /// and goes with that (PostgreSQL).
    pub parent: Option<Ident>,
    /// Its comment (PostgreSQL).
    pub comment: Option<String>,
    /// What only its dialect knows.
    pub attrs: Attributes,
}

impl Constraint {
    /// A constraint that is checked at once and says nothing else.
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

    /// The foreign key that it is.
    pub fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => None,
        }
    }

    /// The columns it speaks of, in its order (none for a check).
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
    /// At each statement, unless a transaction asks for later.
    Deferrable,
    /// At the end of the transaction.
    Deferred,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// The primary key over these columns.
    PrimaryKey(Vec<IndexPart>),
    /// No two rows alike in these columns.
    Unique(Vec<IndexPart>),
    /// A reference to another table.
    ForeignKey(ForeignKey),
    /// A condition that each row meets.
    Check(Check),
    /// No two rows for which all operators say yes (PostgreSQL).
    Exclusion(Exclusion),
}

impl ConstraintKind {
    /// Whether it is a primary key or a unique one: what foreign keys refer to.
    pub fn is_unique(&self) -> bool {
        match self {
            Self::PrimaryKey(_) | Self::Unique(_) => true,
            Self::ForeignKey(_) | Self::Check(_) | Self::Exclusion(_) => false,
        }
    }

    /// Whether an index keeps it.
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
    /// What is compared, and with which operator.
    pub parts: Vec<(IndexPart, String)>,
    /// The rows it holds for, where not all.
    pub predicate: Option<Expr>,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The condition.
    pub expr: Expr,
    /// The one column whose type made it (an enum, unsigned, bool or json stand-in), if any.
    pub of_type: Option<Ident>,
    /// Holds for all rows that are there (PostgreSQL: not `NOT VALID`); enforced (MySQL).
    pub validated: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The referring columns.
    pub columns: Vec<Ident>,
    /// The table referred to.
    pub target: ObjectId,
    /// The columns referred to.
    pub target_columns: Vec<Ident>,
    /// What happens to this row when the other is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to this row when the other's key changes.
    pub on_update: ReferentialAction,
    /// `MATCH FULL` or simple.
    pub matching: ForeignKeyMatch,
    /// Holds for all rows that are there (PostgreSQL: not `NOT VALID`).
    pub validated: bool,
}

/// How NULLs in a foreign key of several columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ForeignKeyMatch {
    /// One NULL is enough to refer to nothing.
    #[default]
    Simple,
    /// All or none.
    Full,
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ReferentialAction {
    /// An error at the end of the statement. MySQL knows no difference to `Restrict`.
    #[default]
    NoAction,
    /// An error at once.
    Restrict,
    /// The same happens to this row.
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
