//! Changes of tables as single steps: what belongs together stays together, what a dialect can't
//! alter becomes a rebuild, indexes of tables that exist are built without blocking writers.

use super::{Node, Rank, Unit, chosen, release};
use crate::change::{Action, Change, Delta, TableOp};
use crate::dialect::{Caps, Dialect, Scope};
use crate::model::{
    Column, Constraint, ConstraintKind, Given, Ident, Index, IndexPart, ObjectId, Pair, Table,
};
use std::collections::BTreeSet;

pub(super) type Sides = Pair<Box<Table>>;

/// The steps that change tables; the types in `replaced` are made anew meanwhile.
pub(super) fn nodes(
    tables: Vec<(Sides, Vec<TableOp>)>,
    replaced: &BTreeSet<ObjectId>,
    dialect: &dyn Dialect,
) -> Vec<Node> {
    let caps = dialect.caps();
    let pinned = if caps.alters_constraints {
        release::retyped(&tables, dialect)
    } else {
        BTreeSet::new()
    };
    let mut nodes = Vec::new();
    for (sides, mut ops) in tables {
        release::foreign_keys(&sides, &mut ops, &pinned);
        release::defaults(&mut ops, replaced);
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
            dialect.rebuilds(&Action::Change(change.clone()))
                || dialect.rebuilds(&Action::Change(change.invert()))
        };
        let groups = group(ops.clone(), caps);
        if groups.iter().any(|ops| rebuilds(ops)) {
            nodes.push(Node {
                action: Action::Change(step(&ops)),
                unit: Unit::Shared,
                rank: Rank::Alter,
                after: Vec::new(),
            });
        } else {
            let held = if caps.expressions_pin_types {
                release::expressions(&sides, &mut ops, dialect)
            } else {
                Vec::new()
            };
            let first = chosen::indexes(&sides, &held, &mut ops, dialect);
            nodes.extend(first.map(|op| Node::change(step(&[op]), Rank::Alter)));
            if !held.is_empty() {
                let (first, rest) = release::around(ops, &held);
                let first = first.iter().map(std::slice::from_ref);
                nodes.extend(first.map(|op| Node::change(step(op), Rank::Alter)));
                nodes.push(Node::change(step(&held), Rank::Alter));
                ops = rest;
            }
            let groups = group(ops, caps);
            nodes.extend(groups.into_iter().flat_map(|ops| split(&sides, ops, caps)));
        }
    }
    nodes
}

/// What a dialect can't show or doesn't name is not done: an order where it has none, another
/// generated name where constraints can't be altered (no statement will ever use that name).
fn counts(op: &TableOp, caps: &Caps) -> bool {
    match op {
        TableOp::Order(_) => caps.column_order,
        TableOp::Constraint(Delta::Alter(pair)) => {
            caps.alters_constraints || pair.from.name.is_given() || pair.to.name.is_given()
        }
        TableOp::Rename(_)
        | TableOp::Column(_)
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Partitioning(_)
        | TableOp::Lineage(_)
        | TableOp::Options(_) => true,
    }
}

/// Operations that can't stand alone share a step: a column of numbers and the key it needs, an
/// enum's renamed values and its new definition, a part that gives way to another of its name.
/// Where indexes are parts of their table, one step holds all that hangs together by any of these.
fn group(ops: Vec<TableOp>, caps: &Caps) -> Vec<Vec<TableOp>> {
    let identity = caps.identity_leads_index
        && ops.iter().filter_map(TableOp::column).any(|delta| {
            let has = |column: Option<&Column>| column.is_some_and(|c| c.identity.is_some());
            has(delta.before()) != has(delta.after())
        });
    let whole = ops.iter().any(reaches_all);
    let ordered = ops.iter().any(|op| matches!(op, TableOp::Order(_)));
    let keyed = identity || whole || ops.iter().any(concerns_primary);
    let joined = caps.index_scope == Scope::Table;
    let leads = Leads::of(&ops, joined);
    let reshaped: BTreeSet<Ident> = if joined {
        ops.iter().filter_map(reshapes).cloned().collect()
    } else {
        BTreeSet::new()
    };
    let mut groups: Vec<Group> = Vec::new();
    for (at, op) in ops.into_iter().enumerate() {
        let moves = ordered && is_placed(&op);
        let mut bonds = Vec::new();
        let reached = is_reached(&op) || (joined && op.index().is_some());
        if (whole && reached) || (moves && keyed) {
            bonds.push(Bond::Key);
        } else if moves {
            bonds.push(Bond::Places);
        }
        bonds.extend(leads.bond(&op));
        bonds.extend(Bond::of(&op, identity));
        if joined {
            bonds.extend(shapes(&op, &reshaped));
        } else {
            bonds.truncate(1);
        }
        let (bound, rest): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| group.shares(&bonds));
        groups = rest;
        let mut group = Group {
            bonds,
            ops: vec![(at, op)],
        };
        for other in bound {
            group.bonds.extend(other.bonds);
            group.ops.extend(other.ops);
        }
        groups.push(group);
    }
    for group in &mut groups {
        let named = group.bonds.iter().any(|b| matches!(b, Bond::Name(_)));
        // a name is free before it is taken
        group.ops.sort_by_key(|(at, op)| (named && !goes(op), *at));
    }
    groups.sort_by_key(Group::place);
    let ops = |group: Group| group.ops.into_iter().map(|(_, op)| op).collect();
    groups.into_iter().map(ops).collect()
}

/// Operations of one step, each with its place in the order given.
struct Group {
    bonds: Vec<Bond>,
    ops: Vec<(usize, TableOp)>,
}

impl Group {
    fn shares(&self, bonds: &[Bond]) -> bool {
        bonds.iter().any(|bond| self.bonds.contains(bond))
    }

    /// Where it stands: with the first column that changes its shape, so behind all new columns;
    /// else with its first operation.
    fn place(&self) -> usize {
        let shaped = self.bonds.iter().any(|b| matches!(b, Bond::Shape(_)));
        let places = self.ops.iter();
        let places = places.filter(|(_, op)| !shaped || reshapes(op).is_some());
        places.map(|(at, _)| *at).min().unwrap_or_default()
    }
}

/// The column that can no longer be in the same keys, or only now can.
fn reshapes(op: &TableOp) -> Option<&Ident> {
    let TableOp::Column(Delta::Alter(pair)) = op else {
        return None;
    };
    let (from, to) = (&pair.from, &pair.to);
    let same = from.ty == to.ty && from.nullable == to.nullable && from.generated == to.generated;
    (!same).then_some(&to.name)
}

/// What holds a column that changes its shape together with the keys and indexes that come and go.
fn shapes(op: &TableOp, reshaped: &BTreeSet<Ident>) -> Vec<Bond> {
    let of_index = |index: &Index| -> Vec<Ident> {
        let column = |part: &IndexPart| part.column_name().cloned();
        index.parts.iter().filter_map(column).collect()
    };
    let columns: Vec<Ident> = match op {
        TableOp::Column(Delta::Alter(pair)) => vec![pair.to.name.clone()],
        TableOp::Constraint(Delta::Add(c) | Delta::Drop(c)) => match &c.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {
                c.columns().into_iter().cloned().collect()
            }
            ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => Vec::new(),
        },
        TableOp::Index(Delta::Add(index) | Delta::Drop(index)) => of_index(index),
        TableOp::Constraint(Delta::Alter(_))
        | TableOp::Index(Delta::Alter(_))
        | TableOp::Column(_)
        | TableOp::Rename(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Lineage(_) => Vec::new(),
    };
    let bound = columns.into_iter().filter(|name| reshaped.contains(name));
    bound.map(Bond::Shape).collect()
}

/// Another character set, which columns without one of their own take, or another partitioning,
/// whose columns every key holds.
fn reaches_all(op: &TableOp) -> bool {
    recollates(op) || matches!(op, TableOp::Partitioning(_))
}

pub(super) fn recollates(op: &TableOp) -> bool {
    match op {
        TableOp::Options(pair) => {
            let (from, to) = (&pair.from, &pair.to);
            !same(from.charset.as_ref(), to.charset.as_ref())
                || !same(from.collation.as_ref(), to.collation.as_ref())
        }
        TableOp::Rename(_)
        | TableOp::Column(_)
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Partitioning(_)
        | TableOp::Lineage(_)
        | TableOp::Order(_) => false,
    }
}

fn concerns_primary(op: &TableOp) -> bool {
    let moved = (op.constraint()).and_then(|delta| delta.added().or(delta.dropped()));
    moved.is_some_and(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)))
}

/// What goes with an order: a column is moved by its whole definition, which must be the one it has
/// then, there and back.
fn is_placed(op: &TableOp) -> bool {
    match op {
        TableOp::Order(_) | TableOp::Column(Delta::Alter(_)) | TableOp::Value { .. } => true,
        TableOp::Constraint(delta) => [delta.before(), delta.after()]
            .into_iter()
            .flatten()
            .any(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_))),
        TableOp::Rename(_)
        | TableOp::Column(_)
        | TableOp::Index(_)
        | TableOp::Options(_)
        | TableOp::Partitioning(_)
        | TableOp::Lineage(_) => false,
    }
}

/// The columns that begin both an index that comes and one that goes: a foreign key may lean on
/// either, and a server may drop the old one by itself, so they change in one step.
struct Leads(BTreeSet<Ident>);

impl Leads {
    /// `joined` says that one step may hold both these and those of one name.
    fn of(ops: &[TableOp], joined: bool) -> Self {
        let lead = |index: &Index| index.parts.first()?.column_name().cloned();
        let mut sides: Pair<BTreeSet<Ident>> = Pair::new(BTreeSet::new(), BTreeSet::new());
        let mut names: BTreeSet<Ident> = BTreeSet::new();
        for delta in ops.iter().filter_map(TableOp::index) {
            match delta {
                Delta::Add(index) => sides.to.extend(lead(index)),
                // one of the same name goes and comes together anyway
                Delta::Drop(index) => {
                    sides.from.extend(lead(index));
                    names.insert(index.name.get().clone());
                }
                Delta::Alter(_) => {}
            }
        }
        let swaps = ops
            .iter()
            .any(|op| matches!(op, TableOp::Index(Delta::Add(i)) if names.contains(i.name.get())));
        if swaps && !joined {
            return Self(BTreeSet::new());
        }
        Self(&sides.from & &sides.to)
    }

    fn bond(&self, op: &TableOp) -> Option<Bond> {
        let lead = op.index()?;
        let (Delta::Add(index) | Delta::Drop(index)) = lead else {
            return None;
        };
        let column = index.parts.first()?.column_name()?;
        (self.0.contains(column)).then(|| Bond::Lead(column.clone()))
    }
}

fn same(from: Option<&Given<String>>, to: Option<&Given<String>>) -> bool {
    from.map(Given::get) == to.map(Given::get)
}

/// What such an operation reaches.
fn is_reached(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(Delta::Add(c) | Delta::Drop(c)) => match &c.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => true,
            ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => false,
        },
        TableOp::Column(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Partitioning(_) => true,
        TableOp::Constraint(Delta::Alter(_))
        | TableOp::Rename(_)
        | TableOp::Index(_)
        | TableOp::Lineage(_)
        | TableOp::Order(_) => false,
    }
}

/// Whether an operation takes an index or a constraint away.
fn goes(op: &TableOp) -> bool {
    matches!(
        op,
        TableOp::Index(Delta::Drop(_)) | TableOp::Constraint(Delta::Drop(_))
    )
}

/// What holds operations together.
#[derive(PartialEq, Eq)]
enum Bond {
    /// The primary key, and the identity that needs it.
    Key,
    /// An enum column.
    Values(Ident),
    /// Two indexes or constraints of one name.
    Name(Ident),
    /// Columns that change and change places.
    Places,
    /// Indexes that begin with one column.
    Lead(Ident),
    /// A column of another type, or that takes NULL from now on, or no longer.
    Shape(Ident),
    /// Columns that get other names: what speaks of several of them sees all or none.
    Renames,
}

impl Bond {
    fn of(op: &TableOp, identity: bool) -> Option<Self> {
        let named = |name: &Given<Ident>| Some(Self::Name(name.get().clone()));
        match op {
            TableOp::Constraint(Delta::Add(c) | Delta::Drop(c)) => match &c.kind {
                ConstraintKind::PrimaryKey(_) => Some(Self::Key),
                ConstraintKind::Unique(_) => named(&c.name),
                // dropped before and added after what lies between
                ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_) => None,
            },
            TableOp::Index(Delta::Add(i) | Delta::Drop(i)) => named(&i.name),
            TableOp::Column(Delta::Add(c) | Delta::Drop(c)) if identity && c.identity.is_some() => {
                Some(Self::Key)
            }
            TableOp::Column(Delta::Alter(pair))
                if identity && (pair.from.identity.is_some() || pair.to.identity.is_some()) =>
            {
                Some(Self::Key)
            }
            TableOp::Column(Delta::Alter(pair)) if pair.from.name != pair.to.name => {
                Some(Self::Renames)
            }
            TableOp::Column(Delta::Alter(pair)) if !pair.to.ty.values.is_empty() => {
                Some(Self::Values(pair.to.name.clone()))
            }
            TableOp::Value { column, .. } => Some(Self::Values(column.clone())),
            TableOp::Rename(_)
            | TableOp::Column(_)
            | TableOp::Constraint(Delta::Alter(_))
            | TableOp::Index(Delta::Alter(_))
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Lineage(_) => None,
        }
    }
}

/// Whether an index can be built beside writers: none of a partitioned table can, nor one that is part
/// of such.
pub(super) fn is_built_alone(sides: &Sides, index: &Index) -> bool {
    let whole = sides.from.partitioning.is_none() && sides.to.partitioning.is_none();
    whole && index.parent.is_none()
}

/// The nodes of one group: one, or one an index where indexes are built concurrently.
fn split(sides: &Sides, ops: Vec<TableOp>, caps: &Caps) -> Vec<Node> {
    let builds = |op: &TableOp| {
        let own = match op.index() {
            Some(Delta::Add(index) | Delta::Drop(index)) => is_built_alone(sides, index),
            Some(Delta::Alter(_)) | None => false,
        };
        own && caps.concurrent_indexes
    };
    let change = |ops| Change::Table {
        sides: sides.clone(),
        ops,
    };
    if ops.iter().all(builds) {
        return ops
            .into_iter()
            .flat_map(|op| alone(op, &change, caps))
            .collect();
    }
    let foreign = |c: &Constraint| matches!(c.kind, ConstraintKind::ForeignKey(_));
    let rank = match ops.as_slice() {
        [TableOp::Constraint(Delta::Add(c))] if foreign(c) => Rank::AddForeignKey,
        [TableOp::Constraint(Delta::Drop(c))] if foreign(c) => Rank::DropForeignKey,
        _ => Rank::Alter,
    };
    vec![Node::change(change(ops), rank)]
}

/// An index that is built or dropped outside of transactions, in a statement that has room for
/// nothing else: its comment and what else comes later is a step of its own.
fn alone(op: TableOp, change: &dyn Fn(Vec<TableOp>) -> Change, caps: &Caps) -> Vec<Node> {
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
        for key in caps.later_index_attributes {
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
        | TableOp::Lineage(_)) => vec![Node::change(change(vec![op]), Rank::Alter)],
    }
}
