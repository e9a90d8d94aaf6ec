//! The diagnosis of a partially applied migration as text.

use crate::migrate::Direction;
use crate::migrate::journal::StatementOutcome;
use crate::migrate::recovery::effect_check::EffectCheck;
use crate::migrate::recovery::{Diagnosis, EffectReason};
use crate::report::to_the_minute;
use std::fmt::Write as _;

/// What is known, for a person.
pub(crate) fn diagnosis_text(found: &Diagnosis) -> String {
    let unfinished = &found.unfinished;
    let head = &unfinished.head;
    let last = unfinished.entries.last().unwrap_or(head);
    let way = match unfinished.direction() {
        Direction::Up => "",
        Direction::Down => ", on the way back,",
    };
    let stopped = unfinished.applied_count() + 1;
    let begun = unfinished.entry(stopped).is_some();
    let at = if begun { "at" } else { "before" };
    let mut out = format!(
        "{}{way} stopped {at} statement {stopped} of {}\n",
        unfinished.title(),
        head.statements
    );
    // writing to a String can't fail
    let who = [last.db_user.as_deref(), last.client_host.as_deref()];
    let who: Vec<&str> = who.into_iter().flatten().collect();
    let by = if who.is_empty() {
        String::new()
    } else {
        format!(" by {}", who.join("@"))
    };
    let _ = writeln!(
        out,
        "in a run of {}{by}, {} UTC\n",
        last.command,
        to_the_minute(&last.started_at)
    );
    let lines = fates(found);
    let width = lines
        .iter()
        .map(|(range, _)| range.len())
        .max()
        .unwrap_or(0);
    for (range, fate) in lines {
        let _ = writeln!(out, "  {range:width$}  {fate}");
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
    if let Some((landing, reason)) = found.effect {
        let _ = writeln!(out, "{}", verdict(landing, reason, last.session));
    }
    if let Some(step) = found.partial_step() {
        let _ = writeln!(
            out,
            "Step {step} is half in force: it has several statements, of which each commits by itself."
        );
    }
    if unfinished.is_reverting() {
        out.push_str("It was already begun to be taken back.\n");
    }
    for obstacle in &found.obstacles {
        let _ = writeln!(out, "{}", obstacle.message);
        if let Some(help) = &obstacle.help {
            let _ = writeln!(out, "  {help}");
        }
    }
    if found.other_server {
        out.push_str("The run worked on another server than this one.\n");
    }
    out
}

fn verdict(landing: EffectCheck, reason: EffectReason, session: Option<u64>) -> String {
    let session = session.map_or_else(
        || "The process that ran it is gone.".to_owned(),
        |id| format!("The session that ran it ({id}) is gone."),
    );
    let what = match (landing, reason) {
        (_, EffectReason::UserConfirmed) => "Whether it landed was said on the command line.",
        (EffectCheck::TookEffect, _) => "The catalogue shows that it landed.",
        (EffectCheck::NoEffect, EffectReason::Transaction) => {
            "It was in one transaction with its journal row, which says nothing of it: it did not land."
        }
        (EffectCheck::NoEffect, _) => "The catalogue shows that it did not land.",
        (EffectCheck::Unknown, _) => {
            "Nothing decides whether it landed: the catalogue can't tell, or it was written by hand. Look, and say --landed or --not-landed."
        }
    };
    format!("{session} {what}")
}

/// Statements of one fate side by side.
fn fates(found: &Diagnosis) -> Vec<(String, String)> {
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
        lines.push((range(1, known), "in force".to_owned()));
    }
    if unfinished.is_reverting() {
        return lines;
    }
    let mut next = known + 1;
    let failed = unfinished.entry(next).map(|entry| entry.outcome);
    let fate = match (found.effect, failed) {
        (Some((EffectCheck::TookEffect, _)), _) => Some("in force"),
        (Some((EffectCheck::NoEffect, _)), _) | (None, Some(StatementOutcome::Failed)) => {
            Some("not applied")
        }
        (Some((EffectCheck::Unknown, _)), _) => Some("not known"),
        (None, _) => None,
    };
    if let Some(fate) = fate {
        lines.push((next.to_string(), fate.to_owned()));
        next += 1;
    }
    if next <= all {
        lines.push((range(next, all), "not started".to_owned()));
    }
    lines
}
