//! Partitions: parts of their table (MySQL), or tables that inherit from their parent table (PostgreSQL).

use crate::compile::lower::attributes;
use crate::compile::lower::index::{lower_index, lower_key_part};
use crate::compile::lower::lowered::Lowered;
use crate::compile::lower::names::{table_id, table_ref_id};
use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{Dialect, Place};
use crate::model::{
    Column, Constraint, Given, Index, Inheritance, Object, ObjectId, Partition, Partitioning, Table,
};
use crate::spec::{PartitionBy, PartitionSpec, PartitioningSpec, Spec};
use std::collections::BTreeSet;

fn partition_scheme(by: &PartitionBy) -> Partitioning {
    Partitioning {
        method: by.method.clone(),
        key: by.key.iter().map(lower_key_part).collect(),
        sub: None,
        count: None,
        parts: Vec::new(),
    }
}

/// The partitioning of a table. It includes the partitions if the dialect stores them as parts of the table.
pub(crate) fn lower_partitioning(
    dialect: &dyn Dialect,
    spec: &PartitioningSpec,
    found: &mut Vec<Diagnostic>,
) -> Partitioning {
    let mut partitioning = partition_scheme(&spec.by.value);
    partitioning.count = spec.count;
    partitioning.sub = spec.sub.as_ref().map(|sub| {
        Box::new(Partitioning {
            count: spec.sub_count,
            ..partition_scheme(&sub.value)
        })
    });
    if !dialect.capabilities().tables.partitions_are_tables {
        let parts = spec.partitions.iter();
        partitioning.parts = parts
            .map(|part| lower_partition(dialect, part, found))
            .collect();
    }
    partitioning
}

fn lower_partition(
    dialect: &dyn Dialect,
    spec: &PartitionSpec,
    found: &mut Vec<Diagnostic>,
) -> Partition {
    let mut attrs = attributes::lower_options(dialect, Place::Partition, &spec.native, found);
    let comment = spec.comment.as_ref().map(|comment| comment.value.clone());
    attrs.set_some("comment", comment.filter(|comment| !comment.is_empty()));
    Partition {
        name: spec.name.value.clone(),
        values: spec.values.as_ref().map(|values| values.value.clone()),
        attrs,
        subs: (spec.subs.iter())
            .map(|sub| lower_partition(dialect, sub, found))
            .collect(),
    }
}

/// A partition whose parent must be completed first.
struct PendingPartition<'a> {
    id: ObjectId,
    parent: ObjectId,
    at: &'a Location,
    /// The partition in the document of its parent; `None` for one with its own document, which is lowered already.
    inline: Option<&'a PartitionSpec>,
}

/// Adds to each partition that is a table what it inherits from its parent. The schema must be in normal
/// form, so that equal parts compare as equal.
pub(crate) fn complete_partitions(dialect: &dyn Dialect, spec: &Spec, out: &mut Lowered) {
    if !dialect.capabilities().tables.partitions_are_tables {
        return;
    }
    let mut pending: Vec<PendingPartition<'_>> = Vec::new();
    for table in &spec.tables {
        let id = table_id(dialect, table);
        if let Some((parent, _)) = &table.partition_of {
            pending.push(PendingPartition {
                id: id.clone(),
                parent: table_ref_id(dialect, parent),
                at: &parent.name.at,
                inline: None,
            });
        }
        if let Some(partitioning) = &table.partitioning {
            collect_inline_partitions(&id, partitioning, &mut pending);
        }
    }
    if pending.is_empty() {
        return;
    }
    while !pending.is_empty() {
        let open: BTreeSet<ObjectId> = pending
            .iter()
            .map(|partition| partition.id.clone())
            .collect();
        let (ready, rest): (Vec<_>, Vec<_>) = pending
            .into_iter()
            .partition(|partition| !open.contains(&partition.parent));
        pending = rest;
        if ready.is_empty() {
            break;
        }
        for partition in ready {
            partition.complete(dialect, out);
        }
    }
    for partition in &pending {
        let message = format!("partition `{}` is its own ancestor", partition.id);
        out.diagnostics
            .push(Diagnostic::error(Code::PartitionParent, message).at(partition.at));
    }
    dialect.normalize(&mut out.schema);
}

/// The partitions in the document of a table, at all levels.
fn collect_inline_partitions<'a>(
    parent: &ObjectId,
    spec: &'a PartitioningSpec,
    pending: &mut Vec<PendingPartition<'a>>,
) {
    for part in &spec.partitions {
        let id = ObjectId::table(part.name.value.clone()).within(parent.ns.clone());
        if let Some(partitioning) = &part.partitioning {
            collect_inline_partitions(&id, partitioning, pending);
        }
        pending.push(PendingPartition {
            id,
            parent: parent.clone(),
            at: &part.name.at,
            inline: Some(part),
        });
    }
}

/// Adds to a partition what CREATE TABLE … PARTITION OF adds: the columns if it declares none, and each key,
/// check and index of which it has no equal, with the name that the server generates. That name is compared
/// if names are `exact`.
fn inherit_from_parent(dialect: &dyn Dialect, parent: &Table, child: &mut Table, exact: bool) {
    let named = |name| {
        if exact {
            Given::Given(name)
        } else {
            Given::Derived(name)
        }
    };
    if child.columns.is_empty() {
        child.columns = parent.columns.iter().map(inherited_column).collect();
    }
    for constraint in &parent.constraints {
        let origin = Some(constraint.name.get().clone());
        let same = |own: &&mut Constraint| {
            own.parent.is_none()
                && own.kind == constraint.kind
                && own.timing == constraint.timing
                && own.include == constraint.include
        };
        if let Some(own) = child.constraints.iter_mut().find(same) {
            own.parent = origin;
            continue;
        }
        let name = dialect.partition_constraint_name(child, constraint);
        child.constraints.push(Constraint {
            name: named(name.unwrap_or_else(|| constraint.name.get().clone())),
            parent: origin,
            comment: None,
            ..constraint.clone()
        });
    }
    for index in &parent.indexes {
        let origin = Some(index.name.get().clone());
        let same = |own: &&mut Index| {
            own.parent.is_none()
                && own.parts == index.parts
                && own.unique == index.unique
                && own.method == index.method
                && own.predicate == index.predicate
                && own.include == index.include
        };
        if let Some(own) = child.indexes.iter_mut().find(same) {
            own.parent = origin;
            continue;
        }
        let name = dialect.partition_index_name(child, index);
        child.indexes.push(Index {
            name: named(name.unwrap_or_else(|| index.name.get().clone())),
            parent: origin,
            comment: None,
            ..index.clone()
        });
    }
}

/// A column as a partition inherits it: without identity, comment and `on_update`.
fn inherited_column(column: &Column) -> Column {
    let stored = ["storage", "compression"];
    let attrs = column.attrs.iter();
    Column {
        identity: None,
        comment: None,
        on_update_now: false,
        attrs: attrs.filter(|(key, _)| stored.contains(key)).collect(),
        ..column.clone()
    }
}

impl PendingPartition<'_> {
    fn complete(self, dialect: &dyn Dialect, out: &mut Lowered) {
        let parent = out.schema.table(&self.parent);
        let Some(parent) = parent.filter(|table| table.partitioning.is_some()).cloned() else {
            let message = format!("`{}` is not a partitioned table", self.parent);
            out.diagnostics.push(
                Diagnostic::error(Code::PartitionParent, message)
                    .at(self.at)
                    .help("add `partition_by` to that table"),
            );
            return;
        };
        let exact = out.schema.exact_names;
        let Some(spec) = self.inline else {
            if let Some(child) = out.schema.table_mut(&self.id) {
                inherit_from_parent(dialect, &parent, child, exact);
            }
            return;
        };
        if out.schema.objects.contains_key(&self.id) {
            let message = format!("duplicate table `{}`", self.id);
            out.diagnostics
                .push(Diagnostic::error(Code::DuplicateName, message).at(self.at));
            return;
        }
        let mut child = Table::new(self.id.clone());
        child.external = parent.external;
        let bound = match &spec.values {
            Some(values) => values.value.clone(),
            None => {
                let message = "partition without `values`";
                out.diagnostics.push(
                    Diagnostic::error(Code::MissingKey, message)
                        .at(self.at)
                        .help(
                            "write `values:` with the text that follows FOR VALUES, or `default`",
                        ),
                );
                return;
            }
        };
        child.inheritance = Inheritance::PartitionOf {
            parent: self.parent,
            bound,
        };
        let found = &mut out.diagnostics;
        child.options.attrs = attributes::lower_options(dialect, Place::Table, &spec.native, found);
        let comment = spec.comment.as_ref().map(|comment| comment.value.clone());
        child.options.comment = comment.filter(|comment| !comment.is_empty());
        if let Some(partitioning) = &spec.partitioning {
            child.partitioning = Some(lower_partitioning(dialect, partitioning, found));
        }
        for index in &spec.indexes {
            let index = lower_index(dialect, self.id.name.as_str(), index, |name| name, found);
            child.indexes.push(index);
        }
        inherit_from_parent(dialect, &parent, &mut child, exact);
        out.schema
            .objects
            .insert(self.id, Object::Table(Box::new(child)));
    }
}
