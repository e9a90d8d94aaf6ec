//! Short descriptions of steps, for comments in migration files, progress and errors.

use crate::change::{Action, Change, Delta, TableOp};
use crate::model::{Constraint, ConstraintKind, Object, Pair};

/// `create table users`, `users: add column email, drop index idx_old`.
pub fn describe(action: &Action) -> String {
    match action {
        Action::Change(of) => change(of),
        Action::Concurrently(of) => format!("{}, concurrently", change(of)),
    }
}

fn change(change: &Change) -> String {
    match change {
        Change::Create(id, object) => format!("create {} {id}{}", id.kind, external(object)),
        Change::Drop(id, object) => format!("drop {} {id}{}", id.kind, external(object)),
        Change::Comment(id, _) => format!("comment on {} {id}", id.kind),
        Change::Replace(id, _) => format!("replace {} {id}", id.kind),
        Change::Value(id, pair) => {
            format!(
                "{} {id}: rename value {} to {}",
                id.kind, pair.from, pair.to
            )
        }
        Change::Table { sides, ops } => {
            let ops: Vec<String> = ops.iter().map(op).collect();
            format!("{}: {}", sides.to.id, ops.join(", "))
        }
    }
}

fn external(object: &Object) -> &'static str {
    match object.as_table() {
        Some(table) if table.external => " (stand-in for an external table)",
        Some(_) | None => "",
    }
}

fn op(op: &TableOp) -> String {
    match op {
        TableOp::Rename(Pair { from, .. }) => format!("rename from {from}"),
        TableOp::Column(of) => delta("column", of, |column| column.name.to_string()),
        TableOp::Constraint(of) => delta("", of, constraint),
        TableOp::Index(of) => delta("index", of, |index| index.name.get().to_string()),
        TableOp::Value { column, rename } => {
            format!("{column}: rename value {} to {}", rename.from, rename.to)
        }
        TableOp::Options(_) => String::from("change comment or options"),
        TableOp::Order(_) => String::from("order columns"),
        TableOp::Partitioning(_) => String::from("change partitions"),
        TableOp::Inheritance(_) => String::from("change the parent table"),
    }
}

fn constraint(constraint: &Constraint) -> String {
    let name = constraint.name.get();
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => String::from("primary key"),
        ConstraintKind::Unique(_) => format!("unique {name}"),
        ConstraintKind::ForeignKey(_) => format!("foreign key {name}"),
        ConstraintKind::Check(_) => format!("check {name}"),
        ConstraintKind::Exclusion(_) => format!("exclusion {name}"),
    }
}

fn delta<T>(what: &str, delta: &Delta<T>, name: impl Fn(&T) -> String) -> String {
    let (verb, part) = match delta {
        Delta::Add(part) => ("add", name(part)),
        Delta::Drop(part) => ("drop", name(part)),
        Delta::Alter(Pair { from, to }) => {
            let (from, to) = (name(from), name(to));
            if from == to {
                ("change", to)
            } else {
                ("rename", format!("{from} to {to}"))
            }
        }
    };
    if what.is_empty() {
        format!("{verb} {part}")
    } else {
        format!("{verb} {what} {part}")
    }
}
