//! `tablewright repair`

use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::args::Global;
use crate::cli::session::consent::RunDirection;
use crate::cli::session::diagnosis_text::diagnosis_text;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::{LockArgs, parse_time};
use crate::cli::session::migration_run::{RunArgs, Session};
use crate::cli::session::partial_migration::partially_applied;
use crate::cli::session::run_failure::run_failure;
use crate::cli::terminal::confirm;
use crate::diag::Sources;
use crate::migrate::PendingUnits;
use crate::migrate::recovery::Diagnosis;
use crate::migrate::recovery::repair::MarkAs;
use std::time::Duration;

/// Finish or revert a partially applied migration
///
/// A run that is killed or fails leaves a migration partially applied where each statement commits
/// separately. Without --resume, --undo or --mark-… this shows the state of each statement. The command
/// waits until the session of the earlier run has ended, then checks in the catalog whether its last
/// statement took effect. No statement is run again unless it is known that it did not take effect.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright repair --resume -d ai_agent -t production")]
pub(crate) struct Args {
    #[command(flatten)]
    action: RepairAction,

    /// State that the undecided statement took effect, after checking the database
    #[arg(long, alias = "landed", conflicts_with = "no_effect")]
    took_effect: bool,

    /// State that the undecided statement did not take effect, after checking the database
    #[arg(long, alias = "not-landed")]
    no_effect: bool,

    /// End the session of the earlier run if it is still running
    #[arg(long)]
    end_session: bool,

    /// State that the earlier run was on another server (before a failover) and has ended
    #[arg(long)]
    other_server: bool,

    /// Print the SQL and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Time to wait for the session of the earlier run, or for another run, such as 30s or 10m
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "0s")]
    wait: Duration,

    #[command(flatten)]
    locks: LockArgs,

    /// Write even if the server is a replica or read-only
    #[arg(long)]
    on_replica: bool,

    #[command(flatten)]
    allow: AllowArgs,
}

#[derive(Clone, Copy, Debug, clap::Args)]
#[group(multiple = false)]
struct RepairAction {
    /// Run the remaining statements
    #[arg(long)]
    resume: bool,

    /// Revert the applied statements, newest first
    #[arg(long)]
    undo: bool,

    /// Record the migration as applied, after completing it by hand
    #[arg(long)]
    mark_applied: bool,

    /// Record the migration as rolled back, after reverting it by hand
    #[arg(long)]
    mark_rolled_back: bool,
}

/// Diagnoses a partially applied migration, confirms the repair, and runs it.
///
/// # Errors
/// Usage, refusals, and the failure that stops the repair.
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
            .message("Nothing to repair: no migration is partially applied.");
        session.executor.close().await;
        return Ok(Exit::Done);
    };
    if args.took_effect || args.no_effect {
        found.confirm_effect(args.took_effect);
    }
    let action = args.action;
    if !(action.resume || action.undo || action.mark_applied || action.mark_rolled_back) {
        session.executor.close().await;
        return Err(partially_applied(&found, &session.target.flag));
    }
    repair(session, &found, args, global).await
}

/// Runs the repair that the options select.
async fn repair(mut session: Session, found: &Diagnosis, args: &Args, global: &Global) -> Outcome {
    let action = args.action;
    let output = session.workspace.output;
    output.message(&format!("\n{}", diagnosis_text(found)));
    if found.other_server && !args.other_server {
        let message =
            "the run was on another server, so its session cannot be checked from this one";
        let failure = Failure::new(Exit::Repair, message).help(
            "make sure that the other server is down or unreachable, then pass --other-server",
        );
        return Err(session.unlock_and_fail(failure).await);
    }
    if action.mark_applied || action.mark_rolled_back {
        let mark = if action.mark_applied {
            MarkAs::Applied
        } else {
            MarkAs::RolledBack
        };
        return record_as(session, found, mark, args.dry_run).await;
    }
    let work = if action.undo {
        found.undo()
    } else {
        found.resume()
    };
    let work = match work {
        Ok(work) => work,
        Err(list) => {
            let failure = Failure::findings(Exit::Repair, list, Sources::default());
            return Err(session.unlock_and_fail(failure).await);
        }
    };
    if args.dry_run {
        let exit = session.print_statements(&work)?;
        session.executor.close().await;
        return Ok(exit);
    }
    let direction = if action.undo {
        RunDirection::Down
    } else {
        RunDirection::Up
    };
    let impact = session.impact(&work).await;
    let consent = session.obtain_consent(&impact, &args.allow, direction);
    if let Err(failure) = consent.and_then(|()| {
        output.message(&plan_text(&work, action.undo));
        confirm::confirm_plan(global, "Continue?")
    }) {
        return Err(session.unlock_and_fail(failure).await);
    }
    let repaired = session.executor.repair(found, &work, &mut session.progress);
    let repaired = repaired.await;
    session.report_result(repaired).await
}

/// Records a migration without running anything.
async fn record_as(
    mut session: Session,
    found: &Diagnosis,
    mark: MarkAs,
    dry_run: bool,
) -> Outcome {
    let word = match mark {
        MarkAs::Applied => "applied",
        MarkAs::RolledBack => "rolled back",
    };
    let title = found.unfinished.title();
    let plan = format!("Plan: record {title} as {word}; run nothing.");
    let output = session.workspace.output;
    if dry_run {
        output.message(&plan);
        session.executor.close().await;
        return Ok(Exit::Pending);
    }
    session.confirm_target("continue")?;
    output.message(&plan);
    confirm::confirm_plan(&session.workspace.global, "Continue?")?;
    let marked = session
        .executor
        .mark(found, mark, &mut session.progress)
        .await;
    marked.map_err(|error| run_failure(&error, &session.target))?;
    output.message(&format!("{title} is recorded as {word}."));
    output.message("Next: tablewright verify   compares the schema with the specs");
    session.executor.close().await;
    Ok(Exit::Done)
}

/// The size of a repair.
fn plan_text(work: &PendingUnits, undo: bool) -> String {
    let statements = work.items.iter().map(|item| {
        let all = item.parsed.statements.len();
        all.saturating_sub(item.first() - 1)
    });
    let count = crate::report::count(statements.sum(), "statement");
    if undo {
        format!("Plan: run {count} of the down migration.")
    } else {
        format!("Plan: run {count}.")
    }
}
