//! Names: one is free once whatever has it is gone.

use crate::change::Delta;
use crate::dialect::{Dialect, NameScope};
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Index, Namespace, ObjectId, ObjectKind, Table,
};
use crate::plan::order::{Effects, Resource};

/// What shares its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    /// Tables, types, sequences of a schema, and where they are in the same one, indexes and keys.
    Relations(Namespace),
    /// Foreign keys of a schema.
    ForeignKeys(Namespace),
    /// Checks of a schema.
    Checks(Namespace),
    /// Constraints of a table, of all kinds.
    Constraints(ObjectId),
}

/// A name in its space.
pub(crate) type Name = (Space, Ident);

/// The name that a constraint has for more than its table.
fn of_constraint(dialect: &dyn Dialect, table: &ObjectId, constraint: &Constraint) -> Option<Name> {
    let caps = dialect.capabilities();
    let ns = table.ns.clone();
    let (space, scope) = match constraint.kind {
        // a key's index has its name
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => (Space::Relations(ns), caps.names.unique_scope),
        ConstraintKind::ForeignKey(_) => (Space::ForeignKeys(ns), caps.names.foreign_key_scope),
        ConstraintKind::Check(_) => (Space::Checks(ns), caps.names.check_scope),
    };
    within(space, scope, constraint.name.get())
}

/// The name that an index has for more than its table.
fn of_index(dialect: &dyn Dialect, table: &ObjectId, index: &Index) -> Option<Name> {
    let space = Space::Relations(table.ns.clone());
    within(
        space,
        dialect.capabilities().names.index_scope,
        index.name.get(),
    )
}

/// The name of the sequence that numbers a column.
fn of_column(dialect: &dyn Dialect, table: &ObjectId, column: &Column) -> Option<Name> {
    let name = dialect.column_sequence_name(table, column)?;
    Some((Space::Relations(table.ns.clone()), name))
}

fn within(space: Space, scope: NameScope, name: &Ident) -> Option<Name> {
    match scope {
        NameScope::Table => None,
        NameScope::Schema | NameScope::SchemaWithTables => Some((space, name.clone())),
    }
}

/// All names that an object has for more than itself.
pub(crate) fn of_object(dialect: &dyn Dialect, id: &ObjectId, table: Option<&Table>) -> Vec<Name> {
    let mut found = Vec::new();
    if matches!(
        id.kind,
        ObjectKind::Table | ObjectKind::Type | ObjectKind::Sequence
    ) {
        found.push((Space::Relations(id.ns.clone()), id.name.clone()));
    }
    if let Some(table) = table {
        let columns = table.columns.iter();
        found.extend(columns.filter_map(|one| of_column(dialect, id, one)));
        let constraints = table.constraints.iter();
        found.extend(constraints.filter_map(|one| of_constraint(dialect, id, one)));
        found.extend(
            table
                .indexes
                .iter()
                .filter_map(|one| of_index(dialect, id, one)),
        );
    }
    found
}

/// The names that the change of a constraint leaves and takes.
pub(crate) fn constraint(
    dialect: &dyn Dialect,
    table: &ObjectId,
    delta: &Delta<Constraint>,
    out: &mut Effects,
) {
    let own = |one: &Constraint| (Space::Constraints(table.clone()), one.name.get().clone());
    let sides = [delta.before(), delta.after()];
    change(sides.map(|side| side.map(own)), out);
    change(sides.map(|side| of_constraint(dialect, table, side?)), out);
}

/// The names that the change of a column leaves and takes, for its sequence.
pub(crate) fn column(
    dialect: &dyn Dialect,
    table: &ObjectId,
    delta: &Delta<Column>,
    out: &mut Effects,
) {
    let sides = [delta.before(), delta.after()];
    change(sides.map(|side| of_column(dialect, table, side?)), out);
}

/// The names of sequences that go with the name of their table.
pub(crate) fn rename(dialect: &dyn Dialect, from: &Table, to: &Table, out: &mut Effects) {
    for new in &to.columns {
        let old = from.column(new.name.as_str());
        let old = old.and_then(|old| of_column(dialect, &from.id, old));
        let new = old.as_ref().and_then(|_| of_column(dialect, &to.id, new));
        if new.is_some() {
            change([old, new], out);
        }
    }
}

/// The names that the change of an index leaves and takes.
pub(crate) fn index(
    dialect: &dyn Dialect,
    table: &ObjectId,
    delta: &Delta<Index>,
    out: &mut Effects,
) {
    let sides = [delta.before(), delta.after()];
    change(sides.map(|side| of_index(dialect, table, side?)), out);
}

/// The names that a part has before and after its change: one is left, one is taken.
fn change([before, after]: [Option<Name>; 2], out: &mut Effects) {
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
