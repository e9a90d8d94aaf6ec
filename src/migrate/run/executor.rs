//! The executor: runs migrations on a server, one at a time, under the lock.

use crate::db::{Conn, DbUrl};
use crate::migrate::error::ExecError;
use crate::migrate::files::directory::{Directory, Version};
use crate::migrate::history::HistoryRow;
use crate::migrate::history::managed_objects::ManagedTable;
use crate::migrate::journal::entry::RunCommand;
use crate::migrate::journal::session_identity::SessionIdentity;
use crate::migrate::journal::table::JournalTable;
use crate::migrate::journal::unit_journal::UnitJournal;
use crate::migrate::run::events::{Direction, Event, Observer};
use crate::migrate::run::exec_options::ExecOptions;
use crate::migrate::run::lock;
use crate::migrate::run::lock::Lock;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::pending;
use crate::migrate::run::pending::{PendingUnits, RollbackTo};
use crate::migrate::run::script::Script;
use crate::model::ObjectId;
use crate::server;
use crate::server::execution_profile::ExecutionProfile;
use crate::server::session_control::SessionControl;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A completed migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedUnit {
    /// The version; `None` for an applied plan, which has no files.
    pub version: Option<Version>,
    /// The name.
    pub name: String,
    /// The direction.
    pub direction: Direction,
    /// The number of statements.
    pub statements: usize,
    /// The duration.
    pub took: Duration,
}

/// The session that runs the statements.
pub(crate) struct WorkSession {
    /// The connection.
    pub(crate) conn: Conn,
    /// The URL, for another connection.
    pub(crate) url: DbUrl,
    /// How migrations run on the server.
    pub(crate) profile: &'static ExecutionProfile,
    /// How sessions are locked, observed and cancelled on the server.
    pub(crate) control: &'static SessionControl,
    /// The server's number of the session, once the lock is held.
    pub(crate) number: Option<u64>,
    /// User, host and server, for the journal.
    pub(crate) identity: SessionIdentity,
    /// Interrupts the running statement of an embedded database.
    pub(crate) interrupt: Arc<AtomicBool>,
}

/// The lock of the run.
#[derive(Default)]
pub(crate) struct Locks {
    /// An open connection that the lock will use.
    pub(crate) spare_conn: Option<Conn>,
    /// The lock, while it is held.
    pub(crate) run: Option<Lock>,
}

/// The journal of the run.
pub(crate) struct Record {
    /// The table.
    pub(crate) journal: JournalTable,
    /// The id of the next row.
    pub(crate) next_id: i64,
}

/// Runs migrations. It owns the working session, the lock, and the record of what ran.
pub struct Executor {
    pub(crate) session: WorkSession,
    pub(crate) locks: Locks,
    pub(crate) record: Record,
    pub(crate) options: ExecOptions,
}

impl Executor {
    /// An executor that works on a connection, whose session it configures. The URL is used for further connections,
    /// such as that of the lock.
    ///
    /// # Errors
    /// The session can't be configured, or a pooler shares it: [`crate::migrate::LockError::Pooled`].
    pub async fn new(mut conn: Conn, url: DbUrl, options: ExecOptions) -> Result<Self, ExecError> {
        let vendor = conn.server().vendor;
        let profile = server::profile(vendor);
        let control = &profile.session_control;
        // before the session is configured: a pooler would apply the settings to another client
        let spare_conn = match control.pooler_hint {
            Some(_) => lock::open_lock_connection(&url, control, &mut conn).await?,
            None => None,
        };
        let mut executor = Self {
            session: WorkSession {
                conn,
                url,
                profile: &profile.execution,
                control,
                number: None,
                identity: SessionIdentity::default(),
                interrupt: Arc::default(),
            },
            locks: Locks {
                spare_conn,
                run: None,
            },
            record: Record {
                journal: JournalTable::for_history(&options.history),
                next_id: 1,
            },
            options,
        };
        executor.set_up_session().await?;
        Ok(executor)
    }

    /// The connection, for queries besides the migrations.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.session.conn
    }

    /// Sets variables and time-outs of the session.
    pub(crate) async fn set_up_session(&mut self) -> Result<(), ExecError> {
        let mut statements = self.options.session.clone();
        statements.extend((self.session.profile.timeouts)(self.options.lock_timeout));
        self.session
            .conn
            .run(&statements.join(";\n"))
            .await
            .map_err(|failed| ExecError::Server {
                doing: "setting up the session",
                error: failed.error,
            })?;
        Ok(())
    }

    /// The rows of the history; `None` if the table does not exist.
    ///
    /// # Errors
    /// Errors of the server.
    pub async fn history_rows(&mut self) -> Result<Option<Vec<HistoryRow>>, ExecError> {
        let read = self
            .options
            .history
            .read(&mut self.session.conn, self.session.profile);
        read.await.map_err(|error| ExecError::Server {
            doing: "reading the history",
            error,
        })
    }

    /// The managed objects; `None` if their table does not exist.
    ///
    /// # Errors
    /// Errors of the server.
    pub async fn managed_objects(
        &mut self,
        table: &ManagedTable,
    ) -> Result<Option<BTreeSet<ObjectId>>, ExecError> {
        let read = table.read(&mut self.session.conn, self.session.profile);
        read.await.map_err(|error| ExecError::Server {
            doing: "reading the managed objects",
            error,
        })
    }

    /// The pending migrations. Reads only.
    ///
    /// # Errors
    /// [`ExecError::Files`], and errors of the server.
    pub async fn pending(
        &mut self,
        directory: &Directory,
        to: Option<Version>,
    ) -> Result<PendingUnits, ExecError> {
        let rows = self.history_rows().await?;
        pending::up(directory, self.options.lexical_rules, rows.as_deref(), to)
            .map_err(ExecError::Files)
    }

    /// The migrations that a rollback reverts. Reads only.
    ///
    /// # Errors
    /// [`ExecError::Files`], and errors of the server.
    pub async fn pending_rollback(
        &mut self,
        directory: &Directory,
        target: RollbackTo,
    ) -> Result<PendingUnits, ExecError> {
        let rows = self.history_rows().await?;
        pending::down(
            directory,
            self.options.lexical_rules,
            rows.as_deref(),
            target,
        )
        .map_err(ExecError::Files)
    }

    /// The messages that [`Executor::run`] sends for this work, without journal rows. Sends nothing.
    pub fn preview(&self, work: &PendingUnits) -> Vec<(String, Script)> {
        preview(self.session.profile, &self.options, work)
    }

    /// Applies the pending migrations.
    ///
    /// # Errors
    /// See [`ExecError`].
    pub async fn migrate(
        &mut self,
        directory: &Directory,
        to: Option<Version>,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        self.lock(observer).await?;
        let work = self.pending(directory, to).await?;
        self.run(&work, observer).await
    }

    /// Reverts migrations.
    ///
    /// # Errors
    /// See [`ExecError`].
    pub async fn rollback(
        &mut self,
        directory: &Directory,
        target: RollbackTo,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        self.lock(observer).await?;
        let work = self.pending_rollback(directory, target).await?;
        self.run(&work, observer).await
    }

    /// Runs the migrations under the lock, until one fails or a stop is requested. A stop request is reported even if
    /// the last statement was completed.
    ///
    /// # Errors
    /// [`ExecError::Stopped`] with the state of the migration that stopped, [`ExecError::Unfinished`] if an earlier
    /// run left a partially applied migration that this work doesn't continue, and [`ExecError::Interrupted`].
    pub async fn run(
        &mut self,
        work: &PendingUnits,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        self.run_units(work, None, observer).await
    }

    /// Runs units. `decision` records the outcome of an undecided statement of an earlier run; it is committed
    /// with the first row of the first unit.
    pub(crate) async fn run_units(
        &mut self,
        work: &PendingUnits,
        mut decision: Option<String>,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        if work.items.is_empty() {
            return Ok(Vec::new());
        }
        self.lock(observer).await?;
        self.create_tables(work, observer).await?;
        self.report_long_transactions(observer).await;
        let mut completed: Vec<CompletedUnit> = Vec::with_capacity(work.items.len());
        let mut session_changed = false;
        for (at, unit) in work.items.iter().enumerate() {
            self.check_between_migrations(&completed).await?;
            if session_changed {
                self.set_up_session().await?;
            }
            let progress = (at + 1, work.items.len());
            let ran = self
                .run_unit(unit, progress, work.command, decision.take(), observer)
                .await;
            match ran {
                Ok((unit, changed)) => {
                    completed.push(unit);
                    session_changed = changed;
                }
                Err(ExecError::Stopped(mut stopped)) => {
                    stopped.before = completed.iter().filter_map(|unit| unit.version).collect();
                    return Err(ExecError::Stopped(stopped));
                }
                Err(error) => return Err(error),
            }
        }
        self.check_between_migrations(&completed).await?;
        Ok(completed)
    }

    /// Runs one unit, and tells whether it may have changed variables of the session. `progress` is its number
    /// within the run, and their count.
    async fn run_unit(
        &mut self,
        unit: &MigrationUnit,
        progress: (usize, usize),
        command: RunCommand,
        decision: Option<String>,
        observer: &mut dyn Observer,
    ) -> Result<(CompletedUnit, bool), ExecError> {
        let own_timeout = unit.parsed.directives.lock_timeout;
        if let Some(timeout) = own_timeout {
            let set = self.set_lock_timeout(timeout).await;
            set.map_err(|error| ExecError::Server {
                doing: "setting the lock time-out",
                error,
            })?;
        }
        let labels = unit.parsed.labels();
        let statements = unit.parsed.statements.len();
        observer.event(&Event::MigrationStarted {
            version: unit.version,
            name: &unit.name,
            direction: unit.direction,
            labels: &labels,
            statements,
            number: progress.0,
            of: progress.1,
        });
        let started = Instant::now();
        let mut journal = UnitJournal::new(
            &self.record.journal,
            &self.session.profile.journal,
            &self.session.identity,
            unit,
            self.record.next_id,
        );
        journal.decision = decision;
        journal.command = command;
        journal.database.clone_from(&self.options.database);
        let script = self.script(unit, Some(&journal));
        self.record.next_id += journal.reserved_ids();
        let ran = self.run_migration(unit, &script, &journal, &labels, observer);
        if let Err(stopped) = ran.await {
            observer.event(&Event::MigrationFailed {
                version: unit.version,
                name: &unit.name,
                statement: stopped.statement(),
            });
            return Err(ExecError::Stopped(stopped));
        }
        let took = started.elapsed();
        observer.event(&Event::MigrationDone {
            version: unit.version,
            name: &unit.name,
            took,
        });
        let completed = CompletedUnit {
            version: unit.version,
            name: unit.name.clone(),
            direction: unit.direction,
            statements,
            took,
        };
        Ok((completed, script.disturbs_session || own_timeout.is_some()))
    }

    fn script(&self, unit: &MigrationUnit, journal: Option<&UnitJournal<'_>>) -> Script {
        unit.script(
            self.session.profile,
            self.options.lexical_rules,
            &self.options.history,
            self.lock_timeout(unit),
            journal,
        )
    }

    /// Creates missing tables of history and journal. Refuses to run if a migration is partially applied, unless the
    /// work continues it.
    async fn create_tables(
        &mut self,
        work: &PendingUnits,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        let unfinished = self.unfinished().await?;
        let continued = work
            .items
            .first()
            .and_then(|item| item.scope.resumed_unit());
        if let Some(unfinished) = unfinished
            && continued != Some(unfinished.head.unit_id)
        {
            return Err(ExecError::Unfinished(Box::new(unfinished)));
        }
        let mut missing = Vec::new();
        if work.create_history {
            missing.push(self.options.history.create_sql());
        }
        if self.record.next_id == 1 {
            missing.push(
                self.record
                    .journal
                    .create_sql(&self.session.profile.journal),
            );
        }
        missing.extend(work.tables.iter().cloned());
        for create in missing {
            let created = self.send_repeatable(&create, observer).await;
            self.check_between_migrations(&[]).await?;
            created.map_err(|error| {
                let doing = "creating the tool's own tables";
                ExecError::Server { doing, error }
            })?;
        }
        Ok(())
    }

    /// Ends the session of an earlier run if it is still running, instead of waiting for it.
    pub fn end_previous_session(&mut self) {
        self.options.end_previous_session = true;
    }

    /// Reserves ids of journal rows, and returns the first one.
    pub(crate) fn take_ids(&mut self, count: i64) -> i64 {
        let first = self.record.next_id;
        self.record.next_id += count;
        first
    }

    /// Releases the lock, so that another run can start before this program ends.
    pub async fn release_lock(&mut self) {
        if let Some(lock) = self.locks.run.take() {
            lock.release().await;
        }
    }

    /// Closes the connections and releases the lock.
    pub async fn close(self) {
        self.session.conn.close().await;
        if let Some(conn) = self.locks.spare_conn {
            conn.close().await;
        }
        if let Some(lock) = self.locks.run {
            lock.release().await;
        }
    }
}

/// The messages that a run sends for this work, without journal rows, each with a title. Needs no server.
pub fn preview(
    running: &ExecutionProfile,
    options: &ExecOptions,
    work: &PendingUnits,
) -> Vec<(String, Script)> {
    work.items
        .iter()
        .map(|item| {
            let title = format!("{} {}", item.title(), item.direction);
            let (lexical_rules, history) = (options.lexical_rules, &options.history);
            let script = item.script(running, lexical_rules, history, options.lock_timeout, None);
            (title, script)
        })
        .collect()
}
