//! What partitions and heirs wait for, and their parents for them.

use crate::change::{Delta, TableOp};
use crate::model::{Column, ConstraintKind, Ident, Index, Inheritance, Pair, Table};
use crate::plan::order::{Effects, Resource};

/// A table that comes needs its parents as they are to be, and the bounds of those that go.
pub(crate) fn joins(table: &Table, out: &mut Effects) {
    for parent in table.inheritance.parents() {
        out.needs.push(Resource::Object(parent.clone()));
        out.needs.push(Resource::PassedColumns(parent.clone()));
        out.needs.push(Resource::PassedParts(parent.clone()));
        out.needs.push(Resource::Left(parent.clone()));
    }
}

/// A table that goes, or leaves its parents.
pub(crate) fn leaves(inheritance: &Inheritance, out: &mut Effects) {
    let parents = inheritance.parents().iter().cloned();
    out.makes.extend(parents.map(Resource::Left));
}

pub(crate) fn of_op(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    let table = &to.id;
    if let TableOp::Inheritance(pair) = op {
        if pair.to == Inheritance::None {
            leaves(&pair.from, out);
            out.makes.push(Resource::Loose(table.clone()));
        } else {
            joins(to, out);
            out.needs.push(Resource::References(table.clone()));
            let index = |i: &Index| Resource::Index(table.clone(), i.name.get().clone());
            out.needs.extend(to.indexes.iter().map(index));
        }
        return;
    }
    out.needs.push(Resource::Loose(table.clone()));
    if let TableOp::Constraint(Delta::Add(c) | Delta::Drop(c)) = op
        && matches!(c.kind, ConstraintKind::ForeignKey(_))
    {
        out.makes.push(Resource::References(table.clone()));
        // one that goes waits for nobody: tables, parents and children among them, wait to go
        if matches!(op, TableOp::Constraint(Delta::Drop(_))) {
            out.makes.push(Resource::PassedParts(table.clone()));
            return;
        }
    }
    pass_down(op, from, to, out);
    if from.inheritance == to.inheritance {
        receive(op, from, to, out);
    } else if op.column().is_some() {
        // what a column's NOT NULL is called, a parent-to-be says first
        let parents = to.inheritance.parents().iter().cloned();
        out.needs.extend(parents.map(Resource::PassedColumns));
    }
}

/// What a table with partitions or heirs does is done to them as well.
fn pass_down(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    let table = &to.id;
    out.needs.push(Resource::Left(table.clone()));
    match op {
        TableOp::Column(Delta::Add(_) | Delta::Alter(_)) | TableOp::Rename(_) => {
            out.makes.push(Resource::PassedColumns(table.clone()));
            out.ends.push(Resource::PassedColumns(table.clone()));
        }
        // what a partition's own parts don't wait for: that may wait for them
        TableOp::Column(Delta::Drop(_)) => {
            out.makes.push(Resource::PassedParts(table.clone()));
        }
        TableOp::Constraint(_) | TableOp::Index(_) => {
            out.makes.push(Resource::PassedParts(table.clone()));
            if from.partitioning.is_some() && to.partitioning.is_some() {
                let below = |name: &Ident| Resource::Below(table.clone(), name.clone());
                out.needs.extend(part_names(op).map(below));
            }
        }
        TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => {}
    }
}

/// What a partition or heir does by itself comes after what it gets, except for what its parent's
/// own index or constraint is to take over.
fn receive(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    for parent in to.inheritance.parents() {
        if gives_way(op, from, to) {
            out.frees.push(Resource::PassedColumns(parent.clone()));
            continue;
        }
        out.needs.push(Resource::PassedColumns(parent.clone()));
        if let Some(part) = taken_over(op) {
            (out.makes).push(Resource::Below(parent.clone(), part.clone()));
        } else if !keeps_shape(op) {
            out.needs.push(Resource::PassedParts(parent.clone()));
        }
    }
}

/// Whether a column only says what its parent's says, before that changes.
fn gives_way(op: &TableOp, from: &Table, to: &Table) -> bool {
    let pair = op.column().and_then(Delta::altered);
    pair.is_some_and(|pair| {
        let is = |table: &Table, side: &Column| table.column(side.name.as_str()) == Some(side);
        is(from, &pair.from) && !is(to, &pair.to) && pair.from.attrs == pair.to.attrs
    })
}

/// The names of the index or constraint that an operation concerns.
fn part_names(op: &TableOp) -> impl Iterator<Item = &Ident> {
    let index = op.index().map(|delta| [delta.before(), delta.after()]);
    let indexes = index.into_iter().flatten().flatten();
    let constraint = op.constraint().map(|delta| [delta.before(), delta.after()]);
    let constraints = constraint.into_iter().flatten().flatten();
    let names = indexes.map(|index| index.name.get());
    names.chain(constraints.map(|constraint| constraint.name.get()))
}

/// Whether an operation leaves a column's values as they are: what is to be taken over may wait for it.
fn keeps_shape(op: &TableOp) -> bool {
    let pair = op.column().and_then(Delta::altered);
    pair.is_some_and(|Pair { from, to }| {
        from.ty == to.ty && from.nullable == to.nullable && from.generated == to.generated
    })
}

/// The part of the parent that takes over what an operation makes.
fn taken_over(op: &TableOp) -> Option<&Ident> {
    let index = op.index().and_then(Delta::added);
    let constraint = op.constraint().and_then(Delta::added);
    let parent = index.and_then(|index| index.parent.as_ref());
    parent.or_else(|| constraint.and_then(|constraint| constraint.parent.as_ref()))
}
