//! Indexes, constraints and computed columns that must be dropped before a column changes its type, and recreated
//! afterwards, because an expression of theirs reads the column.

use crate::change::{Delta, TableOp, can_build_concurrently};
use crate::dialect::postgres::naming::generated_names;
use crate::model::{
    Column, Constraint, ConstraintKind, Expr, Given, Ident, Index, Inheritance, Pair, PartKey,
    Table,
};
use std::collections::BTreeSet;

type Sides = Pair<Box<Table>>;

/// Takes the type changes that need this out of `ops`, with the operations that drop and recreate the dependents, as
/// one list that works only as a whole. Empty if no type change needs it.
///
/// The list also has: columns that are computed by another expression; keys that are dropped without a successor,
/// since the new type may have no order; and the primary key of columns that become nullable.
pub(crate) fn take_type_changes(sides: &Sides, ops: &mut Vec<TableOp>) -> Vec<TableOp> {
    let affected = Affected::by(ops, sides);
    let mut recreation = Recreation::default();
    recreation.add_indexes(sides, ops, &affected);
    recreation.add_constraints(sides, ops, &affected);
    recreation.add_columns_no_longer_computed(ops, &affected);
    let columns = recreation.drop_computed_columns(sides, ops, &affected);
    if recreation.drops.is_empty() {
        return Vec::new();
    }
    let mut taken = recreation.drops;
    let mut rest = Vec::with_capacity(ops.len());
    for op in std::mem::take(ops) {
        let becomes_nullable =
            op.made_nullable().is_some() && !only_drops_not_null(&op, &affected.retyped);
        if op.type_change().is_some() || becomes_nullable {
            taken.push(op);
        } else {
            rest.push(op);
        }
    }
    *ops = rest;
    taken.extend(columns);
    taken.extend(recreation.adds);
    taken
}

/// The columns by which dependents are found.
struct Affected<'a> {
    /// Columns whose type changes.
    retyped: BTreeSet<Ident>,
    /// Columns that become nullable.
    nullable: BTreeSet<Ident>,
    /// Columns that no expression may read meanwhile: the type gets another name, or the column is recreated. A
    /// longer type of the same name leaves expressions as they are.
    unreadable: BTreeSet<Ident>,
    /// Columns that are dropped, or recreated because their expression or what it reads changes.
    recreated: Vec<&'a Column>,
    /// Their names.
    recreated_names: BTreeSet<Ident>,
}

impl<'a> Affected<'a> {
    fn by(ops: &[TableOp], sides: &'a Sides) -> Self {
        let type_changes = || ops.iter().filter_map(TableOp::type_change);
        let name = |pair: &Pair<Column>| pair.from.name.clone();
        let retyped: BTreeSet<Ident> = type_changes().map(name).collect();
        let renamed_type = type_changes().filter(|pair| {
            let (from, to) = (&pair.from.ty, &pair.to.ty);
            (&from.base, &from.schema, from.dims) != (&to.base, &to.schema, to.dims)
        });
        let mut unreadable: BTreeSet<Ident> = renamed_type.map(name).collect();
        let recreated = recreated_columns(sides, &retyped);
        let recreated_names: BTreeSet<Ident> = recreated.iter().map(|c| c.name.clone()).collect();
        unreadable.extend(recreated_names.iter().cloned());
        Self {
            nullable: (ops.iter())
                .filter_map(|op| op.made_nullable().cloned())
                .collect(),
            retyped,
            unreadable,
            recreated,
            recreated_names,
        }
    }
}

/// Computed columns that read a column whose type changes, and columns that are computed by another expression;
/// those that are computed come first, since they may read the others.
fn recreated_columns<'a>(sides: &'a Sides, retyped: &BTreeSet<Ident>) -> Vec<&'a Column> {
    let Pair { from, to } = sides;
    let is_partition = |table: &Table| matches!(table.inheritance, Inheritance::PartitionOf { .. });
    // a partition's columns are dropped and added with its parent's
    if is_partition(from) && is_partition(to) {
        return Vec::new();
    }
    let needs_recreation = |old: &&Column| {
        let generated = old.generated.as_ref();
        let new = to.column(old.name.as_str());
        let desired = new.and_then(|new| new.generated.as_ref());
        let becomes_plain = new.is_some() && desired.is_none();
        !becomes_plain && generated.is_some_and(|g| reads(&g.expr, retyped))
            || desired.is_some_and(|desired| generated != Some(desired))
    };
    let mut found: Vec<&Column> = from.columns.iter().filter(needs_recreation).collect();
    found.sort_by_key(|column| column.generated.is_none());
    found
}

/// The operations that drop dependents, and those that add them again.
#[derive(Default)]
struct Recreation {
    drops: Vec<TableOp>,
    adds: Vec<TableOp>,
}

impl Recreation {
    fn add_indexes(&mut self, sides: &Sides, ops: &mut Vec<TableOp>, affected: &Affected<'_>) {
        let Affected {
            retyped,
            unreadable,
            recreated_names,
            ..
        } = affected;
        for old in &sides.from.indexes {
            let must_drop = index_reads(old, unreadable, recreated_names);
            let has_own_step = can_build_concurrently(sides, old) && !gives_name(ops, old);
            let is_rewritten = index_reads(old, retyped, retyped) && !has_own_step;
            if !must_drop && !is_rewritten {
                continue;
            }
            if let Some(at) = ops.iter().position(|op| drops_index(op, old)) {
                self.drops.push(ops.remove(at));
                continue;
            }
            // else the server rewrites it
            let new = must_drop.then(|| index_successor(ops, old, &sides.to.indexes));
            let Some(new) = new.flatten() else { continue };
            ops.retain(|op| !alters_index(op, old));
            if old.parent.is_some() && new.parent.is_some() {
                ops.extend(rename_of_recreated(&sides.to, new));
            } else {
                self.drops.push(TableOp::Index(Delta::Drop(old.clone())));
                self.adds.push(TableOp::Index(Delta::Add(new)));
            }
        }
    }

    fn add_constraints(&mut self, sides: &Sides, ops: &mut Vec<TableOp>, affected: &Affected<'_>) {
        let Affected {
            retyped,
            nullable,
            unreadable,
            recreated_names,
            ..
        } = affected;
        for old in &sides.from.constraints {
            let must_drop = constraint_reads(old, unreadable, recreated_names);
            let is_rewritten = constraint_reads(old, retyped, retyped) && old.kind.is_indexed();
            if !must_drop && !is_rewritten && !is_primary_key_of(old, nullable) {
                continue;
            }
            if let Some(at) = ops.iter().position(|op| op.drops_constraint(old)) {
                self.drops.push(ops.remove(at));
                continue;
            }
            // else the server rewrites its index
            let new = must_drop.then(|| constraint_successor(ops, old, &sides.to));
            let Some(new) = new.flatten() else { continue };
            // a partition's constraint is recreated with its parent's
            if old.parent.is_some() && new.parent.is_some() {
                continue;
            }
            ops.retain(|op| !op.alters_constraint(old));
            self.drops
                .push(TableOp::Constraint(Delta::Drop(old.clone())));
            self.adds.insert(0, TableOp::Constraint(Delta::Add(new)));
        }
    }

    /// A column that keeps its values but is no longer computed stops reading the columns of its expression.
    fn add_columns_no_longer_computed(&mut self, ops: &mut Vec<TableOp>, affected: &Affected<'_>) {
        let changing: BTreeSet<Ident> = &affected.retyped | &affected.recreated_names;
        while let Some(at) = ops.iter().position(|op| stops_reading(op, &changing)) {
            self.drops.push(ops.remove(at));
        }
    }

    /// Adds the drops of recreated columns, and gives the operations that add them again.
    fn drop_computed_columns(
        &mut self,
        sides: &Sides,
        ops: &mut Vec<TableOp>,
        affected: &Affected<'_>,
    ) -> Vec<TableOp> {
        let mut adds = Vec::new();
        for old in &affected.recreated {
            ops.retain(|op| {
                let before = op.column().and_then(Delta::before);
                before.map(|column| &column.name) != Some(&old.name)
            });
            self.drops
                .push(TableOp::Column(Delta::Drop((*old).clone())));
            let new = sides.to.column(old.name.as_str());
            adds.extend(new.map(|new| TableOp::Column(Delta::Add(new.clone()))));
        }
        adds
    }
}

/// The operation that gives a partition's index its name and comment after it was recreated with its parent's, under a
/// generated name.
fn rename_of_recreated(table: &Table, new: Index) -> Option<TableOp> {
    let recreated = Index {
        name: Given::Given(generated_names::index_name(table, &new)),
        comment: None,
        ..new.clone()
    };
    let differs = recreated.name.get() != new.name.get() || recreated.comment != new.comment;
    differs.then(|| TableOp::Index(Delta::Alter(Pair::new(recreated, new))))
}

fn drops_index(op: &TableOp, old: &Index) -> bool {
    op.index().and_then(Delta::dropped) == Some(old)
}

fn alters_index(op: &TableOp, old: &Index) -> bool {
    let altered = op.index().and_then(Delta::altered);
    altered.is_some_and(|pair| pair.from == *old)
}

/// Whether a new constraint has the name of an index, so that the index must be dropped before.
fn gives_name(ops: &[TableOp], old: &Index) -> bool {
    let mut added = ops.iter().filter_map(|op| op.constraint()?.added());
    added.any(|new| new.name.get() == old.name.get())
}

/// The index of the desired table that an index becomes.
fn index_successor(ops: &[TableOp], old: &Index, after: &[Index]) -> Option<Index> {
    let mut altered = ops.iter().filter_map(|op| op.index()?.altered());
    let altered = altered.find(|pair| pair.from == *old);
    let altered = altered.map(|pair| pair.to.clone());
    altered.or_else(|| {
        let mut after = after.iter();
        after.find(|new| new.name.get() == old.name.get()).cloned()
    })
}

/// The constraint of the desired table that a constraint becomes.
fn constraint_successor(ops: &[TableOp], old: &Constraint, to: &Table) -> Option<Constraint> {
    let mut altered = ops.iter().filter_map(|op| op.constraint()?.altered());
    let altered = altered.find(|pair| pair.from == *old);
    let altered = altered.map(|pair| pair.to.clone());
    altered.or_else(|| {
        let mut after = to.constraints.iter();
        after.find(|new| new.name.get() == old.name.get()).cloned()
    })
}

/// Whether a constraint is a primary key of one of these columns.
fn is_primary_key_of(constraint: &Constraint, columns: &BTreeSet<Ident>) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
        && (constraint.columns().into_iter()).any(|name| columns.contains(name))
}

/// Whether all that an operation does is to make one of these columns nullable.
pub(crate) fn only_drops_not_null(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let pair = op.column().and_then(Delta::altered);
    pair.is_some_and(|Pair { from, to }| {
        let nullable = Column {
            nullable: true,
            ..from.clone()
        };
        !from.nullable && nullable == *to && columns.contains(&to.name)
    })
}

/// Whether a column that is computed from one of these becomes an ordinary one.
fn stops_reading(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let Some(pair) = op.column().and_then(Delta::altered) else {
        return false;
    };
    let generated = pair.from.generated.as_ref();
    pair.to.generated.is_none() && generated.is_some_and(|g| reads(&g.expr, columns))
}

/// Whether an expression reads one of these columns.
pub(crate) fn reads(expr: &Expr, columns: &BTreeSet<Ident>) -> bool {
    !expr.reads.is_disjoint(columns)
}

/// Whether an expression of an index reads a column of the first set, or the index has a column of the second one.
fn index_reads(index: &Index, in_exprs: &BTreeSet<Ident>, as_columns: &BTreeSet<Ident>) -> bool {
    index.predicate.as_ref().is_some_and(|p| reads(p, in_exprs))
        || (index.include.iter()).any(|column| as_columns.contains(column))
        || index.parts.iter().any(|part| match &part.key {
            PartKey::Column(name) => as_columns.contains(name),
            PartKey::Expr(expr) => reads(expr, in_exprs),
        })
}

/// Whether an expression of a constraint reads a column of the first set, or the constraint has a column of the
/// second one.
fn constraint_reads(
    constraint: &Constraint,
    in_exprs: &BTreeSet<Ident>,
    as_columns: &BTreeSet<Ident>,
) -> bool {
    let by_expression = match &constraint.kind {
        ConstraintKind::Check(check) => reads(&check.expr, in_exprs),
        ConstraintKind::Exclusion(exclusion) => {
            let predicate = exclusion.predicate.as_ref();
            predicate.is_some_and(|p| reads(p, in_exprs))
                || exclusion.parts.iter().any(|(part, _)| match &part.key {
                    PartKey::Column(_) => false,
                    PartKey::Expr(expr) => reads(expr, in_exprs),
                })
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_) => false,
    };
    let columns = constraint.columns();
    by_expression || columns.iter().any(|column| as_columns.contains(*column))
}
