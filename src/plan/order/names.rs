//! The effects of a change on names: a name can be given once the object or part that has it is dropped or renamed. A
//! rename to or from a name that the table has neither before nor after is a step of an exchange of names: that name is
//! temporary, and free from the start.

use crate::change::{Effects, NameSpace, QualifiedName, Resource, TableOp};
use crate::dialect::{Dialect, NameScope};
use crate::model::{Column, Constraint, ConstraintKind, Ident, Index, ObjectId, ObjectKind, Table};

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

/// The names that an object and its parts occupy outside of the object itself.
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
    found.extend(
        table
            .into_iter()
            .flat_map(|table| of_parts(dialect, id, table)),
    );
    found
}

fn of_parts(dialect: &dyn Dialect, id: &ObjectId, table: &Table) -> Vec<QualifiedName> {
    let columns = table.columns.iter();
    let columns = columns.filter_map(|one| of_column(dialect, id, one));
    let constraints = table.constraints.iter();
    let constraints = constraints.filter_map(|one| of_constraint(dialect, id, one));
    let indexes = table.indexes.iter();
    let indexes = indexes.filter_map(|one| of_index(dialect, id, one));
    columns.chain(constraints).chain(indexes).collect()
}

/// The names that an operation on a column, constraint or index frees and takes.
pub(crate) fn of_op(
    dialect: &dyn Dialect,
    op: &TableOp,
    from: &Table,
    to: &Table,
    out: &mut Effects,
) {
    let table = &to.id;
    let mut change = |[before, after]: [Option<QualifiedName>; 2]| {
        if before == after {
            return;
        }
        let is_rename = before.is_some() && after.is_some();
        let is_temporary = |side: &Table, name: &QualifiedName| {
            is_rename && !of_parts(dialect, table, side).contains(name)
        };
        if let Some(after) = after {
            if is_temporary(to, &after) {
                out.provides.push(Resource::TemporaryName(after));
            } else {
                out.requires.push(Resource::NameFree(after));
            }
        }
        if let Some(before) = before {
            if is_temporary(from, &before) {
                let name = Resource::TemporaryName(before.clone());
                out.requires.push(name);
            }
            out.provides.push(Resource::NameFree(before));
        }
    };
    if let Some(delta) = op.column() {
        let sides = [delta.before(), delta.after()];
        change(sides.map(|side| of_column(dialect, table, side?)));
    } else if let Some(delta) = op.index() {
        let sides = [delta.before(), delta.after()];
        change(sides.map(|side| of_index(dialect, table, side?)));
    } else if let Some(delta) = op.constraint() {
        let sides = [delta.before(), delta.after()];
        change(sides.map(|side| of_constraint(dialect, table, side?)));
        let in_table = |one: &Constraint| {
            let space = NameSpace::Constraints(table.clone());
            (space, one.name.get().clone())
        };
        let [before, after] = sides.map(|side| side.map(in_table));
        if before != after {
            out.provides.extend(before.map(Resource::NameFree));
            out.requires.extend(after.map(Resource::NameFree));
        }
    }
}

/// The names of the sequences of a table's columns, which are renamed with the table.
pub(crate) fn of_table_rename(dialect: &dyn Dialect, from: &Table, to: &Table, out: &mut Effects) {
    for new in &to.columns {
        let old = from.column(new.name.as_str());
        let old = old.and_then(|old| of_column(dialect, &from.id, old));
        let new = old.as_ref().and_then(|_| of_column(dialect, &to.id, new));
        if new.is_some() && old != new {
            out.provides.extend(old.map(Resource::NameFree));
            out.requires.extend(new.map(Resource::NameFree));
        }
    }
}
