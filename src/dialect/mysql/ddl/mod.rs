//! Statements. Every one of them runs unchanged on MySQL from 8.0.19 and on MariaDB from 10.6, except those that
//! `vendor_statements` combines.

pub(crate) mod alter_table;
pub(crate) mod columns;
pub(crate) mod create_table;
pub(crate) mod keys;
pub(crate) mod partitions;
pub(crate) mod sequences;
pub(crate) mod table_options;
pub(crate) mod vendor_statements;

use crate::change::{Action, Change};
use crate::dialect::mysql::naming::quote;
use crate::model::Object;

/// The statements of an action.
pub(crate) fn action_statements(action: &Action) -> Vec<String> {
    match action {
        Action::Change(change) | Action::Concurrently(change) => change_statements(change),
    }
}

fn change_statements(change: &Change) -> Vec<String> {
    match change {
        Change::Create(id, object) => create_object(id.name.as_str(), object),
        Change::Drop(id, object) => drop_object(id.name.as_str(), object),
        Change::Comment(id, pair) => sequences::comment_on_sequence(id, pair.to.as_deref()),
        Change::Value(..) => Vec::new(),
        Change::Replace(id, pair) => {
            let name = id.name.as_str();
            if let (Object::Sequence(from), Object::Sequence(to)) = (&pair.from, &pair.to) {
                return sequences::alter_sequence(name, from, to);
            }
            let mut statements = drop_object(name, &pair.from);
            statements.extend(create_object(name, &pair.to));
            statements
        }
        Change::Table { sides, ops } => alter_table::alter_table(sides, ops),
    }
}

fn create_object(name: &str, object: &Object) -> Vec<String> {
    match object {
        Object::Table(table) => vec![create_table::create_table(table)],
        // an enum is part of its column
        Object::Type(_) | Object::Namespace | Object::Extension(_) => Vec::new(),
        Object::Sequence(sequence) => vec![sequences::create_sequence(name, sequence)],
        Object::Routine(raw) => vec![raw.create.clone()],
    }
}

fn drop_object(name: &str, object: &Object) -> Vec<String> {
    match object {
        Object::Table(_) => vec![format!("DROP TABLE {}", quote(name))],
        Object::Type(_) | Object::Namespace | Object::Extension(_) => Vec::new(),
        Object::Sequence(_) => vec![format!("DROP SEQUENCE {}", quote(name))],
        Object::Routine(raw) => vec![raw.drop.clone()],
    }
}
