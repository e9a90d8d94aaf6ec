//! From changes to a plan: the dialect completes the changes, they are divided into steps, ordered by their
//! dependencies, and joined into phases. Deterministic: equal changes give equal plans.

pub(crate) mod dependency_cycle;
pub(crate) mod enum_types;
pub(crate) mod facets;
pub(crate) mod node;
pub(crate) mod order;
pub(crate) mod sequence_steps;
pub(crate) mod steps;
pub(crate) mod table_changes;
pub(crate) mod vendors;

pub use crate::plan::dependency_cycle::DependencyCycle;
pub use crate::plan::vendors::{Joint, JointStep, Way, join};

use crate::change::{Change, Phase, Plan, Step, Tx};
use crate::dialect::Dialect;
use crate::model::{Pair, Schema};
use crate::plan::node::{Node, Unit};

/// Plans changes: divides them into steps, in an order that works on a dialect, as phases of which each becomes one
/// migration version. `schemas` are the whole schemas before and after; they hold the dependencies between objects.
///
/// # Errors
/// If steps depend on each other in a cycle.
pub fn plan(
    dialect: &dyn Dialect,
    changes: Vec<Change>,
    schemas: &Pair<&Schema>,
) -> Result<Plan, DependencyCycle> {
    let changes = dialect.rewrite(changes, schemas);
    let nodes = steps::nodes(dialect, changes);
    Ok(into_phases(order::order(nodes, schemas, dialect)?))
}

/// Joins neighbouring steps into phases, as far as they may share a transaction.
fn into_phases(nodes: Vec<Node>) -> Plan {
    let mut plan = Plan::default();
    let mut is_closed = true;
    for (position, node) in nodes.into_iter().enumerate() {
        let step = Step {
            id: u32::try_from(position + 1).unwrap_or(u32::MAX),
            facets: facets::of_action(&node.action),
            action: node.action,
            after: node.after,
        };
        let tx = if node.unit == Unit::Bare {
            Tx::Bare
        } else {
            Tx::Wrapped
        };
        match plan.phases.last_mut() {
            Some(phase) if !is_closed && tx == Tx::Wrapped && node.unit == Unit::Shared => {
                phase.steps.push(step);
            }
            Some(_) | None => plan.phases.push(Phase {
                tx,
                steps: vec![step],
            }),
        }
        is_closed = node.unit != Unit::Shared;
    }
    plan
}

#[cfg(test)]
mod tests;
