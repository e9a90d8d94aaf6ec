//! Which step waits for which, and one order of them that depends on nothing but the steps.

pub(crate) mod dependencies;
pub(crate) mod inheritance;
pub(crate) mod names;
pub(crate) mod parts;
pub(crate) mod table_creation;

use crate::change::{Action, Change, Delta, TableOp};
use crate::dialect::Dialect;
use crate::model::{Column, Ident, ObjectId, ObjectKind, Pair, Schema, Table};
use crate::plan::order::dependencies::{Needs, of_object, of_type};
use crate::plan::{Node, Rank, Unit};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

/// Something that one step makes and another needs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    Object(ObjectId),
    /// All extensions: nobody can tell who needs which.
    Extensions,
    Column(ObjectId, Ident),
    /// The keys of a table: what a foreign key may refer to.
    Keys(ObjectId),
    /// An index by its name.
    Index(ObjectId, Ident),
    /// A name, free to be taken by what is made anew.
    FreeName(names::Name),
    /// The same, to be taken by what is there.
    LeftName(names::Name),
    /// Keys and indexes that begin with this column: what foreign keys of the table lean on.
    Supports(ObjectId, Ident),
    /// The name of a table, free to be taken by one made anew.
    Vacant(ObjectId),
    /// Columns that a table has passed down to its partitions and heirs.
    PassedColumns(ObjectId),
    /// Indexes and constraints that a table has passed down.
    PassedParts(ObjectId),
    /// What partitions of a table have made before the table's own of this name is made over it.
    Below(ObjectId, Ident),
    /// The bounds of a table's partitions that others may need: they are free once those have left.
    Left(ObjectId),
    /// A table that has left its parents, or has joined none yet.
    Loose(ObjectId),
    /// The foreign keys of a table.
    References(ObjectId),
    /// What is let go of a table before all of it goes.
    Remains(ObjectId),
}

/// What a step does to resources. A step that changes one both ends and makes it.
#[derive(Default)]
pub(crate) struct Effects {
    makes: Vec<Resource>,
    ends: Vec<Resource>,
    /// Needed once the step has run.
    needs: Vec<Resource>,
    /// Needed until the step has run.
    frees: Vec<Resource>,
    /// The table whose other steps keep their order with this one.
    chain: Option<ObjectId>,
    /// Whether it makes an object that wasn't there, or is there no longer.
    creates: bool,
}

/// Orders nodes so that each comes after those it waits for. Among those that may come, steps that
/// share a transaction come before those that don't, then rank, then the order given.
/// A circle can't come from a diff; should one be, its nodes keep the order given.
///
pub(crate) fn order(nodes: Vec<Node>, ends: &Pair<&Schema>, dialect: &dyn Dialect) -> Vec<Node> {
    let needs = Needs::new(ends);
    let effects: Vec<Effects> = (nodes.iter())
        .map(|node| effects(&node.action, &needs, dialect))
        .collect();
    let edges = edges(
        &effects,
        dialect.capabilities().foreign_keys.needs_own_index,
    );
    // what tables used goes when nothing is left to be done to a table: a gate, as an edge from each
    // step to each of these would be quadratic. One whose name is wanted can't wait that long
    let wanted = wanted(&nodes, &edges);
    let tidy: BTreeSet<usize> = (0..nodes.len())
        .filter(|at| nodes[*at].rank == Rank::Tidy && !wanted.contains(at))
        .collect();
    let mut before_gate = nodes.len() - tidy.len();
    let mut waits: Vec<usize> = vec![0; nodes.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (before, after) in &edges {
        waits[*after] += 1;
        followers[*before].push(*after);
    }
    if before_gate > 0 {
        tidy.iter().for_each(|at| waits[*at] += 1);
    }
    let key = |at: usize| Reverse((nodes[at].unit == Unit::Bare, nodes[at].rank, at));
    let mut ready: BinaryHeap<_> = (0..nodes.len())
        .filter(|at| waits[*at] == 0)
        .map(key)
        .collect();
    let mut sequence = Vec::with_capacity(nodes.len());
    let mut placed = vec![false; nodes.len()];
    let mut next_stuck = 0;
    // the place of the step that opened the gate
    let mut gate: Option<u32> = None;
    while sequence.len() < nodes.len() {
        let at = if let Some(Reverse((_, _, at))) = ready.pop() {
            at
        } else {
            while placed[next_stuck] {
                next_stuck += 1;
            }
            next_stuck
        };
        if std::mem::replace(&mut placed[at], true) {
            continue;
        }
        sequence.push(at);
        let mut freed = None;
        if !tidy.contains(&at) {
            before_gate -= 1;
            if before_gate == 0 {
                gate = u32::try_from(sequence.len()).ok();
                freed = Some(&tidy);
            }
        }
        for follower in followers[at].iter().chain(freed.into_iter().flatten()) {
            waits[*follower] -= 1;
            if waits[*follower] == 0 {
                ready.push(key(*follower));
            }
        }
    }
    let mut place = vec![0_u32; nodes.len()];
    for (n, at) in sequence.iter().enumerate() {
        place[*at] = u32::try_from(n + 1).unwrap_or(u32::MAX);
    }
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for (before, follower) in &edges {
        after[*follower].push(place[*before]);
    }
    for at in &tidy {
        after[*at].extend(gate);
    }
    let mut slots: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    sequence
        .into_iter()
        .filter_map(|at| {
            let mut node = slots[at].take()?;
            after[at].sort_unstable();
            node.after = std::mem::take(&mut after[at]);
            Some(node)
        })
        .collect()
}

/// What something waits for that is no tidying up, be it by way of other tidying up.
fn wanted(nodes: &[Node], edges: &BTreeSet<(usize, usize)>) -> BTreeSet<usize> {
    let tidies = |at: usize| nodes.get(at).is_some_and(|node| node.rank == Rank::Tidy);
    let mut waits_for: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut open = Vec::new();
    for (before, after) in edges.iter().filter(|(before, _)| tidies(*before)) {
        if tidies(*after) {
            waits_for.entry(*after).or_default().push(*before);
        } else {
            open.push(*before);
        }
    }
    let mut wanted = BTreeSet::new();
    while let Some(at) = open.pop() {
        if wanted.insert(at) {
            open.extend(waits_for.get(&at).into_iter().flatten());
        }
    }
    wanted
}

fn edges(effects: &[Effects], lean: bool) -> BTreeSet<(usize, usize)> {
    let mut makers: HashMap<&Resource, Vec<usize>> = HashMap::new();
    let mut enders: HashMap<&Resource, Vec<usize>> = HashMap::new();
    for (at, effect) in effects.iter().enumerate() {
        for resource in &effect.makes {
            makers.entry(resource).or_default().push(at);
        }
        for resource in &effect.ends {
            enders.entry(resource).or_default().push(at);
        }
    }
    let mut edges = BTreeSet::new();
    // steps of one table keep their order, whatever else they say of each other
    let chain = |at: usize| effects.get(at).and_then(|effect| effect.chain.as_ref());
    let mut link = |before: usize, after: usize| {
        let against = before > after && chain(before).is_some() && chain(before) == chain(after);
        if before != after && !against {
            edges.insert((before, after));
        }
    };
    let mut chains: BTreeMap<&ObjectId, usize> = BTreeMap::new();
    for (at, effect) in effects.iter().enumerate() {
        let counts = |resource: &&Resource| match resource {
            Resource::Supports(..) => lean,
            Resource::FreeName(_)
            | Resource::LeftName(_)
            | Resource::Object(_)
            | Resource::Extensions
            | Resource::Column(..)
            | Resource::Keys(_)
            | Resource::Index(..)
            | Resource::Vacant(_)
            | Resource::PassedColumns(_)
            | Resource::PassedParts(_)
            | Resource::Below(..)
            | Resource::Left(_)
            | Resource::Loose(_)
            | Resource::References(_)
            | Resource::Remains(_) => true,
        };
        for resource in effect.needs.iter().filter(counts) {
            for maker in makers.get(resource).into_iter().flatten() {
                link(*maker, at);
            }
        }
        for resource in &effect.frees {
            let ending = enders.get(resource).map_or(&[][..], Vec::as_slice);
            for ender in ending {
                link(at, *ender);
            }
            // what only brings the name that this step goes by, a rename, comes first
            let named = matches!(resource, Resource::Object(_) | Resource::Column(..));
            let naming = makers.get(resource).filter(|_| named).into_iter().flatten();
            let anew = |maker: &usize| effects.get(*maker).is_some_and(|e| e.creates);
            for maker in naming.filter(|maker| !ending.contains(maker) && !anew(maker)) {
                link(*maker, at);
            }
        }
        let before = (effect.chain.as_ref()).and_then(|table| chains.insert(table, at));
        if let Some(before) = before {
            link(before, at);
        }
    }
    edges
}

fn effects(action: &Action, needs: &Needs, dialect: &dyn Dialect) -> Effects {
    let mut out = Effects::default();
    match action {
        Action::Change(change) | Action::Concurrently(change) => {
            of_change(change, needs, dialect, &mut out);
        }
    }
    out
}

fn of_change(change: &Change, needs: &Needs, dialect: &dyn Dialect, out: &mut Effects) {
    match change {
        Change::Create(id, object) => {
            out.creates = true;
            out.makes.push(Resource::Object(id.clone()));
            out.needs.push(Resource::Vacant(id.clone()));
            let names = names::of_object(dialect, id, object.as_table());
            out.needs.extend(names.into_iter().map(Resource::FreeName));
            out.needs.extend(needs.after(id));
            if let Some(table) = object.as_table() {
                out.makes.extend(parts_of(table));
                out.needs.extend(needs_of(table));
                inheritance::joins(table, out);
            } else {
                out.makes.extend(extensions(id));
                out.needs.extend(of_object(object));
            }
        }
        Change::Drop(id, object) => {
            out.ends.push(Resource::Object(id.clone()));
            out.ends.push(Resource::Remains(id.clone()));
            out.makes.push(Resource::Vacant(id.clone()));
            let names = names::of_object(dialect, id, object.as_table());
            out.makes
                .extend(names.iter().cloned().map(Resource::FreeName));
            out.makes.extend(names.into_iter().map(Resource::LeftName));
            out.frees.extend(needs.before(id));
            if let Some(table) = object.as_table() {
                out.ends.extend(parts_of(table));
                out.frees.extend(needs_of(table));
                inheritance::leaves(&table.inheritance, out);
            } else {
                out.ends.extend(extensions(id));
                out.frees.extend(of_object(object));
            }
        }
        // a sequence is altered in place, whoever draws from it
        Change::Replace(id, sides) if id.kind == ObjectKind::Sequence => {
            out.needs.push(Resource::Object(id.clone()));
            out.frees.push(Resource::Object(id.clone()));
            out.needs.extend(of_object(&sides.to));
            out.frees.extend(of_object(&sides.from));
        }
        Change::Replace(id, sides) => {
            out.ends.push(Resource::Object(id.clone()));
            out.makes.push(Resource::Object(id.clone()));
            // what it goes on using is made anew before it, with what it has of that
            let mut after = needs.after(id);
            after.extend(of_object(&sides.to));
            let mut before = needs.before(id);
            before.extend(of_object(&sides.from));
            before.retain(|resource| !after.contains(resource));
            out.frees.extend(before);
            out.needs.extend(after);
        }
        Change::Comment(id, sides) => {
            out.needs.push(Resource::Object(id.clone()));
            if sides.to.is_none() {
                out.frees.push(Resource::Object(id.clone()));
            }
        }
        // before the type gets other values, and before anybody speaks of the new one
        Change::Value(id, _) => {
            out.makes.push(Resource::Object(id.clone()));
            out.frees.push(Resource::Object(id.clone()));
        }
        Change::Table { sides, ops } => {
            // what goes lets go of what the table has needed, what comes may need something new
            if ops.iter().all(only_goes) {
                out.frees.extend(needs.before(&sides.from.id));
            } else if ops.iter().any(comes) {
                out.needs.extend(needs.after(&sides.to.id));
            } else {
                // a plain column leans on its type alone, which an extension may bring
                out.needs.push(Resource::Extensions);
            }
            for op in ops {
                of_op(op, &sides.from, &sides.to, dialect, out);
                inheritance::of_op(op, &sides.from, &sides.to, out);
            }
        }
    }
}

/// Whether an operation only takes something away.
pub(crate) fn only_goes(op: &TableOp) -> bool {
    match op {
        TableOp::Column(Delta::Drop(_))
        | TableOp::Constraint(Delta::Drop(_))
        | TableOp::Index(Delta::Drop(_)) => true,
        TableOp::Column(Delta::Alter(pair)) => loses_default(pair),
        TableOp::Rename(_)
        | TableOp::Column(Delta::Add(_))
        | TableOp::Constraint(Delta::Add(_) | Delta::Alter(_))
        | TableOp::Index(Delta::Add(_) | Delta::Alter(_))
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => false,
    }
}

/// Whether an operation brings something that may lean on other objects.
fn comes(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(Delta::Add(_))
        | TableOp::Index(Delta::Add(_))
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => true,
        TableOp::Column(Delta::Add(column)) => {
            let own = column.default.is_some() || column.generated.is_some();
            own || column.identity.is_some() || column.on_update_now
        }
        TableOp::Column(Delta::Alter(pair)) => !loses_default(pair),
        TableOp::Rename(_)
        | TableOp::Column(Delta::Drop(_))
        | TableOp::Constraint(Delta::Drop(_) | Delta::Alter(_))
        | TableOp::Index(Delta::Drop(_) | Delta::Alter(_))
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_) => false,
    }
}

/// Whether a column keeps its type and no longer has a default.
fn loses_default(pair: &Pair<Column>) -> bool {
    pair.from.ty == pair.to.ty && pair.from.default.is_some() && pair.to.default.is_none()
}

fn extensions(id: &ObjectId) -> Option<Resource> {
    (id.kind == ObjectKind::Extension).then_some(Resource::Extensions)
}

fn parts_of(table: &Table) -> Vec<Resource> {
    let column = |c: &Column| Resource::Column(table.id.clone(), c.name.clone());
    let mut parts: Vec<Resource> = table.columns.iter().map(column).collect();
    parts.push(Resource::Keys(table.id.clone()));
    parts
}

fn needs_of(table: &Table) -> Vec<Resource> {
    let mut needs = Vec::new();
    for column in &table.columns {
        needs.extend(type_of(column));
    }
    let parents = table.inheritance.parents().iter().cloned();
    needs.extend(parents.map(Resource::Object));
    for (_, fk) in table.foreign_keys().filter(|(_, fk)| fk.target != table.id) {
        needs.push(Resource::Object(fk.target.clone()));
        needs.push(Resource::Keys(fk.target.clone()));
        let column = |c: &Ident| Resource::Column(fk.target.clone(), c.clone());
        needs.extend(fk.target_columns.iter().map(column));
    }
    needs
}

/// The type that a column has, where it isn't built in.
fn type_of(column: &Column) -> Vec<Resource> {
    of_type(&column.ty).collect()
}

fn of_op(op: &TableOp, from: &Table, to: &Table, dialect: &dyn Dialect, out: &mut Effects) {
    let table = &to.id;
    let on = |name: &Ident| Resource::Column(table.clone(), name.clone());
    match op {
        TableOp::Rename(_) => {
            out.chain = Some(table.clone());
            out.ends.push(Resource::Object(from.id.clone()));
            out.makes.push(Resource::Object(table.clone()));
            names::rename(dialect, from, to, out);
            // whatever else is done to the table is done under its new name
            out.makes.extend(parts_of(to));
        }
        TableOp::Column(delta) => {
            out.chain = Some(table.clone());
            names::column(dialect, table, delta, out);
            let [before, after] = [delta.before(), delta.after()];
            let types = [before, after].map(|side| side.map(type_of).unwrap_or_default());
            let same = types[0] == types[1];
            let bare = matches!(delta, Delta::Alter(pair) if loses_default(pair));
            if let Some(before) = before {
                out.ends.push(on(&before.name));
                if !same || bare {
                    out.frees.extend(types[0].iter().cloned());
                }
            }
            if let Some(after) = after {
                out.makes.push(on(&after.name));
                if !bare {
                    out.needs.extend(types[1].iter().cloned());
                }
            }
        }
        TableOp::Constraint(delta) => {
            names::constraint(dialect, table, delta, out);
            parts::constraint(delta, table, out);
        }
        TableOp::Index(delta) => {
            names::index(dialect, table, delta, out);
            parts::index(delta, table, out);
        }
        TableOp::Value { column, .. } => {
            out.chain = Some(table.clone());
            out.makes.push(on(column));
        }
        TableOp::Options(pair) => {
            out.chain = Some(table.clone());
            // a value may be the name of an index, a flag decide who may refer to whom
            let index = |name: &str| Resource::Index(table.clone(), name.into());
            let kept = to.foreign_keys().filter(|(kept, fk)| {
                let mut old = from.constraints.iter();
                fk.target != *table && old.any(|old| old.kind == kept.kind)
            });
            let targets: Vec<Resource> = kept
                .map(|(_, fk)| Resource::Keys(fk.target.clone()))
                .collect();
            for (_, before, after) in pair.from.attrs.changes(&pair.to.attrs) {
                out.frees.extend(before.map(index));
                out.needs.extend(after.map(index));
                if before == Some("true") {
                    out.needs.extend(targets.iter().cloned());
                } else if after == Some("true") {
                    out.frees.extend(targets.iter().cloned());
                } else {
                    continue;
                }
                out.ends.push(Resource::Keys(table.clone()));
                out.makes.push(Resource::Keys(table.clone()));
            }
        }
        TableOp::Order(_) | TableOp::Partitioning(_) | TableOp::Inheritance(_) => {
            out.chain = Some(table.clone());
        }
    }
}
