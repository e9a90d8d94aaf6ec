//! Checks that read renamed columns.

use crate::change::TableOp;
use crate::model::{Constraint, ConstraintKind, Ident, Pair, Table};

/// The checks, before and after the step, that read a renamed column. MySQL refuses to rename a column that a check
/// reads (error 3959), unless the check is dropped and added again in the same statement.
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
