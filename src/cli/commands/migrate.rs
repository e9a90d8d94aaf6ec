//! `tablewright migrate` and `tablewright plan`

use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::args::{Global, parse_version};
use crate::cli::session::consent::{Way, in_words};
use crate::cli::session::expected;
use crate::cli::session::external;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::LockArgs;
use crate::cli::session::migration_run::{RunArgs, Session, size};
use crate::cli::session::run_failure::run_failure;
use crate::report::count;
use std::time::Duration;

/// Apply the migrations that are pending
///
/// One after the other, under a lock, each with its row in the history. Where one stops, those before
/// it stay and the message says what became of each statement.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright migrate -d ai_agent -t production --dry-run")]
pub(crate) struct Args {
    /// The last version to apply
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub(crate) to: Option<i32>,

    #[command(flatten)]
    run: RunArgs,
}

/// Print what migrate would do: the same as `migrate --dry-run`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright plan -d ai_agent -t production")]
pub(crate) struct PlanArgs {
    /// The last version to apply
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub(crate) to: Option<i32>,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,
}

/// Prints the exact SQL, and says 3 where there is some.
///
/// # Errors
/// Usage, files that don't fit the history, or no connection.
pub(crate) async fn plan(args: &PlanArgs, global: &Global) -> Outcome {
    let args = Args {
        to: args.to,
        run: RunArgs {
            dry_run: true,
            wait: Duration::ZERO,
            locks: LockArgs::default(),
            on_replica: false,
            allow: args.allow.clone(),
        },
    };
    run(&args, global).await
}

/// Applies, and prints what was done.
///
/// # Errors
/// Usage, refusals, and whatever stopped a migration.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let mut session = Session::open(global, &args.run, true).await?;
    session
        .require_no_partial_migration(args.run.dry_run)
        .await?;
    let refused = |error| run_failure(&error, &session.target);
    let work = session
        .executor
        .pending(&session.directory, args.to)
        .await
        .map_err(refused)?;
    session.workspace.output.findings(&work.warnings);
    if args.run.dry_run {
        return session.foresee(&work, &args.run.allow).await;
    }
    if work.items.is_empty() {
        let output = session.workspace.output;
        if session.directory.highest().is_none() {
            let folder = session.workspace.migrations(session.target.dialect);
            let folder = folder.display();
            output.say(&format!("There are no migrations in {folder}."));
            output.say("Next: tablewright migration new NAME writes one from the specs");
        } else {
            output.say("Nothing is pending.");
        }
        session.executor.close().await;
        return Ok(Exit::Done);
    }
    let effects = session.effects(&work).await;
    let plan = format!("Plan: {}. {}", size(&work), in_words(&effects));
    session.workspace.output.say(&plan);
    session.consent(&effects, &args.run.allow, Way::Up)?;
    session.lock().await?;
    let refused = |error| run_failure(&error, &session.target);
    let again = session
        .executor
        .pending(&session.directory, args.to)
        .await
        .map_err(refused)?;
    // a run that was waited for may have applied some of it, or all; what was agreed to covers the rest
    if !again.items.iter().all(|item| work.items.contains(item)) {
        return Err(Failure::new(
            Exit::Failed,
            "the database changed in the meantime; nothing was done",
        ));
    }
    let output = session.workspace.output;
    if session.progress.has_waited() {
        let landed = work.items.len() - again.items.len();
        output.say(&match landed {
            0 => "That statement has ended, and nothing of it stays.".to_owned(),
            _ => format!(
                "That statement has ended, and {} landed.",
                count(landed, "migration")
            ),
        });
    }
    if again.items.is_empty() {
        output.say("Nothing is pending any more: another run applied it.");
        session.executor.close().await;
        return Ok(Exit::Done);
    }
    if !args.run.allow.drift() {
        expected::before_migrating(&mut session).await?;
    }
    expected::before_rebuilding(&mut session, &again).await?;
    external::prepare(&mut session).await?;
    session.run(&again).await
}
