//! The effects of a change on names: a name can be given once the object or part that has it is dropped or renamed.

use crate::change::{Delta, Effects, NameSpace, QualifiedName, Resource};
use crate::dialect::{Dialect, NameScope};
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Index, ObjectId, ObjectKind, Table,
};

/// The name of a constraint, where other tables can't use it too.
fn of_constraint(
    dialect: &dyn Dialect,
    table: &ObjectId,
    constraint: &Constraint,
) -> Option<QualifiedName> {
    let names = &dialect.capabilities().names;
    let ns = table.ns.clone();
    let (space, scope) = match constraint.kind {
        // the index of a key has the key's name
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => (NameSpace::Relations(ns), names.unique_scope),
        ConstraintKind::ForeignKey(_) => (NameSpace::ForeignKeys(ns), names.foreign_key_scope),
        ConstraintKind::Check(_) => (NameSpace::Checks(ns), names.check_scope),
    };
    shared_by_tables(space, scope, constraint.name.get())
}

/// The name of an index, where other tables can't use it too.
fn of_index(dialect: &dyn Dialect, table: &ObjectId, index: &Index) -> Option<QualifiedName> {
    let space = NameSpace::Relations(table.ns.clone());
    let scope = dialect.capabilities().names.index_scope;
    shared_by_tables(space, scope, index.name.get())
}

/// The name of the sequence of an identity column.
fn of_column(dialect: &dyn Dialect, table: &ObjectId, column: &Column) -> Option<QualifiedName> {
    let name = dialect.column_sequence_name(table, column)?;
    Some((NameSpace::Relations(table.ns.clone()), name))
}

fn shared_by_tables(space: NameSpace, scope: NameScope, name: &Ident) -> Option<QualifiedName> {
    match scope {
        NameScope::Table => None,
        NameScope::Schema | NameScope::SchemaWithTables => Some((space, name.clone())),
    }
}

/// The names that an object and its parts occupy beyond the object itself.
pub(crate) fn of_object(
    dialect: &dyn Dialect,
    id: &ObjectId,
    table: Option<&Table>,
) -> Vec<QualifiedName> {
    let mut found = Vec::new();
    if matches!(
        id.kind,
        ObjectKind::Table | ObjectKind::Type | ObjectKind::Sequence
    ) {
        found.push((NameSpace::Relations(id.ns.clone()), id.name.clone()));
    }
    if let Some(table) = table {
        let columns = table.columns.iter();
        found.extend(columns.filter_map(|one| of_column(dialect, id, one)));
        let constraints = table.constraints.iter();
        found.extend(constraints.filter_map(|one| of_constraint(dialect, id, one)));
        let indexes = table.indexes.iter();
        found.extend(indexes.filter_map(|one| of_index(dialect, id, one)));
    }
    found
}

/// The names that a constraint's change frees and takes.
pub(crate) fn constraint(
    dialect: &dyn Dialect,
    table: &ObjectId,
    delta: &Delta<Constraint>,
    out: &mut Effects,
) {
    let of_table = |one: &Constraint| {
        let space = NameSpace::Constraints(table.clone());
        (space, one.name.get().clone())
    };
    let sides = [delta.before(), delta.after()];
    change(sides.map(|side| side.map(of_table)), out);
    change(sides.map(|side| of_constraint(dialect, table, side?)), out);
}

/// The names of sequences that a column's change frees and takes.
pub(crate) fn column(
    dialect: &dyn Dialect,
    table: &ObjectId,
    delta: &Delta<Column>,
    out: &mut Effects,
) {
    let sides = [delta.before(), delta.after()];
    change(sides.map(|side| of_column(dialect, table, side?)), out);
}

/// The names of the sequences of a table's columns, which are renamed with the table.
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

/// The names that an index's change frees and takes.
pub(crate) fn index(
    dialect: &dyn Dialect,
    table: &ObjectId,
    delta: &Delta<Index>,
    out: &mut Effects,
) {
    let sides = [delta.before(), delta.after()];
    change(sides.map(|side| of_index(dialect, table, side?)), out);
}

/// A part had the first name and gets the second one.
fn change([before, after]: [Option<QualifiedName>; 2], out: &mut Effects) {
    if before != after {
        out.provides.extend(before.map(Resource::NameFree));
        out.requires.extend(after.map(Resource::NameFree));
    }
}
