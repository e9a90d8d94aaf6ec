//! What became of each statement of a migration that stopped.

use crate::db::{Conn, DbError};
use crate::migrate::error::{StatementState, StopCause, Stopped};
use crate::migrate::files::sql_text::line_location;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::script::{Atomicity, Message, Script, StatementRole};

/// What went wrong in a message.
pub(crate) struct StatementFailure {
    pub(crate) completed: usize,
    pub(crate) position: Option<usize>,
    pub(crate) cause: StopCause,
}

impl StatementFailure {
    pub(crate) fn of(completed: usize, error: DbError) -> Self {
        Self {
            completed,
            position: error.position,
            cause: error.into(),
        }
    }
}

/// How far a script got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FailurePoint {
    /// What the failed part was for.
    role: StatementRole,
    /// Its text.
    sql: String,
    /// The line within it, from 0, where the server tells.
    line: Option<usize>,
    /// The last statement that was completed and stays or is rolled back with all; 0 for none.
    pub(crate) done: usize,
    /// The statement that failed, or went with what failed in a transaction of its own.
    pub(crate) failed: Option<usize>,
    /// It may be at work still, and all that follows it in the message: the answer never came.
    in_doubt: Option<usize>,
    /// Everything was committed before.
    committed: bool,
}

impl FailurePoint {
    /// Where a failure in the message at this place of the script has stopped it.
    pub(crate) fn of(script: &Script, at: usize, failure: &StatementFailure) -> Self {
        let empty = Message::default();
        let message = script.messages.get(at).unwrap_or(&empty);
        let (part_at, line) = message.failed_part(failure.completed, failure.position);
        let part = message.parts.get(part_at);
        let role = part.map_or(StatementRole::Begin, |part| part.role);
        let lost = matches!(failure.cause, StopCause::Server { lost: true, .. });
        let before = script.messages.iter().take(at);
        let done_before = before.flat_map(Message::statements).last();
        let parts_before = message.parts.iter().take(part_at);
        let done_here = parts_before.rev().find_map(|part| part.role.statement());
        let first = script.messages.iter().find_map(Message::first_statement);
        // what a resumed migration had done before counts as done
        let start = first.map_or(0, |first| first - 1);
        let mut done = done_here.or(done_before).unwrap_or(start);
        let mut failed = role.statement();
        // a data statement is undone with what follows it in its own transaction
        let own_transaction = script.atomicity == Atomicity::PerStatement
            && opened(message, part_at)
            && message.has(StatementRole::Commit);
        if let Some(number) = done_here.filter(|_| own_transaction && begun_before(message)) {
            done = number - 1;
            failed = Some(number);
        }
        let in_doubt = message
            .first_statement()
            .filter(|_| lost && script.atomicity == Atomicity::PerStatement);
        Self {
            role,
            sql: part.map(|part| part.sql.clone()).unwrap_or_default(),
            line,
            done: if in_doubt.is_some() {
                done.min(done_before.unwrap_or(start))
            } else {
                done
            },
            failed,
            in_doubt,
            committed: role == StatementRole::Switch && at > 0,
        }
    }
}

/// Whether a transaction is open at this part.
fn opened(message: &Message, part: usize) -> bool {
    let mut before = message.parts.iter().take(part);
    before.any(|part| part.role == StatementRole::Begin)
}

/// Whether the message begins its transaction before its statement.
fn begun_before(message: &Message) -> bool {
    let of =
        |found: &dyn Fn(StatementRole) -> bool| message.parts.iter().position(|p| found(p.role));
    let statement = of(&|role| role.statement().is_some());
    of(&|role| role == StatementRole::Begin) < statement
}

/// A migration that stopped at a failure.
pub(crate) fn stopped(
    item: &MigrationUnit,
    script: &Script,
    place_of: &FailurePoint,
    failure: StatementFailure,
    conn: &Conn,
) -> Stopped {
    let at = place_of.role.statement().and_then(|number| {
        let statement = item.parsed.statements.get(number - 1)?;
        let within = u32::try_from(place_of.line.unwrap_or(0)).unwrap_or(0);
        Some(line_location(&item.file, statement.line + within))
    });
    Stopped {
        version: item.version,
        name: item.name.clone(),
        server: conn.server().clone(),
        role: place_of.role,
        at,
        sql: place_of.sql.clone(),
        effects: effects(script, place_of, &failure, item.parsed.statements.len()),
        cause: failure.cause,
        invalid_indexes: Vec::new(),
        before: Vec::new(),
    }
}

/// A migration that was stopped before a statement, by a wish or for want of the lock.
pub(crate) fn halted(
    item: &MigrationUnit,
    script: &Script,
    next: usize,
    cause: StopCause,
    conn: &Conn,
) -> Stopped {
    let done = match script.atomicity {
        Atomicity::Transaction => StatementState::RolledBack,
        Atomicity::PerStatement => StatementState::Applied,
    };
    let count = item.parsed.statements.len();
    let effects = (1..=count).map(|number| {
        if number < next {
            done
        } else {
            StatementState::NotStarted
        }
    });
    Stopped {
        version: item.version,
        name: item.name.clone(),
        server: conn.server().clone(),
        role: StatementRole::Statement(next),
        at: None,
        sql: String::new(),
        effects: effects.collect(),
        cause,
        invalid_indexes: Vec::new(),
        before: Vec::new(),
    }
}

/// What became of each of the file's statements.
fn effects(
    script: &Script,
    place: &FailurePoint,
    failure: &StatementFailure,
    count: usize,
) -> Vec<StatementState> {
    let lost = matches!(failure.cause, StopCause::Server { lost: true, .. });
    let all = script.atomicity == Atomicity::Transaction;
    let committing = matches!(
        place.role,
        StatementRole::Commit | StatementRole::Outcome(_) | StatementRole::History
    );
    let one_message = script
        .messages
        .iter()
        .filter(|m| m.first_statement().is_some())
        .count()
        <= 1;
    if all && lost && !place.committed && (committing || one_message) {
        return vec![StatementState::Unknown; count];
    }
    let ran = if all && !place.committed {
        StatementState::RolledBack
    } else {
        StatementState::Applied
    };
    (1..=count)
        .map(|number| {
            if number <= place.done || place.committed {
                ran
            } else if place.in_doubt == Some(number) {
                StatementState::Unknown
            } else if place.failed == Some(number) {
                StatementState::NotApplied
            } else {
                StatementState::NotStarted
            }
        })
        .collect()
}
