//! A topological sort with fixed rules for steps that don't depend on each other.

use crate::plan::node::{Node, Rank, Unit};
use crate::plan::order::edges::Edges;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

/// The order of some steps, which are given by their position.
pub(crate) struct Sorted {
    /// The steps in their order.
    pub sequence: Vec<usize>,
    /// Steps that run when all others have run.
    pub clean_up: BTreeSet<usize>,
    /// The number of the last of those others, from 1.
    pub before_clean_up: Option<u32>,
}

/// Steps of which each must run before the next, and the last before the first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cycle(pub Vec<usize>);

impl Cycle {
    /// The edges of which the cycle consists.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (usize, usize)> {
        let next = self.0.iter().skip(1).chain(self.0.first());
        self.0.iter().copied().zip(next.copied())
    }
}

/// Sorts steps so that each runs after those that an edge puts before it. Of several that could be next, steps that
/// share a transaction run before those that don't; then their rank decides, then their given order.
///
/// Steps that clean up wait until all other steps have run. They wait for one moment rather than for each of the
/// other steps, since an edge per pair would be quadratic. A step that another step depends on can't wait.
pub(crate) fn sort(nodes: &[Node], edges: &Edges) -> Result<Sorted, Cycle> {
    let needed = needed_early(nodes, edges);
    let clean_up: BTreeSet<usize> = (0..nodes.len())
        .filter(|at| nodes[*at].rank == Rank::CleanUp && !needed.contains(at))
        .collect();
    let mut others_left = nodes.len() - clean_up.len();
    let mut waits_for: Vec<usize> = vec![0; nodes.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (before, after) in edges {
        waits_for[*after] += 1;
        followers[*before].push(*after);
    }
    if others_left > 0 {
        clean_up.iter().for_each(|at| waits_for[*at] += 1);
    }
    let key = |at: usize| Reverse((nodes[at].unit == Unit::Bare, nodes[at].rank, at));
    let mut ready: BinaryHeap<_> = (0..nodes.len())
        .filter(|at| waits_for[*at] == 0)
        .map(key)
        .collect();
    let mut sequence = Vec::with_capacity(nodes.len());
    let mut before_clean_up = None;
    while let Some(Reverse((_, _, at))) = ready.pop() {
        sequence.push(at);
        let mut released = None;
        if !clean_up.contains(&at) {
            others_left -= 1;
            if others_left == 0 {
                before_clean_up = u32::try_from(sequence.len()).ok();
                released = Some(&clean_up);
            }
        }
        for follower in (followers[at].iter()).chain(released.into_iter().flatten()) {
            waits_for[*follower] -= 1;
            if waits_for[*follower] == 0 {
                ready.push(key(*follower));
            }
        }
    }
    if sequence.len() < nodes.len() {
        return Err(find_cycle(
            edges,
            &sequence.into_iter().collect(),
            &clean_up,
        ));
    }
    Ok(Sorted {
        sequence,
        clean_up,
        before_clean_up,
    })
}

/// The steps that clean up, but that another step depends on, directly or through others that clean up.
fn needed_early(nodes: &[Node], edges: &Edges) -> BTreeSet<usize> {
    let cleans_up = |at: usize| nodes.get(at).is_some_and(|node| node.rank == Rank::CleanUp);
    let mut prerequisites: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut open = Vec::new();
    for (before, after) in edges.iter().filter(|(before, _)| cleans_up(*before)) {
        if cleans_up(*after) {
            prerequisites.entry(*after).or_default().push(*before);
        } else {
            open.push(*before);
        }
    }
    let mut needed = BTreeSet::new();
    while let Some(at) = open.pop() {
        if needed.insert(at) {
            open.extend(prerequisites.get(&at).into_iter().flatten());
        }
    }
    needed
}

/// A cycle among the steps that could not be sorted. Each of them waits for another one, so going from one to the one
/// that it waits for leads to a step that was visited before. The cycle starts with its first step in the given order.
///
/// Only steps that clean up may wait for nothing but the moment of the clean-up, and no other step waits for those.
fn find_cycle(edges: &Edges, sorted: &BTreeSet<usize>, clean_up: &BTreeSet<usize>) -> Cycle {
    let open = |at: &usize| !sorted.contains(at);
    let mut waits_for: BTreeMap<usize, usize> = BTreeMap::new();
    for (before, after) in edges.iter().filter(|(before, _)| open(before)) {
        waits_for.entry(*after).or_insert(*before);
    }
    let mut path: Vec<usize> = Vec::new();
    let first = waits_for.keys().find(|at| !clean_up.contains(at));
    let mut next = first.or_else(|| waits_for.keys().next()).copied();
    while let Some(at) = next {
        if let Some(start) = path.iter().position(|visited| *visited == at) {
            path.drain(..start);
            break;
        }
        path.push(at);
        next = waits_for.get(&at).copied();
    }
    path.reverse();
    let first = path.iter().min();
    let first = path.iter().position(|at| Some(at) == first);
    path.rotate_left(first.unwrap_or_default());
    Cycle(path)
}
