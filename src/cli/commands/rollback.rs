//! `tablewright rollback`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, parse_version};
use crate::cli::session::consent::{RunDirection, impact_summary};
use crate::cli::session::expected;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::{RunArgs, Session, size_text};
use crate::cli::session::run_failure::run_failure;
use crate::migrate::RollbackTo;

/// Revert applied migrations
///
/// Runs the down files, newest first. Data in dropped tables and columns is lost; no copy is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright rollback -d ai_agent -t staging --to V2 --dry-run")]
pub(crate) struct Args {
    /// Number of migrations to revert
    #[arg(long, default_value_t = 1, conflicts_with = "to")]
    pub(crate) steps: usize,

    /// Revert all migrations above this version; 0 reverts everything
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub(crate) to: Option<i32>,

    #[command(flatten)]
    run: RunArgs,
}

/// Reverts applied migrations.
///
/// # Errors
/// Usage, refusals, and the failure that stopped a migration.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let mut session = Session::open(global, &args.run, true).await?;
    session
        .require_no_partial_migration(args.run.dry_run)
        .await?;
    let back = args
        .to
        .map_or(RollbackTo::Last(args.steps), RollbackTo::Version);
    let refused = |error| run_failure(&error, &session.target);
    let work = session
        .executor
        .pending_rollback(&session.directory, back)
        .await
        .map_err(refused)?;
    session.workspace.output.findings(&work.warnings);
    if args.run.dry_run {
        return session.dry_run(&work, &args.run.allow).await;
    }
    let Some(newest) = work.items.first().and_then(|item| item.version) else {
        session.workspace.output.message("No applied migrations.");
        session.executor.close().await;
        return Ok(Exit::Done);
    };
    let refused = |error| run_failure(&error, &session.target);
    let rows = session.executor.history_rows().await.map_err(refused)?;
    let remaining = rows.unwrap_or_default().into_iter();
    let remaining = remaining
        .map(|row| row.version)
        .filter(|version| work.items.iter().all(|item| item.version != Some(*version)))
        .max()
        .map_or_else(
            || "the empty schema".to_owned(),
            |version| format!("V{version}"),
        );
    if !args.run.allow.drift() {
        expected::before_rollback(&mut session, &work).await?;
    }
    let impact = session.impact(&work).await;
    session.workspace.output.message(&format!(
        "Plan: revert from V{newest} to {remaining}: {}. {}",
        size_text(&work),
        impact_summary(&impact)
    ));
    session.obtain_consent(&impact, &args.run.allow, RunDirection::Down)?;
    session.lock().await?;
    // the schema may have changed while the confirmation was awaited
    if !args.run.allow.drift() {
        expected::before_rollback(&mut session, &work).await?;
    }
    let refused = |error| run_failure(&error, &session.target);
    let again = session
        .executor
        .pending_rollback(&session.directory, back)
        .await
        .map_err(refused)?;
    if again != work {
        return Err(Failure::new(
            Exit::Failed,
            "another run changed the database in the meantime; nothing was run",
        ));
    }
    expected::before_rebuilding(&mut session, &work).await?;
    session.run(&work).await
}
