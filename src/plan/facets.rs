//! The parts that a step changes, by name. Recovery compares only these.

use crate::change::{Action, Change, Delta, Facet, Part, TableOp};
use crate::model::{Given, Ident, ObjectId};

/// The facets of an action, sorted.
pub(crate) fn of_action(action: &Action) -> Vec<Facet> {
    let mut facets = match action {
        Action::Change(change) | Action::Concurrently(change) => of_change(change),
    };
    facets.sort();
    facets.dedup();
    facets
}

fn facet(object: &ObjectId, part: Part) -> Facet {
    Facet {
        object: object.clone(),
        part,
    }
}

fn of_change(change: &Change) -> Vec<Facet> {
    match change {
        Change::Create(id, _)
        | Change::Drop(id, _)
        | Change::Replace(id, _)
        | Change::Value(id, _)
        | Change::Comment(id, _) => {
            vec![facet(id, Part::Whole)]
        }
        Change::Table { sides, ops } => ops
            .iter()
            .flat_map(|op| of_op(op, &sides.from.id, &sides.to.id))
            .collect(),
    }
}

fn of_op(op: &TableOp, from: &ObjectId, to: &ObjectId) -> Vec<Facet> {
    match op {
        TableOp::Rename(_) => vec![facet(from, Part::Name), facet(to, Part::Name)],
        TableOp::Column(delta) => sides(delta, |c| Part::Column(c.name.clone()), to),
        TableOp::Constraint(delta) => sides(delta, |c| Part::Constraint(name(&c.name)), to),
        TableOp::Index(delta) => sides(delta, |i| Part::Index(name(&i.name)), to),
        TableOp::Value { column, .. } => vec![facet(to, Part::Column(column.clone()))],
        TableOp::Options(_) | TableOp::Partitioning(_) | TableOp::Inheritance(_) => {
            vec![facet(to, Part::Options)]
        }
        TableOp::Order(_) => vec![facet(to, Part::Order)],
    }
}

fn name(name: &Given<Ident>) -> Ident {
    name.get().clone()
}

fn sides<T>(delta: &Delta<T>, part: impl Fn(&T) -> Part, table: &ObjectId) -> Vec<Facet> {
    [delta.before(), delta.after()]
        .into_iter()
        .flatten()
        .map(|side| facet(table, part(side)))
        .collect()
}
