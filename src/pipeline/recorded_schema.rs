//! The schema of a version as the snapshots record it, and how a live database differs from it.

use crate::change::Action;
use crate::db::{Conn, DbError, Vendor};
use crate::dialect::Dialect;
use crate::diff;
use crate::migrate::Version;
use crate::migrate::files::snapshot::Snapshots;
use crate::migrate::recovery::{PlannedStep, PlannedSteps};
use crate::model::{Pair, Schema};
use crate::pipeline::settings::Settings;
use crate::plan;
use crate::plan::Way;
use crate::spec::Documents;
use crate::verify;
use crate::verify::Difference;

/// The snapshots of a logical database, read for one dialect and vendor.
#[derive(Clone, Copy)]
pub(crate) struct RecordedSchemas<'a> {
    /// The settings that the specs in the snapshots are lowered with.
    pub(crate) settings: &'a Settings,
    /// The snapshots.
    pub(crate) snapshots: &'a Snapshots,
    /// The dialect.
    pub(crate) dialect: &'static dyn Dialect,
    /// The vendor.
    pub(crate) vendor: Vendor,
}

impl RecordedSchemas<'_> {
    /// The schema that the migrations up to a version leave. `None` if no snapshot covers the version, or
    /// if it is not the last of a set of versions that were written together: snapshots record the end of a set.
    pub(crate) fn schema_at(&self, version: Version) -> Option<Schema> {
        let mut snapshots = self.snapshots.entries.iter().map(|entry| &entry.snapshot);
        let covering = snapshots.find(|one| one.versions.contains(&version))?;
        // a set is complete at the last version of this dialect
        let own = covering.files.get(self.dialect.name())?;
        if own.keys().max()? > &version {
            return None;
        }
        let last = covering.versions.iter().max().copied();
        let (documents, _) = self.snapshots.state(last).documents("snapshot");
        Some(self.lower(&documents, self.vendor))
    }

    /// The schema after the last complete set of versions up to `version`; it is empty before the first one. `None` if
    /// `version` is not the last of its set.
    pub(crate) fn schema_after(&self, version: Version) -> Option<Schema> {
        let mut snapshots = self.snapshots.entries.iter().map(|entry| &entry.snapshot);
        let covering = snapshots.find(|one| one.versions.contains(&version));
        let own = covering.and_then(|one| one.files.get(self.dialect.name()));
        if own.is_some_and(|own| own.keys().max() > Some(&version)) {
            return None;
        }
        // other dialects may have more versions in the set
        let last = covering.and_then(|one| one.versions.iter().max().copied());
        let state = self.snapshots.state(Some(last.unwrap_or(version)));
        let (documents, _) = state.documents("snapshot");
        Some(self.lower(&documents, self.vendor))
    }

    fn lower(&self, documents: &Documents, vendor: Vendor) -> Schema {
        // these specs were valid when the snapshot was written
        let found = &mut Vec::new();
        let lowered = self.settings.lower(documents, self.dialect, vendor, found);
        lowered.schema
    }

    /// The steps of a version with their changes and statements. Empty if no snapshot covers the version.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "called by the command line")
    )]
    pub(crate) fn planned_steps(&self, version: Version) -> PlannedSteps {
        self.replan(version).unwrap_or_default()
    }

    fn replan(&self, version: Version) -> Option<PlannedSteps> {
        let mut entries = self.snapshots.entries.iter();
        let covering = entries.find(|entry| entry.snapshot.versions.contains(&version))?;
        let versions = &covering.snapshot.versions;
        let (first, last) = (versions.iter().min()?, versions.iter().max()?);
        let (before, _) = self.snapshots.state(Some(first - 1)).documents("snapshot");
        let (after, _) = self.snapshots.state(Some(*last)).documents("snapshot");
        let dialect = self.dialect;
        let mut plans = Vec::new();
        for vendor in dialect.vendors() {
            let from = self.lower(&before, *vendor);
            let found = &mut Vec::new();
            let to = self.settings.lower(&after, dialect, *vendor, found);
            let changes = diff::diff(&from, &to.schema, &to.renames);
            let sides = Pair::new(&from, &to.schema);
            plans.push(plan::plan(dialect, changes, &sides).ok()?);
        }
        let own = dialect
            .vendors()
            .iter()
            .position(|one| *one == self.vendor)?;
        let phases = plan::join(&plans);
        let mut steps = PlannedSteps::new();
        for step in phases.iter().flat_map(|phase| &phase.steps) {
            let side = step.sides(Way::Up).nth(own).flatten();
            // a step of another vendor has no statements
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

    /// The differences between a live database and the schema of a version. Empty if the snapshots don't
    /// record that schema.
    pub(crate) async fn differences(
        &self,
        conn: &mut Conn,
        version: Version,
    ) -> Result<Vec<Difference>, DbError> {
        let Some(mut recorded) = self.schema_at(version) else {
            return Ok(Vec::new());
        };
        let scope = self.settings.scope(&recorded);
        let live = self.dialect.inspect(conn, &scope).await?;
        self.dialect.reconcile(conn, &mut recorded, &live).await?;
        Ok(verify::compare(self.dialect, &recorded, &live).differences)
    }
}
