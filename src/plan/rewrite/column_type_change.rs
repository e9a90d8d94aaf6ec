//! What has to let go of a column while its type changes, and takes hold of it again afterwards:
//! foreign keys at either end, and expressions that read it where the dialect says so.

use crate::change::{Delta, TableOp};
use crate::dialect::Dialect;
use crate::model::{
    Column, Constraint, ConstraintKind, Expr, Given, Ident, Index, Inheritance, ObjectId, Pair,
    PartKey, Table,
};
use crate::plan::table_changes;
use crate::plan::table_changes::{Sides, recollates, restores};
use std::collections::BTreeSet;

/// The columns whose type changes, or which number rows from now on or no longer where that is part of
/// their definition: no foreign key may hold on to them meanwhile.
pub(crate) fn retyped<'a>(
    tables: impl Iterator<Item = (&'a Sides, &'a [TableOp])>,
    dialect: &dyn Dialect,
) -> BTreeSet<(ObjectId, Ident)> {
    let caps = dialect.capabilities();
    let numbers = caps.tables.identity_needs_index;
    let changes = |op: &'a TableOp| {
        let counts = |pair: &&Pair<Column>| numbers && pair.from.identity != pair.to.identity;
        retype(op).or_else(|| op.column()?.altered().filter(counts))
    };
    let mut found = BTreeSet::new();
    for (sides, ops) in tables {
        let copies = |op: &TableOp| retype(op).is_some() || recollates(op) || restores(op, caps);
        let copied = caps.changes.copies_pin_foreign_keys && ops.iter().any(copies);
        let fills = |op: &'a TableOp| {
            let altered = op.column()?.altered();
            altered.filter(|pair| copied && pair.from.nullable != pair.to.nullable)
        };
        let columns = ops
            .iter()
            .filter_map(|op| changes(op).or_else(|| fills(op)));
        found.extend(columns.map(|pair| (sides.to.id.clone(), pair.to.name.clone())));
        if ops.iter().any(recollates) {
            let follow = (sides.to.columns.iter()).filter(|column| {
                column.collation.is_none() && dialect.inherits_collation(&column.ty)
            });
            found.extend(follow.map(|column| (sides.to.id.clone(), column.name.clone())));
        }
    }
    found
}

/// The column of an operation that changes its type.
fn retype(op: &TableOp) -> Option<&Pair<Column>> {
    let TableOp::Column(Delta::Alter(pair)) = op else {
        return None;
    };
    let (from, to) = (&pair.from, &pair.to);
    let same = from.ty == to.ty && from.charset == to.charset && from.collation == to.collation;
    (!same).then_some(pair)
}

/// Drops the foreign keys that stay but touch a column whose type changes, and adds them again.
pub(crate) fn foreign_keys(
    sides: &Sides,
    ops: &mut Vec<TableOp>,
    retyped: &BTreeSet<(ObjectId, Ident)>,
) {
    if retyped.is_empty() {
        return;
    }
    let touches = |constraint: &Constraint, table: &ObjectId| match &constraint.kind {
        ConstraintKind::ForeignKey(fk) => {
            let own = fk.columns.iter().map(|c| (table.clone(), c.clone()));
            let other = (fk.target_columns.iter()).map(|c| (fk.target.clone(), c.clone()));
            own.chain(other).any(|column| retyped.contains(&column))
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclusion(_) => false,
    };
    for old in &sides.from.constraints {
        if !touches(old, &sides.from.id) || takes(ops, |op| drops_constraint(op, old)).is_some() {
            continue;
        }
        let Some(new) = sides.to.constraints.iter().find(|c| c.kind == old.kind) else {
            continue;
        };
        ops.retain(|op| !alters_constraint(op, old));
        ops.insert(0, TableOp::Constraint(Delta::Drop(old.clone())));
        ops.push(TableOp::Constraint(Delta::Add(new.clone())));
    }
}

/// Where the first operation of a kind stands.
fn takes(ops: &[TableOp], is: impl Fn(&TableOp) -> bool) -> Option<usize> {
    ops.iter().position(is)
}

pub(crate) fn drops_constraint(op: &TableOp, old: &Constraint) -> bool {
    matches!(op, TableOp::Constraint(Delta::Drop(other)) if other == old)
}

pub(crate) fn alters_constraint(op: &TableOp, old: &Constraint) -> bool {
    matches!(op, TableOp::Constraint(Delta::Alter(pair)) if pair.from == *old)
}

fn drops_index(op: &TableOp, old: &Index) -> bool {
    matches!(op, TableOp::Index(Delta::Drop(other)) if other == old)
}

fn alters_index(op: &TableOp, old: &Index) -> bool {
    matches!(op, TableOp::Index(Delta::Alter(pair)) if pair.from == *old)
}

/// Takes the changes of type out of `ops` that something stands in the way of, as operations that
/// only work together: the indexes, constraints and computed columns whose expressions read such a
/// column go, it changes, they come again; so does a column that is computed in another way. Keys that
/// go for good go first: the new type may have no order. So does a primary key of columns that become
/// nullable. Empty where nothing stands in the way.
pub(crate) fn expressions(
    sides: &Sides,
    ops: &mut Vec<TableOp>,
    dialect: &dyn Dialect,
) -> Vec<TableOp> {
    let changes: Vec<&Pair<Column>> = ops.iter().filter_map(retype).collect();
    let names = |of: fn(&Pair<Column>) -> bool| -> BTreeSet<Ident> {
        let found = changes.iter().filter(|pair| of(pair));
        found.map(|pair| pair.from.name.clone()).collect()
    };
    let retyped = names(|_| true);
    let freed: BTreeSet<Ident> = (ops.iter())
        .filter_map(|op| op.made_nullable().cloned())
        .collect();
    // a wider type of the same name leaves every other expression as it is
    let mut pinned = names(|pair| {
        let (from, to) = (&pair.from.ty, &pair.to.ty);
        (&from.base, &from.schema, from.dims) != (&to.base, &to.schema, to.dims)
    });
    let Pair { from, to } = sides;
    let part = |table: &Table| matches!(table.inheritance, Inheritance::PartitionOf { .. });
    let is_part = part(from) && part(to);
    let mut computed: Vec<&Column> = (from.columns.iter())
        // a partition's columns go and come with the whole table's
        .filter(|_| !is_part)
        .filter(|old| {
            let generated = old.generated.as_ref();
            let new = to.column(old.name.as_str());
            let wanted = new.and_then(|new| new.generated.as_ref());
            let stays = new.is_some() && wanted.is_none();
            !stays && generated.is_some_and(|g| reads(&g.expr, &retyped))
                || wanted.is_some_and(|wanted| generated != Some(wanted))
        })
        .collect();
    // what reads goes before what is read
    computed.sort_by_key(|column| column.generated.is_none());
    pinned.extend(computed.iter().map(|column| column.name.clone()));
    let lost: BTreeSet<Ident> = computed.iter().map(|column| column.name.clone()).collect();

    let (mut down, mut up) = (Vec::new(), Vec::new());
    for old in &from.indexes {
        let stands = index_reads(old, &pinned, &lost);
        let alone = table_changes::is_built_alone(sides, old) && !takes_name(ops, old);
        let rewritten = index_reads(old, &retyped, &retyped) && !alone;
        if !stands && !rewritten {
            continue;
        }
        if let Some(at) = takes(ops, |op| drops_index(op, old)) {
            down.push(ops.remove(at));
        } else if !stands {
            // the server makes it anew
        } else if let Some(new) = successor(ops, old, &to.indexes) {
            if old.parent.is_some() && new.parent.is_some() {
                // goes and comes with the whole table's, by the name that the server gives
                let name = dialect.partition_index_name(to, &new).map(Given::Given);
                let was = Index {
                    name: name.unwrap_or_else(|| new.name.clone()),
                    comment: None,
                    ..new.clone()
                };
                let differs = was.name.get() != new.name.get() || was.comment != new.comment;
                ops.retain(|op| !alters_index(op, old));
                if differs {
                    ops.push(TableOp::Index(Delta::Alter(Pair::new(was, new))));
                }
                continue;
            }
            ops.retain(|op| !alters_index(op, old));
            down.push(TableOp::Index(Delta::Drop(old.clone())));
            up.push(TableOp::Index(Delta::Add(new)));
        }
    }
    for old in &from.constraints {
        let stands = constraint_reads(old, &pinned, &lost);
        let first = constraint_reads(old, &retyped, &retyped) && old.kind.is_indexed();
        if !stands && !first && !keeps_from(old, &freed) {
            continue;
        }
        if let Some(at) = takes(ops, |op| drops_constraint(op, old)) {
            down.push(ops.remove(at));
        } else if !stands {
            // the server makes its index anew
        } else if let Some(new) = kept(ops, old, to) {
            if old.parent.is_some() && new.parent.is_some() {
                continue;
            }
            ops.retain(|op| !alters_constraint(op, old));
            down.push(TableOp::Constraint(Delta::Drop(old.clone())));
            up.insert(0, TableOp::Constraint(Delta::Add(new)));
        }
    }
    // what keeps its values but is computed no longer lets go of what it has read
    let changing: BTreeSet<Ident> = retyped.union(&lost).cloned().collect();
    while let Some(at) = takes(ops, |op| stops_reading(op, &changing)) {
        down.push(ops.remove(at));
    }
    let mut again = Vec::new();
    for old in computed {
        let own = |op: &TableOp| {
            matches!(op, TableOp::Column(Delta::Drop(c)) if c.name == old.name)
                || matches!(op, TableOp::Column(Delta::Alter(pair)) if pair.from.name == old.name)
        };
        ops.retain(|op| !own(op));
        down.push(TableOp::Column(Delta::Drop(old.clone())));
        if let Some(new) = to.column(old.name.as_str()) {
            again.push(TableOp::Column(Delta::Add(new.clone())));
        }
    }
    if down.is_empty() {
        return down;
    }
    let mut held = down;
    let mut rest = Vec::with_capacity(ops.len());
    for op in std::mem::take(ops) {
        let opens = op.made_nullable().is_some() && !only_opens(&op, &retyped);
        if retype(&op).is_some() || opens {
            held.push(op);
        } else {
            rest.push(op);
        }
    }
    *ops = rest;
    held.extend(again);
    held.extend(up);
    held
}

/// What comes before the operations that [`expressions`] has taken out, and what after: a table leaves
/// its parents first, and columns come first that read none that changes (else there might be a moment
/// without any column of some kind, which costs a table its TOAST options).
pub(crate) fn around(ops: Vec<TableOp>, held: &[TableOp]) -> (Vec<TableOp>, Vec<TableOp>) {
    let changes = held.iter().filter_map(|op| op.column()?.before());
    let changed: BTreeSet<Ident> = changes.map(|column| column.name.clone()).collect();
    ops.into_iter().partition(|op| match op {
        TableOp::Inheritance(pair) => pair.to == Inheritance::None,
        TableOp::Column(Delta::Add(column)) => {
            let generated = column.generated.as_ref();
            !generated.is_some_and(|generated| reads(&generated.expr, &changed))
        }
        // it gives up a name that a new column takes
        TableOp::Column(Delta::Alter(_)) => only_opens(op, &changed),
        TableOp::Rename(_)
        | TableOp::Column(Delta::Drop(_))
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_) => false,
    })
}

/// Whether all that an operation does is to let one of these columns be NULL, whose type changes later.
fn only_opens(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let pair = op.column().and_then(Delta::altered);
    pair.is_some_and(|Pair { from, to }| {
        let open = Column {
            nullable: true,
            ..from.clone()
        };
        !from.nullable && open == *to && columns.contains(&to.name)
    })
}

/// Whether a column is computed from one of these until it is an ordinary one.
fn stops_reading(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let Some(pair) = op.column().and_then(Delta::altered) else {
        return false;
    };
    let generated = pair.from.generated.as_ref();
    pair.to.generated.is_none() && generated.is_some_and(|g| reads(&g.expr, columns))
}

/// Whether a constraint gets the name of an index: it can't come before that goes.
fn takes_name(ops: &[TableOp], old: &Index) -> bool {
    let mut added = ops.iter().filter_map(|op| op.constraint()?.added());
    added.any(|new| new.name.get() == old.name.get())
}

fn successor(ops: &[TableOp], old: &Index, after: &[Index]) -> Option<Index> {
    let mut altered = ops.iter().filter_map(|op| op.index()?.altered());
    let altered = altered.find(|pair| pair.from == *old);
    let altered = altered.map(|pair| pair.to.clone());
    altered.or_else(|| {
        let same = after.iter().find(|new| new.name.get() == old.name.get());
        same.cloned()
    })
}

fn kept(ops: &[TableOp], old: &Constraint, to: &Table) -> Option<Constraint> {
    let mut altered = ops.iter().filter_map(|op| op.constraint()?.altered());
    let altered = altered.find(|pair| pair.from == *old);
    let altered = altered.map(|pair| pair.to.clone());
    altered.or_else(|| {
        let same = to
            .constraints
            .iter()
            .find(|new| new.name.get() == old.name.get());
        same.cloned()
    })
}

/// Whether a primary key keeps columns from becoming nullable.
fn keeps_from(constraint: &Constraint, freed: &BTreeSet<Ident>) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
        && (constraint.columns().into_iter()).any(|name| freed.contains(name))
}

fn reads(expr: &Expr, columns: &BTreeSet<Ident>) -> bool {
    !expr.reads.is_disjoint(columns)
}

fn index_reads(index: &Index, pinned: &BTreeSet<Ident>, lost: &BTreeSet<Ident>) -> bool {
    index.predicate.as_ref().is_some_and(|p| reads(p, pinned))
        || index.include.iter().any(|column| lost.contains(column))
        || index.parts.iter().any(|part| match &part.key {
            PartKey::Column(name) => lost.contains(name),
            PartKey::Expr(expr) => reads(expr, pinned),
        })
}

fn constraint_reads(
    constraint: &Constraint,
    pinned: &BTreeSet<Ident>,
    lost: &BTreeSet<Ident>,
) -> bool {
    let by_expression = match &constraint.kind {
        ConstraintKind::Check(check) => reads(&check.expr, pinned),
        ConstraintKind::Exclusion(exclusion) => {
            exclusion
                .predicate
                .as_ref()
                .is_some_and(|p| reads(p, pinned))
                || exclusion.parts.iter().any(|(part, _)| match &part.key {
                    PartKey::Column(_) => false,
                    PartKey::Expr(expr) => reads(expr, pinned),
                })
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_) => false,
    };
    by_expression
        || constraint
            .columns()
            .iter()
            .any(|column| lost.contains(*column))
}

/// Defaults that speak of a type which is about to be made anew go before, the new ones come after.
pub(crate) fn defaults(ops: &mut Vec<TableOp>, replaced: &BTreeSet<ObjectId>) {
    let mut first = Vec::new();
    for op in ops.iter_mut() {
        let TableOp::Column(Delta::Alter(pair)) = op else {
            continue;
        };
        let (from, to) = (&pair.from, &pair.to);
        let own = crate::plan::order::dependencies::type_id(&from.ty)
            .is_some_and(|id| replaced.contains(&id));
        if own && from.ty == to.ty && from.default.is_some() && from.default != to.default {
            let without = Column {
                default: None,
                ..from.clone()
            };
            let gone = Pair::new(from.clone(), without.clone());
            first.push(TableOp::Column(Delta::Alter(gone)));
            pair.from = without;
        }
    }
    ops.retain(|op| !matches!(op, TableOp::Column(Delta::Alter(pair)) if pair.from == pair.to));
    first.append(ops);
    *ops = first;
}
