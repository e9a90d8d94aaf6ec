//! What holds on to a column that gets another name.

use crate::change::TableOp;
use crate::model::{Constraint, ConstraintKind, Ident, Pair, Table};

/// The checks that read a column which only gets another name: MySQL renames none that a check uses
/// (3959), unless the check goes and comes back in the same statement.
pub(crate) fn checks_on_renamed<'a>(
    sides: &'a Pair<Box<Table>>,
    ops: &[TableOp],
) -> Vec<(&'a Constraint, &'a Constraint)> {
    let altered = ops.iter().filter_map(|op| op.column()?.altered());
    let renamed: Vec<&Ident> = altered
        .filter(|pair| pair.from.name != pair.to.name)
        .map(|pair| &pair.from.name)
        .collect();
    let reads = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::Check(check) => renamed.iter().any(|c| check.expr.reads.contains(*c)),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_)
        | ConstraintKind::ForeignKey(_) => false,
    };
    let old = sides.from.constraints.iter().filter(|c| reads(c));
    old.filter_map(|old| {
        let new = sides.to.constraints.iter().find(|c| c.name == old.name)?;
        Some((old, new))
    })
    .collect()
}
