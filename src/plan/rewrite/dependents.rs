//! What has to give way to a change though it doesn't change itself: only both schemas know it.

use crate::change::{Change, Delta, TableOp};
use crate::dialect::Dialect;
use crate::model::{
    Column, Constraint, ForeignKey, Ident, Identity, IndexPart, Inheritance, Object, ObjectId,
    Pair, Schema, Table,
};
use crate::plan::rewrite::column_type_change::{alters_constraint, drops_constraint, retyped};
use crate::plan::sequence_steps;
use crate::plan::table_changes::restores;
use std::collections::{BTreeMap, BTreeSet};

/// The changes, and with them what must be let go meanwhile: foreign keys that lean on a key that is
/// made anew or on a table that is, partitions of such a table.
pub(crate) fn complete(
    dialect: &dyn Dialect,
    mut changes: Vec<Change>,
    ends: &Pair<&Schema>,
) -> Vec<Change> {
    let caps = dialect.capabilities();
    if !caps.changes.alters_constraints {
        return changes;
    }
    if caps.changes.repartitions {
        reach(dialect, &mut changes, ends);
        return changes;
    }
    changes = crate::plan::rewrite::sequence_ownership::hand_over(dialect, changes, ends);
    free_names(dialect, &mut changes);
    sequence_steps::aside(dialect, &mut changes);
    sequence_steps::logged_apart(dialect, &mut changes, ends);
    crate::plan::rewrite::inheritance::reach(&mut changes, ends);
    number_later(&mut changes, ends.to);
    let (changes, anew) = make_anew(changes, ends.from, ends.to);
    release(changes, ends.from, ends.to, &anew)
}

/// A column gives up its NOT NULL before another comes whose own has the same name: those are unique in
/// a table where they have names. One of numbers, which never is NULL, goes first itself.
fn free_names(dialect: &dyn Dialect, changes: &mut [Change]) {
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let Pair { from, to } = sides.as_ref();
        // the name that an operation gives up, and the one that it takes
        let swap = |op: &TableOp| {
            let delta = op.column()?;
            let old = delta.before().and_then(|c| dialect.not_null_name(from, c));
            let new = delta.after().and_then(|c| dialect.not_null_name(to, c));
            (old != new).then_some(Pair::new(old, new))
        };
        let mut at = 0;
        while let Some(op) = ops.get(at) {
            let taken = swap(op).and_then(|names| names.to);
            let left = |op: &TableOp| swap(op).and_then(|names| names.from);
            let mut behind = ops.iter().skip(at).filter(|_| taken.is_some());
            let place = behind.position(|op| left(op) == taken);
            if let Some(place) = place.map(|place| at + place) {
                let holder = ops.remove(place);
                if let Some((opens, rest)) = opened(from, &holder) {
                    ops.insert(place, rest);
                    ops.insert(at, opens);
                    at += 1;
                } else if stays(from, &holder) {
                    ops.insert(place, holder);
                } else {
                    ops.insert(at, holder);
                    at += 1;
                }
            }
            at += 1;
        }
    }
}

/// Takes in tables that don't change, but hold foreign keys to a column whose type does: `alter` lets go
/// of those.
fn reach(dialect: &dyn Dialect, changes: &mut Vec<Change>, ends: &Pair<&Schema>) {
    let tables = || {
        changes.iter().filter_map(|change| match change {
            Change::Table { sides, ops } => Some((sides, ops.as_slice())),
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => None,
        })
    };
    let retyped = retyped(tables(), dialect);
    let moved =
        tables().filter(|(_, ops)| ops.iter().any(|op| restores(op, dialect.capabilities())));
    let moved = moved.map(|(sides, _)| sides.to.id.clone());
    // a foreign key may have been waiting for its table, with other types
    let come = changes.iter().filter_map(|change| {
        let Change::Create(id, Object::Table(_)) = change else {
            return None;
        };
        Some(id.clone())
    });
    let moved: BTreeSet<ObjectId> = moved.chain(come).collect();
    if retyped.is_empty() && moved.is_empty() {
        return;
    }
    let pins = |fk: &ForeignKey| {
        let mut columns = fk.target_columns.iter();
        columns.any(|column| retyped.contains(&(fk.target.clone(), column.clone())))
    };
    let holds = |table: &Table| table.foreign_keys().any(|(_, fk)| pins(fk));
    let changing: BTreeSet<&ObjectId> = tables().map(|(sides, _)| &sides.to.id).collect();
    let others = ends.to.tables().filter(|(id, _)| !changing.contains(id));
    let others = others.filter_map(|(id, to)| Some((ends.from.table(id)?, to)));
    let others = others.filter(|(from, to)| !to.external && holds(from));
    let reached: Vec<Change> = others
        .map(|(from, to)| Change::Table {
            sides: Pair::new(Box::new(from.clone()), Box::new(to.clone())),
            ops: Vec::new(),
        })
        .collect();
    // what goes for good goes last, and its foreign keys ahead of it
    let mut gone = Vec::new();
    for change in changes.iter_mut() {
        let Change::Drop(_, Object::Table(table)) = change else {
            continue;
        };
        let is_held = |one: &&Constraint| {
            let key = one.foreign_key();
            key.is_some_and(|fk| pins(fk) || moved.contains(&fk.target))
        };
        let held: Vec<Constraint> = table.constraints.iter().filter(is_held).cloned().collect();
        for key in held {
            let before = table.clone();
            table.constraints.retain(|one| *one != key);
            gone.push(Change::Table {
                sides: Pair::new(before, table.clone()),
                ops: vec![TableOp::Constraint(Delta::Drop(key))],
            });
        }
    }
    changes.extend(reached);
    changes.extend(gone);
}

/// An operation on a column that may be NULL meanwhile, in two: it lets go of its NOT NULL, and the rest.
/// None where it may not, or where its type stays.
fn opened(table: &Table, op: &TableOp) -> Option<(TableOp, TableOp)> {
    let delta = op.column()?;
    let old = delta.before()?;
    let same = (delta.altered()).is_some_and(|pair| pair.from.ty == pair.to.ty);
    if same || is_identity(old) || in_primary_key(table, old) {
        return None;
    }
    let mut open = old.clone();
    open.nullable = true;
    let rest = match delta.after() {
        Some(new) => Delta::Alter(Pair::new(open.clone(), new.clone())),
        None => Delta::Drop(open.clone()),
    };
    let opens = Delta::Alter(Pair::new(old.clone(), open));
    Some((TableOp::Column(opens), TableOp::Column(rest)))
}

/// Whether an operation can't come ahead of the others: the primary key keeps its column, or what reads
/// that gives way to its new type first.
fn stays(table: &Table, op: &TableOp) -> bool {
    let delta = op.column();
    let altered = delta.and_then(Delta::altered);
    let dropped = delta.and_then(Delta::dropped);
    altered.is_some_and(|pair| pair.from.ty != pair.to.ty)
        || dropped.is_some_and(|old| in_primary_key(table, old))
}

fn in_primary_key(table: &Table, column: &Column) -> bool {
    let key = table.primary_key();
    key.is_some_and(|key| key.columns().contains(&&column.name))
}

/// A table with heirs gets no identity with a new column, only afterwards: so it begins as a `serial`,
/// which numbers the rows of all of them. (`cannot recursively add identity column to table that has
/// child tables`; since PostgreSQL 17 only of heirs, before of partitions too.)
fn number_later(changes: &mut [Change], to: &Schema) {
    let parents: BTreeSet<&ObjectId> = (to.tables())
        .flat_map(|(_, table)| table.inheritance.parents())
        .collect();
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        if !parents.contains(&sides.to.id) {
            continue;
        }
        *ops = std::mem::take(ops)
            .into_iter()
            .flat_map(|op| match op {
                TableOp::Column(Delta::Add(column)) if is_identity(&column) => {
                    let serial = Column {
                        identity: Some(Identity::Serial),
                        ..column.clone()
                    };
                    let later = Delta::Alter(Pair::new(serial.clone(), column));
                    vec![TableOp::Column(Delta::Add(serial)), TableOp::Column(later)]
                }
                op @ (TableOp::Rename(_)
                | TableOp::Column(_)
                | TableOp::Constraint(_)
                | TableOp::Index(_)
                | TableOp::Value { .. }
                | TableOp::Options(_)
                | TableOp::Partitioning(_)
                | TableOp::Inheritance(_)
                | TableOp::Order(_)) => vec![op],
            })
            .collect();
    }
}

fn is_identity(column: &Column) -> bool {
    match column.identity {
        Some(Identity::ByDefault | Identity::Always) => true,
        Some(Identity::Serial | Identity::AutoIncrement | Identity::Rowid) | None => false,
    }
}

/// Tables that get another partitioning are dropped and made, and so are their partitions.
fn make_anew(
    changes: Vec<Change>,
    from: &Schema,
    to: &Schema,
) -> (Vec<Change>, BTreeSet<ObjectId>) {
    let mut anew: BTreeSet<ObjectId> = changes.iter().filter_map(repartitioned).collect();
    if anew.is_empty() {
        return (changes, anew);
    }
    loop {
        let below = |schema: &Schema| -> Vec<ObjectId> {
            let within = |table: &Table| match &table.inheritance {
                Inheritance::PartitionOf { parent, .. } => anew.contains(parent),
                Inheritance::None | Inheritance::Inherits(_) => false,
            };
            let kept = |id: &ObjectId| from.table(id).is_some() && to.table(id).is_some();
            let tables = schema.tables();
            tables
                .filter(|(id, table)| within(table) && kept(id) && !anew.contains(id))
                .map(|(id, _)| id.clone())
                .collect()
        };
        let found: Vec<ObjectId> = below(from).into_iter().chain(below(to)).collect();
        if found.is_empty() {
            break;
        }
        anew.extend(found);
    }
    // by its old name, where it gets another
    let mut old: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
    let mut kept = Vec::new();
    for change in changes {
        match change {
            Change::Table { ref sides, .. } if anew.contains(&sides.to.id) => {
                old.entry(sides.to.id.clone())
                    .or_insert_with(|| sides.from.id.clone());
            }
            Change::Table { .. }
            | Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => kept.push(change),
        }
    }
    for id in &anew {
        let before = old.get(id).unwrap_or(id);
        if let Some(table) = from.table(before) {
            let object = Object::Table(Box::new(table.clone()));
            kept.push(Change::Drop(before.clone(), object));
        }
        if let Some(table) = to.table(id) {
            let object = Object::Table(Box::new(table.clone()));
            kept.push(Change::Create(id.clone(), object));
        }
    }
    let gone = |id: &ObjectId| anew.contains(id) || old.values().any(|old| old == id);
    keep_sequences(&mut kept, from, to, &gone);
    (kept, anew)
}

/// Sequences that stay, but would go with a column of a table that is dropped: they belong to none
/// meanwhile.
fn keep_sequences(
    changes: &mut Vec<Change>,
    from: &Schema,
    to: &Schema,
    gone: &dyn Fn(&ObjectId) -> bool,
) {
    for (id, object) in &from.objects {
        let (Object::Sequence(sequence), Some(after)) = (object, to.objects.get(id)) else {
            continue;
        };
        if !(sequence.owned_by.as_ref()).is_some_and(|(table, _)| gone(table)) {
            continue;
        }
        let alone = Object::Sequence(crate::plan::sequence_steps::free(sequence));
        changes.retain(|change| !matches!(change, Change::Replace(other, _) if other == id));
        let let_go = Pair::new(object.clone(), alone.clone());
        changes.push(Change::Replace(id.clone(), let_go));
        changes.push(Change::Replace(id.clone(), Pair::new(alone, after.clone())));
    }
}

fn repartitioned(change: &Change) -> Option<ObjectId> {
    match change {
        Change::Table { sides, ops } => ops
            .iter()
            .any(|op| matches!(op, TableOp::Partitioning(_)))
            .then(|| sides.to.id.clone()),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => None,
    }
}

/// Drops the foreign keys that stay but lean on what goes meanwhile, and adds them again.
fn release(
    mut changes: Vec<Change>,
    from: &Schema,
    to: &Schema,
    anew: &BTreeSet<ObjectId>,
) -> Vec<Change> {
    let lost = lost_keys(&changes);
    if lost.is_empty() && anew.is_empty() {
        return changes;
    }
    let leans = |fk: &ForeignKey| {
        let columns: BTreeSet<Ident> = fk.target_columns.iter().cloned().collect();
        anew.contains(&fk.target) || lost.contains(&(fk.target.clone(), columns))
    };
    let mut at: BTreeMap<ObjectId, usize> = BTreeMap::new();
    for (n, change) in changes.iter().enumerate() {
        if let Change::Table { sides, .. } = change {
            at.insert(sides.to.id.clone(), n);
        }
    }
    for (id, after) in to.tables() {
        let Some(before) = from.table(id) else {
            continue;
        };
        if after.external || anew.contains(id) {
            continue;
        }
        for (old, _) in before.foreign_keys().filter(|(_, fk)| leans(fk)) {
            let same = |c: &&Constraint| c.name.get() == old.name.get() && c.kind == old.kind;
            let Some(new) = after.constraints.iter().find(same) else {
                continue;
            };
            let gone = at.get(id).and_then(|n| changes.get(*n));
            if gone.is_some_and(|change| drops(change, old)) {
                continue;
            }
            // a partition's goes and comes with its parent's
            if old.parent.is_some() && new.parent.is_some() {
                continue;
            }
            let drop = TableOp::Constraint(Delta::Drop(old.clone()));
            let add = TableOp::Constraint(Delta::Add(new.clone()));
            match at.get(id).and_then(|n| changes.get_mut(*n)) {
                Some(Change::Table { ops, .. }) => {
                    ops.retain(|op| !alters_constraint(op, old));
                    ops.insert(0, drop);
                    ops.push(add);
                }
                Some(
                    Change::Create(..)
                    | Change::Drop(..)
                    | Change::Replace(..)
                    | Change::Comment(..)
                    | Change::Value(..),
                )
                | None => {
                    at.insert(id.clone(), changes.len());
                    changes.push(Change::Table {
                        sides: Pair::new(Box::new(before.clone()), Box::new(after.clone())),
                        ops: vec![drop, add],
                    });
                }
            }
        }
    }
    changes
}

/// Whether a change drops a constraint anyhow.
fn drops(change: &Change, constraint: &Constraint) -> bool {
    match change {
        Change::Table { ops, .. } => ops.iter().any(|op| drops_constraint(op, constraint)),
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => false,
    }
}

/// The keys that are not there for a while, or no longer: table and columns.
fn lost_keys(changes: &[Change]) -> BTreeSet<(ObjectId, BTreeSet<Ident>)> {
    let mut lost = BTreeSet::new();
    for change in changes {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        for op in ops {
            let key = op.constraint().and_then(Delta::dropped);
            let key = key.filter(|key| key.kind.is_unique());
            let key = key.map(|key| key.columns().into_iter().cloned().collect());
            let index = op.index().and_then(Delta::dropped);
            let parts = index.filter(|index| index.unique).map(|index| &index.parts);
            let column = |part: &IndexPart| part.column_name().cloned();
            let index = parts.and_then(|parts| parts.iter().map(column).collect());
            let columns: Option<BTreeSet<Ident>> = key.or(index);
            lost.extend(columns.map(|columns| (sides.to.id.clone(), columns)));
        }
    }
    lost
}
