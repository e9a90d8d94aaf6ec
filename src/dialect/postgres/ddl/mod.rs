//! The statements of an action.

pub(crate) mod alter_column;
pub(crate) mod alter_keys;
pub(crate) mod alter_table;
pub(crate) mod alter_types;
pub(crate) mod clauses;
pub(crate) mod column_sequence;
pub(crate) mod create_table;
pub(crate) mod identity;
pub(crate) mod objects;
pub(crate) mod on_update_trigger;
pub(crate) mod partitions;
pub(crate) mod sequences;
pub(crate) mod storage;

use crate::dialect::postgres::naming::{bare_or_quoted, object, within};

use crate::change::{Action, Change, Delta, TableOp};
use crate::model::{Index, Namespace, Object, ObjectId, Pair, RawSql};
use crate::sql::lexer::{Lexer, TokenKind};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::literal;

/// The statements of an action, without final semicolons.
pub(crate) fn action(action: &Action) -> Vec<String> {
    let statements = statements(action).into_iter();
    statements.map(without_carriage_returns).collect()
}

/// The statement with the carriage returns in its strings, bodies of functions among them, written as
/// `\r`: in a file, they would be taken for line ends of another system.
fn without_carriage_returns(statement: String) -> String {
    if !statement.contains('\r') {
        return statement;
    }
    let mut out = String::with_capacity(statement.len());
    let mut lexer = Lexer::new(&POSTGRES, &statement);
    let mut done = 0;
    while let Ok(Some(token)) = lexer.next_token() {
        let text = statement.get(token.start..token.end).unwrap_or_default();
        match text.chars().next() {
            Some('\'') if token.kind == TokenKind::QuotedString && text.contains('\r') => {
                out.push('E');
                out.push_str(&text.replace('\\', "\\\\").replace('\r', "\\r"));
            }
            Some('$') if token.kind == TokenKind::QuotedString && text.contains('\r') => {
                let mut parts = text.splitn(3, '$').skip(1);
                let (tag, rest) = (parts.next(), parts.next());
                let (tag, rest) = (tag.unwrap_or_default(), rest.unwrap_or_default());
                let body = rest.strip_suffix(&format!("${tag}$")).unwrap_or(rest);
                let body = literal::string(body).replace('\\', "\\\\");
                out.push('E');
                out.push_str(&body.replace('\r', "\\r"));
            }
            Some('E' | 'e') if token.kind == TokenKind::QuotedString => {
                out.push_str(&text.replace('\r', "\\r"))
            }
            _ => out.push_str(text),
        }
        done = token.end;
    }
    out.push_str(statement.get(done..).unwrap_or_default());
    out
}

fn statements(action: &Action) -> Vec<String> {
    match action {
        Action::Change(change) => self::change(change),
        Action::Concurrently(change) => concurrently(change),
    }
}

fn change(change: &Change) -> Vec<String> {
    match change {
        Change::Create(id, object) => create(id, object),
        Change::Drop(id, object) => drop(id, object),
        Change::Replace(id, sides) => replace(id, sides),
        Change::Value(id, sides) => vec![objects::rename_value(id, sides)],
        Change::Comment(id, sides) => vec![objects::comment(id, sides.to.as_ref())],
        Change::Table { sides, ops } => alter_table::table(sides, ops),
    }
}

fn raw(object: &Object) -> Option<&RawSql> {
    match object {
        Object::Routine(raw) => Some(raw),
        Object::Table(_)
        | Object::Type(_)
        | Object::Namespace
        | Object::Extension(_)
        | Object::Sequence(_) => None,
    }
}

fn create(id: &ObjectId, what: &Object) -> Vec<String> {
    match what {
        Object::Table(table) => create_table::table(table),
        Object::Type(ty) => objects::create_type(id, ty),
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

fn drop(id: &ObjectId, what: &Object) -> Vec<String> {
    match what {
        Object::Table(_) => vec![format!("DROP TABLE {}", object(id))],
        Object::Type(ty) => vec![objects::drop_type(id, ty)],
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

fn replace(id: &ObjectId, sides: &Pair<Object>) -> Vec<String> {
    if let (Object::Type(from), Object::Type(to)) = (&sides.from, &sides.to) {
        return alter_types::replace(id, from, to);
    }
    if let (Object::Sequence(from), Object::Sequence(to)) = (&sides.from, &sides.to) {
        return sequences::alter_sequence(&object(id), from, to);
    }
    if let (Object::Routine(from), Object::Routine(to)) = (&sides.from, &sides.to) {
        // triggers hold on to a function: it is replaced where it says so, and dropped otherwise
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
    let mut out =
        raw(&sides.from).map_or_else(|| drop(id, &sides.from), |raw| vec![raw.drop.clone()]);
    out.extend(create(id, &sides.to));
    out
}

/// Indexes of tables that exist, built and dropped beside the writers. Anything else in the
/// change has no such form and is rendered as it is.
fn concurrently(change: &Change) -> Vec<String> {
    let Change::Table { sides, ops } = change else {
        return self::change(change);
    };
    let mut out = Vec::new();
    for op in ops {
        match op {
            TableOp::Index(Delta::Add(index)) => {
                out.push(clauses::index(&object(&sides.to.id), index, true));
            }
            TableOp::Index(Delta::Drop(index)) => {
                out.push(drop_index(&sides.from.id.ns, index, true));
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
                out.extend(alter_table::table(sides, std::slice::from_ref(op)))
            }
        }
    }
    out
}

/// `DROP INDEX`.
pub(crate) fn drop_index(ns: &Namespace, index: &Index, concurrently: bool) -> String {
    format!(
        "DROP INDEX {}{}{}",
        if concurrently { "CONCURRENTLY " } else { "" },
        // one that is part of its parent's goes with that
        if index.parent.is_some() {
            "IF EXISTS "
        } else {
            ""
        },
        within(ns, index.name.get())
    )
}
