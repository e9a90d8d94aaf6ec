//! Identifiers, and the names that a server generates.

use crate::model::{Column, Constraint, Ident, Index, ObjectId, Table};

/// Identifiers as SQL, and the names that a server generates for objects that no spec names.
///
/// Every method is pure. A generated name must be exactly the server's: the planner omits steps that the
/// server performs automatically only if the names are equal, and reserves the names while it orders the others.
pub trait Naming {
    /// An identifier as SQL, quoted only where the server's rules require it.
    fn quote(&self, ident: &str) -> String;

    /// The name that the server generates for a partition's index when the partitioned table gets its own.
    /// `None` if partitions have no separate indexes.
    fn partition_index_name(&self, partition: &Table, index: &Index) -> Option<Ident> {
        let _ = (partition, index);
        None
    }

    /// The name that the server generates for a partition's constraint when the partitioned table gets its
    /// own. `None` if partitions have no separate constraints.
    fn partition_constraint_name(
        &self,
        partition: &Table,
        constraint: &Constraint,
    ) -> Option<Ident> {
        let _ = (partition, constraint);
        None
    }

    /// The name of an identity column's sequence, if sequences share a namespace with tables.
    fn column_sequence_name(&self, table: &ObjectId, column: &Column) -> Option<Ident> {
        let _ = (table, column);
        None
    }
}
