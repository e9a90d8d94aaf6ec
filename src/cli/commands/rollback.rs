//! `tablewright rollback`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, parse_version};
use crate::cli::session::consent::{Way, in_words};
use crate::cli::session::expected;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::{RunArgs, Session, size};
use crate::cli::session::run_failure::run_failure;
use crate::migrate::RollbackTo;

/// Go back: one migration, unless told
///
/// Runs the down files, the newest first. Data in what they drop is gone; the tool keeps no copy.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright rollback -d ai_agent -t staging --to V2 --dry-run")]
pub(crate) struct Args {
    /// How many migrations
    #[arg(long, default_value_t = 1, conflicts_with = "to")]
    pub(crate) steps: usize,

    /// The version that stays applied; 0 takes everything back
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub(crate) to: Option<i32>,

    #[command(flatten)]
    run: RunArgs,
}

/// Goes back, and prints what was done.
///
/// # Errors
/// Usage, refusals, and whatever stopped a migration.
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
        return session.foresee(&work, &args.run.allow).await;
    }
    let Some(newest) = work.items.first().and_then(|item| item.version) else {
        session.workspace.output.say("Nothing to go back.");
        session.executor.close().await;
        return Ok(Exit::Done);
    };
    let refused = |error| run_failure(&error, &session.target);
    let rows = session.executor.history_rows().await.map_err(refused)?;
    let left = rows.unwrap_or_default().into_iter();
    let left = left
        .map(|row| row.version)
        .filter(|version| work.items.iter().all(|item| item.version != Some(*version)))
        .max()
        .map_or_else(|| "the start".to_owned(), |version| format!("V{version}"));
    if !args.run.allow.drift() {
        expected::before_rollback(&mut session, &work).await?;
    }
    let effects = session.effects(&work).await;
    session.workspace.output.say(&format!(
        "RollbackTo from V{newest} to {left}: {}. {}",
        size(&work),
        in_words(&effects)
    ));
    session.consent(&effects, &args.run.allow, Way::Down)?;
    session.lock().await?;
    // what was looked at before a person was asked may have changed since
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
            "another run changed the database in the meantime; nothing was done",
        ));
    }
    expected::before_rebuilding(&mut session, &work).await?;
    session.run(&work).await
}
