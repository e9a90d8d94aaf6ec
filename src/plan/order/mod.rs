//! The order of steps: the protocol by which steps state what they depend on, and the sort.
//!
//! # Problem
//!
//! A plan consists of hundreds of steps, and a server accepts only some orders of them: a foreign key is added after
//! the key that it refers to, a column is dropped after the index that reads it, a name is given once no object has
//! it. Rules for pairs of kinds of steps ("an index after its column") would be quadratic in the number of kinds. So
//! each step states only its own effects on [`Resource`]s, without knowledge of other steps.
//!
//! # Protocol
//!
//! The [`Effects`] of a step are four lists of resources. Between two steps that refer to the same resource:
//!
//! 1. A step runs **after** every step that **provides** a resource that it **requires**.
//! 2. A step runs **before** every step that **removes** a resource that it has as **required until**.
//! 3. A step that has an object or a column as required until uses its name, so it runs after a step that provides that
//!    name by a rename.
//! 4. A step that both requires a resource and has it as required until accepts its former and its new form: rules 1 and
//!    2 don't order it with a step that changes the resource. (A foreign key is renamed before or after the key that it
//!    refers to.)
//! 5. Steps that **keep the order of** one table run in their given order. No other rule reverses two of them.
//!
//! A resource that no step provides exists already, or isn't changed; requiring it has no effect. Steps that both remove
//! and provide a resource change it: users of its new form require it, users of its former form have it as required
//! until.
//!
//! **Invariant**: with the steps in the order of the plan, every resource that a step requires has been provided, and
//! none that it has as required until has been removed. The inverse plan, all steps inverted in reverse order, then
//! passes through the same schemas, so it needs no order of its own.
//!
//! # Resources
//!
//! | resource | provided by | removed by | required by | required until by |
//! |---|---|---|---|---|
//! | `Object` | create, replace, rename (new name), renamed enum value | drop, replace, rename (old name) | what uses the object | the same, when it is dropped or stops using the object; a renamed enum value |
//! | `Extensions` | create extension | drop extension | every step that adds parts | the drop of every object |
//! | `Column` | add or change a column, create or rename its table | drop or change the column, drop its table | keys, indexes and foreign keys that are added | keys, indexes and foreign keys that are dropped |
//! | `Keys` | add a key or unique index, create the table | drop a key or unique index, drop the table | foreign keys that are added | foreign keys that are dropped |
//! | `Index` | create an index | drop it | comments and attributes of the index, attributes of the table that name it | the same, when they are removed |
//! | `LeadingIndex` | create an index or key that starts with the column | drop it | a foreign key that is added; the drop of another such index | a foreign key that is dropped |
//! | `NameFree` | drop or rename an object or part | | the object or part that gets the name | |
//! | `TemporaryName` | the rename to a temporary name | | the rename to the final name | |
//! | `TableNameFree` | drop a table | | create a table of that name | |
//! | `ForeignKeys` | add or drop a foreign key of the table | | the table becomes a partition or child | |
//! | `DependentsDropped` | | drop a table | | drop a foreign key of the table |
//! | `ParentColumns` | add, change or rename a column of the parent | the same | operations on its partitions and child tables, tables that become one | a partition's column that first takes the parent's definition |
//! | `ParentParts` | operations on the parent's indexes and constraints, dropped columns | | operations on its partitions and child tables, tables that become one | |
//! | `ChildPartsReady` | an index or constraint of a partition that belongs to the parent's | | the parent's index or constraint | |
//! | `BoundsFree` | a partition leaves its parent, or is dropped | | tables that join the parent, operations on the parent | |
//! | `Detached` | a table leaves its parents | | other operations on that table | |
//!
//! The last five are added by PostgreSQL's [`PlanRules`](crate::dialect::PlanRules).
//!
//! # Example
//!
//! Table `posts` gets a column `author` with a foreign key to the new table `authors`, and loses the column `writer`
//! with its index. The steps and the effects that matter:
//!
//! | | step | effects |
//! |---|---|---|
//! | A | posts: add column author | provides `Column(posts, author)` |
//! | B | posts: drop index by_writer | `Column(posts, writer)` is required until it has run |
//! | C | posts: drop column writer | removes `Column(posts, writer)` |
//! | D | posts: add foreign key | requires `Column(posts, author)`, `Object(authors)`, `Keys(authors)`, `Column(authors, id)` |
//! | E | create table authors | provides `Object(authors)`, `Keys(authors)`, `Column(authors, id)` |
//!
//! Rule 1 gives A → D and E → D, rule 2 gives B → C, rule 5 gives A → C. Nothing orders A and B, so rank and given order
//! decide: changes of tables come before new tables, foreign keys after both. The plan is A, B, C, E, D.
//!
//! # Ties and cycles
//!
//! Ties are decided by the transaction rule of a step, its [`Rank`](crate::plan::node::Rank) and the order of the input,
//! so equal inputs give equal plans.
//!
//! Tables whose foreign keys refer to each other are no cycle: [`table_creation`] adds the foreign keys that close the
//! circle in steps of their own. A few edges are ignored if they close a cycle ([`optional_edges`]): between routines,
//! whose dependencies are derived from their texts; between tables of a server that accepts foreign keys to tables that
//! don't exist; between two tables of a server whose tables are rebuilt, since its foreign keys are off meanwhile; and
//! between the drop of a table's part and the replacement of an object that the table uses. Every other cycle is a
//! [`DependencyCycle`], an error that lists its steps.

pub(crate) mod dependencies;
pub(crate) mod edges;
pub(crate) mod effects;
pub(crate) mod names;
pub(crate) mod optional_edges;
pub(crate) mod parts;
pub(crate) mod sort;
pub(crate) mod table_creation;

use crate::change::describe;
#[cfg(doc)]
use crate::change::{Effects, Resource};
use crate::dialect::Dialect;
use crate::model::{Pair, Schema};
use crate::plan::dependency_cycle::DependencyCycle;
use crate::plan::node::Node;
use crate::plan::order::dependencies::Dependencies;
use crate::plan::order::edges::{Edges, edges};
use crate::plan::order::effects::effects_of;
use crate::plan::order::optional_edges::optional_edge;
use crate::plan::order::sort::{Cycle, Sorted, sort};

/// Orders steps so that each runs after its prerequisites. `schemas` are the whole schemas before and after.
///
/// # Errors
/// If steps depend on each other in a cycle.
pub(crate) fn order(
    nodes: Vec<Node>,
    schemas: &Pair<&Schema>,
    dialect: &dyn Dialect,
) -> Result<Vec<Node>, DependencyCycle> {
    let dependencies = Dependencies::new(schemas);
    let effects: Vec<_> = (nodes.iter())
        .map(|node| effects_of(node.action.change(), &dependencies, dialect))
        .collect();
    let capabilities = dialect.capabilities();
    let mut edges = edges(&effects, capabilities.foreign_keys.needs_own_index);
    loop {
        match sort(&nodes, &edges) {
            Ok(sorted) => return Ok(in_order(nodes, sorted, &edges)),
            Err(cycle) => {
                match optional_edge(&cycle, &nodes, capabilities) {
                    Some(edge) => edges.remove(&edge),
                    None => return Err(named(&nodes, &cycle)),
                };
            }
        }
    }
}

fn named(nodes: &[Node], cycle: &Cycle) -> DependencyCycle {
    let steps = cycle.0.iter().filter_map(|at| nodes.get(*at));
    DependencyCycle {
        steps: steps.map(|node| describe(&node.action)).collect(),
    }
}

/// The steps in their order, each with the numbers of its prerequisites.
fn in_order(nodes: Vec<Node>, sorted: Sorted, edges: &Edges) -> Vec<Node> {
    let mut number = vec![0_u32; nodes.len()];
    for (position, at) in sorted.sequence.iter().enumerate() {
        number[*at] = u32::try_from(position + 1).unwrap_or(u32::MAX);
    }
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for (before, follower) in edges {
        after[*follower].push(number[*before]);
    }
    for at in &sorted.clean_up {
        after[*at].extend(sorted.before_clean_up);
    }
    let mut unordered: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    (sorted.sequence.into_iter())
        .filter_map(|at| {
            let mut node = unordered[at].take()?;
            after[at].sort_unstable();
            node.after = std::mem::take(&mut after[at]);
            Some(node)
        })
        .collect()
}
