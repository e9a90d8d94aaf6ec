//! A connection to one logical database, and the operations on it.

use crate::db::{Conn, DbUrl, Server};
use crate::dialect;
use crate::dialect::Dialect;
use crate::diff;
use crate::diff::Prune;
use crate::migrate::files::snapshot_source::SnapshotSource;
use crate::migrate::history;
use crate::migrate::run::apply_units::{ManagedRecord, PreparedRun, prepare};
use crate::migrate::run::data_loss::RunImpact;
use crate::migrate::{
    CompletedUnit, ExecError, ExecOptions, Executor, Observer, PendingUnits, RollbackTo, Status,
    Version,
};
use crate::model::Schema;
use crate::pipeline::error::{Error, Problems};
use crate::pipeline::external_tables::prepare_external_tables;
use crate::pipeline::migrations::Migrations;
use crate::pipeline::options::{Allow, RunOptions};
use crate::pipeline::recorded_schema::RecordedSchemas;
use crate::pipeline::schema_change::{ComparisonOptions, changes_from_server};
use crate::pipeline::settings::Settings;
use crate::pipeline::specs::Specs;
use crate::plan;
use crate::verify;
use crate::verify::Comparison;

/// A connection to one logical database.
///
/// Reading methods take no lock. Writing methods take the lock that all runs of tablewright share, so that one
/// run at a time changes a database, and release it before they return.
pub struct Database {
    settings: Settings,
    options: RunOptions,
    dialect: &'static dyn Dialect,
    executor: Executor,
    /// Whether the database is embedded, so that no other program creates tables in it.
    embedded: bool,
}

/// The migrations that a run would apply or revert.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunPlan {
    /// The migrations in the order in which they run, with their statements.
    pub migrations: Vec<PlannedMigration>,
    /// The effects on data, and on users of large tables.
    pub impact: RunImpact,
}

/// A migration of a [`RunPlan`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlannedMigration {
    /// The version.
    pub version: Option<Version>,
    /// The name.
    pub name: String,
    /// The statements, in order.
    pub statements: Vec<String>,
}

impl Database {
    /// Connects, and sets up the session. The URL starts with `postgres://`, `mysql://`, `mariadb://` or
    /// `sqlite:`.
    ///
    /// # Errors
    /// [`Error::Connect`], also for a URL whose driver is not among the crate's features.
    pub async fn connect(
        url: &str,
        settings: Settings,
        options: RunOptions,
    ) -> Result<Self, Error> {
        let url = DbUrl::new(url);
        let opened = Conn::open(&url, options.create).await;
        let conn = opened.map_err(|source| Error::Connect {
            url: url.to_string(),
            source,
        })?;
        let dialect = dialect::of_vendor(conn.server().vendor);
        let session = settings.session(dialect, conn.server(), true);
        let history = settings.history(dialect);
        let mut run = ExecOptions::new(dialect.lexical_rules(), session, history);
        run.database = Some(settings.database.clone());
        options.set(&mut run);
        let embedded = url.expose().starts_with("sqlite:");
        let executor = Executor::new(conn, url, run).await?;
        Ok(Self {
            settings,
            options,
            dialect,
            executor,
            embedded,
        })
    }

    /// The connected server.
    pub fn server(&mut self) -> &Server {
        self.executor.conn().server()
    }

    /// Closes the connection cleanly, best effort.
    pub async fn close(self) {
        self.executor.close().await;
    }

    /// The state of each migration. A partially applied one is reported as [`ExecError::Unfinished`] by the
    /// writing methods.
    ///
    /// # Errors
    /// The server returned an error.
    pub async fn status(&mut self, migrations: &Migrations) -> Result<Vec<Status>, Error> {
        let rows = self.executor.history_rows().await?;
        let directory = migrations.directory(self.dialect);
        Ok(history::compare(
            &directory,
            rows.as_deref().unwrap_or_default(),
        ))
    }

    /// The migrations that [`Database::migrate`] would apply.
    ///
    /// # Errors
    /// The files contradict the history, or the server returned an error.
    pub async fn plan(&mut self, migrations: &Migrations) -> Result<RunPlan, Error> {
        let directory = migrations.directory(self.dialect);
        let units = self.executor.pending(&directory, None).await?;
        let impact = self.impact(&units, migrations).await;
        let planned = units.items.iter().map(|unit| PlannedMigration {
            version: unit.version,
            name: unit.name.clone(),
            statements: (unit.parsed.statements.iter())
                .map(|statement| statement.sql.clone())
                .collect(),
        });
        Ok(RunPlan {
            migrations: planned.collect(),
            impact,
        })
    }

    /// Applies the pending migrations, and returns what was applied.
    ///
    /// # Errors
    /// [`Error::Consent`] if the run would lose data, or rewrite or block large tables, without [`RunOptions::allow`],
    /// [`Error::AppliedElsewhere`], [`Error::UndeclaredParts`], and [`Error::Run`] for the failure that stopped it.
    pub async fn migrate(
        &mut self,
        migrations: &Migrations,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, Error> {
        self.executor.lock(observer).await?;
        let done = self.migrate_locked(migrations, observer).await;
        self.executor.release_lock().await;
        done
    }

    async fn migrate_locked(
        &mut self,
        migrations: &Migrations,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, Error> {
        self.require_finished().await?;
        let directory = migrations.directory(self.dialect);
        let units = self.executor.pending(&directory, None).await?;
        if units.items.is_empty() {
            return Ok(Vec::new());
        }
        let impact = self.impact(&units, migrations).await;
        self.require_consent(impact)?;
        let vendor = self.server().vendor;
        let recorded = RecordedSchemas {
            settings: &self.settings,
            snapshots: &migrations.snapshots,
            dialect: self.dialect,
            vendor,
        };
        if !self.options.allows(Allow::Drift) {
            recorded.check_before_migrating(&mut self.executor).await?;
        }
        recorded
            .check_before_rebuilding(&mut self.executor, &units)
            .await?;
        Ok(self.executor.run(&units, observer).await?)
    }

    /// Reverts migrations, the newest first, and returns what was reverted.
    ///
    /// # Errors
    /// The errors of [`Database::migrate`], and [`Error::Drift`].
    pub async fn rollback(
        &mut self,
        migrations: &Migrations,
        to: RollbackTo,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, Error> {
        self.executor.lock(observer).await?;
        let done = self.rollback_locked(migrations, to, observer).await;
        self.executor.release_lock().await;
        done
    }

    async fn rollback_locked(
        &mut self,
        migrations: &Migrations,
        to: RollbackTo,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, Error> {
        self.require_finished().await?;
        let directory = migrations.directory(self.dialect);
        let units = self.executor.pending_rollback(&directory, to).await?;
        if units.items.is_empty() {
            return Ok(Vec::new());
        }
        let impact = self.impact(&units, migrations).await;
        self.require_consent(impact)?;
        let vendor = self.server().vendor;
        let recorded = RecordedSchemas {
            settings: &self.settings,
            snapshots: &migrations.snapshots,
            dialect: self.dialect,
            vendor,
        };
        if !self.options.allows(Allow::Drift) {
            recorded
                .check_before_rollback(&mut self.executor, &units)
                .await?;
        }
        recorded
            .check_before_rebuilding(&mut self.executor, &units)
            .await?;
        Ok(self.executor.run(&units, observer).await?)
    }

    /// Compares the database with its specs. Writes nothing.
    ///
    /// # Errors
    /// [`Error::Specs`], or the server returned an error.
    pub async fn verify(&mut self, specs: &Specs) -> Result<Comparison, Error> {
        let server = self.server().clone();
        let found = specs.found.clone();
        let mut declared =
            self.settings
                .lower_valid(&specs.documents, found, self.dialect, &server)?;
        let scope = self.settings.scope(&declared.schema);
        let conn = self.executor.conn();
        let live = self.dialect.inspect(conn, &scope).await?;
        self.dialect
            .reconcile(conn, &mut declared.schema, &live)
            .await?;
        if !self.dialect.capabilities().tables.column_order {
            diff::adopt_column_order(&mut declared.schema, &live, &declared.renames);
        }
        Ok(verify::compare(self.dialect, &declared.schema, &live))
    }

    /// Makes the database equal to its specs, without migration files. Tables that no spec declares are kept.
    /// Returns what was run.
    ///
    /// # Errors
    /// The errors of [`Database::migrate`], [`Error::Versioned`] for a database with applied migrations, and
    /// [`Error::Blocked`].
    pub async fn apply(
        &mut self,
        specs: &Specs,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, Error> {
        self.executor.lock(observer).await?;
        let done = self.apply_locked(specs, observer).await;
        self.executor.release_lock().await;
        done
    }

    async fn apply_locked(
        &mut self,
        specs: &Specs,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, Error> {
        self.require_finished().await?;
        let rows = self.executor.history_rows().await?;
        let applied = rows.map_or(0, |rows| rows.len());
        if applied > 0 && !self.options.allows(Allow::Versioned) {
            return Err(Error::Versioned { applied });
        }
        let (prepared, impact, declared) = self.prepare_apply(specs).await?;
        self.require_consent(impact)?;
        if !prepared.work.items.is_empty() {
            let conn = self.executor.conn();
            let (settings, dialect) = (&self.settings, self.dialect);
            prepare_external_tables(settings, dialect, conn, &declared, self.embedded).await?;
        }
        Ok(self.executor.run(&prepared.work, observer).await?)
    }

    async fn prepare_apply(
        &mut self,
        specs: &Specs,
    ) -> Result<(PreparedRun, RunImpact, Schema), Error> {
        let dialect = self.dialect;
        let server = self.server().clone();
        let found = specs.found.clone();
        let mut declared =
            (self.settings).lower_valid(&specs.documents, found, dialect, &server)?;
        let table = self.settings.managed_table(dialect);
        let ids = self.executor.managed_objects(&table).await?;
        let managed = ids.clone().unwrap_or_default();
        let record = ManagedRecord { table, ids };
        let options = ComparisonOptions {
            prune: Prune::Nothing,
            any_column_order: false,
        };
        let conn = self.executor.conn();
        let mut change = changes_from_server(
            &self.settings,
            dialect,
            conn,
            (declared.schema, &mut declared.renames),
            &managed,
            options,
        )
        .await?;
        let sides = change.sides.as_ref();
        let plan = plan::plan(dialect, std::mem::take(&mut change.changes), &sides)?;
        let prepared = prepare(dialect, &server, &plan, &sides, &record);
        let prepared = prepared.map_err(|error| Error::NotPlannable(error.to_string()))?;
        let blockers = dialect.blockers(conn, &plan).await?;
        if !blockers.is_empty() {
            return Err(Error::Blocked(Problems::from(blockers)));
        }
        let impact = RunImpact::of_plan(&plan, &prepared.hazards, dialect, conn).await;
        Ok((prepared, impact, change.sides.to))
    }

    async fn impact(&mut self, units: &PendingUnits, migrations: &Migrations) -> RunImpact {
        let snapshots = SnapshotSource::Loaded(&migrations.snapshots);
        RunImpact::of(units, snapshots, self.dialect, self.executor.conn()).await
    }

    /// Requires that no migration is partially applied.
    async fn require_finished(&mut self) -> Result<(), ExecError> {
        match self.executor.unfinished().await? {
            Some(unfinished) => Err(ExecError::Unfinished(Box::new(unfinished))),
            None => Ok(()),
        }
    }

    fn require_consent(&self, impact: RunImpact) -> Result<(), Error> {
        let loses = impact.needing_consent().next().is_some();
        let affects_large_tables = (impact.heavy.iter())
            .filter(|one| one.needs_consent(self.options.safe_below))
            .any(|one| !self.options.allows_impact(one.kind));
        if (loses && !self.options.allows(Allow::DataLoss)) || affects_large_tables {
            return Err(Error::Consent(Box::new(impact)));
        }
        Ok(())
    }
}
