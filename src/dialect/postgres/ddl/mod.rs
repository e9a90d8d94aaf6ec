//! The SQL statements of a plan's actions.

pub(crate) mod alter_column;
pub(crate) mod alter_constraint;
pub(crate) mod alter_index;
pub(crate) mod alter_table;
pub(crate) mod alter_type;
pub(crate) mod carriage_returns;
pub(crate) mod clauses;
pub(crate) mod column_options;
pub(crate) mod column_sequence;
pub(crate) mod columns;
pub(crate) mod constraints;
pub(crate) mod create_table;
pub(crate) mod existing_rows;
pub(crate) mod identity;
pub(crate) mod indexes;
pub(crate) mod inherited_columns;
pub(crate) mod not_null;
pub(crate) mod objects;
pub(crate) mod on_update_trigger;
pub(crate) mod partitions;
pub(crate) mod sequences;
pub(crate) mod storage;
pub(crate) mod user_types;

use crate::change::{Action, Change, Delta, TableOp};
use crate::dialect::postgres::ddl::carriage_returns::without_carriage_returns;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::model::{Object, ObjectId, Pair};

/// The statements of an action, without final semicolons.
pub(crate) fn statements(action: &Action) -> Vec<String> {
    let statements = raw_statements(action).into_iter();
    statements.map(without_carriage_returns).collect()
}

fn raw_statements(action: &Action) -> Vec<String> {
    match action {
        Action::Change(change) => change_statements(change),
        Action::Concurrently(change) => concurrent_statements(change),
    }
}

fn change_statements(change: &Change) -> Vec<String> {
    match change {
        Change::Create(id, object) => create_object(id, object),
        Change::Drop(id, object) => drop_object(id, object),
        Change::Replace(id, sides) => replace_object(id, sides),
        Change::Value(id, sides) => vec![user_types::rename_value(id, sides)],
        Change::Comment(id, sides) => vec![objects::comment(id, sides.to.as_ref())],
        Change::Table { sides, ops } => alter_table::alter_table(sides, ops),
    }
}

fn create_object(id: &ObjectId, what: &Object) -> Vec<String> {
    match what {
        Object::Table(table) => create_table::create_table(table),
        Object::Type(ty) => user_types::create_type(id, ty),
        Object::Namespace => vec![format!(
            "CREATE SCHEMA {}",
            bare_or_quoted(id.name.as_str())
        )],
        Object::Sequence(sequence) => vec![sequences::create_sequence(id, sequence)],
        Object::Extension(extension) => vec![objects::create_extension(id, extension)],
        Object::Routine(raw) => {
            vec![raw.create.clone()]
        }
    }
}

fn drop_object(id: &ObjectId, what: &Object) -> Vec<String> {
    match what {
        Object::Table(_) => vec![format!("DROP TABLE {}", object(id))],
        Object::Type(ty) => vec![user_types::drop_type(id, ty)],
        Object::Namespace => vec![format!("DROP SCHEMA {}", bare_or_quoted(id.name.as_str()))],
        Object::Extension(_) => vec![format!(
            "DROP EXTENSION IF EXISTS {}",
            bare_or_quoted(id.name.as_str())
        )],
        Object::Sequence(_) => vec![format!("DROP SEQUENCE {}", object(id))],
        Object::Routine(raw) => {
            vec![raw.drop.clone()]
        }
    }
}

fn replace_object(id: &ObjectId, sides: &Pair<Object>) -> Vec<String> {
    if let (Object::Type(from), Object::Type(to)) = (&sides.from, &sides.to) {
        return alter_type::alter_or_recreate(id, from, to);
    }
    if let (Object::Sequence(from), Object::Sequence(to)) = (&sides.from, &sides.to) {
        return sequences::alter_sequence(&object(id), from, to);
    }
    if let (Object::Routine(from), Object::Routine(to)) = (&sides.from, &sides.to) {
        // a function with triggers can be replaced but not dropped
        let in_place = to
            .create
            .trim_start()
            .to_ascii_uppercase()
            .starts_with("CREATE OR REPLACE");
        return if in_place {
            vec![to.create.clone()]
        } else {
            vec![from.drop.clone(), to.create.clone()]
        };
    }
    let mut out = drop_object(id, &sides.from);
    out.extend(create_object(id, &sides.to));
    out
}

/// Indexes of existing tables are created and dropped CONCURRENTLY. Other operations have no such form.
fn concurrent_statements(change: &Change) -> Vec<String> {
    let Change::Table { sides, ops } = change else {
        return change_statements(change);
    };
    let mut out = Vec::new();
    for op in ops {
        match op {
            TableOp::Index(Delta::Add(index)) => {
                out.push(indexes::create_index(&object(&sides.to.id), index, true));
            }
            TableOp::Index(Delta::Drop(index)) => {
                out.push(indexes::drop_index(&sides.from.id.ns, index, true));
            }
            TableOp::Index(Delta::Alter(_))
            | TableOp::Rename(_)
            | TableOp::Column(_)
            | TableOp::Constraint(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Inheritance(_) => {
                out.extend(alter_table::alter_table(sides, std::slice::from_ref(op)));
            }
        }
    }
    out
}
