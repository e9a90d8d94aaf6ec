//! The failure of a run as the failure of a command: the text, the exit code and the next command.

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::Failure;
use crate::cli::session::target::Target;
use crate::cli::terminal::lock_text::lock_wait_text;
use crate::diag::Sources;
use crate::migrate::{
    ExecError, LockError, Signal, StatementState, StopCause, Stopped, StoppedState, Version,
};
use std::fmt::Write as _;

/// Error codes of a missing privilege: PostgreSQL's `insufficient_privilege`, MySQL's
/// `ER_DBACCESS_DENIED_ERROR`, `ER_TABLEACCESS_DENIED_ERROR` and `ER_SPECIFIC_ACCESS_DENIED_ERROR`.
const MISSING_PRIVILEGE: [&str; 4] = ["42501", "1044", "1142", "1227"];

/// The exit code of a failed run.
pub fn exit_of(error: &ExecError) -> Exit {
    match error {
        ExecError::Files(_)
        | ExecError::Server { .. }
        | ExecError::Journal(_)
        | ExecError::LockLost { .. }
        | ExecError::Lock(LockError::Lost(_) | LockError::Server(_) | LockError::File { .. }) => {
            Exit::Failed
        }
        ExecError::Unfinished(_) | ExecError::StillAtWork { .. } => Exit::Repair,
        ExecError::Lock(LockError::Held { .. }) => Exit::Locked,
        ExecError::NotWritable(_) | ExecError::Lock(LockError::Pooled(_)) => Exit::Refused,
        ExecError::Interrupted { signal, .. } | ExecError::Lock(LockError::Interrupted(signal)) => {
            exit_of_signal(*signal)
        }
        ExecError::Stopped(stopped) => exit_of_stopped(stopped),
    }
}

/// The exit code of a run that stopped at a signal.
fn exit_of_signal(signal: Signal) -> Exit {
    match signal {
        Signal::Interrupt => Exit::Interrupted,
        Signal::Terminate => Exit::Terminated,
    }
}

/// The exit code of a migration that stopped.
fn exit_of_stopped(stopped: &Stopped) -> Exit {
    match (&stopped.cause, stopped.outcome()) {
        (StopCause::Interrupted(signal), StoppedState::Unchanged) => exit_of_signal(*signal),
        // the statement had worked for long, and the next run would repeat that work
        (
            StopCause::LockTimeout {
                wait,
                commits_alone: true,
                ..
            },
            _,
        ) if wait.worked.is_some() => Exit::Repair,
        (_, StoppedState::Unchanged) => Exit::Failed,
        (_, StoppedState::PartiallyApplied | StoppedState::Unknown) => Exit::Repair,
    }
}

/// An error of the executor as the failure of a command.
pub(crate) fn run_failure(error: &ExecError, target: &Target) -> Failure {
    let exit = exit_of(error);
    let flag = &target.flag;
    match error {
        ExecError::Files(found) => Failure::findings(exit, found.clone(), Sources::default()),
        ExecError::NotWritable(found) => {
            Failure::findings(exit, vec![(**found).clone()], Sources::default())
        }
        ExecError::Lock(LockError::Held { .. }) => {
            Failure::new(exit, error).help("try again later, or wait for the lock with --wait 5m")
        }
        ExecError::Lock(LockError::Pooled(_)) => Failure::new(exit, error)
            .help("connect to the server itself, or to a pooler in session mode"),
        ExecError::Lock(LockError::Interrupted(_)) => {
            Failure::new(exit, format!("{error}; nothing was run"))
        }
        ExecError::Server { error: server, .. }
            if MISSING_PRIVILEGE.contains(&server.code.as_str()) =>
        {
            Failure::new(exit, error)
                .help("grant this user the missing privilege, or connect as another user")
        }
        ExecError::Lock(LockError::Server(_) | LockError::Lost(_) | LockError::File { .. })
        | ExecError::Server { .. }
        | ExecError::Journal(_) => Failure::new(exit, error),
        ExecError::Unfinished(_) => finish_or_revert(Failure::new(exit, error), flag),
        ExecError::StillAtWork { .. } => Failure::new(exit, error)
            .help("start no other run until it has ended; wait for it with --wait 10m")
            .next(
                format!("tablewright repair --end-session {flag}"),
                "ends that session",
            ),
        ExecError::Interrupted { signal, before } => {
            between_migrations(exit, signal, before, target)
        }
        ExecError::LockLost { before, .. } => between_migrations(exit, error, before, target),
        ExecError::Stopped(stopped) => {
            let failure = Failure::screen(exit, stopped_text(stopped));
            match stopped.outcome() {
                StoppedState::Unchanged => failure.next(format!("tablewright status {flag}"), ""),
                StoppedState::Unknown => failure.next(
                    format!("tablewright repair --wait 10m {flag}"),
                    "waits for that session, then checks the statement",
                ),
                StoppedState::PartiallyApplied => finish_or_revert(failure, flag),
            }
        }
    }
}

/// Adds the two commands that finish or revert a partially applied migration.
fn finish_or_revert(failure: Failure, flag: &str) -> Failure {
    failure
        .next(
            format!("tablewright repair --resume {flag}"),
            "runs the remaining statements",
        )
        .next(
            format!("tablewright repair --undo {flag}"),
            "reverts the applied statements",
        )
}

/// The failure of a run that ended between two migrations.
fn between_migrations(
    exit: Exit,
    cause: impl std::fmt::Display,
    applied: &[Version],
    target: &Target,
) -> Failure {
    let done = if applied.is_empty() {
        "nothing was run".to_owned()
    } else {
        format!("completed: {}", versions(applied))
    };
    Failure::new(exit, format!("{cause} between two migrations; {done}"))
        .next(format!("tablewright status {}", target.flag), "")
}

/// The report of a migration that stopped: the state of each statement, the failed statement with
/// its location, the server's message, and the state of the migration.
fn stopped_text(stopped: &Stopped) -> String {
    let word = match stopped.cause {
        StopCause::Interrupted(signal) => format!("stopped by {signal}"),
        StopCause::Server { .. }
        | StopCause::Orphans(_)
        | StopCause::LockLost(_)
        | StopCause::LockTimeout { .. } => "stopped".to_owned(),
    };
    let mut out = format!("{} {word}", stopped.title());
    // writing to a String can't fail
    if let Some(number) = stopped.statement() {
        let _ = write!(out, " at statement {number} of {}", stopped.effects.len());
    }
    out.push_str("\n\n");
    let runs = state_ranges(&stopped.effects);
    let width = runs.iter().map(|(range, _)| range.len()).max().unwrap_or(0);
    for (range, state) in runs {
        let _ = writeln!(out, "  {range:width$}  {state}");
    }
    out.push('\n');
    push_failed_statement(&mut out, stopped);
    if !stopped.before.is_empty() {
        let _ = writeln!(out, "Completed before it: {}.", versions(&stopped.before));
    }
    if !stopped.invalid_indexes.is_empty() {
        let names = stopped.invalid_indexes.join(", ");
        let _ = writeln!(out, "Invalid indexes that remain: {names}.");
    }
    let title = (stopped.version).map_or_else(|| "the plan".to_owned(), |v| format!("V{v}"));
    match stopped.outcome() {
        StoppedState::Unchanged if stopped.effects.contains(&StatementState::RolledBack) => {
            out.push_str("The transaction was rolled back; nothing of this migration remains.");
        }
        // where each statement commits, an earlier run may have applied some
        StoppedState::Unchanged => out.push_str("This run changed nothing of this migration."),
        StoppedState::PartiallyApplied => {
            let _ = write!(
                out,
                "{} commits each statement here, so {title} is partially applied. \
                 The state of every statement is known.",
                stopped.server.vendor
            );
        }
        StoppedState::Unknown => out.push_str(
            "The connection was lost, and the outcome of this statement is unknown. \
             The server may still be running it: start nothing else.",
        ),
    }
    out
}

/// The failed statement with its location, and the server's message.
fn push_failed_statement(out: &mut String, stopped: &Stopped) {
    // writing to a String can't fail
    if let Some(at) = &stopped.at {
        let _ = writeln!(out, "  {}:{}", at.file, at.line);
    }
    for line in stopped.sql.lines() {
        let _ = writeln!(out, "    {line}");
    }
    let mut cause = match &stopped.cause {
        StopCause::Interrupted(_) => return,
        StopCause::LockLost(_) => stopped.cause.to_string(),
        StopCause::Server { .. } | StopCause::Orphans(_) | StopCause::LockTimeout { .. } => {
            format!("{} {}", stopped.server.vendor, stopped.cause)
        }
    };
    if let StopCause::LockTimeout { wait, .. } = &stopped.cause {
        let _ = write!(cause, "\n{}", lock_wait_text(wait));
    }
    let _ = writeln!(out, "  {}\n", cause.replace('\n', "\n  "));
}

/// `V1, V2`
fn versions(list: &[Version]) -> String {
    let list: Vec<String> = list.iter().map(|version| format!("V{version}")).collect();
    list.join(", ")
}

/// Adjacent statements of the same state as one range: `1-3  applied`.
fn state_ranges(states: &[StatementState]) -> Vec<(String, StatementState)> {
    let mut out: Vec<(usize, usize, StatementState)> = Vec::new();
    for (n, state) in states.iter().enumerate() {
        match out.last_mut() {
            Some((_, last, same)) if same == state => *last = n + 1,
            Some(_) | None => out.push((n + 1, n + 1, *state)),
        }
    }
    out.into_iter()
        .map(|(first, last, state)| {
            let range = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            (range, state)
        })
        .collect()
}
