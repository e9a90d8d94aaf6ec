//! Objects that the specs don't declare: which of them are dropped, and which are kept.

use crate::change::Change;
use crate::model::{Namespace, Object, ObjectId, ObjectKind, Schema, UserType};
use std::collections::{BTreeMap, BTreeSet};

/// Which undeclared objects are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prune {
    /// None.
    #[default]
    Nothing,
    /// Managed objects.
    Managed,
    /// All tables of the database, and their types, sequences and schemas.
    All,
}

/// Undeclared objects that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptObjects {
    /// Managed objects, which [`Prune::Managed`] drops.
    pub managed: Vec<ObjectId>,
    /// Unmanaged tables. They are counted and never touched.
    pub unmanaged: Vec<ObjectId>,
}

/// Removes from `changes` (from `have` to the specs) the drops of objects that `prune` excludes, and the drops of what
/// a kept table needs.
pub fn prune(
    changes: Vec<Change>,
    have: &Schema,
    managed: &BTreeSet<ObjectId>,
    prune: Prune,
) -> (Vec<Change>, KeptObjects) {
    let is_managed = |id: &ObjectId| managed.contains(id);
    let allowed = |id: &ObjectId| match prune {
        Prune::Nothing => false,
        Prune::Managed => is_managed(id),
        Prune::All => match id.kind {
            // another program may need the extension
            ObjectKind::Extension => is_managed(id),
            // a schema with objects that aren't compared can't be dropped
            ObjectKind::Namespace => !have
                .not_compared
                .iter()
                .any(|(other, _)| matches!(&other.ns, Namespace::Named(ns) if *ns == id.name)),
            ObjectKind::Type
            | ObjectKind::Sequence
            | ObjectKind::Routine
            | ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Collation
            | ObjectKind::Operator
            | ObjectKind::OperatorClass
            | ObjectKind::Statistics
            | ObjectKind::Rule
            | ObjectKind::TextSearch => true,
        },
    };
    let mut kept = KeptObjects::default();
    let mut dropped: BTreeSet<ObjectId> = BTreeSet::new();
    for change in &changes {
        if let Change::Drop(id, _) = change {
            if allowed(id) {
                dropped.insert(id.clone());
            } else if is_managed(id) {
                kept.managed.push(id.clone());
            } else if id.kind == ObjectKind::Table {
                kept.unmanaged.push(id.clone());
            }
        }
    }
    let kept_ids: BTreeSet<&ObjectId> = kept.managed.iter().chain(&kept.unmanaged).collect();
    for used in needed(have, &kept_ids) {
        if dropped.remove(&used) && is_managed(&used) {
            kept.managed.push(used);
        }
    }
    let changes = changes
        .into_iter()
        .filter(|change| match change {
            Change::Drop(id, _) => dropped.contains(id),
            Change::Create(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..)
            | Change::Table { .. } => true,
        })
        .collect();
    (changes, kept)
}

/// Types, sequences and functions that these objects use, directly or through others.
fn needed(have: &Schema, by: &BTreeSet<&ObjectId>) -> BTreeSet<ObjectId> {
    let mut uses: BTreeMap<&ObjectId, Vec<&ObjectId>> = BTreeMap::new();
    for (user, used) in &have.deps {
        uses.entry(user).or_default().push(used);
    }
    let mut found: BTreeSet<ObjectId> = BTreeSet::new();
    let mut open: Vec<ObjectId> = by.iter().map(|id| (*id).clone()).collect();
    while let Some(id) = open.pop() {
        let listed = uses.get(&id).into_iter().flatten().copied().cloned();
        let own = have.objects.get(&id).map_or_else(Vec::new, types_of);
        // only the dialect knows the function behind `on_update: now`, so all functions are kept
        let has_on_update = (have.table(&id))
            .is_some_and(|table| table.columns.iter().any(|column| column.on_update_now));
        let functions = have
            .objects
            .keys()
            .filter(|id| id.kind == ObjectKind::Routine);
        let functions = functions.filter(|_| has_on_update).cloned();
        for used in listed.chain(own).chain(functions) {
            if used.kind != ObjectKind::Table && found.insert(used.clone()) {
                open.push(used);
            }
        }
    }
    found
}

/// The user-defined types of which an object consists, and its schema.
fn types_of(object: &Object) -> Vec<ObjectId> {
    match object {
        Object::Table(table) => {
            let columns = table.columns.iter();
            let mut all: Vec<ObjectId> = columns.filter_map(|c| c.ty.user_type_id()).collect();
            if let Namespace::Named(name) = &table.id.ns {
                all.push(ObjectId::new(ObjectKind::Namespace, name.clone()));
            }
            all
        }
        Object::Type(UserType::Domain(domain)) => domain.base.user_type_id().into_iter().collect(),
        Object::Type(UserType::Composite(fields)) => fields
            .iter()
            .filter_map(|field| field.ty.user_type_id())
            .collect(),
        Object::Type(UserType::Range(range)) => range.subtype.user_type_id().into_iter().collect(),
        Object::Type(UserType::Enum(_))
        | Object::Namespace
        | Object::Extension(_)
        | Object::Sequence(_)
        | Object::Routine(_) => Vec::new(),
    }
}
