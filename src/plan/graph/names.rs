//! Names that are unique beyond their table: one is free once whatever has it is gone.

use super::{Effects, Resource};
use crate::dialect::{Caps, Scope};
use crate::model::{Constraint, ConstraintKind, Ident, Index, Kind, Ns, ObjectId, Table};

/// What shares its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::plan) enum Space {
    /// Tables, types, sequences, and where they are in the same one, indexes and keys.
    Relations,
    /// Foreign keys.
    ForeignKeys,
    /// Checks.
    Checks,
}

/// A name in a space of a schema.
pub(in crate::plan) type Name = (Space, Ns, Ident);

fn within(table: &ObjectId, space: Space, scope: Scope, name: &Ident) -> Option<Name> {
    match scope {
        Scope::Table => None,
        Scope::Schema | Scope::SchemaWithTables => Some((space, table.ns.clone(), name.clone())),
    }
}

/// The name that a constraint has for more than its table.
pub(super) fn constraint(caps: &Caps, table: &ObjectId, constraint: &Constraint) -> Option<Name> {
    let (space, scope) = match constraint.kind {
        // a key's index has its name
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => (Space::Relations, caps.unique_scope),
        ConstraintKind::ForeignKey(_) => (Space::ForeignKeys, caps.foreign_key_scope),
        ConstraintKind::Check(_) => (Space::Checks, caps.check_scope),
    };
    within(table, space, scope, constraint.name.get())
}

/// The name that an index has for more than its table.
pub(super) fn index(caps: &Caps, table: &ObjectId, index: &Index) -> Option<Name> {
    within(table, Space::Relations, caps.index_scope, index.name.get())
}

/// All names that an object has for more than itself.
pub(super) fn of_object(caps: &Caps, id: &ObjectId, table: Option<&Table>) -> Vec<Name> {
    let mut found = Vec::new();
    if matches!(id.kind, Kind::Table | Kind::Type | Kind::Sequence) {
        found.push((Space::Relations, id.ns.clone(), id.name.clone()));
    }
    if let Some(table) = table {
        let constraints = table.constraints.iter();
        found.extend(constraints.filter_map(|one| constraint(caps, id, one)));
        found.extend(table.indexes.iter().filter_map(|one| index(caps, id, one)));
    }
    found
}

/// The names that a part has before and after its change: one is left, one is taken.
pub(super) fn change([before, after]: [Option<Name>; 2], out: &mut Effects) {
    if before == after {
        return;
    }
    let is_there = before.is_some();
    if let Some(left) = before {
        out.makes.push(Resource::FreeName(left.clone()));
        out.makes.push(Resource::LeftName(left));
    }
    out.needs.extend(after.map(|taken| {
        if is_there {
            Resource::LeftName(taken)
        } else {
            Resource::FreeName(taken)
        }
    }));
}
