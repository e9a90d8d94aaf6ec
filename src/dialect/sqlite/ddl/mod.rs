//! DDL statements.

pub(crate) mod alter_table;
pub(crate) mod create_table;
pub(crate) mod rebuild;

use crate::change::{Action, Change};
use crate::dialect::sqlite::ddl::alter_table::alter_table;
use crate::dialect::sqlite::ddl::create_table::{attachments, create_table};
use crate::dialect::sqlite::naming::quote;
use crate::model::Object;

/// The statements of an action.
pub(crate) fn action_statements(action: &Action) -> Vec<String> {
    match action {
        Action::Change(change) | Action::Concurrently(change) => change_statements(change),
    }
}

fn change_statements(change: &Change) -> Vec<String> {
    match change {
        Change::Create(_, object) => create_object(object),
        Change::Drop(_, object) => drop_object(object),
        // SQLite has no comments
        Change::Comment(..) | Change::Value(..) => Vec::new(),
        Change::Replace(_, pair) => {
            let mut out = drop_object(&pair.from);
            out.extend(create_object(&pair.to));
            out
        }
        Change::Table { sides, ops } => {
            if rebuild::needed(&sides.from, &sides.to, ops) {
                rebuild::statements(&sides.from, &sides.to, ops)
            } else {
                alter_table(&sides.from, &sides.to, ops)
            }
        }
    }
}

fn create_object(object: &Object) -> Vec<String> {
    match object {
        Object::Table(table) => {
            let mut out = vec![create_table(table, table.name())];
            out.extend(attachments(table));
            out
        }
        // SQLite has no such types; an enum is a check
        Object::Type(_) | Object::Namespace | Object::Extension(_) | Object::Sequence(_) => {
            Vec::new()
        }
        Object::Routine(raw) => vec![raw.create.clone()],
    }
}

fn drop_object(object: &Object) -> Vec<String> {
    match object {
        Object::Table(table) => vec![format!("DROP TABLE {}", quote(table.name().as_str()))],
        Object::Type(_) | Object::Namespace | Object::Extension(_) | Object::Sequence(_) => {
            Vec::new()
        }
        Object::Routine(raw) => vec![raw.drop.clone()],
    }
}
