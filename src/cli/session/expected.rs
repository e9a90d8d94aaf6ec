//! Checks of a target against its snapshots, before migrations run.

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::Session;
use crate::cli::session::run_failure::run_failure;
use crate::cli::session::target::Target;
use crate::cli::session::workspace::Workspace;
use crate::db::Vendor;
use crate::migrate::files::snapshot::Snapshots;
use crate::migrate::recovery::PlannedSteps;
use crate::migrate::{PendingUnits, Version};
use crate::pipeline::Error;
use crate::pipeline::recorded_schema::RecordedSchemas;
use crate::report::{Align, table};
use crate::verify::Difference;

impl Workspace {
    /// The snapshots. `None` if they can't be read: then nothing is compared with them.
    fn readable_snapshots(&self) -> Option<Snapshots> {
        Snapshots::load(&self.snapshots()).ok()
    }

    /// The schemas that snapshots record for a target.
    fn recorded<'a>(
        &'a self,
        target: &Target,
        vendor: Vendor,
        snapshots: &'a Snapshots,
    ) -> RecordedSchemas<'a> {
        RecordedSchemas {
            settings: &self.settings,
            snapshots,
            dialect: target.dialect,
            vendor,
        }
    }
}

/// The steps of a version. Empty if no snapshot covers it.
pub(crate) fn planned_steps(session: &mut Session, version: Version) -> PlannedSteps {
    let vendor = session.executor.conn().server().vendor;
    let (workspace, target) = (&session.workspace, &session.target);
    let Some(snapshots) = workspace.readable_snapshots() else {
        return PlannedSteps::new();
    };
    let recorded = workspace.recorded(target, vendor, &snapshots);
    recorded.planned_steps(version)
}

/// Checks that the schema is the recorded one, if another program applied the last version.
///
/// # Errors
/// Partially applied: the schema differs.
pub(crate) async fn before_migrating(session: &mut Session) -> Outcome<()> {
    let vendor = session.executor.conn().server().vendor;
    let (workspace, target) = (&session.workspace, &session.target);
    let Some(snapshots) = workspace.readable_snapshots() else {
        return Ok(());
    };
    let recorded = workspace.recorded(target, vendor, &snapshots);
    let checked = recorded.check_before_migrating(&mut session.executor).await;
    checked.map_err(|error| check_failure(error, target))
}

/// Checks that the schema is the recorded one where a rollback changes it.
///
/// # Errors
/// Refused: the schema differs.
pub(crate) async fn before_rollback(session: &mut Session, work: &PendingUnits) -> Outcome<()> {
    let vendor = session.executor.conn().server().vendor;
    let (workspace, target) = (&session.workspace, &session.target);
    let Some(snapshots) = workspace.readable_snapshots() else {
        return Ok(());
    };
    let recorded = workspace.recorded(target, vendor, &snapshots);
    let checked = recorded.check_before_rollback(&mut session.executor, work);
    let checked = checked.await;
    checked.map_err(|error| check_failure(error, target))
}

/// Checks that a rebuild drops no undeclared parts of a table.
///
/// # Errors
/// Refused: parts would be dropped; the failure names each part.
pub(crate) async fn before_rebuilding(session: &mut Session, work: &PendingUnits) -> Outcome<()> {
    let vendor = session.executor.conn().server().vendor;
    let (workspace, target) = (&session.workspace, &session.target);
    let Some(snapshots) = workspace.readable_snapshots() else {
        return Ok(());
    };
    let recorded = workspace.recorded(target, vendor, &snapshots);
    let checked = recorded.check_before_rebuilding(&mut session.executor, work);
    let checked = checked.await;
    checked.map_err(|error| check_failure(error, target))
}

/// A failed check in the words of the command line.
fn check_failure(error: Error, target: &Target) -> Failure {
    match error {
        Error::Run(error) => run_failure(&error, target),
        Error::AppliedElsewhere {
            version,
            differences,
        } => {
            let what = format!(
                "V{version} was applied by another program, and the schema differs from that version; nothing was run"
            );
            with_differences(Exit::Repair, &what, &differences, target).help(format!(
                "complete V{version} by hand: the other program may have applied only a part of it"
            ))
        }
        Error::Drift {
            version,
            differences,
        } => {
            let what = format!(
                "the schema differs from V{version} in objects that the rollback changes; nothing was run"
            );
            with_differences(Exit::Refused, &what, &differences, target)
                .help("restore these objects, or pass --allow drift to roll back anyway")
        }
        other => other.into(),
    }
}

fn with_differences(exit: Exit, what: &str, found: &[Difference], target: &Target) -> Failure {
    let headers = ["object", "property", "snapshot", "database"].map(|name| (name, Align::Left));
    let rows = found.iter().map(|one| {
        vec![
            one.object.clone(),
            one.property.to_string(),
            one.spec.clone(),
            one.database.clone(),
        ]
    });
    let text = format!("{what}\n\n{}", table(&headers, rows, None));
    Failure::screen(exit, text.trim_end()).next(
        format!("tablewright verify {}", target.flag),
        "compares the whole schema",
    )
}
