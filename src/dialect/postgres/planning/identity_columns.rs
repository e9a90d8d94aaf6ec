//! Identity columns of tables with child tables.

use crate::change::{Change, Delta, TableOp};
use crate::model::{Column, Identity, ObjectId, Pair, Schema};
use std::collections::BTreeSet;

/// Adds an identity column to a table with partitions or child tables as a `serial` column, which numbers the rows of
/// all of them, and makes it an identity column afterwards. In one statement the server refuses it (`cannot
/// recursively add identity column to table that has child tables`; since PostgreSQL 17 only for child tables, before
/// also for partitions).
pub(crate) fn add_after_column(changes: &mut [Change], to: &Schema) {
    let parents: BTreeSet<&ObjectId> = (to.tables())
        .flat_map(|(_, table)| table.inheritance.parents())
        .collect();
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        if parents.contains(&sides.to.id) {
            *ops = std::mem::take(ops).into_iter().flat_map(split).collect();
        }
    }
}

fn split(op: TableOp) -> Vec<TableOp> {
    match op {
        TableOp::Column(Delta::Add(column)) if is_identity(&column) => {
            let serial = Column {
                identity: Some(Identity::Serial),
                ..column.clone()
            };
            let identity = Delta::Alter(Pair::new(serial.clone(), column));
            vec![
                TableOp::Column(Delta::Add(serial)),
                TableOp::Column(identity),
            ]
        }
        op @ (TableOp::Rename(_)
        | TableOp::Column(_)
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_)
        | TableOp::Order(_)) => vec![op],
    }
}

/// Whether a column is `GENERATED … AS IDENTITY`.
pub(crate) fn is_identity(column: &Column) -> bool {
    match column.identity {
        Some(Identity::ByDefault | Identity::Always) => true,
        Some(Identity::Serial | Identity::AutoIncrement | Identity::Rowid) | None => false,
    }
}
