//! `tablewright migrate` and `tablewright plan`

use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::args::{Global, parse_version};
use crate::cli::session::consent::{RunDirection, impact_summary};
use crate::cli::session::expected;
use crate::cli::session::external;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::LockArgs;
use crate::cli::session::migration_run::{RunArgs, Session, size_text};
use crate::cli::session::run_failure::run_failure;
use crate::report::count;
use std::time::Duration;

/// Apply pending migrations
///
/// Runs them in order under a lock and records each in the history table. If a migration fails, the
/// earlier ones remain applied, and the state of each of its statements is printed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright migrate -d ai_agent -t production --dry-run")]
pub(crate) struct Args {
    /// Apply up to this version [default: all pending]
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub(crate) to: Option<i32>,

    #[command(flatten)]
    run: RunArgs,
}

/// Print what `migrate` would run (same as `migrate --dry-run`)
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright plan -d ai_agent -t production")]
pub(crate) struct PlanArgs {
    /// Apply up to this version [default: all pending]
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub(crate) to: Option<i32>,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,
}

/// Prints the SQL of pending migrations; exits with 3 if there are any.
///
/// # Errors
/// Usage, files that contradict the history, or no connection.
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

/// Applies pending migrations.
///
/// # Errors
/// Usage, refusals, and the failure that stopped a migration.
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
        return session.dry_run(&work, &args.run.allow).await;
    }
    if work.items.is_empty() {
        let output = session.workspace.output;
        if session.directory.highest().is_none() {
            let folder = session.workspace.migrations(session.target.dialect);
            let folder = folder.display();
            output.message(&format!("No migrations in {folder}."));
            output.message("Next: tablewright migration new NAME   writes one from the specs");
        } else {
            output.message("No pending migrations.");
        }
        session.executor.close().await;
        return Ok(Exit::Done);
    }
    let impact = session.impact(&work).await;
    let plan = format!("Plan: {}. {}", size_text(&work), impact_summary(&impact));
    session.workspace.output.message(&plan);
    session.obtain_consent(&impact, &args.run.allow, RunDirection::Up)?;
    session.lock().await?;
    let refused = |error| run_failure(&error, &session.target);
    let again = session
        .executor
        .pending(&session.directory, args.to)
        .await
        .map_err(refused)?;
    // another run may have applied some or all of it in the meantime; the consent covers the rest
    if !again.items.iter().all(|item| work.items.contains(item)) {
        return Err(Failure::new(
            Exit::Failed,
            "the pending migrations changed in the meantime; nothing was run",
        ));
    }
    let output = session.workspace.output;
    if session.progress.has_waited() {
        let applied = work.items.len() - again.items.len();
        output.message(&match applied {
            0 => "That statement has ended without effect.".to_owned(),
            _ => format!(
                "That statement has ended; {} took effect.",
                count(applied, "migration")
            ),
        });
    }
    if again.items.is_empty() {
        output.message("No pending migrations: another run applied them in the meantime.");
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
