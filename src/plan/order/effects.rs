//! The effects of a step on resources, by what its change says. What only one dialect orders by is added by its
//! [`PlanRules`](crate::dialect::PlanRules).

use crate::change::{Change, Delta, Effects, Resource, TableOp, drops_default};
use crate::dialect::Dialect;
use crate::model::{Column, Ident, ObjectId, ObjectKind, Pair, Table};
use crate::plan::order::dependencies::{Dependencies, of_object, of_type};
use crate::plan::order::{names, parts};

/// The effects of a change.
pub(crate) fn effects_of(
    change: &Change,
    dependencies: &Dependencies<'_>,
    dialect: &dyn Dialect,
) -> Effects {
    let mut out = Effects::default();
    match change {
        Change::Create(id, object) => {
            out.creates_object = true;
            out.provides.push(Resource::Object(id.clone()));
            out.requires.push(Resource::TableNameFree(id.clone()));
            let names = names::of_object(dialect, id, object.as_table());
            out.requires
                .extend(names.into_iter().map(Resource::NameFree));
            out.requires.extend(dependencies.after(id));
            if let Some(table) = object.as_table() {
                out.provides.extend(columns_and_keys(table));
                out.requires.extend(table_dependencies(table));
            } else {
                out.provides.extend(extensions(id));
                out.requires.extend(of_object(object));
            }
        }
        Change::Drop(id, object) => {
            out.removes.push(Resource::Object(id.clone()));
            out.removes.push(Resource::DependentsDropped(id.clone()));
            out.provides.push(Resource::TableNameFree(id.clone()));
            let names = names::of_object(dialect, id, object.as_table());
            out.provides
                .extend(names.into_iter().map(Resource::NameFree));
            out.required_until.extend(dependencies.before(id));
            if let Some(table) = object.as_table() {
                out.removes.extend(columns_and_keys(table));
                out.required_until.extend(table_dependencies(table));
            } else {
                out.removes.extend(extensions(id));
                out.required_until.extend(of_object(object));
            }
        }
        // a sequence is altered in place, whatever uses it
        Change::Replace(id, sides) if id.kind == ObjectKind::Sequence => {
            out.requires.push(Resource::Object(id.clone()));
            out.required_until.push(Resource::Object(id.clone()));
            out.requires.extend(of_object(&sides.to));
            out.required_until.extend(of_object(&sides.from));
        }
        Change::Replace(id, sides) => {
            out.removes.push(Resource::Object(id.clone()));
            out.provides.push(Resource::Object(id.clone()));
            // a dependency of both sides is replaced before this object, which keeps it until then
            let mut after = dependencies.after(id);
            after.extend(of_object(&sides.to));
            let mut before = dependencies.before(id);
            before.extend(of_object(&sides.from));
            before.retain(|resource| !after.contains(resource));
            out.required_until.extend(before);
            out.requires.extend(after);
        }
        Change::Comment(id, sides) => {
            out.requires.push(Resource::Object(id.clone()));
            if sides.to.is_none() {
                out.required_until.push(Resource::Object(id.clone()));
            }
        }
        // before the type is replaced, and before the new text of the value is used
        Change::Value(id, _) => {
            out.provides.push(Resource::Object(id.clone()));
            out.required_until.push(Resource::Object(id.clone()));
        }
        Change::Table { sides, ops } => {
            of_table_change(sides, ops, dependencies, dialect, &mut out);
        }
    }
    dialect.add_effects(change, &mut out);
    out
}

fn of_table_change(
    sides: &Pair<Box<Table>>,
    ops: &[TableOp],
    dependencies: &Dependencies<'_>,
    dialect: &dyn Dialect,
    out: &mut Effects,
) {
    if ops.iter().all(TableOp::only_removes) {
        out.required_until
            .extend(dependencies.before(&sides.from.id));
    } else if ops.iter().any(adds_dependency) {
        out.requires.extend(dependencies.after(&sides.to.id));
    } else {
        // a plain column depends on its type only, which an extension may provide
        out.requires.push(Resource::Extensions);
    }
    for op in ops {
        of_op(op, &sides.from, &sides.to, dialect, out);
    }
}

/// Whether an operation adds a part that may depend on other objects.
fn adds_dependency(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(Delta::Add(_))
        | TableOp::Index(Delta::Add(_))
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_) => true,
        TableOp::Column(Delta::Add(column)) => {
            let has_expression = column.default.is_some() || column.generated.is_some();
            has_expression || column.identity.is_some() || column.on_update_now
        }
        TableOp::Column(Delta::Alter(_)) => !op.only_removes(),
        TableOp::Rename(_)
        | TableOp::Column(Delta::Drop(_))
        | TableOp::Constraint(Delta::Drop(_) | Delta::Alter(_))
        | TableOp::Index(Delta::Drop(_) | Delta::Alter(_))
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_) => false,
    }
}

fn extensions(id: &ObjectId) -> Option<Resource> {
    (id.kind == ObjectKind::Extension).then_some(Resource::Extensions)
}

fn columns_and_keys(table: &Table) -> Vec<Resource> {
    let column = |c: &Column| Resource::Column(table.id.clone(), c.name.clone());
    let mut parts: Vec<Resource> = table.columns.iter().map(column).collect();
    parts.push(Resource::Keys(table.id.clone()));
    parts
}

/// What a table needs according to its own parts: types, parents, targets of foreign keys.
fn table_dependencies(table: &Table) -> Vec<Resource> {
    let mut found = Vec::new();
    for column in &table.columns {
        found.extend(of_type(&column.ty));
    }
    let parents = table.inheritance.parents().iter().cloned();
    found.extend(parents.map(Resource::Object));
    for (_, fk) in table.foreign_keys().filter(|(_, fk)| fk.target != table.id) {
        found.push(Resource::Object(fk.target.clone()));
        found.push(Resource::Keys(fk.target.clone()));
        let column = |c: &Ident| Resource::Column(fk.target.clone(), c.clone());
        found.extend(fk.target_columns.iter().map(column));
    }
    found
}

fn of_op(op: &TableOp, from: &Table, to: &Table, dialect: &dyn Dialect, out: &mut Effects) {
    let table = &to.id;
    names::of_op(dialect, op, from, to, out);
    match op {
        TableOp::Rename(_) => {
            out.keeps_order_of = Some(table.clone());
            out.removes.push(Resource::Object(from.id.clone()));
            out.provides.push(Resource::Object(table.clone()));
            names::of_table_rename(dialect, from, to, out);
            // all other steps of the table use its new name
            out.provides.extend(columns_and_keys(to));
        }
        TableOp::Column(delta) => of_column(delta, table, out),
        TableOp::Constraint(delta) => parts::constraint(delta, table, out),
        TableOp::Index(delta) => parts::index(delta, table, out),
        TableOp::Value { column, .. } => {
            out.keeps_order_of = Some(table.clone());
            let renamed = Resource::Column(table.clone(), column.clone());
            out.provides.push(renamed);
        }
        TableOp::Options(_) => of_options(op, from, to, out),
        TableOp::Order(_) | TableOp::Partitioning(_) | TableOp::Inheritance(_) => {
            out.keeps_order_of = Some(table.clone());
        }
    }
}

fn of_column(delta: &Delta<Column>, table: &ObjectId, out: &mut Effects) {
    out.keeps_order_of = Some(table.clone());
    let column = |side: &Column| Resource::Column(table.clone(), side.name.clone());
    let types = |side: &Column| -> Vec<Resource> { of_type(&side.ty).collect() };
    let [before, after] = [delta.before(), delta.after()];
    let [types_before, types_after] =
        [before, after].map(|side| side.map(types).unwrap_or_default());
    let drops_default = delta.altered().is_some_and(drops_default);
    if let Some(before) = before {
        out.removes.push(column(before));
        if types_before != types_after || drops_default {
            out.required_until.extend(types_before);
        }
    }
    if let Some(after) = after {
        out.provides.push(column(after));
        if !drops_default {
            out.requires.extend(types_after);
        }
    }
}

/// An attribute of a table may be the name of an index, or a flag that decides which tables may refer to each other.
fn of_options(op: &TableOp, from: &Table, to: &Table, out: &mut Effects) {
    let Some(options) = op.options() else {
        return;
    };
    let table = &to.id;
    out.keeps_order_of = Some(table.clone());
    let index = |name: &str| Resource::Index(table.clone(), name.into());
    let kept = to.foreign_keys().filter(|(kept, fk)| {
        let mut old = from.constraints.iter();
        fk.target != *table && old.any(|old| old.kind == kept.kind)
    });
    let targets: Vec<Resource> = kept
        .map(|(_, fk)| Resource::Keys(fk.target.clone()))
        .collect();
    for (_, before, after) in options.from.attrs.changes(&options.to.attrs) {
        out.required_until.extend(before.map(index));
        out.requires.extend(after.map(index));
        if before == Some("true") {
            out.requires.extend(targets.iter().cloned());
        } else if after == Some("true") {
            out.required_until.extend(targets.iter().cloned());
        } else {
            continue;
        }
        out.removes.push(Resource::Keys(table.clone()));
        out.provides.push(Resource::Keys(table.clone()));
    }
}
