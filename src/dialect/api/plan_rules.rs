//! Rules for plans that hold in one dialect only.

use crate::model::{Attributes, Column, Ident, ObjectId, Pair, Sequence, SqlType, Table};

/// A column of a parent or child table: before (if it existed) and after.
pub type Passed<'a> = (Option<&'a Column>, &'a Column);

/// An identity column rewritten as a plain column with `nextval(…)`, and its sequence.
#[derive(Clone, Debug)]
pub struct OwnSequence {
    /// The column, with a default instead of an identity.
    pub column: Column,
    /// The sequence's id.
    pub id: ObjectId,
    /// The sequence, owned by the column.
    pub sequence: Sequence,
}

/// What a dialect adds to the planner.
pub trait PlanRules {
    /// Whether the sequences owned by a table's columns are unlogged before and after a change of the table's
    /// own logging, which applies to them, too. None where the logging doesn't change.
    fn carries_logging(&self, sides: &Pair<Box<Table>>) -> Option<Pair<bool>> {
        let _ = sides;
        None
    }

    /// Whether adding the new columns before dropping the old ones could exceed the row-size limit.
    fn exceeds_row_size(&self, sides: &Pair<Box<Table>>) -> bool {
        let _ = sides;
        false
    }

    /// Whether a column of this type without a collation of its own has its table's.
    fn inherits_collation(&self, ty: &SqlType) -> bool {
        let _ = ty;
        false
    }

    /// The name of a column's NOT NULL constraint, where NOT NULL is a named constraint of the table.
    fn not_null_name(&self, table: &Table, column: &Column) -> Option<Ident> {
        let _ = (table, column);
        None
    }

    /// An identity column as a plain column and the sequence it owns, where that sequence is an object whose
    /// owner can change.
    fn own_sequence(&self, table: &Table, column: &Column) -> Option<OwnSequence> {
        let _ = (table, column);
        None
    }

    /// An identity column whose sequence has another name.
    fn with_sequence_name(&self, column: &Column, name: &Ident) -> Column {
        let _ = name;
        column.clone()
    }

    /// A column of a child table after its parent's column was added or changed: `got` with the attributes
    /// that the server gives it.
    fn passed_column(
        &self,
        table: &Table,
        parent: &ObjectId,
        above: Passed<'_>,
        own: Passed<'_>,
        got: Column,
    ) -> Column {
        let _ = (table, parent, above, own);
        Column {
            attrs: Attributes::default(),
            ..got
        }
    }
}
