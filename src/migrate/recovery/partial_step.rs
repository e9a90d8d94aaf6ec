//! The way back from within a step: of several statements that commit one by one some are in force, and
//! the catalogue shows what they have done.

use crate::change::{Action, Change, Delta, TableOp};
use crate::db::{Conn, DbError};
use crate::dialect::{Dialect, InspectScope};
use crate::migrate::recovery::effect_check::{EffectCheck, Evidence, settled};
use crate::model::{Column, Pair, Schema, Table};

/// The statements that take back what is in force of a change, the way it went. `None` where the
/// catalogue doesn't tell what that is.
///
/// # Errors
/// What the server said.
pub(crate) async fn take_back(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    scope: &InspectScope,
    change: &Change,
) -> Result<Option<Vec<String>>, DbError> {
    let live = dialect.inspect(conn, scope).await?;
    let left = match change {
        Change::Table { sides, ops } => {
            let ends = settled(conn, dialect, sides, &live).await?;
            in_force(&live, &ends, ops).map(|ops| Change::Table {
                sides: sides.clone(),
                ops,
            })
        }
        // it was dropped, and what takes its place isn't there
        Change::Replace(id, pair) if !live.objects.contains_key(id) => {
            Some(Change::Drop(id.clone(), pair.from.clone()))
        }
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => match Evidence::of(&live, change).of_one() {
            EffectCheck::TookEffect => Some(change.clone()),
            EffectCheck::NoEffect => return Ok(Some(Vec::new())),
            EffectCheck::Unknown => None,
        },
    };
    Ok(left.map(|change| dialect.statements(&Action::Change(change.invert()))))
}

/// The operations of which something is in force, as they would have to be for their inverse to lead
/// back.
fn in_force(live: &Schema, sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Option<Vec<TableOp>> {
    let table = live
        .table(&sides.to.id)
        .or_else(|| live.table(&sides.from.id))?;
    let mut found: Vec<TableOp> = Vec::new();
    for op in ops {
        let votes = Evidence::of_op(live, sides, op);
        match (votes.of_one(), op) {
            // both sides look the same there
            (EffectCheck::Unknown, _) if votes.is_empty() => {}
            (EffectCheck::NoEffect, _) => {}
            (EffectCheck::TookEffect, op) => found.push(op.clone()),
            // on its way from one definition to the other; the way back states the whole of it
            (EffectCheck::Unknown, TableOp::Column(Delta::Alter(pair))) => {
                let named = |name: &Column| table.column(name.name.as_str()).is_some();
                let to = match (named(&pair.to), named(&pair.from)) {
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
            // the column's own operation tells, if there is one
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
