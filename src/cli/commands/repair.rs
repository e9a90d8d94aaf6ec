//! `tablewright repair`

use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::args::Global;
use crate::cli::session::consent::Way;
use crate::cli::session::diagnosis_text::diagnosis_text;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::{LockArgs, parse_time};
use crate::cli::session::migration_run::{RunArgs, Session};
use crate::cli::session::partial_migration::partially_applied;
use crate::cli::session::run_failure::run_failure;
use crate::cli::terminal::confirm;
use crate::cli::terminal::output::Output;
use crate::diag::Sources;
use crate::migrate::PendingUnits;
use crate::migrate::recovery::Diagnosis;
use crate::migrate::recovery::repair::MarkAs;
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
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "0s")]
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
        return Err(partially_applied(&found, &session.target.flag));
    }
    session
        .workspace
        .output
        .say(&format!("\n{}", diagnosis_text(&found)));
    if found.other_server && !args.other_server {
        let message = "the run worked on another server than this one, so its session can't be seen from here";
        let why = Failure::new(Exit::Repair, message)
            .next("make sure that the other server is down or cut off, then add --other-server");
        return Err(session.unlock_and_fail(why).await);
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
            return Err(session.unlock_and_fail(why).await);
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
        return Err(session.unlock_and_fail(why).await);
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
    marked.map_err(|error| run_failure(&error, &session.target))?;
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
