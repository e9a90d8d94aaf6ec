//! What a partitioned table passes down is done by the server: the same changes of its partitions
//! are taken out of the plan, and what a partition does beyond them stays.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::Dialect;
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Index, ObjectId, Pair, Schema, Table,
};
use std::collections::{BTreeMap, BTreeSet};

type Sides = Pair<Box<Table>>;

/// Takes in columns of partitions and heirs that stay as they are while their parents' change: what the
/// server passes down, a default or NULL, [`follow`] has them say anew.
pub(crate) fn reach(changes: &mut Vec<Change>, ends: &Pair<&Schema>) {
    let mut altered: BTreeMap<&ObjectId, BTreeSet<&Ident>> = BTreeMap::new();
    let mut at: BTreeMap<&ObjectId, usize> = BTreeMap::new();
    for (n, change) in changes.iter().enumerate() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        at.insert(&sides.to.id, n);
        let pairs = ops.iter().filter_map(|op| op.column()?.altered());
        let passed = pairs.filter(|Pair { from, to }| {
            from.name == to.name && (from.default != to.default || from.nullable != to.nullable)
        });
        let names: BTreeSet<&Ident> = passed.map(|pair| &pair.to.name).collect();
        if !names.is_empty() {
            altered.entry(&sides.to.id).or_default().extend(names);
        }
    }
    if altered.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for (id, to) in ends.to.tables() {
        let parents = to.inheritance.parents().iter();
        let names: BTreeSet<&Ident> = parents
            .filter_map(|p| altered.get(p))
            .flatten()
            .copied()
            .collect();
        let from = ends
            .from
            .table(id)
            .filter(|from| from.inheritance == to.inheritance);
        let Some(from) = from.filter(|_| !names.is_empty()) else {
            continue;
        };
        let stays = |column: &&Column| {
            names.contains(&column.name) && from.column(column.name.as_str()) == Some(*column)
        };
        let same = |column: &Column| {
            let pair = Pair::new(column.clone(), column.clone());
            TableOp::Column(Delta::Alter(pair))
        };
        let ops: Vec<TableOp> = to.columns.iter().filter(stays).map(same).collect();
        if !ops.is_empty() {
            found.push((at.get(id).copied(), from.clone(), to.clone(), ops));
        }
    }
    for (at, from, to, more) in found {
        match at.and_then(|at| changes.get_mut(at)) {
            Some(Change::Table { ops, .. }) => ops.extend(more),
            Some(
                Change::Create(..)
                | Change::Drop(..)
                | Change::Replace(..)
                | Change::Comment(..)
                | Change::Value(..),
            )
            | None => changes.push(Change::Table {
                sides: Pair::new(Box::new(from), Box::new(to)),
                ops: more,
            }),
        }
    }
}

/// Takes out of each partition's and heir's operations what its parent's do.
pub(crate) fn follow(tables: &mut [(Sides, Vec<TableOp>)], dialect: &dyn Dialect) {
    let parents: BTreeSet<&ObjectId> = (tables.iter())
        .flat_map(|(sides, _)| sides.to.inheritance.parents())
        .collect();
    let mut passed: BTreeMap<ObjectId, Vec<TableOp>> = BTreeMap::new();
    for (sides, ops) in tables.iter() {
        if parents.contains(&sides.to.id) {
            let all = passed.entry(sides.to.id.clone()).or_default();
            all.extend(ops.iter().cloned());
        }
    }
    for (sides, ops) in tables {
        let parents = sides.to.inheritance.parents().to_vec();
        if sides.from.inheritance.parents().is_empty() || !ops.iter().all(stays) {
            continue;
        }
        for parent in parents {
            if let Some(ops_of_parent) = passed.get(&parent) {
                let above = Above {
                    parent: &parent,
                    ops: ops_of_parent,
                    dialect,
                };
                let all = std::mem::take(ops);
                ops.extend(all.iter().filter_map(|op| above.before(op, sides)));
                ops.extend(all.into_iter().filter_map(|op| above.rest(op, &sides.to)));
            }
        }
        // nothing is left of what stays as it is
        let same = |op: &TableOp| {
            op.column()
                .and_then(Delta::altered)
                .is_some_and(|p| p.from == p.to)
        };
        ops.retain(|op| !same(op));
    }
}

/// Whether an operation leaves the table where it is.
fn stays(op: &TableOp) -> bool {
    !matches!(op, TableOp::Inheritance(_))
}

/// What a parent does.
struct Above<'a> {
    parent: &'a ObjectId,
    ops: &'a [TableOp],
    dialect: &'a dyn Dialect,
}

impl Above<'_> {
    /// What of an operation is left once the parent's have been done.
    fn rest(&self, op: TableOp, table: &Table) -> Option<TableOp> {
        match op {
            TableOp::Column(delta) => self.column(delta, table).map(TableOp::Column),
            TableOp::Constraint(delta) => {
                constraint(delta, self.ops, table, self.dialect).map(TableOp::Constraint)
            }
            TableOp::Index(delta) => {
                index(delta, self.ops, table, self.dialect).map(TableOp::Index)
            }
            TableOp::Rename(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Inheritance(_) => Some(op),
        }
    }

    /// What a column of its own is to say before the parent's changes: on the way back, it is then what
    /// the parent's passes down, and says its own again afterwards.
    fn before(&self, op: &TableOp, sides: &Sides) -> Option<TableOp> {
        let own = op.column()?.altered()?;
        let parent = self.altered(own)?;
        let above = (Some(&parent.from), &parent.to);
        let got = get(&own.from, &parent.as_ref());
        let mine = (Some(&own.from), &own.to);
        let was = (self.dialect).passed_column(&sides.to, self.parent, above, mine, got);
        let back = Pair::new(&parent.to, &parent.from);
        let got = get(&was, &back);
        let mine = (Some(&was), &own.from);
        let above = (Some(&parent.to), &parent.from);
        let before = (self.dialect).passed_column(&sides.from, self.parent, above, mine, got);
        let said = |column: &Column| (column.default.clone(), column.nullable);
        if said(&before) == said(&own.from) {
            return None;
        }
        let before = Column {
            default: before.default,
            nullable: before.nullable,
            ..own.from.clone()
        };
        Some(TableOp::Column(Delta::Alter(Pair::new(
            own.from.clone(),
            before,
        ))))
    }

    /// How the parent's column of that name changes.
    fn altered(&self, own: &Pair<Column>) -> Option<&Pair<Column>> {
        let mut pairs = self.ops.iter().filter_map(|op| op.column()?.altered());
        pairs.find(|pair| pair.from.name == own.from.name && pair.to.name == own.to.name)
    }

    fn column(&self, delta: Delta<Column>, table: &Table) -> Option<Delta<Column>> {
        let mut above = self.ops.iter().filter_map(TableOp::column);
        let same = above.find_map(|parent| match (parent, &delta) {
            (Delta::Add(c), Delta::Add(own)) if c.name == own.name => Some(Delta::Add(c)),
            (Delta::Drop(c), Delta::Drop(own)) if c.name == own.name => Some(Delta::Drop(c)),
            (Delta::Alter(pair), Delta::Alter(own))
                if pair.from.name == own.from.name && pair.to.name == own.to.name =>
            {
                Some(Delta::Alter(Pair::new(&pair.from, &pair.to)))
            }
            (Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_), _) => None,
        });
        let (was, to) = match (same, delta) {
            (None, delta) => return Some(delta),
            (Some(Delta::Drop(_)), _) | (Some(_), Delta::Drop(_)) => return None,
            (Some(Delta::Add(parent)), Delta::Add(own)) => {
                // comments stay where they are, and so do numbers that the server hands out
                let got = Column {
                    comment: None,
                    identity: own.identity,
                    ..parent.clone()
                };
                let (above, mine) = ((None, parent), (None, &own));
                let was = (self.dialect).passed_column(table, self.parent, above, mine, got);
                (was, own)
            }
            (Some(Delta::Alter(parent)), Delta::Alter(own)) => {
                let above = (Some(parent.from), parent.to);
                let mine = (Some(&own.from), &own.to);
                let got = get(&own.from, &parent);
                let was = (self.dialect).passed_column(table, self.parent, above, mine, got);
                (was, own.to)
            }
            (Some(_), delta) => return Some(delta),
        };
        (was != to).then(|| Delta::Alter(Pair::new(was, to)))
    }
}

/// A column after its parent's has changed.
fn get(own: &Column, parent: &Pair<&Column>) -> Column {
    let (from, to) = (parent.from, parent.to);
    let mut got = own.clone();
    got.name = to.name.clone();
    if from.ty != to.ty || from.collation != to.collation {
        got.ty = to.ty.clone();
        got.collation.clone_from(&to.collation);
    }
    if from.nullable != to.nullable {
        got.nullable = to.nullable;
    }
    if from.default != to.default {
        got.default.clone_from(&to.default);
    }
    if from.generated != to.generated {
        got.generated.clone_from(&to.generated);
    }
    got
}

fn constraint(
    delta: Delta<Constraint>,
    above: &[TableOp],
    table: &Table,
    dialect: &dyn Dialect,
) -> Option<Delta<Constraint>> {
    let parts = |op: &TableOp| {
        let name = |c: &Constraint| c.name.get().clone();
        let delta = op.constraint();
        (
            delta.and_then(Delta::before).map(name),
            delta.and_then(Delta::after).map(name),
        )
    };
    let check = |c: &Constraint| matches!(c.kind, ConstraintKind::Check(_));
    let exact = |c: &Constraint, parent: &Ident| match &c.kind {
        // these have one name in all tables
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => c.name.get() == parent,
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => {
            dialect.partition_constraint_name(table, c).as_ref() == Some(c.name.get())
        }
    };
    let from_above = |side: &Constraint, after: bool| {
        let Some(parent) = &side.parent else {
            return false;
        };
        let mut names = above.iter().map(parts);
        let comes = names.any(|(old, new)| {
            let (this, other) = if after { (new, old) } else { (old, new) };
            this.as_ref() == Some(parent) && (check(side) || other.as_ref() != Some(parent))
        });
        comes && exact(side, parent)
    };
    match &delta {
        Delta::Add(own) if from_above(own, true) && own.comment.is_none() => None,
        Delta::Drop(own) if from_above(own, false) => None,
        Delta::Alter(pair) if check(&pair.to) && pair.to.parent.is_some() => {
            let mut was = pair.to.clone();
            was.comment.clone_from(&pair.from.comment);
            (was != pair.to).then(|| Delta::Alter(Pair::new(was, pair.to.clone())))
        }
        Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_) => Some(delta),
    }
}

fn index(
    delta: Delta<Index>,
    above: &[TableOp],
    table: &Table,
    dialect: &dyn Dialect,
) -> Option<Delta<Index>> {
    let comes = |parent: &Ident, add: bool| {
        let mut indexes = above.iter().filter_map(TableOp::index);
        indexes.any(|index| match index {
            Delta::Add(i) => add && i.name.get() == parent,
            Delta::Drop(i) => !add && i.name.get() == parent,
            Delta::Alter(_) => false,
        })
    };
    let from_above = |own: &Index, add: bool| {
        let exact = dialect.partition_index_name(table, own).as_ref() == Some(own.name.get());
        exact && own.parent.as_ref().is_some_and(|parent| comes(parent, add))
    };
    match &delta {
        Delta::Add(own) if from_above(own, true) => (own.comment.is_some()).then(|| {
            let was = Index {
                comment: None,
                ..own.clone()
            };
            Delta::Alter(Pair::new(was, own.clone()))
        }),
        Delta::Drop(own) if from_above(own, false) => None,
        Delta::Add(_) | Delta::Drop(_) | Delta::Alter(_) => Some(delta),
    }
}
