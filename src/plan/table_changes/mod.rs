//! Changes of tables as steps: operations that depend on each other stay in one step, a table that can't be altered is
//! rebuilt, and indexes of existing tables are built without blocking writes.

pub(crate) mod foreign_keys;
pub(crate) mod group;

use crate::change::{Action, Change, Delta, TableOp, can_build_concurrently};
use crate::dialect::{Capabilities, ConcurrentIndexes, Dialect, TableSteps};
use crate::model::{Constraint, ConstraintKind, Ident, Index, ObjectId, Pair, Table};
use crate::plan::node::{Node, Rank, Unit};
use crate::plan::table_changes::group::{Grouping, group};
use std::collections::BTreeSet;

type Sides = Pair<Box<Table>>;

/// The steps that change tables. `recreated_types` are the types that are dropped and created again.
pub(crate) fn nodes(
    tables: Vec<(Sides, Vec<TableOp>)>,
    recreated_types: &BTreeSet<ObjectId>,
    dialect: &dyn Dialect,
) -> Vec<Node> {
    let without_foreign_keys: BTreeSet<(ObjectId, Ident)> = tables
        .iter()
        .flat_map(|(sides, ops)| {
            let columns = dialect.columns_without_foreign_keys(sides, ops);
            (columns.into_iter()).map(|column| (sides.to.id.clone(), column))
        })
        .collect();
    let mut nodes = Vec::new();
    for (sides, mut ops) in tables {
        foreign_keys::recreate(&sides, &mut ops, &without_foreign_keys);
        ops.retain(|op| has_effect(op, dialect.capabilities()));
        if !ops.is_empty() {
            nodes.extend(nodes_of_table(&sides, ops, recreated_types, dialect));
        }
    }
    nodes
}

fn nodes_of_table(
    sides: &Sides,
    ops: Vec<TableOp>,
    recreated_types: &BTreeSet<ObjectId>,
    dialect: &dyn Dialect,
) -> Vec<Node> {
    let change = |ops: &[TableOp]| Change::Table {
        sides: sides.clone(),
        ops: ops.to_vec(),
    };
    let is_partitioned = sides.from.partitioning.is_some() && sides.to.partitioning.is_some();
    let partition_index_name = |index: &Index| {
        let name = || dialect.partition_index_name(&sides.to, index);
        is_partitioned.then(name).flatten()
    };
    let columns = sides.from.columns.iter().chain(&sides.to.columns);
    let identity = columns.filter(|column| column.identity.is_some());
    let grouping = Grouping {
        capabilities: dialect.capabilities(),
        identity_columns: identity.map(|column| column.name.clone()).collect(),
        partition_index_name: &partition_index_name,
        exceeds_row_size: dialect.exceeds_row_size(sides),
    };
    // one rebuild performs all operations, in both directions
    let rebuilds = |ops: &Vec<TableOp>| {
        let change = change(ops);
        dialect.rebuilds_table(&Action::Change(change.clone()))
            || dialect.rebuilds_table(&Action::Change(change.invert()))
    };
    if group(ops.clone(), &grouping).iter().any(rebuilds) {
        return vec![Node::new(change(&ops), Rank::Alter)];
    }
    let TableSteps {
        first,
        together,
        after_removals,
        rest,
    } = dialect.arrange(sides, ops, recreated_types);
    let first = first.iter().map(std::slice::from_ref);
    let together = Some(together.as_slice()).filter(|ops| !ops.is_empty());
    let mut nodes: Vec<Node> = first
        .chain(together)
        .map(|ops| Node::new(change(ops), Rank::Alter))
        .collect();
    let mut groups = group(rest, &grouping);
    if !after_removals.is_empty() {
        let only_removes = |ops: &Vec<TableOp>| ops.iter().all(TableOp::only_removes);
        let at = groups.iter().position(|ops| !only_removes(ops));
        groups.insert(at.unwrap_or(groups.len()), after_removals);
    }
    let capabilities = dialect.capabilities();
    nodes.extend(
        groups
            .into_iter()
            .flat_map(|ops| split(sides, ops, capabilities)),
    );
    nodes
}

/// Whether an operation has an effect on this dialect. An order of columns has none where columns can't be moved, nor
/// another derived name where constraints can't be altered, since no statement will use that name.
fn has_effect(op: &TableOp, caps: &Capabilities) -> bool {
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

/// The steps of one group: one step, or one per index where indexes are built concurrently.
fn split(sides: &Sides, ops: Vec<TableOp>, caps: &Capabilities) -> Vec<Node> {
    let builds = |op: &TableOp| match op.index() {
        Some(Delta::Add(index) | Delta::Drop(index)) => can_build_concurrently(sides, index),
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
            .flat_map(|op| concurrent_steps(op, &change, concurrent))
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
    vec![Node::new(change(ops), rank)]
}

/// The steps of an index that is built or dropped outside of transactions. The statement can't set its comment and some
/// attributes, so these have a step of their own.
fn concurrent_steps(
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
        Node::new(change(vec![op]), Rank::Alter)
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
    let has_more = |index: &Index| plain(index) != *index;
    match op {
        TableOp::Index(Delta::Add(index)) if has_more(&index) => {
            vec![
                bare(Delta::Add(plain(&index))),
                comment(plain(&index), index),
            ]
        }
        TableOp::Index(Delta::Drop(index)) if has_more(&index) => {
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
        | TableOp::Inheritance(_)) => vec![Node::new(change(vec![op]), Rank::Alter)],
    }
}
