//! The differences of one table.

use crate::change::{Change, Delta, TableOp};
use crate::diff::columns;
use crate::diff::columns::ColumnOps;
use crate::diff::matching::{Matched, NamedPart, match_parts};
use crate::diff::rename::Renamed;
use crate::diff::renames::Renames;
use crate::diff::structure::same_options;
use crate::model::{Constraint, ConstraintKind, Ident, Index, Inheritance, Pair, Table};
use std::collections::BTreeSet;

/// The changes of a table: its rename, the renames of its columns, and all else, as far as there are any. They are
/// separate changes so that both sides of each have the same names.
///
/// The operations are in an order that works forwards: new columns before what uses them, a new index before the old one
/// is dropped, dropped columns last.
pub(crate) fn diff(old: &Renamed, new: &Table, renames: &Renames) -> Vec<Change> {
    let columns = columns::diff(old, new, renames);
    let names = Pair::new(old.before.id.name.clone(), new.id.name.clone());
    let mut with_new_name = old.before.clone();
    with_new_name.id = new.id.clone();
    let rename = if names.from == names.to {
        Vec::new()
    } else {
        vec![TableOp::Rename(names)]
    };
    let column_renames = columns.renames.clone();
    let ops = operations(&old.after, new, columns, renames);
    let change = |from: &Table, to: &Table, ops: Vec<TableOp>| {
        (!ops.is_empty()).then(|| Change::Table {
            sides: Pair::new(Box::new(from.clone()), Box::new(to.clone())),
            ops,
        })
    };
    [
        change(&old.before, &with_new_name, rename),
        change(&with_new_name, &old.after, column_renames),
        change(&old.after, new, ops),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The operations that turn one table into another one with the same names.
fn operations(old: &Table, new: &Table, columns: ColumnOps, renames: &Renames) -> Vec<TableOp> {
    let (old_parts, new_parts) = parts(old, new);
    let constraints = match_parts(&old_parts.constraints, &new_parts.constraints, |name| {
        renames.constraints.get(&(new.id.clone(), name.clone()))
    });
    let indexes = match_parts(&old_parts.indexes, &new_parts.indexes, |name| {
        renames.indexes.get(&(new.id.clone(), name.clone()))
    });
    let kept_names = constraints.kept.iter().map(|(_, new)| new.name.get());
    let kept_names = kept_names.chain(indexes.kept.iter().map(|(_, new)| new.name.get()));
    let kept_names: BTreeSet<&Ident> = kept_names.collect();
    let columns = ColumnSections::new(columns);
    let (index_names_freed, dropped_indexes) = split_dropped(&indexes, &kept_names);
    let constraints_altered = altered(&constraints);
    let constraints = ConstraintChanges::new(&constraints, &kept_names, &columns);
    let (leave, join) = inheritance(&old.inheritance, &new.inheritance);

    let mut ops: Vec<TableOp> = leave.into_iter().collect();
    ops.extend(constraints.names_freed.iter().copied().map(drop));
    ops.extend(index_names_freed.into_iter().map(drop_index));
    // the index of a foreign key before the foreign key: the server drops an index that it created for the old name,
    // and creates another one for the new name, unless that exists
    ops.extend(altered(&indexes).into_iter().map(TableOp::Index));
    ops.extend(constraints_altered.into_iter().map(TableOp::Constraint));
    ops.extend(of_kind(&constraints.dropped, is_foreign).map(drop));
    ops.extend(of_kind(&constraints.dropped, is_check).map(drop));
    ops.extend(constraints.dropped_first.iter().copied().map(drop));
    let columns_dropped_early = columns.dropped_computed_names();
    ops.extend(columns.dropped_computed);
    ops.extend(columns.added);
    ops.extend(columns.altered);
    ops.extend(columns.added_computed);
    for (old, new) in &constraints.replaced_keys {
        ops.push(drop(old));
        ops.push(add(new));
    }
    ops.extend(of_kind(&constraints.added, is_key).map(add));
    ops.extend(added_indexes(&indexes, &new_parts.indexes));
    ops.extend(dropped_indexes.into_iter().map(drop_index));
    ops.extend(of_kind(&constraints.dropped, is_key).map(drop));
    ops.extend(columns::order(old, new, &columns_dropped_early));
    ops.extend(columns.dropped);
    ops.extend(of_kind(&constraints.added, is_check).map(add));
    ops.extend(of_kind(&constraints.added, is_foreign).map(add));
    ops.extend(options_and_partitioning(old, new));
    ops.extend(join);
    ops
}

/// The constraints and indexes of a table.
struct Parts {
    constraints: Vec<Constraint>,
    indexes: Vec<Index>,
}

/// The parts of both tables. A table that leaves its parent keeps its parts, and one that joins a parent has its parts
/// already; so they are compared without the parts of the parent to which they belong.
fn parts(old: &Table, new: &Table) -> (Parts, Parts) {
    let changes_parents = old.inheritance != new.inheritance;
    let parts = |table: &Table| {
        let mut parts = Parts {
            constraints: table.constraints.clone(),
            indexes: table.indexes.clone(),
        };
        if changes_parents {
            parts.constraints.iter_mut().for_each(|c| c.parent = None);
            parts.indexes.iter_mut().for_each(|i| i.parent = None);
        }
        parts
    };
    (parts(old), parts(new))
}

/// A table leaves its parents before all other operations, and joins others after them.
fn inheritance(old: &Inheritance, new: &Inheritance) -> (Option<TableOp>, Option<TableOp>) {
    if old == new {
        return (None, None);
    }
    let op = |from: &Inheritance, to: &Inheritance| {
        (from != to).then(|| TableOp::Inheritance(Pair::new(from.clone(), to.clone())))
    };
    (op(old, &Inheritance::None), op(&Inheritance::None, new))
}

fn options_and_partitioning(old: &Table, new: &Table) -> Vec<TableOp> {
    let mut ops = Vec::new();
    if !same_options(&old.options, &new.options) {
        let pair = Pair::new(old.options.clone(), new.options.clone());
        ops.push(TableOp::Options(pair));
    }
    if old.partitioning != new.partitioning {
        let pair = Pair::new(old.partitioning.clone(), new.partitioning.clone());
        ops.push(TableOp::Partitioning(pair));
    }
    ops
}

/// The operations on columns. A column that is computed from one that changes is dropped before that and added after
/// it.
struct ColumnSections {
    dropped_computed: Vec<TableOp>,
    added: Vec<TableOp>,
    altered: Vec<TableOp>,
    added_computed: Vec<TableOp>,
    dropped: Vec<TableOp>,
}

impl ColumnSections {
    fn new(columns: ColumnOps) -> Self {
        let name = |op: &TableOp| Some(op.column()?.altered()?.to.name.clone());
        let changed: BTreeSet<Ident> = columns.alters.iter().filter_map(name).collect();
        let (added_computed, added) =
            (columns.adds.into_iter()).partition(|op| is_computed_from(op, &changed));
        let (dropped_computed, dropped) =
            (columns.drops.into_iter()).partition(|op| is_computed_from(op, &changed));
        Self {
            dropped_computed,
            added,
            altered: columns.alters,
            added_computed,
            dropped,
        }
    }

    fn dropped_computed_names(&self) -> BTreeSet<Ident> {
        let columns = self.dropped_computed.iter().filter_map(TableOp::column);
        let dropped = columns.filter_map(Delta::dropped);
        dropped.map(|column| column.name.clone()).collect()
    }
}

/// Whether an operation adds or drops a column that is computed from one of these.
fn is_computed_from(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let column = op.column().and_then(Delta::added_or_dropped);
    let computed = column.and_then(|column| column.generated.as_ref());
    computed.is_some_and(|g| !g.expr.reads.is_disjoint(columns))
}

/// The constraints that are dropped and added.
struct ConstraintChanges<'a> {
    /// Dropped first, because another part gets their name.
    names_freed: Vec<&'a Constraint>,
    /// Primary keys that are dropped before a column of theirs becomes nullable.
    dropped_first: Vec<&'a Constraint>,
    dropped: Vec<&'a Constraint>,
    /// Keys that are replaced by another one at once. Other constraints are dropped early and added late.
    replaced_keys: Vec<(&'a Constraint, &'a Constraint)>,
    added: Vec<&'a Constraint>,
}

impl<'a> ConstraintChanges<'a> {
    fn new(
        matched: &Matched<'a, Constraint>,
        kept_names: &BTreeSet<&Ident>,
        columns: &ColumnSections,
    ) -> Self {
        let (names_freed, dropped) = split_dropped(matched, kept_names);
        let (replaced_keys, others): (Vec<_>, Vec<_>) = (matched.replaced.iter().copied())
            .partition(|(old, new)| is_key(&old.kind) && is_key(&new.kind));
        let (others_dropped, others_added): (Vec<_>, Vec<_>) = others.into_iter().unzip();
        let nullable: BTreeSet<&Ident> = (columns.altered.iter())
            .filter_map(TableOp::made_nullable)
            .collect();
        let dropped = dropped.into_iter().chain(others_dropped);
        let (dropped_first, dropped) = dropped.partition(|constraint| {
            matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
                && (constraint.columns().iter()).any(|name| nullable.contains(name))
        });
        let added = matched.added.iter().copied();
        Self {
            names_freed,
            dropped_first,
            dropped,
            replaced_keys,
            added: added.chain(others_added).collect(),
        }
    }
}

fn is_foreign(kind: &ConstraintKind) -> bool {
    matches!(kind, ConstraintKind::ForeignKey(_))
}

fn is_check(kind: &ConstraintKind) -> bool {
    matches!(kind, ConstraintKind::Check(_))
}

fn is_key(kind: &ConstraintKind) -> bool {
    matches!(
        kind,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_)
    )
}

fn of_kind<'a>(
    constraints: &[&'a Constraint],
    is_kind: fn(&ConstraintKind) -> bool,
) -> impl Iterator<Item = &'a Constraint> {
    let all = constraints.iter().copied();
    all.filter(move |constraint| is_kind(&constraint.kind))
}

fn drop(constraint: &Constraint) -> TableOp {
    TableOp::Constraint(Delta::Drop(constraint.clone()))
}

fn add(constraint: &Constraint) -> TableOp {
    TableOp::Constraint(Delta::Add(constraint.clone()))
}

fn drop_index(index: &Index) -> TableOp {
    TableOp::Index(Delta::Drop(index.clone()))
}

/// The new indexes in the order of the desired table, in which servers list them, each after the drop of the one that
/// it replaces.
fn added_indexes(indexes: &Matched<'_, Index>, new_indexes: &[Index]) -> Vec<TableOp> {
    let replaced = indexes.replaced.iter().map(|(old, new)| (Some(*old), *new));
    let added = indexes.added.iter().map(|new| (None, *new));
    let mut all: Vec<(Option<&Index>, &Index)> = replaced.chain(added).collect();
    all.sort_by_key(|(_, new)| new_indexes.iter().position(|index| index == *new));
    let ops = all.into_iter().flat_map(|(old, new)| {
        let add = TableOp::Index(Delta::Add(new.clone()));
        old.map(drop_index).into_iter().chain([add])
    });
    ops.collect()
}

/// Dropped parts: those whose name a kept part gets, be it an index or a constraint, and the others.
fn split_dropped<'a, T: NamedPart>(
    matched: &Matched<'a, T>,
    kept_names: &BTreeSet<&Ident>,
) -> (Vec<&'a T>, Vec<&'a T>) {
    let is_taken = |old: &&'a T| kept_names.contains(old.name().get());
    matched.dropped.iter().copied().partition(is_taken)
}

/// Kept parts with another name, comment or other attributes.
fn altered<T: NamedPart>(matched: &Matched<'_, T>) -> Vec<Delta<T>> {
    let altered = matched.kept.iter().filter(|(old, new)| {
        old.name().get() != new.name().get() || old.properties() != new.properties()
    });
    altered
        .map(|(old, new)| Delta::Alter(Pair::new((*old).clone(), (*new).clone())))
        .collect()
}
