//! The impact of changes of constraints.

use crate::change::{Delta, Hazard, HazardKind};
use crate::dialect::postgres::ddl::constraints::is_validated;
use crate::model::{Constraint, ConstraintKind, Pair, Table};

pub(crate) fn constraint(sides: &Pair<Box<Table>>, delta: &Delta<Constraint>) -> Vec<Hazard> {
    let table = &sides.to.id;
    match delta {
        Delta::Add(constraint) => {
            let name = constraint.name.get();
            match &constraint.kind {
                ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => vec![Hazard::new(
                    HazardKind::BlocksReads,
                    format!(
                        "{table} can't be read while the index of {name} is built; build a unique index CONCURRENTLY, then ADD CONSTRAINT … USING INDEX"
                    ),
                )],
                ConstraintKind::ForeignKey(fk) if fk.validated => vec![
                    Hazard::new(
                        HazardKind::BlocksWrites,
                        format!(
                            "writes to {table} and {} wait while all rows are checked for {name}; add it NOT VALID and validate it later",
                            fk.target
                        ),
                    ),
                    Hazard::new(
                        HazardKind::Scan,
                        format!("all rows of {table} are looked up in {}", fk.target),
                    ),
                ],
                ConstraintKind::Check(check) if check.validated => vec![Hazard::new(
                    HazardKind::Scan,
                    format!(
                        "all rows of {table} are read under a lock for {name}; add it NOT VALID and validate it later"
                    ),
                )],
                ConstraintKind::Exclusion(_) => vec![Hazard::new(
                    HazardKind::BlocksReads,
                    format!(
                        "{table} can't be read while the index of {name} is built; PostgreSQL can't build it concurrently"
                    ),
                )],
                ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => Vec::new(),
            }
        }
        Delta::Drop(constraint) => match &constraint.kind {
            ConstraintKind::ForeignKey(fk) => vec![Hazard::new(
                HazardKind::BlocksReads,
                format!(
                    "dropping {} locks {table} and {} briefly",
                    constraint.name.get(),
                    fk.target
                ),
            )],
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => Vec::new(),
        },
        Delta::Alter(pair) => {
            let now = !is_validated(&pair.from) && is_validated(&pair.to);
            let scan = || {
                let name = pair.to.name.get();
                Hazard::new(
                    HazardKind::Scan,
                    format!(
                        "all rows of {table} are read to validate {name}; reads and writes continue"
                    ),
                )
            };
            now.then(scan).into_iter().collect()
        }
    }
}
