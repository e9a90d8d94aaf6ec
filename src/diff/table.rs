//! One table against another.

use crate::change::{Change, Delta, TableOp};
use crate::diff::columns;
use crate::diff::matching::{Matched, Part, pair_up};
use crate::diff::rename::Renamed;
use crate::diff::renames::Renames;
use crate::model::{
    Attributes, Constraint, ConstraintKind, ForeignKey, Given, Ident, Index, Inheritance, Name,
    Pair, Table, TableOptions,
};
use std::collections::BTreeSet;

impl Part for Constraint {
    fn name(&self) -> &Name {
        &self.name
    }

    fn name_mut(&mut self) -> &mut Name {
        &mut self.name
    }

    fn parent(&self) -> Option<&Ident> {
        self.parent.as_ref()
    }

    fn alike(&self, other: &Self) -> bool {
        let place = |c: &Self| (c.timing, c.parent.clone());
        if place(self) != place(other) || self.include != other.include {
            return false;
        }
        match (&self.kind, &other.kind) {
            (ConstraintKind::PrimaryKey(a), ConstraintKind::PrimaryKey(b))
            | (ConstraintKind::Unique(a), ConstraintKind::Unique(b)) => a == b,
            (ConstraintKind::Exclusion(a), ConstraintKind::Exclusion(b)) => a == b,
            (ConstraintKind::ForeignKey(a), ConstraintKind::ForeignKey(b)) => same_reference(a, b),
            // which column's type made a check is the spec's knowledge; a server has only the text
            (ConstraintKind::Check(a), ConstraintKind::Check(b)) => a.expr == b.expr,
            (
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_),
                _,
            ) => false,
        }
    }

    fn said(&self) -> (Option<&str>, &Attributes, bool) {
        let validated = match &self.kind {
            ConstraintKind::ForeignKey(fk) => fk.validated,
            ConstraintKind::Check(check) => check.validated,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion(_) => true,
        };
        (self.comment.as_deref(), &self.attrs, validated)
    }

    fn single(&self, other: &Self) -> bool {
        matches!(
            (&self.kind, &other.kind),
            (ConstraintKind::PrimaryKey(_), ConstraintKind::PrimaryKey(_))
        )
    }
}

/// Whether two foreign keys demand the same, be they validated or not.
fn same_reference(a: &ForeignKey, b: &ForeignKey) -> bool {
    a.columns == b.columns
        && a.target == b.target
        && a.target_columns == b.target_columns
        && (a.on_delete, a.on_update) == (b.on_delete, b.on_update)
        && a.matching == b.matching
}

impl Part for Index {
    fn name(&self) -> &Name {
        &self.name
    }

    fn name_mut(&mut self) -> &mut Name {
        &mut self.name
    }

    fn parent(&self) -> Option<&Ident> {
        self.parent.as_ref()
    }

    fn alike(&self, other: &Self) -> bool {
        self.parts == other.parts
            && self.unique == other.unique
            && self.method == other.method
            && self.predicate == other.predicate
            && self.include == other.include
            && self.valid == other.valid
            && self.parent == other.parent
    }

    fn said(&self) -> (Option<&str>, &Attributes, bool) {
        (self.comment.as_deref(), &self.attrs, true)
    }
}

/// Whether two tables differ in nothing that counts: the quick answer for the many that don't.
pub(crate) fn same(old: &Table, new: &Table) -> bool {
    let constraints = old.constraints.len() == new.constraints.len()
        && old
            .constraints
            .iter()
            .zip(&new.constraints)
            .all(|(a, b)| a.name.get() == b.name.get() && a.alike(b) && a.said() == b.said());
    let indexes = old.indexes.len() == new.indexes.len()
        && old
            .indexes
            .iter()
            .zip(&new.indexes)
            .all(|(a, b)| a.name.get() == b.name.get() && a.alike(b) && a.said() == b.said());
    old.id == new.id
        && old.external == new.external
        && old.columns == new.columns
        && constraints
        && indexes
        && same_options(&old.options, &new.options)
        && old.partitioning == new.partitioning
        && old.inheritance == new.inheritance
}

/// Whether options say the same, whoever chose them.
fn same_options(old: &TableOptions, new: &TableOptions) -> bool {
    let text = |value: &Option<Given<String>>| value.as_ref().map(|v| v.get().clone());
    old.comment == new.comment
        && old.attrs == new.attrs
        && text(&old.engine) == text(&new.engine)
        && text(&old.charset) == text(&new.charset)
        && text(&old.collation) == text(&new.collation)
}

/// A table leaves its parents before all else, and joins others after it.
fn inheritance(old: &Inheritance, new: &Inheritance) -> (Option<TableOp>, Option<TableOp>) {
    if old == new {
        return (None, None);
    }
    let op = |from: &Inheritance, to: &Inheritance| {
        (from != to).then(|| TableOp::Inheritance(Pair::new(from.clone(), to.clone())))
    };
    (op(old, &Inheritance::None), op(&Inheritance::None, new))
}

/// The changes of a table: its rename, its columns' renames, and all else, as far as there are any,
/// so that the two sides of each speak of one set of names. Operations stand in an order that works:
/// new columns before what uses them, a new index before the old one goes, columns last.
pub(crate) fn diff(old: &Renamed, new: &Table, renames: &Renames) -> Vec<Change> {
    let columns = columns::diff(old, new, renames);
    // what leaves its parent keeps its parts, and what joins another brings them
    let loose = old.after.inheritance != new.inheritance;
    let (mut old_constraints, mut new_constraints) =
        (old.after.constraints.clone(), new.constraints.clone());
    let (mut old_indexes, mut new_indexes) = (old.after.indexes.clone(), new.indexes.clone());
    if loose {
        let constraints = old_constraints.iter_mut().chain(&mut new_constraints);
        constraints.for_each(|c| c.parent = None);
        let indexes = old_indexes.iter_mut().chain(&mut new_indexes);
        indexes.for_each(|i| i.parent = None);
    }
    let constraints = pair_up(&old_constraints, &new_constraints, |name| {
        renames.constraints.get(&(new.id.clone(), name.clone()))
    });
    let indexes = pair_up(&old_indexes, &new_indexes, |name| {
        renames.indexes.get(&(new.id.clone(), name.clone()))
    });
    let mut named = old.before.clone();
    named.id = new.id.clone();
    let title = Pair::new(old.before.id.name.clone(), new.id.name.clone());
    let moved = if title.from == title.to {
        Vec::new()
    } else {
        vec![TableOp::Rename(title)]
    };
    let mut ops = Vec::new();
    let (leave, join) = inheritance(&old.after.inheritance, &new.inheritance);
    ops.extend(leave);
    // a name is free before another part gets it
    let taken = constraints.kept.iter().map(|(_, new)| new.name.get());
    let taken = taken.chain(indexes.kept.iter().map(|(_, new)| new.name.get()));
    let taken: BTreeSet<&Ident> = taken.collect();
    let (gone_constraints, constraints_dropped) = split_dropped(&constraints, &taken);
    let (gone_indexes, indexes_dropped) = split_dropped(&indexes, &taken);
    let drop = |c: &&Constraint| TableOp::Constraint(Delta::Drop((*c).clone()));
    let drop_index = |i: &&Index| TableOp::Index(Delta::Drop((*i).clone()));
    ops.extend(gone_constraints.iter().map(drop));
    ops.extend(gone_indexes.iter().map(drop_index));
    // the index of a foreign key before that: a server drops the one that it made for the old name and
    // makes another for the new one, but for one that somebody has named
    ops.extend(kept(&indexes).map(TableOp::Index));
    ops.extend(kept(&constraints).map(TableOp::Constraint));

    let is = |want: fn(&ConstraintKind) -> bool| move |c: &&&Constraint| want(&c.kind);
    let foreign = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(_));
    let check = |kind: &ConstraintKind| matches!(kind, ConstraintKind::Check(_));
    let key = |kind: &ConstraintKind| {
        matches!(
            kind,
            ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclusion(_)
        )
    };
    // a key gives way to another at once; all else goes early and comes late
    let (swapped, others): (Vec<_>, Vec<_>) = (constraints.swapped.iter().copied())
        .partition(|(old, new)| key(&old.kind) && key(&new.kind));
    let (others_gone, others_new): (Vec<_>, Vec<_>) = others.into_iter().unzip();
    let drops: Vec<&Constraint> = (constraints_dropped.into_iter())
        .chain(others_gone)
        .collect();
    let adds: Vec<&Constraint> = (constraints.added.iter().copied())
        .chain(others_new)
        .collect();
    let add = |c: &&Constraint| TableOp::Constraint(Delta::Add((*c).clone()));

    ops.extend(drops.iter().filter(is(foreign)).map(drop));
    ops.extend(drops.iter().filter(is(check)).map(drop));
    // what is computed from a column that changes goes before that and comes after it
    let changed: BTreeSet<Ident> = columns.alters.iter().filter_map(altered).collect();
    let (computed, plain): (Vec<_>, Vec<_>) =
        (columns.adds.into_iter()).partition(|op| is_computed_from(op, &changed));
    let (gone, column_drops): (Vec<_>, Vec<_>) =
        (columns.drops.into_iter()).partition(|op| is_computed_from(op, &changed));
    // a primary key keeps its columns from becoming nullable
    let freed: BTreeSet<Ident> = (columns.alters.iter())
        .filter_map(|op| op.made_nullable().cloned())
        .collect();
    let (first, drops): (Vec<_>, Vec<_>) = drops.into_iter().partition(|c| {
        let own = matches!(c.kind, ConstraintKind::PrimaryKey(_));
        own && c.columns().into_iter().any(|name| freed.contains(name))
    });
    ops.extend(first.iter().map(drop));
    let left: BTreeSet<Ident> = (gone.iter())
        .filter_map(|op| op.column()?.dropped())
        .map(|column| column.name.clone())
        .collect();
    ops.extend(gone);
    ops.extend(plain);
    ops.extend(columns.alters);
    ops.extend(computed);
    for (old, new) in &swapped {
        ops.push(drop(old));
        ops.push(add(new));
    }
    ops.extend(adds.iter().filter(is(key)).map(add));
    // in the order of the specs, which servers keep as that of their making
    let swapped = indexes.swapped.iter().map(|(old, new)| (Some(*old), *new));
    let added = indexes.added.iter().map(|new| (None, *new));
    let mut coming: Vec<(Option<&Index>, &Index)> = swapped.chain(added).collect();
    coming.sort_by_key(|(_, new)| new_indexes.iter().position(|index| index == *new));
    for (old, new) in coming {
        ops.extend(old.map(|old| TableOp::Index(Delta::Drop(old.clone()))));
        ops.push(TableOp::Index(Delta::Add(new.clone())));
    }
    ops.extend(indexes_dropped.iter().map(drop_index));
    ops.extend(drops.iter().filter(is(key)).map(drop));
    ops.extend(columns::order(&old.after, new, &left));
    ops.extend(column_drops);
    ops.extend(adds.iter().filter(is(check)).map(add));
    ops.extend(adds.iter().filter(is(foreign)).map(add));
    if !same_options(&old.after.options, &new.options) {
        let pair = Pair::new(old.after.options.clone(), new.options.clone());
        ops.push(TableOp::Options(pair));
    }
    if old.after.partitioning != new.partitioning {
        let pair = Pair::new(old.after.partitioning.clone(), new.partitioning.clone());
        ops.push(TableOp::Partitioning(pair));
    }
    ops.extend(join);
    let change = |from: &Table, to: &Table, ops: Vec<TableOp>| {
        (!ops.is_empty()).then(|| Change::Table {
            sides: Pair::new(Box::new(from.clone()), Box::new(to.clone())),
            ops,
        })
    };
    [
        change(&old.before, &named, moved),
        change(&named, &old.after, columns.renames),
        change(&old.after, new, ops),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The column that an operation changes.
fn altered(op: &TableOp) -> Option<Ident> {
    let pair = op.column()?.altered()?;
    Some(pair.to.name.clone())
}

/// Whether an operation adds or drops what is computed from one of these columns.
fn is_computed_from(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let moved = op.column().and_then(Delta::added_or_dropped);
    let computed = moved.and_then(|column| column.generated.as_ref());
    computed.is_some_and(|g| !g.expr.reads.is_disjoint(columns))
}

/// Parts that go: those whose name a part that stays gets, be it an index or a constraint, and the others.
fn split_dropped<'a, T: Part>(
    matched: &Matched<'a, T>,
    taken: &BTreeSet<&Ident>,
) -> (Vec<&'a T>, Vec<&'a T>) {
    let is_taken = |old: &&'a T| taken.contains(old.name().get());
    matched.dropped.iter().copied().partition(is_taken)
}

/// Parts that stay but get another name, comment or attributes.
fn kept<'a, T: Part>(matched: &'a Matched<'a, T>) -> impl Iterator<Item = Delta<T>> + 'a {
    matched
        .kept
        .iter()
        .filter(|(old, new)| old.name().get() != new.name().get() || old.said() != new.said())
        .map(|(old, new)| Delta::Alter(Pair::new((*old).clone(), (*new).clone())))
}
