//! `tablewright repair`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::consent::{AllowArgs, Way};
use crate::cli::session::expected;
use crate::cli::session::failure::{Failure, Outcome, Why};
use crate::cli::session::locks::{LockArgs, time};
use crate::cli::session::migration_run::{RunArgs, Session, failure};
use crate::cli::terminal::confirm;
use crate::cli::terminal::output::Output;
use crate::diag::Sources;
use crate::migrate::journal::StatementOutcome;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::recovery::effect_check::EffectCheck;
use crate::migrate::recovery::repair::MarkAs;
use crate::migrate::recovery::{Diagnosis, EffectReason};
use crate::migrate::{Direction, PendingUnits};
use std::fmt::Write as _;
use std::time::Duration;

/// Finish a migration that stopped within, or take it back
///
/// Where each statement commits by itself, a run that is killed or fails leaves a migration partly in
/// force. Without one of the options this shows what is known of it. It waits until the session of
/// that run is gone, looks whether its last statement landed, and never runs one twice by guess.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright repair --resume -d ai_agent -t production")]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,

    /// The statement in doubt is in force: you have looked
    #[arg(long, conflicts_with = "not_landed")]
    landed: bool,

    /// Nothing of the statement in doubt is in force: you have looked
    #[arg(long)]
    not_landed: bool,

    /// End the session of the earlier run, where it is still at work
    #[arg(long)]
    end_session: bool,

    /// The earlier run worked on another server (before a failover), and is surely over
    #[arg(long)]
    other_server: bool,

    /// Print what it would do, and touch nothing
    #[arg(long)]
    dry_run: bool,

    /// How long to wait for the session of the earlier run, or for another run, such as 30s or 10m
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "0s")]
    wait: Duration,

    #[command(flatten)]
    locks: LockArgs,

    /// Write to a server that is a replica or read-only
    #[arg(long)]
    on_replica: bool,

    #[command(flatten)]
    allow: AllowArgs,
}

#[derive(Clone, Copy, Debug, clap::Args)]
#[group(multiple = false)]
struct What {
    /// Run what is left of it
    #[arg(long)]
    resume: bool,

    /// Run the way back of what is in force, the newest first
    #[arg(long)]
    undo: bool,

    /// Record it as applied: somebody did the rest by hand
    #[arg(long)]
    mark_applied: bool,

    /// Record it as rolled back: somebody did that by hand
    #[arg(long)]
    mark_rolled_back: bool,
}

/// Shows, asks, and does it.
///
/// # Errors
/// Usage, refusals, and whatever stops it.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let run = RunArgs {
        dry_run: args.dry_run,
        wait: args.wait,
        locks: args.locks.clone(),
        on_replica: args.on_replica,
        allow: args.allow.clone(),
    };
    let mut session = Session::open(global, &run, true).await?;
    if args.end_session {
        session.executor.end_previous_session();
    }
    let Some(mut found) = session.diagnose().await? else {
        session
            .workspace
            .output
            .say("Nothing to repair: no migration is partly in force.");
        session.executor.close().await;
        return Ok(Exit::Done);
    };
    if args.landed || args.not_landed {
        found.say(args.landed);
    }
    let what = args.what;
    if !(what.resume || what.undo || what.mark_applied || what.mark_rolled_back) {
        session.executor.close().await;
        return Err(report(&found, &session.target.flag));
    }
    session.workspace.output.say(&format!("\n{}", text(&found)));
    if found.other_server && !args.other_server {
        let message = "the run worked on another server than this one, so its session can't be seen from here";
        let why = Failure::new(Exit::Repair, message)
            .next("make sure that the other server is down or cut off, then add --other-server");
        return Err(session.refusing(why).await);
    }
    if what.mark_applied || what.mark_rolled_back {
        let mark = if what.mark_applied {
            MarkAs::Applied
        } else {
            MarkAs::RolledBack
        };
        return record(session, &found, mark, args.dry_run).await;
    }
    let work = if what.undo {
        found.undo()
    } else {
        found.resume()
    };
    let work = match work {
        Ok(work) => work,
        Err(list) => {
            let why = Failure::findings(Exit::Repair, list, Sources::default());
            return Err(session.refusing(why).await);
        }
    };
    if args.dry_run {
        let exit = session.preview(&work)?;
        session.executor.close().await;
        return Ok(exit);
    }
    let way = if what.undo { Way::Down } else { Way::Up };
    let effects = session.effects(&work).await;
    let consent = session.consent(&effects, &args.allow, way);
    if let Err(why) = consent.and_then(|()| agreed(global, &plan(&work, what.undo))) {
        return Err(session.refusing(why).await);
    }
    let repaired = session
        .executor
        .repair(&found, &work, &mut session.progress);
    let repaired = repaired.await;
    session.ended(repaired).await
}

async fn record(mut session: Session, found: &Diagnosis, mark: MarkAs, dry_run: bool) -> Outcome {
    let word = match mark {
        MarkAs::Applied => "applied",
        MarkAs::RolledBack => "rolled back",
    };
    let title = found.unfinished.title();
    let plan = format!("Records {title} as {word}, and runs nothing.");
    let output = session.workspace.output;
    if dry_run {
        output.say(&plan);
        session.executor.close().await;
        return Ok(Exit::Pending);
    }
    session.confirm("go on")?;
    agreed(&session.workspace.global, &plan)?;
    let marked = session
        .executor
        .mark(found, mark, &mut session.progress)
        .await;
    marked.map_err(|error| failure(&error, &session.target))?;
    output.say(&format!("{title} is recorded as {word}."));
    output.say("Next: tablewright verify says whether the schema is what the specs say");
    session.executor.close().await;
    Ok(Exit::Done)
}

/// Has a person agree, or `--yes`.
fn agreed(global: &Global, plan: &str) -> Outcome<()> {
    let output = Output::new(global);
    output.say(plan);
    if global.yes {
        return Ok(());
    }
    if !confirm::somebody() {
        return Err(
            Failure::new(Exit::Refused, "nobody is here to ask; nothing was done")
                .next("add --yes, if that is meant"),
        );
    }
    confirm::plainly("Go on?")
}

fn plan(work: &PendingUnits, undo: bool) -> String {
    let statements = work.items.iter().map(|item| {
        let all = item.parsed.statements.len();
        all.saturating_sub(item.first() - 1)
    });
    let count = crate::report::count(statements.sum(), "statement");
    if undo {
        format!("Runs {count} of the way back.")
    } else {
        format!("Runs {count}.")
    }
}

impl Session {
    /// Ends here where an earlier run left a migration partly in force: nothing runs on top of that.
    ///
    /// # Errors
    /// There is one.
    pub(crate) async fn settled(&mut self, looks_only: bool) -> Outcome<()> {
        let unfinished = self.executor.unfinished().await;
        let unfinished = unfinished.map_err(|error| failure(&error, &self.target))?;
        let Some(unfinished) = unfinished else {
            return Ok(());
        };
        if looks_only {
            let error = crate::migrate::ExecError::Unfinished(Box::new(unfinished));
            return Err(failure(&error, &self.target));
        }
        match self.diagnose().await? {
            Some(found) => {
                let why = report(&found, &self.target.flag);
                Err(self.refusing(why).await)
            }
            // it was another run, which has ended well in the meantime
            None => Ok(()),
        }
    }

    /// What is known of a migration that is partly in force, with the session of its run gone.
    ///
    /// # Errors
    /// Another run, or a session that isn't gone.
    pub(crate) async fn diagnose(&mut self) -> Outcome<Option<Diagnosis>> {
        let earlier = self.executor.unfinished().await;
        let earlier = earlier.map_err(|error| failure(&error, &self.target))?;
        self.lock().await?;
        if let Some(earlier) = earlier {
            self.tell_meanwhile(&earlier).await?;
        }
        let unfinished = self.executor.unfinished().await;
        let unfinished = unfinished.map_err(|error| failure(&error, &self.target))?;
        let Some(unfinished) = unfinished else {
            return Ok(None);
        };
        let dialect = self.target.dialect;
        let vendor = self.executor.conn().server().vendor;
        let version = unfinished.version();
        let steps = version.map(|v| expected::steps(&self.workspace, dialect, vendor, v));
        let steps = steps.unwrap_or_default();
        let mut scope = self.workspace.scope(&crate::model::Schema::default());
        for planned in steps.values() {
            let schema = planned.change.id().ns.name();
            scope.schemas.extend(schema.map(ToString::to_string));
        }
        scope.schemas.sort();
        scope.schemas.dedup();
        let (files, progress) = (&self.directory, &mut self.progress);
        let diagnosed = self
            .executor
            .diagnose(files, dialect, &scope, &steps, progress);
        diagnosed
            .await
            .map_err(|error| failure(&error, &self.target))
    }

    /// Gives the lock back: whoever reads why nothing was done may try again at once.
    async fn refusing(&mut self, why: Failure) -> Failure {
        self.executor.release_lock().await;
        why
    }

    /// Says how a statement has ended that was at work when this run began.
    async fn tell_meanwhile(&mut self, earlier: &UnfinishedMigration) -> Outcome<()> {
        let Some(doubt) = earlier.undecided() else {
            return Ok(());
        };
        let entries = self.executor.unit_entries(earlier.head.unit_id).await;
        let entries = entries.map_err(|error| failure(&error, &self.target))?;
        let now = entries.iter().find(|entry| entry.id == doubt.id);
        let became = match now.map(|entry| entry.outcome) {
            Some(StatementOutcome::Done) => "it has landed",
            Some(StatementOutcome::Failed) => "it has failed, and nothing of it stays",
            // the catalogue has to tell
            Some(
                StatementOutcome::Running | StatementOutcome::Undone | StatementOutcome::Marked,
            )
            | None => return Ok(()),
        };
        let (title, number) = (earlier.title(), doubt.statement);
        self.workspace.output.say(&format!(
            "Statement {number} of {title} was still at work when this run began: {became}."
        ));
        Ok(())
    }
}

/// The end of a command that found a migration partly in force.
pub(crate) fn report(found: &Diagnosis, flag: &str) -> Failure {
    let mut failure = Failure::new(Exit::Repair, "");
    failure.why = Why::Text(text(found).trim_end().to_owned());
    let said = if found.is_undecided() {
        " (--landed | --not-landed)"
    } else {
        ""
    };
    if let Ok(work) = found.resume() {
        let all = work
            .items
            .first()
            .map_or(0, |item| item.parsed.statements.len());
        let first = found.applied_count() + 1;
        let what = match all.cmp(&first) {
            std::cmp::Ordering::Less => "records it, nothing is left to run".to_owned(),
            std::cmp::Ordering::Equal => format!("runs {all}"),
            std::cmp::Ordering::Greater => format!("runs {first}-{all}"),
        };
        failure = failure.next(format!("tablewright repair --resume {flag}   {what}"));
    } else if !found.unfinished.is_reverting() {
        failure = failure.next(format!("tablewright repair --resume{said} {flag}"));
    }
    failure = failure.next(if found.undo().is_ok() {
        format!("tablewright repair --undo {flag}   shows what data goes, and asks")
    } else {
        format!("tablewright repair --undo{said} {flag}")
    });
    failure.next(format!(
        "tablewright repair --mark-applied | --mark-rolled-back {flag}   after you did it by hand"
    ))
}

/// What is known, for a person.
fn text(found: &Diagnosis) -> String {
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
        minute(&last.started_at)
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

/// `2025-10-28T02:11:07.123Z` as `2025-10-28 02:11`.
pub(crate) fn minute(time: &str) -> String {
    let short: String = time.chars().take(16).collect();
    short.replace('T', " ")
}
