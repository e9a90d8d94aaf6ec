//! What became of each statement of a migration that stopped.

use super::directory::place;
use super::error::{Cause, Effect, Stopped};
use super::script::{Atomicity, Message, Role, Script};
use super::work::Item;
use crate::db::{Conn, DbError};

/// What went wrong in a message.
pub(super) struct Failure {
    pub(super) completed: usize,
    pub(super) position: Option<usize>,
    pub(super) cause: Cause,
}

impl Failure {
    pub(super) fn of(completed: usize, error: DbError) -> Self {
        Self {
            completed,
            position: error.position,
            cause: error.into(),
        }
    }
}

/// A migration that stopped at a failure.
pub(super) fn stopped(
    item: &Item,
    script: &Script,
    message: &Message,
    failure: Failure,
    conn: &Conn,
) -> Stopped {
    let (at, line) = message.failed_part(failure.completed, failure.position);
    let part = message.parts.get(at);
    let role = part.map_or(Role::Begin, |part| part.role);
    let place = match role {
        Role::Statement(number) => item.parsed.statements.get(number - 1).map(|statement| {
            let within = u32::try_from(line.unwrap_or(0)).unwrap_or(0);
            place(&item.file, statement.line + within)
        }),
        Role::Begin | Role::Check | Role::History | Role::Commit | Role::Switch => None,
    };
    Stopped {
        version: item.version,
        name: item.name.clone(),
        direction: item.direction,
        server: conn.server().clone(),
        role,
        at: place,
        sql: part.map(|part| part.sql.clone()).unwrap_or_default(),
        effects: effects(
            script,
            message,
            role,
            &failure,
            item.parsed.statements.len(),
        ),
        cause: failure.cause,
        leftovers: Vec::new(),
        before: Vec::new(),
    }
}

/// A migration that was stopped before a statement, by a wish or for want of the lock.
pub(super) fn halted(
    item: &Item,
    script: &Script,
    next: usize,
    cause: Cause,
    conn: &Conn,
) -> Stopped {
    let done = match script.atomicity {
        Atomicity::All => Effect::Undone,
        Atomicity::Each => Effect::InForce,
    };
    let count = item.parsed.statements.len();
    let effects = (1..=count).map(|number| {
        if number < next {
            done
        } else {
            Effect::NotStarted
        }
    });
    Stopped {
        version: item.version,
        name: item.name.clone(),
        direction: item.direction,
        server: conn.server().clone(),
        role: Role::Statement(next),
        at: None,
        sql: String::new(),
        effects: effects.collect(),
        cause,
        leftovers: Vec::new(),
        before: Vec::new(),
    }
}

/// What became of each of the file's statements.
fn effects(
    script: &Script,
    message: &Message,
    role: Role,
    failure: &Failure,
    count: usize,
) -> Vec<Effect> {
    let lost = matches!(failure.cause, Cause::Server { lost: true, .. });
    // how many statements were done when the failed part was reached
    let done = match role {
        Role::Statement(number) => number - 1,
        Role::Begin => 0,
        Role::Check | Role::History | Role::Commit => count,
        // on again comes after the commit, off before anything
        Role::Switch if script.messages.first() == Some(message) => 0,
        Role::Switch => count,
    };
    let committed = role == Role::Switch && done == count;
    if script.atomicity == Atomicity::All && lost && message.has(Role::Commit) {
        return vec![Effect::InDoubt; count];
    }
    let ran = match script.atomicity {
        Atomicity::All if !committed => Effect::Undone,
        Atomicity::All | Atomicity::Each => Effect::InForce,
    };
    let failed = match script.atomicity {
        Atomicity::Each if lost => Effect::InDoubt,
        Atomicity::All | Atomicity::Each => Effect::NotApplied,
    };
    (0..count)
        .map(|at| match at.cmp(&done) {
            std::cmp::Ordering::Less => ran,
            std::cmp::Ordering::Equal if matches!(role, Role::Statement(_)) => failed,
            std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => Effect::NotStarted,
        })
        .collect()
}
