//! Which operations of a table share a step.

use crate::change::{Delta, TableOp};
use crate::dialect::Capabilities;
use crate::model::{
    Column, Constraint, ConstraintKind, Given, Ident, Index, IndexPart, Pair, PartKey,
};
use std::collections::BTreeSet;

/// Operations that can't stand alone share a step: a column of numbers and the key it needs, an
/// enum's renamed values and its new definition, a part that gives way to another of its name.
/// Where indexes are parts of their table, one step holds all that hangs together by any of these.
/// `numbers` are the columns of numbers, before and after: what keys they have gives way in one step.
/// `passed` tells the name that partitions' share of an index gets, where the table has any.
/// `crowded` says that no row can have what comes beside what goes.
pub(crate) fn group(
    ops: Vec<TableOp>,
    caps: &Capabilities,
    numbers: &BTreeSet<Ident>,
    passed: &dyn Fn(&Index) -> Option<Ident>,
    crowded: bool,
) -> Vec<Vec<TableOp>> {
    let identity = caps.tables.identity_needs_index
        && ops.iter().filter_map(TableOp::column).any(|delta| {
            let has = |column: Option<&Column>| column.is_some_and(|c| c.identity.is_some());
            has(delta.before()) != has(delta.after())
        });
    let joined = caps.indexes.altered_with_table;
    let leads = Leads::of(&ops, joined);
    // new columns find the column of numbers in its place, whatever else holds that back
    let passing = passing(&ops);
    let waits = |op: &TableOp| leads.bond(op).is_some() && holds(op, &passing);
    let held_back = ops.iter().any(holds_back)
        || ops.iter().any(waits)
        || shares_key(&ops)
        || swaps_numbers(&ops);
    let beside = identity && caps.tables.column_order && held_back;
    let whole = beside || crowded || ops.iter().any(|op| reaches_all(op, caps));
    let ordered = ops.iter().any(|op| matches!(op, TableOp::Order(_)));
    let keyed = identity || whole || ops.iter().any(concerns_primary);
    let is_key = |op: &TableOp| holds(op, numbers);
    let swaps = |op: &TableOp| is_key(op) && goes(op);
    let anchored = caps.tables.identity_needs_index && ops.iter().any(swaps);
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
        if anchored && is_key(&op) {
            bonds.push(Bond::Key);
        }
        bonds.extend(leads.bond(&op));
        bonds.extend(Bond::of(&op, identity));
        if joined {
            bonds.extend(renamed(&op).cloned().map(Bond::Name));
            bonds.extend(shapes(&op, &reshaped));
        } else {
            bonds.truncate(1);
        }
        let moved = op.index().and_then(Delta::moved);
        bonds.extend(moved.and_then(passed).map(Bond::Passed));
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
        let is_name = |bond: &Bond| matches!(bond, Bond::Name(_) | Bond::Passed(_));
        let named = group.bonds.iter().any(is_name);
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
    /// else with a column that comes or goes, so among its like; else with its first operation.
    fn place(&self) -> usize {
        let first = |of: fn(&TableOp) -> bool| {
            let places = self.ops.iter().filter(|(_, op)| of(op));
            places.map(|(at, _)| *at).min()
        };
        let shaped = self.bonds.iter().any(|b| matches!(b, Bond::Shape(_)));
        let shape = first(|op| reshapes(op).is_some()).filter(|_| shaped);
        let column = first(|op| matches!(op, TableOp::Column(Delta::Add(_) | Delta::Drop(_))));
        let place = shape.or(column).or_else(|| first(|_| true));
        place.unwrap_or_default()
    }
}

/// The column that can no longer be in the same keys, or only now can.
fn reshapes(op: &TableOp) -> Option<&Ident> {
    let Pair { from, to } = op.column()?.altered()?;
    let same = from.ty == to.ty && from.nullable == to.nullable && from.generated == to.generated;
    (!same).then_some(&to.name)
}

/// What holds a column that changes its shape together with the keys and indexes that come and go.
fn shapes(op: &TableOp, reshaped: &BTreeSet<Ident>) -> Vec<Bond> {
    // and with what is computed from it
    let altered = op.column().and_then(Delta::altered);
    let column = altered.into_iter().flat_map(|pair| {
        let computed = [&pair.from, &pair.to].map(|side| side.generated.iter());
        let reads = computed.into_iter().flatten().flat_map(|g| &g.expr.reads);
        reads.chain([&pair.to.name])
    });
    let key = op.constraint().and_then(Delta::moved);
    let key = key.filter(|key| key.kind.is_unique());
    let key = key.into_iter().flat_map(Constraint::columns);
    let read = |part: &IndexPart| match &part.key {
        PartKey::Column(name) => vec![name.clone()],
        PartKey::Expr(expr) => expr.reads.iter().cloned().collect(),
    };
    let index = op.index().and_then(Delta::moved);
    let index = index
        .into_iter()
        .flat_map(|index| index.parts.iter().flat_map(read));
    let named = column.chain(key).cloned().chain(index);
    let bound = named.filter(|name| reshaped.contains(name));
    bound.map(Bond::Shape).collect()
}

/// Whether several columns come, or go, with a primary key over them.
fn shares_key(ops: &[TableOp]) -> bool {
    let moved = |side: fn(&Delta<Column>) -> Option<&Column>, key: &Constraint| {
        let columns = ops.iter().filter_map(|op| side(op.column()?));
        let of_key = columns.filter(|column| key.columns().contains(&&column.name));
        of_key.count() > 1
    };
    let mut keys = ops.iter().filter(|op| concerns_primary(op));
    keys.any(|op| {
        let delta = op.constraint();
        let came = delta.and_then(Delta::added);
        let gone = delta.and_then(Delta::dropped);
        came.is_some_and(|key| moved(Delta::added, key))
            || gone.is_some_and(|key| moved(Delta::dropped, key))
    })
}

/// The columns that come or go, but for those of numbers.
fn passing(ops: &[TableOp]) -> BTreeSet<Ident> {
    let moved = ops.iter().filter_map(|op| op.column()?.moved());
    let plain = moved.filter(|column| column.identity.is_none());
    plain.map(|column| column.name.clone()).collect()
}

/// Whether a column of numbers gives way to another: there or back, its neighbours would come first.
fn swaps_numbers(ops: &[TableOp]) -> bool {
    let has = |side: fn(&Delta<Column>) -> Option<&Column>| {
        let mut columns = ops.iter().filter_map(|op| side(op.column()?));
        columns.any(|column| column.identity.is_some())
    };
    has(Delta::added) && has(Delta::dropped)
}

/// What moves the step of a column of numbers behind the other columns that come or go.
fn holds_back(op: &TableOp) -> bool {
    let alters = op.column().and_then(Delta::altered).is_some();
    alters || op.value().is_some() || op.order().is_some()
}

/// Another character set, which columns without one of their own take; another way to store rows,
/// which has other types, keys and indexes; or another partitioning, whose columns every key holds.
fn reaches_all(op: &TableOp, caps: &Capabilities) -> bool {
    recollates(op) || restores(op, caps) || matches!(op, TableOp::Partitioning(_))
}

/// Whether the table is written anew, to another engine or layout of rows.
pub(crate) fn restores(op: &TableOp, caps: &Capabilities) -> bool {
    op.options().is_some_and(|Pair { from, to }| {
        let mut changed = from.attrs.changes(&to.attrs);
        !same(from.engine.as_ref(), to.engine.as_ref())
            || changed.any(|(key, ..)| caps.changes.layout_attributes.contains(&key))
    })
}

pub(crate) fn recollates(op: &TableOp) -> bool {
    op.options().is_some_and(|Pair { from, to }| {
        !same(from.charset.as_ref(), to.charset.as_ref())
            || !same(from.collation.as_ref(), to.collation.as_ref())
    })
}

fn is_primary(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
}

fn concerns_primary(op: &TableOp) -> bool {
    let moved = op.constraint().and_then(Delta::moved);
    moved.is_some_and(is_primary)
}

/// What goes with an order: a column is moved by its whole definition, which must be the one it has
/// then, there and back.
fn is_placed(op: &TableOp) -> bool {
    let sides = op.constraint().map(|delta| [delta.before(), delta.after()]);
    holds_back(op) || sides.into_iter().flatten().flatten().any(is_primary)
}

/// The columns that begin both an index that comes and one that goes: a foreign key may lean on
/// either, and a server may drop the old one by itself, so they change in one step.
struct Leads {
    columns: BTreeSet<Ident>,
    /// Keys are indexes of their table, too.
    keys: bool,
}

impl Leads {
    /// `joined` says that one step may hold both these and those of one name.
    fn of(ops: &[TableOp], joined: bool) -> Self {
        let lead = |index: &Index| index.parts.first()?.column_name().cloned();
        let mut sides: Pair<BTreeSet<Ident>> = Pair::new(BTreeSet::new(), BTreeSet::new());
        let mut names: BTreeSet<Ident> = BTreeSet::new();
        for op in ops.iter().filter(|_| joined) {
            match op.constraint() {
                Some(Delta::Add(key)) => sides.to.extend(lead_of_key(key)),
                Some(Delta::Drop(key)) => sides.from.extend(lead_of_key(key)),
                Some(Delta::Alter(_)) | None => {}
            }
        }
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
            sides.to.clear();
        }
        Self {
            columns: &sides.from & &sides.to,
            keys: joined,
        }
    }

    fn bond(&self, op: &TableOp) -> Option<Bond> {
        let index = op.index().and_then(Delta::moved);
        let lead = index.and_then(|index| index.parts.first()?.column_name().cloned());
        let key = op.constraint().and_then(Delta::moved);
        let key = key.filter(|_| self.keys);
        let column = lead.or_else(|| lead_of_key(key?))?;
        let leads = self.columns.contains(&column);
        leads.then_some(Bond::Lead(column))
    }
}

/// The first column of a key that an index serves.
fn lead_of_key(key: &Constraint) -> Option<Ident> {
    let columns = key.columns();
    let first = columns.first().filter(|_| key.kind.is_unique());
    first.map(|name| (*name).clone())
}

fn same(from: Option<&Given<String>>, to: Option<&Given<String>>) -> bool {
    from.map(Given::get) == to.map(Given::get)
}

/// What such an operation reaches.
fn is_reached(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(Delta::Add(c) | Delta::Drop(c) | Delta::Alter(Pair { to: c, .. })) => {
            c.kind.is_unique()
        }
        TableOp::Column(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Partitioning(_) => true,
        TableOp::Rename(_) | TableOp::Index(_) | TableOp::Inheritance(_) | TableOp::Order(_) => {
            false
        }
    }
}

/// The name that a key or an index gets; another may leave it.
fn renamed(op: &TableOp) -> Option<&Ident> {
    let key = op.constraint().and_then(Delta::altered);
    let key = key.map(|pair| (pair.from.name.get(), pair.to.name.get()));
    let index = op.index().and_then(Delta::altered);
    let index = index.map(|pair| (pair.from.name.get(), pair.to.name.get()));
    let (from, to) = key.or(index)?;
    (from != to).then_some(to)
}

/// Whether a key or an index over one of these columns comes or goes.
fn holds(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let key = op.constraint().and_then(Delta::moved);
    let key = key.filter(|key| key.kind.is_unique());
    let key = key.into_iter().flat_map(Constraint::columns);
    let index = op.index().and_then(Delta::moved);
    let index = index.into_iter().flat_map(|index| &index.parts);
    let mut names = key.chain(index.filter_map(IndexPart::column_name));
    names.any(|name| columns.contains(name))
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
    /// Two indexes whose shares in partitions the server gives one name.
    Passed(Ident),
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
            | TableOp::Inheritance(_) => None,
        }
    }
}
