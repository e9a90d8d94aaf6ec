//! What of a difference may go: whole objects that left the specs, and whose they are.

use crate::change::Change;
use crate::model::{Namespace, Object, ObjectId, ObjectKind, Schema, UserType};
use std::collections::{BTreeMap, BTreeSet};

/// Which objects that the specs don't know may be dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prune {
    /// None.
    #[default]
    Nothing,
    /// Those that are managed here.
    Managed,
    /// All tables of the database, and the types, sequences and schemas that held them.
    All,
}

/// What stays although the specs don't know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Managed here: `--prune` drops them.
    pub managed: Vec<ObjectId>,
    /// Tables of others. They are counted and never touched.
    pub unmanaged: Vec<ObjectId>,
}

/// Takes out of `changes` (from `have` to the specs) the drops of whole objects that nobody allowed, and
/// of what a table that stays still needs.
pub fn prune(
    changes: Vec<Change>,
    have: &Schema,
    managed: &BTreeSet<ObjectId>,
    prune: Prune,
) -> (Vec<Change>, Kept) {
    let mine = |id: &ObjectId| managed.contains(id);
    let allowed = |id: &ObjectId| match prune {
        Prune::Nothing => false,
        Prune::Managed => mine(id),
        Prune::All => match id.kind {
            // an extension may be somebody's
            ObjectKind::Extension => mine(id),
            // one that holds what isn't compared can't go
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
    let mut kept = Kept::default();
    let mut gone: BTreeSet<ObjectId> = BTreeSet::new();
    for change in &changes {
        if let Change::Drop(id, _) = change {
            if allowed(id) {
                gone.insert(id.clone());
            } else if mine(id) {
                kept.managed.push(id.clone());
            } else if id.kind == ObjectKind::Table {
                kept.unmanaged.push(id.clone());
            }
        }
    }
    let strangers: BTreeSet<&ObjectId> = kept.managed.iter().chain(&kept.unmanaged).collect();
    for used in needed(have, &strangers) {
        if gone.remove(&used) && mine(&used) {
            kept.managed.push(used);
        }
    }
    let changes = changes
        .into_iter()
        .filter(|change| match change {
            Change::Drop(id, _) => gone.contains(id),
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
        let stated = uses.get(&id).into_iter().flatten().copied().cloned();
        let own = have.objects.get(&id).map_or_else(Vec::new, types_of);
        // the function behind `on_update: now` is its dialect's own matter; all of them stay
        let touched = (have.table(&id))
            .is_some_and(|table| table.columns.iter().any(|column| column.on_update_now));
        let functions = have
            .objects
            .keys()
            .filter(|id| id.kind == ObjectKind::Routine);
        let functions = functions.filter(|_| touched).cloned();
        for used in stated.chain(own).chain(functions) {
            if used.kind != ObjectKind::Table && found.insert(used.clone()) {
                open.push(used);
            }
        }
    }
    found
}

/// The user-defined types that an object is made of, and the schema it is in.
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
