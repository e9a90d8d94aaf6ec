//! Edges that may be ignored: they give the better order, but the server accepts the other one, too.

use crate::change::{Change, TableOp};
use crate::dialect::Capabilities;
use crate::model::{Object, ObjectKind};
use crate::plan::node::Node;
use crate::plan::order::sort::Cycle;

/// The edge of a cycle to ignore: one that may be ignored, preferably one that reverses the given order.
pub(crate) fn optional_edge(
    cycle: &Cycle,
    nodes: &[Node],
    capabilities: &Capabilities,
) -> Option<(usize, usize)> {
    let optional: Vec<(usize, usize)> = cycle
        .edges()
        .filter(|(before, after)| {
            let changes = [before, after].map(|at| nodes.get(*at).map(|node| node.action.change()));
            match changes {
                [Some(before), Some(after)] => is_optional(before, after, capabilities),
                [Some(_) | None, _] => false,
            }
        })
        .collect();
    let reversing = optional.iter().find(|(before, after)| before > after);
    reversing.or(optional.first()).copied()
}

fn is_optional(before: &Change, after: &Change, capabilities: &Capabilities) -> bool {
    let is_routine = |change: &Change| change.id().kind == ObjectKind::Routine;
    // derived from their texts; a routine may name one that doesn't exist
    if is_routine(before) && is_routine(after) {
        return true;
    }
    // a foreign key may refer to a table that doesn't exist
    let creates = |change: &Change| matches!(change, Change::Create(_, Object::Table(_)));
    let drops = |change: &Change| matches!(change, Change::Drop(_, Object::Table(_)));
    let forward_references = capabilities.foreign_keys.forward_references;
    if forward_references && (creates(before) && creates(after) || drops(before) && drops(after)) {
        return true;
    }
    // where tables are rebuilt, foreign keys are off meanwhile, and only those connect two tables
    let alters = |change: &Change| matches!(change, Change::Table { .. });
    let rebuilds = !capabilities.changes.alters_constraints;
    if rebuilds && alters(before) && alters(after) && before.id() != after.id() {
        return true;
    }
    // dependencies are listed for the whole table, so the part that is dropped may not use the replaced object
    let replaces = matches!(after, Change::Replace(id, _) if id.kind != ObjectKind::Sequence);
    let only_removes =
        matches!(before, Change::Table { ops, .. } if ops.iter().all(TableOp::only_removes));
    replaces && only_removes
}
