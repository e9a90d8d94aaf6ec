//! Partitioning and inheritance clauses, and changes of a table's parents.

use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::naming::object;
use crate::model::{Inheritance, ObjectId, Pair, Partitioning, Table};
use crate::sql::literal;

/// `INHERITS (…)` and `PARTITION BY …`, as they follow the columns in `CREATE TABLE`.
pub(crate) fn inherits_and_partition_by(table: &Table) -> String {
    let inherits = match &table.inheritance {
        Inheritance::Inherits(parents) => {
            format!(" INHERITS ({})", literal::list(parents.iter().map(object)))
        }
        // attached after its keys and indexes exist, which the server then uses for those of the parent
        Inheritance::None | Inheritance::PartitionOf { .. } => String::new(),
    };
    let partitioning = table.partitioning.as_ref().map(partition_by);
    format!("{inherits}{}", partitioning.unwrap_or_default())
}

fn partition_by(partitioning: &Partitioning) -> String {
    let key = partitioning.key.iter().map(clauses::key_part);
    let method = partitioning.method.to_uppercase();
    format!(" PARTITION BY {method} ({})", literal::list(key))
}

/// `ATTACH PARTITION`, if the table is a partition.
pub(crate) fn attach_partition(on: &str, inheritance: &Inheritance) -> Option<String> {
    match inheritance {
        Inheritance::PartitionOf { parent, bound } => Some(format!(
            "ALTER TABLE {} ATTACH PARTITION {on} {}",
            object(parent),
            bound_clause(bound)
        )),
        Inheritance::None | Inheritance::Inherits(_) => None,
    }
}

fn bound_clause(bound: &str) -> String {
    if bound.eq_ignore_ascii_case("default") {
        String::from("DEFAULT")
    } else {
        format!("FOR VALUES {bound}")
    }
}

/// The statements that change the parents of a table.
pub(crate) fn change_parents(on: &str, pair: &Pair<Inheritance>) -> Vec<String> {
    let mut out = Vec::new();
    match &pair.from {
        Inheritance::PartitionOf { parent, .. } => out.push(format!(
            "ALTER TABLE {} DETACH PARTITION {on}",
            object(parent)
        )),
        Inheritance::Inherits(parents) => {
            let gone = parents.iter().filter(|p| !inherits(&pair.to, p));
            out.extend(gone.map(|p| format!("ALTER TABLE {on} NO INHERIT {}", object(p))));
        }
        Inheritance::None => {}
    }
    match &pair.to {
        Inheritance::PartitionOf { .. } => out.extend(attach_partition(on, &pair.to)),
        Inheritance::Inherits(parents) => {
            let new = parents.iter().filter(|p| !inherits(&pair.from, p));
            out.extend(new.map(|p| format!("ALTER TABLE {on} INHERIT {}", object(p))));
        }
        Inheritance::None => {}
    }
    out
}

fn inherits(inheritance: &Inheritance, parent: &ObjectId) -> bool {
    match inheritance {
        Inheritance::Inherits(parents) => parents.contains(parent),
        Inheritance::None | Inheritance::PartitionOf { .. } => false,
    }
}
