//! NOT NULL constraint names are unique per table (PostgreSQL 18), so the old holder of a name drops its constraint
//! before the new one is added.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::postgres::ddl::not_null;
use crate::dialect::postgres::planning::identity_columns::is_identity;
use crate::model::{Column, Ident, Pair, Table};

/// Moves the operations that free the name of a NOT NULL constraint in front of those that take it.
///
/// A column whose type changes becomes nullable first, and changes its type at its place. An identity column can't
/// become nullable, so its whole operation moves.
pub(crate) fn free_names(changes: &mut [Change]) {
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let mut at = 0;
        while let Some(op) = ops.get(at) {
            let taken = freed_and_taken(op, sides).and_then(|names| names.to);
            let frees = |op: &TableOp| {
                let freed = freed_and_taken(op, sides).and_then(|names| names.from);
                freed == taken
            };
            let mut following = ops.iter().skip(at).filter(|_| taken.is_some());
            if let Some(position) = following.position(frees).map(|offset| at + offset) {
                let holder = ops.remove(position);
                if let Some((drop_not_null, rest)) = split_off_not_null(&sides.from, &holder) {
                    ops.insert(position, rest);
                    ops.insert(at, drop_not_null);
                    at += 1;
                } else if keeps_place(&sides.from, &holder) {
                    ops.insert(position, holder);
                } else {
                    ops.insert(at, holder);
                    at += 1;
                }
            }
            at += 1;
        }
    }
}

/// The name that an operation frees, and the one that it takes, if they differ.
fn freed_and_taken(op: &TableOp, sides: &Pair<Box<Table>>) -> Option<Pair<Option<Ident>>> {
    let delta = op.column()?;
    let freed = delta.before().and_then(|c| not_null_name(&sides.from, c));
    let taken = delta.after().and_then(|c| not_null_name(&sides.to, c));
    (freed != taken).then_some(Pair::new(freed, taken))
}

fn not_null_name(table: &Table, column: &Column) -> Option<Ident> {
    (!column.nullable).then(|| not_null::not_null_name(table, column))
}

/// An operation on a column in two: the column becomes nullable, and the rest. None if the column can't be
/// nullable meanwhile, or if its type stays.
fn split_off_not_null(table: &Table, op: &TableOp) -> Option<(TableOp, TableOp)> {
    let delta = op.column()?;
    let old = delta.before()?;
    let same_type = (delta.altered()).is_some_and(|pair| pair.from.ty == pair.to.ty);
    if same_type || is_identity(old) || in_primary_key(table, old) {
        return None;
    }
    let mut nullable = old.clone();
    nullable.nullable = true;
    let rest = match delta.after() {
        Some(new) => Delta::Alter(Pair::new(nullable.clone(), new.clone())),
        None => Delta::Drop(nullable.clone()),
    };
    let drop_not_null = Delta::Alter(Pair::new(old.clone(), nullable));
    Some((TableOp::Column(drop_not_null), TableOp::Column(rest)))
}

/// Whether an operation can't move in front of the others: the column is in the primary key, or expressions that
/// read it must be dropped before its type changes.
fn keeps_place(table: &Table, op: &TableOp) -> bool {
    let delta = op.column();
    let altered = delta.and_then(Delta::altered);
    let dropped = delta.and_then(Delta::dropped);
    altered.is_some_and(|pair| pair.from.ty != pair.to.ty)
        || dropped.is_some_and(|old| in_primary_key(table, old))
}

fn in_primary_key(table: &Table, column: &Column) -> bool {
    let key = table.primary_key();
    key.is_some_and(|key| key.columns().contains(&&column.name))
}
