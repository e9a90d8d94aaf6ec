//! The resources by which steps of partitions and child tables are ordered with those of their parents.

use crate::change::{Change, Delta, Effects, Resource, TableOp};
use crate::model::{Column, ConstraintKind, Ident, Index, Inheritance, Pair, Table};

/// Adds these resources to the effects of a change.
pub(crate) fn add_effects(change: &Change, out: &mut Effects) {
    match change {
        Change::Create(_, object) => {
            if let Some(table) = object.as_table() {
                join_parents(table, out);
            }
        }
        Change::Drop(_, object) => {
            if let Some(table) = object.as_table() {
                leave_parents(&table.inheritance, out);
            }
        }
        Change::Table { sides, ops } => {
            for op in ops {
                of_op(op, &sides.from, &sides.to, out);
            }
        }
        Change::Replace(..) | Change::Comment(..) | Change::Value(..) => {}
    }
}

/// A table that is created or attached needs its parents as planned, and bounds that no other partition has.
fn join_parents(table: &Table, out: &mut Effects) {
    for parent in table.inheritance.parents() {
        out.requires.push(Resource::Object(parent.clone()));
        out.requires.push(Resource::ParentColumns(parent.clone()));
        out.requires.push(Resource::ParentParts(parent.clone()));
        out.requires.push(Resource::BoundsFree(parent.clone()));
    }
}

/// A table that is dropped or detached frees its bounds.
fn leave_parents(inheritance: &Inheritance, out: &mut Effects) {
    let parents = inheritance.parents().iter().cloned();
    out.provides.extend(parents.map(Resource::BoundsFree));
}

fn of_op(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    let table = &to.id;
    if let TableOp::Inheritance(pair) = op {
        if pair.to == Inheritance::None {
            leave_parents(&pair.from, out);
            out.provides.push(Resource::Detached(table.clone()));
        } else {
            join_parents(to, out);
            out.requires.push(Resource::ForeignKeys(table.clone()));
            let index = |i: &Index| Resource::Index(table.clone(), i.name.get().clone());
            out.requires.extend(to.indexes.iter().map(index));
        }
        return;
    }
    out.requires.push(Resource::Detached(table.clone()));
    if let TableOp::Constraint(Delta::Add(c) | Delta::Drop(c)) = op
        && matches!(c.kind, ConstraintKind::ForeignKey(_))
    {
        out.provides.push(Resource::ForeignKeys(table.clone()));
        // a drop waits for no parent: tables that are dropped, parents and partitions among them, wait for it
        if matches!(op, TableOp::Constraint(Delta::Drop(_))) {
            out.provides.push(Resource::ParentParts(table.clone()));
            return;
        }
    }
    as_parent(op, from, to, out);
    if from.inheritance == to.inheritance {
        as_child(op, from, to, out);
    } else if op.column().is_some() {
        // the name of an inherited NOT NULL constraint is that of the new parent's
        let parents = to.inheritance.parents().iter().cloned();
        out.requires.extend(parents.map(Resource::ParentColumns));
    }
}

/// The server applies the operation to the table's partitions and child tables.
fn as_parent(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    let table = &to.id;
    out.requires.push(Resource::BoundsFree(table.clone()));
    match op {
        TableOp::Column(Delta::Add(_) | Delta::Alter(_)) | TableOp::Rename(_) => {
            out.provides.push(Resource::ParentColumns(table.clone()));
            out.removes.push(Resource::ParentColumns(table.clone()));
        }
        // the parts of partitions don't wait for a dropped column, which may wait for them
        TableOp::Column(Delta::Drop(_)) => {
            out.provides.push(Resource::ParentParts(table.clone()));
        }
        TableOp::Constraint(_) | TableOp::Index(_) => {
            out.provides.push(Resource::ParentParts(table.clone()));
            if from.partitioning.is_some() && to.partitioning.is_some() {
                let ready = |name: &Ident| Resource::ChildPartsReady(table.clone(), name.clone());
                out.requires.extend(attaching_names(op).map(ready));
            }
        }
        TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => {}
    }
}

/// The operations of a partition or child table follow those of its parents, except for parts that a parent's index or
/// constraint attaches.
fn as_child(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    for parent in to.inheritance.parents() {
        if prepares_for_parent(op, from, to) {
            let columns = Resource::ParentColumns(parent.clone());
            out.required_until.push(columns);
            continue;
        }
        out.requires.push(Resource::ParentColumns(parent.clone()));
        if let Some(part) = attached_by(op) {
            let ready = Resource::ChildPartsReady(parent.clone(), part.clone());
            out.provides.push(ready);
        } else if !keeps_values(op) {
            out.requires.push(Resource::ParentParts(parent.clone()));
        }
    }
}

/// Whether an operation brings a column to its parent's definition before the parent changes.
fn prepares_for_parent(op: &TableOp, from: &Table, to: &Table) -> bool {
    let pair = op.column().and_then(Delta::altered);
    pair.is_some_and(|pair| {
        let is_in = |table: &Table, side: &Column| table.column(side.name.as_str()) == Some(side);
        is_in(from, &pair.from) && !is_in(to, &pair.to) && pair.from.attrs == pair.to.attrs
    })
}

/// The names of an index or constraint that attaches those of partitions: none for one that is dropped, whose name an
/// index of a partition may belong to again.
fn attaching_names(op: &TableOp) -> impl Iterator<Item = &Ident> {
    let indexes = (op.index().into_iter())
        .filter(|delta| delta.after().is_some())
        .flat_map(|delta| [delta.before(), delta.after()]);
    let constraints = (op.constraint().into_iter())
        .filter(|delta| delta.after().is_some())
        .flat_map(|delta| [delta.before(), delta.after()]);
    let names = indexes.flatten().map(|index| index.name.get());
    names.chain(
        constraints
            .flatten()
            .map(|constraint| constraint.name.get()),
    )
}

/// Whether an operation leaves the values of a column as they are, so that the parent's parts may wait for it.
fn keeps_values(op: &TableOp) -> bool {
    let pair = op.column().and_then(Delta::altered);
    pair.is_some_and(|Pair { from, to }| {
        from.ty == to.ty && from.nullable == to.nullable && from.generated == to.generated
    })
}

/// The parent's index or constraint that attaches the one that an operation adds.
fn attached_by(op: &TableOp) -> Option<&Ident> {
    let index = op.index().and_then(Delta::added);
    let constraint = op.constraint().and_then(Delta::added);
    let parent = index.and_then(|index| index.parent.as_ref());
    parent.or_else(|| constraint.and_then(|constraint| constraint.parent.as_ref()))
}
