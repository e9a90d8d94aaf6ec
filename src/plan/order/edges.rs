//! Which step must run before which.

use crate::change::{Effects, Resource};
use crate::model::ObjectId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Pairs of steps, by their position: the first must run before the second.
pub(crate) type Edges = BTreeSet<(usize, usize)>;

/// Steps by the resource that they provide or remove.
type StepsByResource<'a> = HashMap<&'a Resource, Vec<usize>>;

/// The edges between steps with these effects. `needs_leading_index` says whether the server requires an index of
/// its own table for each foreign key.
pub(crate) fn edges(effects: &[Effects], needs_leading_index: bool) -> Edges {
    let providers = by_resource(effects, |effect| &effect.provides);
    let removers = by_resource(effects, |effect| &effect.removes);
    let mut edges = Edges::new();
    let table = |at: usize| effects.get(at).and_then(|e| e.keeps_order_of.as_ref());
    // steps of one table keep their order, whatever their resources say
    let mut link = |before: usize, after: usize| {
        let reverses = before > after && table(before).is_some() && table(before) == table(after);
        if before != after && !reverses {
            edges.insert((before, after));
        }
    };
    let mut last_of_table: BTreeMap<&ObjectId, usize> = BTreeMap::new();
    for (at, effect) in effects.iter().enumerate() {
        let counts = |resource: &&Resource| {
            needs_leading_index || !matches!(resource, Resource::LeadingIndex(..))
        };
        let provides = |resource| steps(&providers, resource);
        let removes = |resource| steps(&removers, resource);
        // a step that accepts both forms of a resource isn't ordered with one that changes it
        for resource in effect.requires.iter().filter(counts) {
            let accepts_both = effect.required_until.contains(resource);
            for provider in provides(resource) {
                if !accepts_both || !removes(resource).contains(provider) {
                    link(*provider, at);
                }
            }
        }
        for resource in &effect.required_until {
            let removers = removes(resource);
            let accepts_both = effect.requires.contains(resource);
            for remover in removers {
                if !accepts_both || !provides(resource).contains(remover) {
                    link(at, *remover);
                }
            }
            // the step uses the name that a rename provides, so the rename runs first
            if matches!(resource, Resource::Object(_) | Resource::Column(..)) {
                let creates = |at: &usize| effects.get(*at).is_some_and(|e| e.creates_object);
                let renames = steps(&providers, resource).iter();
                for rename in renames.filter(|at| !removers.contains(at) && !creates(at)) {
                    link(*rename, at);
                }
            }
        }
        let before = (effect.keeps_order_of.as_ref()).and_then(|id| last_of_table.insert(id, at));
        if let Some(before) = before {
            link(before, at);
        }
    }
    edges
}

fn by_resource(
    effects: &[Effects],
    resources: fn(&Effects) -> &Vec<Resource>,
) -> StepsByResource<'_> {
    let mut found = StepsByResource::new();
    for (at, effect) in effects.iter().enumerate() {
        for resource in resources(effect) {
            found.entry(resource).or_default().push(at);
        }
    }
    found
}

fn steps<'a>(by_resource: &'a StepsByResource<'_>, resource: &Resource) -> &'a [usize] {
    by_resource.get(resource).map_or(&[], Vec::as_slice)
}
