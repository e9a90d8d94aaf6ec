//! Reverting a partially applied step: some of its statements took effect, and the catalog shows what they changed.

use crate::change::{Action, Change, Delta, TableOp};
use crate::db::{Conn, DbError};
use crate::dialect::{Dialect, InspectScope};
use crate::migrate::recovery::effect_check::{EffectCheck, Evidence, with_live_expressions};
use crate::model::{Column, Pair, Schema, Table};

/// The statements that revert the applied part of a change. `None` if the catalog doesn't show which part that is.
///
/// # Errors
/// Errors of the server.
pub(crate) async fn revert_applied_part(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    scope: &InspectScope,
    change: &Change,
) -> Result<Option<Vec<String>>, DbError> {
    let live = dialect.inspect(conn, scope).await?;
    let applied = match change {
        Change::Table { sides, ops } => {
            let sides_of_live = with_live_expressions(conn, dialect, sides, &live).await?;
            applied_operations(&live, &sides_of_live, ops).map(|ops| Change::Table {
                sides: sides.clone(),
                ops,
            })
        }
        // the old object was dropped, and the new one does not exist yet
        Change::Replace(id, pair) if !live.objects.contains_key(id) => {
            Some(Change::Drop(id.clone(), pair.from.clone()))
        }
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => match Evidence::of_change(&live, change).of_one() {
            EffectCheck::TookEffect => Some(change.clone()),
            EffectCheck::NoEffect => return Ok(Some(Vec::new())),
            EffectCheck::Unknown => None,
        },
    };
    Ok(applied.map(|change| dialect.statements(&Action::Change(change.invert()))))
}

/// The operations that are applied at least in part, in the form whose inverse restores the state before.
fn applied_operations(
    live: &Schema,
    sides: &Pair<Box<Table>>,
    ops: &[TableOp],
) -> Option<Vec<TableOp>> {
    let table = live
        .table(&sides.to.id)
        .or_else(|| live.table(&sides.from.id))?;
    let mut found: Vec<TableOp> = Vec::new();
    for op in ops {
        let evidence = Evidence::of_op(live, sides, op);
        match (evidence.of_one(), op) {
            // both sides are equal in the catalog
            (EffectCheck::Unknown, _) if evidence.is_empty() => {}
            (EffectCheck::NoEffect, _) => {}
            (EffectCheck::TookEffect, op) => found.push(op.clone()),
            // partially altered; the inverse states the whole definition
            (EffectCheck::Unknown, TableOp::Column(Delta::Alter(pair))) => {
                let exists = |column: &Column| table.column(column.name.as_str()).is_some();
                let to = match (exists(&pair.to), exists(&pair.from)) {
                    (true, _) => pair.to.clone(),
                    (false, true) => Column {
                        name: pair.from.name.clone(),
                        ..pair.to.clone()
                    },
                    (false, false) => return None,
                };
                let pair = Pair::new(pair.from.clone(), to);
                found.push(TableOp::Column(Delta::Alter(pair)));
            }
            // decided by the column's own operation, if there is one
            (EffectCheck::Unknown, TableOp::Value { .. }) => found.push(op.clone()),
            (
                EffectCheck::Unknown,
                TableOp::Rename(_)
                | TableOp::Column(_)
                | TableOp::Constraint(_)
                | TableOp::Index(_)
                | TableOp::Options(_)
                | TableOp::Partitioning(_)
                | TableOp::Inheritance(_)
                | TableOp::Order(_),
            ) => return None,
        }
    }
    Some(found)
}
