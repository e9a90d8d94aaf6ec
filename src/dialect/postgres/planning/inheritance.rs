//! The server applies a parent's changes to its partitions and child tables, so the same changes of those are removed
//! from the plan, and only what differs from the parent stays.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::postgres::ddl::inherited_columns::column_after_parent_change;
use crate::dialect::postgres::naming::generated_names;
use crate::model::{Column, Constraint, ConstraintKind, Ident, Index, ObjectId, Pair, Table};
use std::collections::{BTreeMap, BTreeSet};

type Sides = Pair<Box<Table>>;

/// Removes from each partition's and child table's operations what its parent's operations do.
pub(crate) fn remove_inherited(changes: &mut [Change]) {
    let tables = || {
        changes.iter().filter_map(|change| match change {
            Change::Table { sides, ops } => Some((sides, ops)),
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => None,
        })
    };
    let parents: BTreeSet<&ObjectId> = tables()
        .flat_map(|(sides, _)| sides.to.inheritance.parents())
        .collect();
    let mut ops_of_parents: BTreeMap<ObjectId, Vec<TableOp>> = BTreeMap::new();
    for (sides, ops) in tables() {
        if parents.contains(&sides.to.id) {
            let all = ops_of_parents.entry(sides.to.id.clone()).or_default();
            all.extend(ops.iter().cloned());
        }
    }
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let stays = !ops.iter().any(|op| matches!(op, TableOp::Inheritance(_)));
        if sides.from.inheritance.parents().is_empty() || !stays {
            continue;
        }
        for parent in sides.to.inheritance.parents() {
            if let Some(ops_of_parent) = ops_of_parents.get(parent) {
                let parent = ParentChange {
                    parent,
                    ops: ops_of_parent,
                };
                let all = std::mem::take(ops);
                ops.extend(all.iter().filter_map(|op| parent.prepare(op, sides)));
                ops.extend(all.into_iter().filter_map(|op| parent.rest(op, &sides.to)));
            }
        }
        let is_unchanged = |op: &TableOp| {
            let altered = op.column().and_then(Delta::altered);
            altered.is_some_and(|pair| pair.from == pair.to)
        };
        ops.retain(|op| !is_unchanged(op));
    }
}

/// The change of a parent table.
struct ParentChange<'a> {
    parent: &'a ObjectId,
    ops: &'a [TableOp],
}

impl ParentChange<'_> {
    /// What remains of an operation of the partition or child table once the parent's operations have run.
    fn rest(&self, op: TableOp, table: &Table) -> Option<TableOp> {
        match op {
            TableOp::Column(delta) => self.column(delta, table).map(TableOp::Column),
            TableOp::Constraint(delta) => {
                constraint(delta, self.ops, table).map(TableOp::Constraint)
            }
            TableOp::Index(delta) => index(delta, self.ops, table).map(TableOp::Index),
            TableOp::Rename(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Inheritance(_) => Some(op),
        }
    }

    /// The operation that brings a column to the parent's definition before the parent changes. The inverse plan runs
    /// it last: there the parent's change gives the column the parent's definition, and this operation restores the
    /// column's own. None if the inverse of the parent's change restores it.
    fn prepare(&self, op: &TableOp, sides: &Sides) -> Option<TableOp> {
        let own = op.column()?.altered()?;
        let parent = self.altered(own)?;
        let result = with_changes(&own.from, &parent.as_ref());
        let changed = column_after_parent_change(
            &sides.to,
            self.parent,
            (Some(&parent.from), &parent.to),
            (Some(&own.from), &own.to),
            result,
        );
        let result = with_changes(&changed, &Pair::new(&parent.to, &parent.from));
        let reverted = column_after_parent_change(
            &sides.from,
            self.parent,
            (Some(&parent.to), &parent.from),
            (Some(&changed), &own.from),
            result,
        );
        if (&reverted.default, reverted.nullable) == (&own.from.default, own.from.nullable) {
            return None;
        }
        let prepared = Column {
            default: reverted.default,
            nullable: reverted.nullable,
            ..own.from.clone()
        };
        let pair = Pair::new(own.from.clone(), prepared);
        Some(TableOp::Column(Delta::Alter(pair)))
    }

    /// The change of the parent's column of the same name.
    fn altered(&self, own: &Pair<Column>) -> Option<&Pair<Column>> {
        let mut pairs = self.ops.iter().filter_map(|op| op.column()?.altered());
        pairs.find(|pair| pair.from.name == own.from.name && pair.to.name == own.to.name)
    }

    fn column(&self, delta: Delta<Column>, table: &Table) -> Option<Delta<Column>> {
        let mut of_parent = self.ops.iter().filter_map(TableOp::column);
        let same = of_parent.find_map(|parent| match (parent, &delta) {
            (Delta::Add(c), Delta::Add(own)) if c.name == own.name => Some(Delta::Add(c)),
            (Delta::Drop(c), Delta::Drop(own)) if c.name == own.name => Some(Delta::Drop(c)),
            (Delta::Alter(pair), Delta::Alter(own))
                if pair.from.name == own.from.name && pair.to.name == own.to.name =>
            {
                Some(Delta::Alter(Pair::new(&pair.from, &pair.to)))
            }
            (Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_), _) => None,
        });
        let (result, to) = match (same, delta) {
            (None, delta) => return Some(delta),
            (Some(Delta::Drop(_)), _) | (Some(_), Delta::Drop(_)) => return None,
            (Some(Delta::Add(parent)), Delta::Add(own)) => {
                // comments and identity aren't inherited
                let result = Column {
                    comment: None,
                    identity: own.identity,
                    ..parent.clone()
                };
                let (of_parent, own_sides) = ((None, parent), (None, &own));
                let result =
                    column_after_parent_change(table, self.parent, of_parent, own_sides, result);
                (result, own)
            }
            (Some(Delta::Alter(parent)), Delta::Alter(own)) => {
                let result = with_changes(&own.from, &parent);
                let of_parent = (Some(parent.from), parent.to);
                let own_sides = (Some(&own.from), &own.to);
                let result =
                    column_after_parent_change(table, self.parent, of_parent, own_sides, result);
                (result, own.to)
            }
            (Some(_), delta) => return Some(delta),
        };
        (result != to).then(|| Delta::Alter(Pair::new(result, to)))
    }
}

/// A column with the changes of its parent's column, its attributes aside.
fn with_changes(own: &Column, parent: &Pair<&Column>) -> Column {
    let (from, to) = (parent.from, parent.to);
    let mut changed = own.clone();
    changed.name = to.name.clone();
    if from.ty != to.ty || from.collation != to.collation {
        changed.ty = to.ty.clone();
        changed.collation.clone_from(&to.collation);
    }
    if from.nullable != to.nullable {
        changed.nullable = to.nullable;
    }
    if from.default != to.default {
        changed.default.clone_from(&to.default);
    }
    if from.generated != to.generated {
        changed.generated.clone_from(&to.generated);
    }
    changed
}

fn constraint(
    delta: Delta<Constraint>,
    ops_of_parent: &[TableOp],
    table: &Table,
) -> Option<Delta<Constraint>> {
    let is_check = |c: &Constraint| matches!(c.kind, ConstraintKind::Check(_));
    let names = |op: &TableOp| {
        let name = |c: &Constraint| c.name.get().clone();
        let delta = op.constraint();
        (
            delta.and_then(Delta::before).map(name),
            delta.and_then(Delta::after).map(name),
        )
    };
    let is_inherited = |side: &Constraint, is_after: bool| {
        let Some(parent) = &side.parent else {
            return false;
        };
        let mut of_parent = ops_of_parent.iter().map(names);
        let is_applied = of_parent.any(|(old, new)| {
            let (this, other) = if is_after { (new, old) } else { (old, new) };
            this.as_ref() == Some(parent) && (is_check(side) || other.as_ref() != Some(parent))
        });
        is_applied && has_generated_name(side, parent, table)
    };
    match &delta {
        Delta::Add(own) if is_inherited(own, true) && own.comment.is_none() => None,
        Delta::Drop(own) if is_inherited(own, false) => None,
        Delta::Alter(pair) if is_check(&pair.to) && pair.to.parent.is_some() => {
            let mut result = pair.to.clone();
            result.comment.clone_from(&pair.from.comment);
            (result != pair.to).then(|| Delta::Alter(Pair::new(result, pair.to.clone())))
        }
        Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_) => Some(delta),
    }
}

/// Whether a constraint has the name that the server generates for it when the parent gets its own. Checks and foreign
/// keys have the parent's name.
fn has_generated_name(constraint: &Constraint, parent: &Ident, table: &Table) -> bool {
    match &constraint.kind {
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => constraint.name.get() == parent,
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => {
            let generated = generated_names::constraint_name(table, constraint);
            generated.as_ref() == Some(constraint.name.get())
        }
    }
}

fn index(delta: Delta<Index>, ops_of_parent: &[TableOp], table: &Table) -> Option<Delta<Index>> {
    let is_applied = |parent: &Ident, adds: bool| {
        let mut of_parent = ops_of_parent.iter().filter_map(TableOp::index);
        of_parent.any(|index| match index {
            Delta::Add(i) => adds && i.name.get() == parent,
            Delta::Drop(i) => !adds && i.name.get() == parent,
            Delta::Alter(_) => false,
        })
    };
    let is_inherited = |own: &Index, adds: bool| {
        generated_names::index_name(table, own) == *own.name.get()
            && (own.parent.as_ref()).is_some_and(|parent| is_applied(parent, adds))
    };
    match &delta {
        Delta::Add(own) if is_inherited(own, true) => (own.comment.is_some()).then(|| {
            let result = Index {
                comment: None,
                ..own.clone()
            };
            Delta::Alter(Pair::new(result, own.clone()))
        }),
        Delta::Drop(own) if is_inherited(own, false) => None,
        Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_) => Some(delta),
    }
}
