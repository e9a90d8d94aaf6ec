//! The failure of a run as a command's failure: its screen, its exit code and the next command.

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::{Failure, Why};
use crate::cli::session::target::Target;
use crate::cli::terminal::lock_text::waited;
use crate::diag::Sources;
use crate::migrate::{
    ExecError, LockError, StatementState, StopCause, Stopped, StoppedState, Version,
};
use std::fmt::Write as _;

/// An error of the executor as a person reads it.
pub(crate) fn run_failure(error: &ExecError, target: &Target) -> Failure {
    let exit = match error.exit_code() {
        5 => Exit::Repair,
        6 => Exit::Locked,
        7 => Exit::Refused,
        130 => Exit::Interrupted,
        143 => Exit::Terminated,
        _ => Exit::Failed,
    };
    match error {
        ExecError::Files(found) => Failure::findings(exit, found.clone(), Sources::default()),
        ExecError::NotWritable(found) => {
            Failure::findings(exit, vec![(**found).clone()], Sources::default())
        }
        ExecError::Lock(LockError::Held { .. }) => {
            Failure::new(exit, error).next("try again, or wait for it with --wait 5m")
        }
        ExecError::Lock(LockError::Pooled(_)) => Failure::new(exit, error)
            .next("connect to the server itself, or to a pooler in session mode"),
        ExecError::Lock(LockError::Interrupted(_)) => {
            Failure::new(exit, format!("{error}; nothing was done"))
        }
        // PostgreSQL's insufficient_privilege; MySQL's ER_TABLEACCESS_DENIED_ERROR and its kin
        ExecError::Server { error: why, .. }
            if ["42501", "1044", "1142", "1227"].contains(&why.code.as_str()) =>
        {
            Failure::new(exit, error)
                .next("have the database's owner grant this user the right, or use another user")
        }
        ExecError::Lock(LockError::Server(_) | LockError::Lost(_) | LockError::File { .. })
        | ExecError::Server { .. } => Failure::new(exit, error),
        ExecError::Journal(_) => Failure::new(exit, error),
        ExecError::Unfinished(_) => Failure::new(exit, error)
            .next(format!(
                "tablewright repair --resume {}   goes on with it",
                target.flag
            ))
            .next(format!(
                "tablewright repair --undo {}   takes back what is in force",
                target.flag
            )),
        ExecError::StillAtWork { .. } => Failure::new(exit, error)
            .next("wait for it with --wait 10m; start nothing else")
            .next(format!(
                "tablewright repair --end-session {}   ends it",
                target.flag
            )),
        ExecError::Interrupted { signal, before } => between(exit, signal, before, target),
        ExecError::LockLost { before, .. } => between(exit, error, before, target),
        ExecError::Stopped(stopped) => {
            let mut failure = Failure::new(exit, "");
            failure.why = Why::Text(stopped_text(stopped));
            match stopped.outcome() {
                StoppedState::Unchanged => {
                    failure.next(format!("tablewright status {}", target.flag))
                }
                StoppedState::Unknown => failure.next(format!(
                    "tablewright repair --wait 10m {}   waits for that session, and looks",
                    target.flag
                )),
                StoppedState::PartiallyApplied => {
                    let flag = &target.flag;
                    failure
                        .next(format!("tablewright repair --resume {flag}   finishes it"))
                        .next(format!(
                            "tablewright repair --undo {flag}   takes back what is in force"
                        ))
                }
            }
        }
    }
}

/// A run that ended between two migrations.
fn between(
    exit: Exit,
    why: impl std::fmt::Display,
    before: &[Version],
    target: &Target,
) -> Failure {
    let done = if before.is_empty() {
        "nothing was done".to_owned()
    } else {
        format!("done: {}", versions(before))
    };
    Failure::new(exit, format!("{why} between two migrations; {done}"))
        .next(format!("tablewright status {}", target.flag).trim_end())
}

/// The screen of a migration that stopped.
fn stopped_text(stopped: &Stopped) -> String {
    let word = match stopped.cause {
        StopCause::Interrupted(signal) => format!("{signal} before its end, and stopped"),
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
    let runs = effects(&stopped.effects);
    let width = runs.iter().map(|(range, _)| range.len()).max().unwrap_or(0);
    for (range, effect) in runs {
        let _ = writeln!(out, "  {range:width$}  {effect}");
    }
    out.push('\n');
    let interrupted = matches!(stopped.cause, StopCause::Interrupted(_));
    if let Some(at) = &stopped.at {
        let _ = writeln!(out, "  {}:{}", at.file, at.line);
    }
    for line in stopped.sql.lines() {
        let _ = writeln!(out, "    {line}");
    }
    if !interrupted {
        let mut cause = match &stopped.cause {
            StopCause::LockLost(_) => stopped.cause.to_string(),
            StopCause::Server { .. }
            | StopCause::Orphans(_)
            | StopCause::Interrupted(_)
            | StopCause::LockTimeout { .. } => {
                format!("{} {}", stopped.server.vendor, stopped.cause)
            }
        };
        if let StopCause::LockTimeout { wait, .. } = &stopped.cause {
            let _ = write!(cause, "\n{}", waited(wait));
        }
        let _ = writeln!(out, "  {}\n", cause.replace('\n', "\n  "));
    }
    if !stopped.before.is_empty() {
        let _ = writeln!(
            out,
            "Done before it, and in force: {}.",
            versions(&stopped.before)
        );
    }
    if !stopped.invalid_indexes.is_empty() {
        let _ = writeln!(out, "Left behind: {}.", stopped.invalid_indexes.join(", "));
    }
    out.push_str(match stopped.outcome() {
        StoppedState::Unchanged if stopped.effects.contains(&StatementState::RolledBack) => {
            "Nothing of this migration stays."
        }
        // an earlier run may have left something, where statements commit by themselves
        StoppedState::Unchanged => "This run has changed nothing of it.",
        StoppedState::PartiallyApplied => {
            "Each statement commits by itself here: the schema is within this migration. Nothing is in doubt."
        }
        StoppedState::Unknown => {
            "The connection was lost, and the outcome is not known. The server may still be at work: start nothing else."
        }
    });
    out
}

/// `V1, V2`
fn versions(list: &[Version]) -> String {
    let list: Vec<String> = list.iter().map(|version| format!("V{version}")).collect();
    list.join(", ")
}

/// Statements of one fate side by side: `1-3  in force`.
fn effects(effects: &[StatementState]) -> Vec<(String, StatementState)> {
    let mut out: Vec<(usize, usize, StatementState)> = Vec::new();
    for (n, effect) in effects.iter().enumerate() {
        match out.last_mut() {
            Some((_, last, same)) if same == effect => *last = n + 1,
            Some(_) | None => out.push((n + 1, n + 1, *effect)),
        }
    }
    out.into_iter()
        .map(|(first, last, effect)| {
            let range = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            (range, effect)
        })
        .collect()
}
