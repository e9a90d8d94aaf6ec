//! The diagnosis of a partially applied migration as text.

use crate::migrate::Direction;
use crate::migrate::journal::entry::StatementOutcome;
use crate::migrate::recovery::effect_check::EffectCheck;
use crate::migrate::recovery::{Diagnosis, EffectReason};
use crate::report::to_the_minute;
use std::fmt::Write as _;

/// The diagnosis: where the migration stopped, the state of each statement, and what is undecided.
pub(crate) fn diagnosis_text(found: &Diagnosis) -> String {
    let unfinished = &found.unfinished;
    let head = &unfinished.head;
    let last = unfinished.entries.last().unwrap_or(head);
    let direction = match unfinished.direction() {
        Direction::Up => "",
        Direction::Down => " (down)",
    };
    let stopped = unfinished.applied_count() + 1;
    let has_started = unfinished.entry(stopped).is_some();
    let at = if has_started { "at" } else { "before" };
    let mut out = format!(
        "{}{direction} stopped {at} statement {stopped} of {}\n",
        unfinished.title(),
        head.statements
    );
    // writing to a String can't fail
    let user_and_host = [last.db_user.as_deref(), last.client_host.as_deref()];
    let user_and_host: Vec<&str> = user_and_host.into_iter().flatten().collect();
    let by = if user_and_host.is_empty() {
        String::new()
    } else {
        format!(" by {}", user_and_host.join("@"))
    };
    let _ = writeln!(
        out,
        "in `{}`{by}, {} UTC\n",
        last.command,
        to_the_minute(&last.started_at)
    );
    let lines = statement_states(found);
    let width = lines
        .iter()
        .map(|(range, _)| range.len())
        .max()
        .unwrap_or(0);
    for (range, state) in lines {
        let _ = writeln!(out, "  {range:width$}  {state}");
    }
    out.push('\n');
    if let Some(sql) = &found.sql {
        for line in sql.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    if let Some(message) = &last.message {
        let _ = writeln!(out, "  {}", message.replace('\n', "\n  "));
    }
    if let Some((effect, reason)) = found.effect {
        let _ = writeln!(out, "{}", effect_text(effect, reason, last.session));
    }
    if let Some(step) = found.partial_step() {
        let _ = writeln!(
            out,
            "Step {step} is partially applied: each of its statements commits separately."
        );
    }
    if unfinished.is_reverting() {
        out.push_str("Reverting it has already begun.\n");
    }
    for obstacle in &found.obstacles {
        let _ = writeln!(out, "{}", obstacle.message);
        if let Some(help) = &obstacle.help {
            let _ = writeln!(out, "  {help}");
        }
    }
    if found.other_server {
        out.push_str("The run was on another server than this one.\n");
    }
    out
}

/// Whether the undecided statement took effect, and the evidence.
fn effect_text(effect: EffectCheck, reason: EffectReason, session: Option<u64>) -> String {
    let session = session.map_or_else(
        || "The process that ran it has ended.".to_owned(),
        |id| format!("The session that ran it ({id}) has ended."),
    );
    let what = match (effect, reason) {
        (_, EffectReason::UserConfirmed) => {
            "Whether the statement took effect is stated on the command line."
        }
        (EffectCheck::TookEffect, _) => "The catalog shows that the statement took effect.",
        (EffectCheck::NoEffect, EffectReason::Transaction) => {
            "The statement shares a transaction with its journal row, which is missing: it did not take effect."
        }
        (EffectCheck::NoEffect, _) => "The catalog shows that the statement did not take effect.",
        (EffectCheck::Unknown, _) => {
            "Whether the statement took effect cannot be decided from the catalog. Check it, then pass --took-effect or --no-effect."
        }
    };
    format!("{session} {what}")
}

/// The state of each statement, adjacent statements of the same state as one range.
fn statement_states(found: &Diagnosis) -> Vec<(String, String)> {
    let unfinished = &found.unfinished;
    let known = unfinished.applied_count();
    let all = unfinished.head.statements;
    let range = |first: usize, last: usize| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    let mut lines = Vec::new();
    if known > 0 {
        lines.push((range(1, known), "applied".to_owned()));
    }
    if unfinished.is_reverting() {
        return lines;
    }
    let mut next = known + 1;
    let failed = unfinished.entry(next).map(|entry| entry.outcome);
    let state = match (found.effect, failed) {
        (Some((EffectCheck::TookEffect, _)), _) => Some("applied"),
        (Some((EffectCheck::NoEffect, _)), _) | (None, Some(StatementOutcome::Failed)) => {
            Some("not applied")
        }
        (Some((EffectCheck::Unknown, _)), _) => Some("unknown"),
        (None, _) => None,
    };
    if let Some(state) = state {
        lines.push((next.to_string(), state.to_owned()));
        next += 1;
    }
    if next <= all {
        lines.push((range(next, all), "not started".to_owned()));
    }
    lines
}
