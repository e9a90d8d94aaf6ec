//! The impact of a step on a running system and on data: locks, rewrites, scans, losses (measured on PostgreSQL 15).

pub(crate) mod blockers;
pub(crate) mod blocking_rows;
pub(crate) mod columns;
pub(crate) mod constraints;
pub(crate) mod table_options;
pub(crate) mod type_change;

use crate::change::{Action, Change, Delta, Hazard, HazardKind, Step, TableOp};
use crate::dialect::postgres::ddl::alter_type;
use crate::model::{Object, ObjectId, Pair, Table, UserType};

/// The hazards of a step, the gravest first.
pub(crate) fn step_impact(step: &Step) -> Vec<Hazard> {
    let mut out = match &step.action {
        Action::Change(change) => change_impact(change),
        // waits for older transactions, but blocks neither reads nor writes
        Action::Concurrently(_) => Vec::new(),
    };
    out.sort_by_key(|h| h.kind);
    out.dedup();
    out
}

fn change_impact(change: &Change) -> Vec<Hazard> {
    match change {
        Change::Create(..) | Change::Comment(..) | Change::Value(..) => Vec::new(),
        Change::Drop(id, object) => object.as_table().map_or_else(Vec::new, |table| {
            let mut out = vec![Hazard::data_loss(
                id,
                None,
                format!("all rows of {id} are deleted; rename the table first and drop it later"),
            )];
            for (_, fk) in table.foreign_keys().filter(|(_, fk)| fk.target != *id) {
                out.push(Hazard::new(
                    HazardKind::BlocksReads,
                    format!("dropping {id} also locks {} briefly", fk.target),
                ));
            }
            out
        }),
        Change::Replace(id, sides) => match &sides.to {
            Object::Type(_) => {
                if is_recreated(id, sides) {
                    vec![Hazard::new(
                        HazardKind::Rewrite,
                        format!(
                            "tables with columns of type {id} are rewritten; values that are removed must not be in use"
                        ),
                    )]
                } else {
                    Vec::new()
                }
            }
            Object::Namespace
            | Object::Table(_)
            | Object::Extension(_)
            | Object::Sequence(_)
            | Object::Routine(_) => Vec::new(),
        },
        Change::Table { sides, ops } => ops
            .iter()
            .flat_map(|op| operation_impact(sides, op))
            .collect(),
    }
}

/// Whether a type is recreated under its name and its columns are converted. A range is dropped instead.
fn is_recreated(id: &ObjectId, sides: &Pair<Object>) -> bool {
    match (&sides.from, &sides.to) {
        (Object::Type(UserType::Range(_)), _) => false,
        (Object::Type(from), Object::Type(to)) => alter_type::must_recreate(id, from, to),
        (
            Object::Type(_)
            | Object::Namespace
            | Object::Table(_)
            | Object::Extension(_)
            | Object::Sequence(_)
            | Object::Routine(_),
            _,
        ) => false,
    }
}

fn operation_impact(sides: &Pair<Box<Table>>, op: &TableOp) -> Vec<Hazard> {
    let table = &sides.to.id;
    match op {
        TableOp::Rename(pair) => vec![Hazard::new(
            HazardKind::BlocksReads,
            format!(
                "programs that use the name {} fail; keep a view of that name until none does",
                pair.from
            ),
        )],
        TableOp::Column(Delta::Add(column)) => columns::add_column(sides, column),
        TableOp::Column(Delta::Drop(column)) => vec![Hazard::data_loss(
            &sides.from.id,
            Some(&column.name),
            format!(
                "all values of {table}.{} are deleted; first deploy programs that don't read the column",
                column.name
            ),
        )],
        TableOp::Column(Delta::Alter(pair)) => columns::alter_column(sides, &pair.from, &pair.to),
        TableOp::Constraint(delta) => constraints::constraint(sides, delta),
        TableOp::Index(Delta::Add(index)) => {
            let advice = if sides.to.partitioning.is_some() {
                "create it ON ONLY this table, build one CONCURRENTLY on each partition, and attach them"
            } else {
                "build it CONCURRENTLY"
            };
            let name = index.name.get();
            vec![Hazard::new(
                HazardKind::BlocksWrites,
                format!("writes to {table} wait while {name} is built; {advice}"),
            )]
        }
        TableOp::Index(Delta::Drop(index)) => vec![Hazard::new(
            HazardKind::BlocksReads,
            format!(
                "dropping {} locks {table} briefly; drop it CONCURRENTLY",
                index.name.get()
            ),
        )],
        TableOp::Options(pair) => table_options::options(table, pair),
        TableOp::Inheritance(pair) => table_options::inheritance(table, pair),
        TableOp::Index(Delta::Alter(_)) | TableOp::Order(_) | TableOp::Partitioning(_) => {
            Vec::new()
        }
        TableOp::Value { column, rename } => vec![Hazard::new(
            HazardKind::DataChange,
            format!(
                "'{}' becomes '{}' in {table}.{column}; programs that use the old value fail",
                rename.from, rename.to
            ),
        )],
    }
}
