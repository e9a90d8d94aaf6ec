//! The impact of a step. SQLite allows one writer at a time, so only steps that take long are reported as blocking.

pub(crate) mod rebuild_losses;

use crate::change::{Action, Change, Delta, Hazard, HazardKind, Lost, Step, TableOp};
use crate::dialect::sqlite::ddl::rebuild;
use crate::dialect::sqlite::types::affinity;
use crate::model::{Column, ObjectId, ObjectKind, Table};

/// The impact of a step.
pub(crate) fn step_impact(step: &Step) -> Vec<Hazard> {
    match &step.action {
        Action::Change(change) | Action::Concurrently(change) => match change {
            Change::Table { sides, ops } if rebuild::needed(&sides.from, &sides.to, ops) => {
                rebuild_impact(&sides.from, &sides.to, ops)
            }
            Change::Table { sides, ops } => ops
                .iter()
                .flat_map(|op| op_impact(&sides.from, op))
                .collect(),
            Change::Drop(id, _) if id.kind == ObjectKind::Table => {
                vec![data_loss(id, None, format!("all rows of {id} are gone"))]
            }
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => Vec::new(),
        },
    }
}

fn hazard(kind: HazardKind, message: String) -> Hazard {
    Hazard {
        kind,
        message,
        lost: None,
    }
}

fn data_loss(table: &ObjectId, column: Option<&Column>, message: String) -> Hazard {
    Hazard {
        kind: HazardKind::DataLoss,
        message,
        lost: Some(Lost {
            table: table.clone(),
            column: column.map(|column| column.name.clone()),
        }),
    }
}

/// The impact of one operation of ALTER TABLE.
fn op_impact(table: &Table, op: &TableOp) -> Vec<Hazard> {
    let name = table.name();
    match op {
        TableOp::Column(Delta::Drop(column)) => vec![
            data_loss(
                &table.id,
                Some(column),
                format!("the values of {name}.{} are gone", column.name),
            ),
            hazard(
                HazardKind::Rewrite,
                format!("SQLite rewrites all rows of {name} to drop a column"),
            ),
        ],
        TableOp::Index(Delta::Add(index) | Delta::Alter(crate::model::Pair { to: index, .. })) => {
            vec![hazard(
                HazardKind::Scan,
                format!("{name} is read to build {}", index.name.get()),
            )]
        }
        TableOp::Value { column, .. } => vec![hazard(
            HazardKind::DataChange,
            format!("values of {name}.{column} are rewritten"),
        )],
        TableOp::Rename(_)
        | TableOp::Column(Delta::Add(_) | Delta::Alter(_))
        | TableOp::Constraint(_)
        | TableOp::Index(Delta::Drop(_))
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => Vec::new(),
    }
}

/// The impact of rebuilding a table.
fn rebuild_impact(from: &Table, to: &Table, ops: &[TableOp]) -> Vec<Hazard> {
    let name = from.name();
    let mut found = vec![
        hazard(
            HazardKind::Rewrite,
            format!("{name} is rebuilt and temporarily needs twice its size on disk"),
        ),
        hazard(
            HazardKind::BlocksWrites,
            format!("all other writes wait while {name} is copied"),
        ),
    ];
    let kept = |old: &str| {
        to.columns
            .iter()
            .find(|column| rebuild::old_name(&column.name, ops).as_str() == old)
    };
    for column in &from.columns {
        match kept(column.name.as_str()) {
            None => found.push(data_loss(
                &from.id,
                Some(column),
                format!("the values of {name}.{} are gone", column.name),
            )),
            Some(new) if affinity(&new.ty) != affinity(&column.ty) => found.push(hazard(
                HazardKind::DataChange,
                format!(
                    "values of {name}.{} are converted to another storage class",
                    column.name
                ),
            )),
            Some(_) => {}
        }
    }
    for (column, _) in ops.iter().filter_map(TableOp::value) {
        found.push(hazard(
            HazardKind::DataChange,
            format!("values of {name}.{column} are rewritten"),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, ObjectId, Pair, SqlType};

    #[test]
    fn data_loss_and_rewrites_are_reported() {
        let mut from = Table::new(ObjectId::table("t"));
        from.columns = ["a", "b"]
            .map(|name| Column::new(name, SqlType::new("text")))
            .to_vec();
        let mut to = from.clone();
        let dropped = to.columns.remove(0);
        to.columns[0].ty = SqlType::new("integer");
        let step = |action| Step {
            id: 1,
            action,
            after: Vec::new(),
            facets: Vec::new(),
        };
        let kinds = |action| -> Vec<HazardKind> {
            let found = step_impact(&step(action));
            found.into_iter().map(|hazard| hazard.kind).collect()
        };
        let sides = Pair::new(Box::new(from), Box::new(to));
        let op = TableOp::Column(Delta::Drop(dropped.clone()));
        let ops = vec![op.clone()];
        let alter = Change::Table { sides, ops };
        let lost = [HazardKind::DataLoss, HazardKind::Rewrite];
        assert_eq!(kinds(Action::Change(alter.clone())), lost);
        assert_eq!(
            kinds(Action::Change(alter.invert())),
            [
                HazardKind::Rewrite,
                HazardKind::BlocksWrites,
                HazardKind::DataChange,
            ]
        );
    }
}
