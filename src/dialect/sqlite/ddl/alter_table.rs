//! Changes of tables without a rebuild.

use crate::change::{Delta, TableOp};
use crate::dialect::sqlite::ddl::create_table::{
    column_definition, constraint_definition, create_index, trigger,
};
use crate::dialect::sqlite::ddl::rebuild;
use crate::dialect::sqlite::naming::quote;
use crate::model::{Constraint, ConstraintKind, Index, Table};
use crate::sql::literal;

/// The statements of operations that need no rebuild, in their order.
pub(crate) fn alter_table(from: &Table, to: &Table, ops: &[TableOp]) -> Vec<String> {
    let mut out = Vec::new();
    let mut name = match ops.iter().find(|op| matches!(op, TableOp::Rename(_))) {
        Some(_) => from.name(),
        None => to.name(),
    };
    for op in ops {
        let table = quote(name.as_str());
        match op {
            TableOp::Rename(pair) => {
                let after = quote(pair.to.as_str());
                out.push(format!("ALTER TABLE {table} RENAME TO {after}"));
                name = to.name();
            }
            TableOp::Column(Delta::Add(column)) => {
                let mut text = column_definition(to, column);
                for constraint in rebuild::inline_constraints(column, ops) {
                    text.push(' ');
                    text.push_str(&inline_constraint(constraint));
                }
                out.push(format!("ALTER TABLE {table} ADD COLUMN {text}"));
                if column.on_update_now {
                    out.push(trigger(name, &column.name));
                }
            }
            TableOp::Column(Delta::Drop(column)) => {
                let column = quote(column.name.as_str());
                out.push(format!("ALTER TABLE {table} DROP COLUMN {column}"));
            }
            TableOp::Column(Delta::Alter(pair)) => {
                if pair.from.name != pair.to.name {
                    let before = quote(pair.from.name.as_str());
                    let after = quote(pair.to.name.as_str());
                    out.push(format!(
                        "ALTER TABLE {table} RENAME COLUMN {before} TO {after}"
                    ));
                }
                if pair.to.on_update_now && !pair.from.on_update_now {
                    out.push(trigger(name, &pair.to.name));
                }
            }
            TableOp::Index(delta) => {
                out.extend(delta.before().map(drop_index));
                out.extend(delta.after().map(|index| create_index(name, index)));
            }
            TableOp::Value { column, rename } => {
                let column = quote(column.as_str());
                out.push(format!(
                    "UPDATE {table} SET {column} = {} WHERE {column} = {}",
                    literal::string(&rename.to),
                    literal::string(&rename.from)
                ));
            }
            // written in their column's definition, or not stored by SQLite
            TableOp::Constraint(_) | TableOp::Options(_) => {}
            TableOp::Order(_) | TableOp::Partitioning(_) | TableOp::Inheritance(_) => {}
        }
    }
    out
}

fn drop_index(index: &Index) -> String {
    format!("DROP INDEX {}", quote(index.name.get().as_str()))
}

/// A constraint of one column, as part of the column's definition.
fn inline_constraint(constraint: &Constraint) -> String {
    let text = constraint_definition(constraint);
    match &constraint.kind {
        ConstraintKind::ForeignKey(_) => match text.split_once("FOREIGN KEY") {
            Some((name, rest)) => {
                let references = rest.find("REFERENCES").map_or(rest, |at| &rest[at..]);
                format!("{name}{references}")
            }
            None => text,
        },
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclusion(_) => text,
    }
}
