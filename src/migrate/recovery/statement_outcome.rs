//! The state of each statement of a migration that stopped.

use crate::db::{Conn, DbError};
use crate::migrate::error::{StatementState, StopCause, Stopped};
use crate::migrate::files::sql_text::line_location;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::script::{Atomicity, Message, Script, StatementRole};

/// The failure of a message.
pub(crate) struct StatementFailure {
    /// The number of completed statements of the message.
    pub(crate) completed: usize,
    /// The position of the error in the message's text, in characters from 1.
    pub(crate) position: Option<usize>,
    /// The cause.
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

/// The place in a script where it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FailurePoint {
    /// The role of the failed part.
    role: StatementRole,
    /// The text of the failed part.
    sql: String,
    /// The line within the part, from 0, if the server reports a position.
    line: Option<usize>,
    /// The last completed statement; 0 for none.
    pub(crate) completed: usize,
    /// The statement that failed, or that was rolled back with the failed part of its own transaction.
    pub(crate) failed: Option<usize>,
    /// The first statement of a message whose reply was lost. It may still be running.
    undecided: Option<usize>,
    /// Whether the migration was committed before the failure.
    committed: bool,
}

impl FailurePoint {
    /// Locates a failure in the message with this index.
    pub(crate) fn of(script: &Script, at: usize, failure: &StatementFailure) -> Self {
        let empty = Message::default();
        let message = script.messages.get(at).unwrap_or(&empty);
        let (part_at, line) = message.failed_part(failure.completed, failure.position);
        let part = message.parts.get(part_at);
        let role = part.map_or(StatementRole::Begin, |part| part.role);
        let lost = matches!(failure.cause, StopCause::Server { lost: true, .. });
        let before = script.messages.iter().take(at);
        let completed_before = before.flat_map(Message::statements).last();
        let parts_before = message.parts.iter().take(part_at);
        let completed_here = parts_before.rev().find_map(|part| part.role.statement());
        let first = script.messages.iter().find_map(Message::first_statement);
        // statements before the first one of a resumed migration are completed
        let start = first.map_or(0, |first| first - 1);
        let mut completed = completed_here.or(completed_before).unwrap_or(start);
        let mut failed = role.statement();
        // a row change is rolled back with the failed part of its own transaction
        let own_transaction = script.atomicity == Atomicity::PerStatement
            && has_begun(message, part_at)
            && message.has(StatementRole::Commit);
        if let Some(number) =
            completed_here.filter(|_| own_transaction && begins_before_statement(message))
        {
            completed = number - 1;
            failed = Some(number);
        }
        let undecided = message
            .first_statement()
            .filter(|_| lost && script.atomicity == Atomicity::PerStatement);
        Self {
            role,
            sql: part.map(|part| part.sql.clone()).unwrap_or_default(),
            line,
            completed: if undecided.is_some() {
                completed.min(completed_before.unwrap_or(start))
            } else {
                completed
            },
            failed,
            undecided,
            committed: role == StatementRole::Switch && at > 0,
        }
    }
}

/// Whether a transaction begins before this part.
fn has_begun(message: &Message, part: usize) -> bool {
    let mut before = message.parts.iter().take(part);
    before.any(|part| part.role == StatementRole::Begin)
}

/// Whether the message begins its transaction before its statement.
fn begins_before_statement(message: &Message) -> bool {
    let position =
        |found: &dyn Fn(StatementRole) -> bool| message.parts.iter().position(|p| found(p.role));
    let statement = position(&|role| role.statement().is_some());
    position(&|role| role == StatementRole::Begin) < statement
}

/// The report of a migration that stopped at a failure.
pub(crate) fn stopped(
    unit: &MigrationUnit,
    script: &Script,
    place: &FailurePoint,
    failure: StatementFailure,
    conn: &Conn,
) -> Stopped {
    let at = place.role.statement().and_then(|number| {
        let statement = unit.parsed.statements.get(number - 1)?;
        let within = u32::try_from(place.line.unwrap_or(0)).unwrap_or(0);
        Some(line_location(&unit.file, statement.line + within))
    });
    Stopped {
        version: unit.version,
        name: unit.name.clone(),
        server: conn.server().clone(),
        role: place.role,
        at,
        sql: place.sql.clone(),
        effects: statement_states(script, place, &failure, unit.parsed.statements.len()),
        cause: failure.cause,
        invalid_indexes: Vec::new(),
        before: Vec::new(),
    }
}

/// The report of a migration that was stopped before a statement, by a stop request or because the lock was lost.
pub(crate) fn halted(
    unit: &MigrationUnit,
    script: &Script,
    next: usize,
    cause: StopCause,
    conn: &Conn,
) -> Stopped {
    let state = match script.atomicity {
        Atomicity::Transaction => StatementState::RolledBack,
        Atomicity::PerStatement => StatementState::Applied,
    };
    let count = unit.parsed.statements.len();
    let effects = (1..=count).map(|number| {
        if number < next {
            state
        } else {
            StatementState::NotStarted
        }
    });
    Stopped {
        version: unit.version,
        name: unit.name.clone(),
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

/// The state of each statement of the file.
fn statement_states(
    script: &Script,
    place: &FailurePoint,
    failure: &StatementFailure,
    count: usize,
) -> Vec<StatementState> {
    let lost = matches!(failure.cause, StopCause::Server { lost: true, .. });
    let in_transaction = script.atomicity == Atomicity::Transaction;
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
    if in_transaction && lost && !place.committed && (committing || one_message) {
        return vec![StatementState::Unknown; count];
    }
    let completed = if in_transaction && !place.committed {
        StatementState::RolledBack
    } else {
        StatementState::Applied
    };
    (1..=count)
        .map(|number| {
            if number <= place.completed || place.committed {
                completed
            } else if place.undecided == Some(number) {
                StatementState::Unknown
            } else if place.failed == Some(number) {
                StatementState::NotApplied
            } else {
                StatementState::NotStarted
            }
        })
        .collect()
}
