//! From changes to a plan: which change must wait for which, what a dialect can't alter, what
//! shares a transaction. Deterministic: the same changes give the same plan.

pub(crate) mod facets;
pub(crate) mod order;
pub(crate) mod rewrite;
pub(crate) mod sequence_steps;
pub(crate) mod table_changes;
pub(crate) mod vendors;

use crate::plan::order::table_creation;
use crate::plan::rewrite::dependents;
use crate::plan::rewrite::inheritance;
pub use crate::plan::vendors::{Joint, JointStep, Way, join};

use crate::change::{Action, Change, Phase, Plan, Step, Tx};
use crate::dialect::Dialect;
use crate::model::{Object, ObjectKind, Pair, Schema, UserType};
use std::collections::BTreeSet;

/// Puts changes into an order that works on a dialect, as phases of which each becomes one
/// migration version. `ends` are the whole schemas before and after: what needs what is theirs to
/// say (`Schema::deps`).
pub fn plan(dialect: &dyn Dialect, changes: Vec<Change>, ends: &Pair<&Schema>) -> Plan {
    let changes = dependents::complete(dialect, changes, ends);
    let nodes = expand(dialect, changes);
    let nodes = order::order(nodes, ends, dialect);
    let mut plan = Plan::default();
    let mut sealed = true;
    for (n, node) in nodes.into_iter().enumerate() {
        let step = Step {
            id: u32::try_from(n + 1).unwrap_or(u32::MAX),
            facets: facets::of(&node.action),
            action: node.action,
            after: node.after,
        };
        let tx = if node.unit == Unit::Bare {
            Tx::Bare
        } else {
            Tx::Wrapped
        };
        match plan.phases.last_mut() {
            Some(phase) if !sealed && tx == Tx::Wrapped && node.unit == Unit::Shared => {
                phase.steps.push(step);
            }
            Some(_) | None => plan.phases.push(Phase {
                tx,
                steps: vec![step],
            }),
        }
        sealed = node.unit != Unit::Shared;
    }
    plan
}

/// The way back of a step. A phase goes back by its steps in reverse, each one undone: every state on
/// the way is one that the way forth went through, so no order has to be found.
fn undo_step(step: &Step) -> Step {
    let action = match step.action.clone() {
        Action::Change(change) => Action::Change(change.invert()),
        Action::Concurrently(change) => Action::Concurrently(change.invert()),
    };
    Step {
        action,
        ..step.clone()
    }
}

/// With what a step may share a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// With its neighbours.
    Shared,
    /// With nothing, but inside a transaction (a new enum value can't be used before the commit).
    Alone,
    /// With nothing, and outside of any transaction.
    Bare,
}

/// One step to be, before its place is known.
pub(crate) struct Node {
    action: Action,
    unit: Unit,
    rank: Rank,
    after: Vec<u32>,
}

/// What comes first where nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Prepare,
    DropForeignKey,
    Alter,
    Create,
    AddForeignKey,
    Drop,
    Tidy,
}

fn expand(dialect: &dyn Dialect, changes: Vec<Change>) -> Vec<Node> {
    let mut created = Vec::new();
    let mut dropped = Vec::new();
    let mut nodes = Vec::new();
    let mut tables = Vec::new();
    let mut replaced = BTreeSet::new();
    for change in changes {
        match change {
            Change::Create(id, Object::Table(table)) => created.push((id, *table)),
            Change::Drop(id, Object::Table(table)) => dropped.push((id, *table)),
            Change::Create(id, Object::Sequence(sequence)) => {
                nodes.extend(sequence_steps::create(id, sequence));
            }
            Change::Drop(id, Object::Sequence(sequence)) => {
                nodes.extend(sequence_steps::drop(id, sequence));
            }
            Change::Create(..) | Change::Value(..) => {
                nodes.push(Node::change(change, Rank::Prepare));
            }
            Change::Drop(..) => nodes.push(Node::change(change, Rank::Tidy)),
            // a comment goes before its object and comes after it
            Change::Comment(_, ref sides) => {
                let comes = sides.to.is_some();
                let rank = if comes {
                    Rank::AddForeignKey
                } else {
                    Rank::Prepare
                };
                nodes.push(Node::change(change, rank));
            }
            Change::Replace(ref id, ref pair) => {
                if id.kind == ObjectKind::Type && !grows(&pair.from, &pair.to) {
                    replaced.insert(id.clone());
                }
                let unit = if grows(&pair.from, &pair.to) || grows(&pair.to, &pair.from) {
                    Unit::Alone
                } else {
                    Unit::Shared
                };
                let rank = sequence_steps::rank(pair, &tables);
                nodes.push(Node {
                    unit,
                    ..Node::change(change, rank)
                });
            }
            Change::Table { sides, ops } => tables.push((sides, ops)),
        }
    }
    inheritance::follow(&mut tables, dialect);
    let caps = dialect.capabilities();
    nodes.extend(table_changes::nodes(tables, &replaced, dialect));
    for change in table_creation::order(created, caps.foreign_keys.forward_references) {
        let rank = match &change {
            Change::Table { .. } => Rank::AddForeignKey,
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => Rank::Create,
        };
        nodes.push(Node::change(change, rank));
    }
    // tables go as they would have come, the other way round
    let gone = table_creation::order(dropped, caps.foreign_keys.forward_references);
    for change in crate::change::invert(gone) {
        let rank = match &change {
            Change::Table { .. } => Rank::DropForeignKey,
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => Rank::Drop,
        };
        nodes.push(Node::change(change, rank));
    }
    nodes
}

/// Whether an enum only gets further values, which leaves what has it as it is.
fn grows(from: &Object, to: &Object) -> bool {
    let (Object::Type(UserType::Enum(from)), Object::Type(UserType::Enum(to))) = (from, to) else {
        return false;
    };
    let mut rest = to.iter();
    from.iter().all(|value| rest.any(|other| other == value))
}

impl Node {
    fn change(change: Change, rank: Rank) -> Self {
        Self {
            action: Action::Change(change),
            unit: Unit::Shared,
            rank,
            after: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
