//! What the snapshots say that a database looks like: before a migration goes on from there or back,
//! and when a repair asks whether a statement landed.

use crate::change::Action;
use crate::cli::exit_code::Exit;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::Session;
use crate::cli::session::run_failure::run_failure;
use crate::cli::session::workspace::Workspace;
use crate::db::Vendor;
use crate::diag::Sources;
use crate::dialect::Dialect;
use crate::diff;
use crate::migrate::files::snapshot::Snapshots;
use crate::migrate::recovery::{PlannedStep, PlannedSteps};
use crate::migrate::{PendingUnits, Version};
use crate::model::{Pair, Schema};
use crate::plan;
use crate::plan::Way;
use crate::report::{Align, table};
use crate::verify::{Difference, compare};
use std::collections::BTreeSet;

/// The state of the specs at a version, for one vendor. `None` where the snapshots don't say it: what
/// can't be read or isn't covered is compared with nothing.
fn schema_at(
    workspace: &Workspace,
    snapshots: &Snapshots,
    dialect: &dyn Dialect,
    vendor: Vendor,
    version: Version,
) -> Option<Schema> {
    let mut snapshot = snapshots.entries.iter().map(|entry| &entry.snapshot);
    let covering = snapshot.find(|one| one.versions.contains(&version))?;
    // a set of versions is reached with the last one that this dialect has; within it, what the specs
    // said stands nowhere
    let own = covering.files.get(dialect.name())?;
    if own.keys().max()? > &version {
        return None;
    }
    let reached = covering.versions.iter().max().copied();
    let (documents, _) = snapshots.state(reached).documents("snapshot");
    let lowered = (workspace.settings).lower(&documents, dialect, vendor, &mut Vec::new());
    Some(lowered.schema)
}

/// What the steps of a version were meant to do. Empty where no snapshot tells.
pub(crate) fn steps(
    workspace: &Workspace,
    dialect: &dyn Dialect,
    vendor: Vendor,
    version: Version,
) -> PlannedSteps {
    planned(workspace, dialect, vendor, version).unwrap_or_default()
}

fn planned(
    workspace: &Workspace,
    dialect: &dyn Dialect,
    vendor: Vendor,
    version: Version,
) -> Option<PlannedSteps> {
    let snapshots = Snapshots::load(&workspace.snapshots()).ok()?;
    let mut entries = snapshots.entries.iter();
    let covering = entries.find(|entry| entry.snapshot.versions.contains(&version))?;
    let versions = &covering.snapshot.versions;
    let (first, last) = (versions.iter().min()?, versions.iter().max()?);
    let (before, _) = snapshots.state(Some(first - 1)).documents("snapshot");
    let (after, _) = snapshots.state(Some(*last)).documents("snapshot");
    let mut plans = Vec::new();
    for vendor in dialect.vendors() {
        let lower =
            |documents| (workspace.settings).lower(documents, dialect, *vendor, &mut Vec::new());
        let (from, to) = (lower(&before), lower(&after));
        let changes = diff::diff(&from.schema, &to.schema, &to.renames);
        let ends = Pair::new(&from.schema, &to.schema);
        plans.push(plan::plan(dialect, changes, &ends));
    }
    let own = dialect.vendors().iter().position(|one| *one == vendor)?;
    let phases = plan::join(&plans);
    let mut steps = PlannedSteps::new();
    for step in phases.iter().flat_map(|phase| &phase.steps) {
        let side = step.sides(Way::Up).nth(own).flatten();
        // a step that this vendor hasn't does nothing here, and landing or not is the same
        if let Some(Action::Change(change) | Action::Concurrently(change)) =
            side.map(|side| side.action)
        {
            let planned = PlannedStep {
                change,
                up: step.statements(dialect, Way::Up).ok()?,
                down: step.statements(dialect, Way::Down).ok()?,
            };
            steps.insert(step.id, planned);
        }
    }
    Some(steps)
}

/// How the live database differs from what it has to be at a version. `None` where that isn't known.
async fn differences(session: &mut Session, version: Version) -> Outcome<Option<Vec<Difference>>> {
    let workspace = &session.workspace;
    let dialect = session.target.dialect;
    let Ok(snapshots) = Snapshots::load(&workspace.snapshots()) else {
        return Ok(None);
    };
    let vendor = session.executor.conn().server().vendor;
    let Some(mut want) = schema_at(workspace, &snapshots, dialect, vendor, version) else {
        return Ok(None);
    };
    let scope = workspace.settings.scope(&want);
    let conn = session.executor.conn();
    let have = dialect.inspect(conn, &scope).await?;
    dialect.reconcile(conn, &mut want, &have).await?;
    Ok(Some(compare(dialect, &want, &have).differences))
}

async fn highest_applied(session: &mut Session) -> Outcome<Option<Version>> {
    let rows = session.executor.history_rows().await;
    let rows = rows.map_err(|error| run_failure(&error, &session.target))?;
    Ok(rows.unwrap_or_default().iter().map(|row| row.version).max())
}

/// Rows of the history that this tool didn't write may stand for a migration that was half applied:
/// the schema has to be what the last of them leaves.
///
/// # Errors
/// It isn't: half-applied.
pub(crate) async fn before_going_on(session: &mut Session) -> Outcome<()> {
    let Some(version) = highest_applied(session).await? else {
        return Ok(());
    };
    let known = session.executor.has_journal_entry(version).await;
    if known.map_err(|error| run_failure(&error, &session.target))? {
        return Ok(());
    }
    let found = differences(session, version).await?.unwrap_or_default();
    if found.is_empty() {
        return Ok(());
    }
    let text = format!(
        "V{version} was applied by another program, and the schema differs from that version; nothing was run\n\n{}",
        rows_of(&found)
    );
    Err(refusal(session, Exit::Repair, &text).help(
        "complete the migration by hand: the other program may have applied only a part of it",
    ))
}

/// The way back was written for a schema as the migrations leave it.
///
/// # Errors
/// What the way back touches is another: refused.
pub(crate) async fn before_going_back(session: &mut Session, work: &PendingUnits) -> Outcome<()> {
    let Some(version) = highest_applied(session).await? else {
        return Ok(());
    };
    let Ok(snapshots) = Snapshots::load(&session.workspace.snapshots()) else {
        return Ok(());
    };
    let dialect = session.target.dialect.name();
    let touched: BTreeSet<&str> = snapshots
        .entries
        .iter()
        .filter_map(|entry| entry.snapshot.files.get(dialect))
        .flatten()
        .filter(|(version, _)| {
            work.items
                .iter()
                .any(|item| item.version == Some(**version))
        })
        .flat_map(|(_, file)| &file.undo)
        .flat_map(|statement| statement.facets.iter().map(String::as_str))
        .collect();
    let found = differences(session, version).await?.unwrap_or_default();
    let found: Vec<Difference> = (found.into_iter())
        .filter(|difference| touched.iter().any(|facet| touches(facet, difference)))
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    let text = format!(
        "the schema differs from V{version} in objects that the rollback changes; nothing was run\n\n{}",
        rows_of(&found)
    );
    Err(refusal(session, Exit::Refused, &text)
        .help("restore these objects, or pass --allow drift to roll back anyway"))
}

/// A rebuild of a table keeps what the migration lists; columns, indexes and triggers that were added by
/// hand would be dropped.
///
/// # Errors
/// There are some: refused, each one named.
pub(crate) async fn before_rebuilding(session: &mut Session, work: &PendingUnits) -> Outcome<()> {
    let Ok(snapshots) = Snapshots::load(&session.workspace.snapshots()) else {
        return Ok(());
    };
    let version = highest_applied(session).await?.unwrap_or_default();
    let dialect = session.target.dialect;
    // within a set of versions no snapshot says what the database looks like
    let mut sets = snapshots.entries.iter().map(|entry| &entry.snapshot);
    let covering = sets.find(|one| one.versions.contains(&version));
    let own = covering.and_then(|one| one.files.get(dialect.name()));
    if own.is_some_and(|own| own.keys().max() > Some(&version)) {
        return Ok(());
    }
    let (documents, _) = snapshots.state(Some(version)).documents("snapshot");
    let vendor = session.executor.conn().server().vendor;
    let settings = &session.workspace.settings;
    let loaded = settings.lower(&documents, dialect, vendor, &mut Vec::new());
    let statements: Vec<&str> = (work.items.iter())
        .flat_map(|item| &item.parsed.statements)
        .map(|statement| statement.sql.as_str())
        .collect();
    let conn = session.executor.conn();
    let found = dialect.undeclared_losses(conn, &statements, &loaded.schema);
    let found = found.await?;
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::findings(Exit::Refused, found, Sources::default())
        .help("declare these objects in a migration, or drop them; nothing was run"))
}

/// Whether a facet such as `table users column email` is about what differs. Of what is no column
/// only the table counts: keys and indexes are compared by structure, not by name.
fn touches(facet: &str, difference: &Difference) -> bool {
    let owner = format!("{} {}", difference.owner.kind, difference.owner);
    let Some(part) = facet.strip_prefix(&owner) else {
        return false;
    };
    match (part.strip_prefix(" column "), &difference.column) {
        (Some(column), Some(differing)) => column == differing.as_str(),
        (Some(_), None) => difference.property == "table",
        (None, _) => part.is_empty() || part.starts_with(' '),
    }
}

fn rows_of(found: &[Difference]) -> String {
    let headers = ["object", "property", "snapshot", "database"].map(|name| (name, Align::Left));
    let rows = found.iter().map(|one| {
        let property = one.property.to_string();
        vec![
            one.object.clone(),
            property,
            one.spec.clone(),
            one.database.clone(),
        ]
    });
    table(&headers, rows, None)
}

fn refusal(session: &Session, exit: Exit, text: &str) -> Failure {
    Failure::screen(exit, text.trim_end()).next(
        format!("tablewright verify {}", session.target.flag),
        "compares the whole schema",
    )
}
