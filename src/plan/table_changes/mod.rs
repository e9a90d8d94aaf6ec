//! Changes of tables as single steps: what belongs together stays together, what a dialect can't
//! alter becomes a rebuild, indexes of tables that exist are built without blocking writers.

pub(crate) mod group;

pub(crate) use crate::plan::table_changes::group::{recollates, restores};

use crate::change::{Action, Change, Delta, TableOp};
use crate::dialect::{Capabilities, ConcurrentIndexes, Dialect};
use crate::model::{Constraint, ConstraintKind, Ident, Index, ObjectId, Pair, Table};
use crate::plan::order::dependencies::type_id;
use crate::plan::order::only_goes;
use crate::plan::rewrite::{column_type_change, index_references};
use crate::plan::table_changes::group::group;
use crate::plan::{Node, Rank, Unit};
use std::collections::BTreeSet;

pub(crate) type Sides = Pair<Box<Table>>;

/// The steps that change tables; the types in `replaced` are made anew meanwhile.
pub(crate) fn nodes(
    tables: Vec<(Sides, Vec<TableOp>)>,
    replaced: &BTreeSet<ObjectId>,
    dialect: &dyn Dialect,
) -> Vec<Node> {
    let caps = dialect.capabilities();
    let pinned = if caps.changes.alters_constraints {
        column_type_change::retyped(
            tables.iter().map(|(sides, ops)| (sides, ops.as_slice())),
            dialect,
        )
    } else {
        BTreeSet::new()
    };
    let mut nodes = Vec::new();
    for (sides, mut ops) in tables {
        column_type_change::foreign_keys(&sides, &mut ops, &pinned);
        column_type_change::defaults(&mut ops, replaced);
        ops.retain(|op| counts(op, caps));
        if ops.is_empty() {
            continue;
        }
        let step = |ops: &[TableOp]| Change::Table {
            sides: sides.clone(),
            ops: ops.to_vec(),
        };
        // one rebuild does it all, there or back; and what only works together isn't taken apart
        let rebuilds = |ops: &[TableOp]| {
            let change = step(ops);
            dialect.rebuilds_table(&Action::Change(change.clone()))
                || dialect.rebuilds_table(&Action::Change(change.invert()))
        };
        let whole = sides.from.partitioning.is_some() && sides.to.partitioning.is_some();
        let passed = |index: &Index| {
            let name = || dialect.partition_index_name(&sides.to, index);
            whole.then(name).flatten()
        };
        let columns = sides.from.columns.iter().chain(&sides.to.columns);
        let numbers = columns.filter(|column| column.identity.is_some());
        let numbers: BTreeSet<Ident> = numbers.map(|column| column.name.clone()).collect();
        let crowded = dialect.exceeds_row_size(&sides);
        let groups = group(ops.clone(), caps, &numbers, &passed, crowded);
        if groups.iter().any(|ops| rebuilds(ops)) {
            nodes.push(Node {
                action: Action::Change(step(&ops)),
                unit: Unit::Shared,
                rank: Rank::Alter,
                after: Vec::new(),
            });
        } else {
            let mut again = Vec::new();
            let mut held = if caps.changes.expressions_pin_types {
                column_type_change::expressions(&sides, &mut ops, dialect)
            } else {
                Vec::new()
            };
            let first = index_references::indexes(&sides, &held, &mut ops, dialect);
            nodes.extend(first.map(|op| Node::change(step(&[op]), Rank::Alter)));
            if !held.is_empty() {
                let (first, rest) = column_type_change::around(ops, &held);
                let first = first.iter().map(std::slice::from_ref);
                nodes.extend(first.map(|op| Node::change(step(op), Rank::Alter)));
                // a type that is made anew comes once all that reads it has gone, and before it comes again
                let columns = sides.from.columns.iter();
                let mut types = columns.filter_map(|column| type_id(&column.ty));
                if types.any(|id| replaced.contains(&id)) {
                    let at = held.iter().position(|op| !only_goes(op));
                    again = held.split_off(at.unwrap_or(held.len()));
                }
                if !held.is_empty() {
                    nodes.push(Node::change(step(&held), Rank::Alter));
                }
                ops = rest;
            }
            let mut groups = group(ops, caps, &numbers, &passed, crowded);
            if !again.is_empty() {
                let goes = |ops: &Vec<TableOp>| ops.iter().all(only_goes);
                let at = groups.iter().position(|ops| !goes(ops));
                groups.insert(at.unwrap_or(groups.len()), again);
            }
            nodes.extend(groups.into_iter().flat_map(|ops| split(&sides, ops, caps)));
        }
    }
    nodes
}

/// What a dialect can't show or doesn't name is not done: an order where it has none, another
/// generated name where constraints can't be altered (no statement will ever use that name).
fn counts(op: &TableOp, caps: &Capabilities) -> bool {
    match op {
        TableOp::Order(_) => caps.tables.column_order,
        TableOp::Constraint(Delta::Alter(pair)) => {
            caps.changes.alters_constraints || pair.from.name.is_given() || pair.to.name.is_given()
        }
        TableOp::Rename(_)
        | TableOp::Column(_)
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_)
        | TableOp::Options(_) => true,
    }
}

/// Whether an index can be built beside writers: none of a partitioned table can, nor one that is part
/// of such.
pub(crate) fn is_built_alone(sides: &Sides, index: &Index) -> bool {
    let whole = sides.from.partitioning.is_none() && sides.to.partitioning.is_none();
    whole && index.parent.is_none()
}

/// The nodes of one group: one, or one an index where indexes are built concurrently.
fn split(sides: &Sides, ops: Vec<TableOp>, caps: &Capabilities) -> Vec<Node> {
    let builds = |op: &TableOp| match op.index() {
        Some(Delta::Add(index) | Delta::Drop(index)) => is_built_alone(sides, index),
        Some(Delta::Alter(_)) | None => false,
    };
    let change = |ops| Change::Table {
        sides: sides.clone(),
        ops,
    };
    if let Some(concurrent) = &caps.indexes.concurrent
        && ops.iter().all(builds)
    {
        return ops
            .into_iter()
            .flat_map(|op| alone(op, &change, concurrent))
            .collect();
    }
    let foreign = |c: &Constraint| matches!(c.kind, ConstraintKind::ForeignKey(_));
    let single = match ops.as_slice() {
        [op] => op.constraint(),
        [] | [_, _, ..] => None,
    };
    let rank = match single {
        Some(Delta::Add(c)) if foreign(c) => Rank::AddForeignKey,
        Some(Delta::Drop(c)) if foreign(c) => Rank::DropForeignKey,
        Some(Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_)) | None => Rank::Alter,
    };
    vec![Node::change(change(ops), rank)]
}

/// An index that is built or dropped outside of transactions, in a statement that has room for
/// nothing else: its comment and what else comes later is a step of its own.
fn alone(
    op: TableOp,
    change: &dyn Fn(Vec<TableOp>) -> Change,
    concurrent: &ConcurrentIndexes,
) -> Vec<Node> {
    let bare = |delta| Node {
        action: Action::Concurrently(change(vec![TableOp::Index(delta)])),
        unit: Unit::Bare,
        rank: Rank::Alter,
        after: Vec::new(),
    };
    let comment = |from: Index, to: Index| {
        let op = TableOp::Index(Delta::Alter(Pair::new(from, to)));
        Node::change(change(vec![op]), Rank::Alter)
    };
    let plain = |index: &Index| {
        let mut plain = Index {
            comment: None,
            ..index.clone()
        };
        for key in concurrent.separate_attributes {
            plain.attrs.remove(key);
        }
        plain
    };
    let more = |index: &Index| plain(index) != *index;
    match op {
        TableOp::Index(Delta::Add(index)) if more(&index) => {
            vec![
                bare(Delta::Add(plain(&index))),
                comment(plain(&index), index),
            ]
        }
        TableOp::Index(Delta::Drop(index)) if more(&index) => {
            vec![
                comment(index.clone(), plain(&index)),
                bare(Delta::Drop(plain(&index))),
            ]
        }
        TableOp::Index(delta) => vec![bare(delta)],
        op @ (TableOp::Rename(_)
        | TableOp::Column(_)
        | TableOp::Constraint(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_)) => vec![Node::change(change(vec![op]), Rank::Alter)],
    }
}
