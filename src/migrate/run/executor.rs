//! Runs migrations against a server, one at a time, under the lock.

use crate::db::{Conn, DbUrl};
use crate::migrate::error::ExecError;
use crate::migrate::files::directory::{Directory, Version};
use crate::migrate::history::managed_objects::ManagedTable;
use crate::migrate::history::{HistoryRow, HistoryTable};
use crate::migrate::journal::entry::JournalEntry;
use crate::migrate::journal::session_identity::SessionIdentity;
use crate::migrate::journal::table::{JournalError, JournalTable};
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::journal::unit_journal::UnitJournal;
use crate::migrate::run::events::{Direction, Event, Observer};
use crate::migrate::run::lock;
use crate::migrate::run::lock::Lock;
use crate::migrate::run::lock::options::LockOptions;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::pending;
use crate::migrate::run::pending::{PendingUnits, RollbackTo};
use crate::migrate::run::retry::RetryPolicy;
use crate::migrate::run::script::Script;
use crate::migrate::run::stop::Stop;
use crate::model::ObjectId;
use crate::server;
use crate::server::execution_profile::ExecutionProfile;
use crate::server::session_control::SessionControl;
use crate::sql::lexical_rules::LexicalRules;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// How to run.
#[derive(Clone, Debug)]
pub struct ExecOptions {
    /// The lexical rules of the files.
    pub lexical_rules: &'static LexicalRules,
    /// Statements that pin the session's variables; sent at the start, and again before a migration
    /// that follows one which may have changed them.
    pub session: Vec<String>,
    /// The history table.
    pub history: HistoryTable,
    /// The logical database's name, for the journal.
    pub database: Option<String>,
    /// Ends the session of an earlier run that is still at work, instead of waiting for it.
    pub end_previous_session: bool,
    /// How long a statement waits for a lock in the server.
    pub lock_timeout: Duration,
    /// How the lock is taken and kept.
    pub lock: LockOptions,
    /// How often what timed out on a lock is tried again.
    pub retry: RetryPolicy,
    /// Transactions that have been open for so long are named before a run.
    pub long_transaction: Duration,
    /// Write to a server that is a replica, in recovery or read-only.
    pub on_replica: bool,
    /// Asks the run to stop at the next boundary.
    pub stop: Stop,
}

impl ExecOptions {
    /// Two seconds for locks, ten tries, no waiting for other runs, no writing to replicas.
    pub fn new(
        lexical_rules: &'static LexicalRules,
        session: Vec<String>,
        history: HistoryTable,
    ) -> Self {
        Self {
            lexical_rules,
            session,
            history,
            database: None,
            end_previous_session: false,
            lock_timeout: Duration::from_secs(2),
            lock: LockOptions::default(),
            retry: RetryPolicy::default(),
            long_transaction: Duration::from_mins(1),
            on_replica: false,
            stop: Stop::default(),
        }
    }
}

/// A migration that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedUnit {
    /// Its version; none for what has no files.
    pub version: Option<Version>,
    /// Its name.
    pub name: String,
    /// Which way.
    pub direction: Direction,
    /// How many statements it had.
    pub statements: usize,
    /// How long it took.
    pub took: Duration,
}

/// Runs migrations. It owns the connection that works and the lock.
pub struct Executor {
    pub(crate) conn: Conn,
    pub(crate) url: DbUrl,
    pub(crate) running: &'static ExecutionProfile,
    pub(crate) control: &'static SessionControl,
    pub(crate) options: ExecOptions,
    pub(crate) journal: JournalTable,
    pub(crate) who: SessionIdentity,
    /// The journal's next row.
    next_id: i64,
    /// The connection beside the working one, until the lock takes it.
    pub(crate) beside: Option<Conn>,
    pub(crate) lock: Option<Lock>,
    /// The server's number of the working session, under the lock.
    pub(crate) session: Option<u64>,
    /// Tells an embedded database to break off its statement.
    pub(crate) told: Arc<AtomicBool>,
}

impl Executor {
    /// Takes a connection to work on, and pins its session. The URL is there for the lock, which
    /// has a connection of its own.
    ///
    /// # Errors
    /// When the session can't be pinned, or sessions aren't this program's own:
    /// [`crate::migrate::LockError::Pooled`].
    pub async fn new(mut conn: Conn, url: DbUrl, options: ExecOptions) -> Result<Self, ExecError> {
        let vendor = conn.server().vendor;
        let profile = server::profile(vendor);
        let (running, control) = (&profile.execution, &profile.session_control);
        // before anything is set: behind a pooler it would be set for somebody else
        let beside = match control.pooler_hint {
            Some(_) => lock::open_lock_connection(&url, control, &mut conn).await?,
            None => None,
        };
        let journal = JournalTable::for_history(&options.history);
        let mut executor = Self {
            conn,
            url,
            running,
            control,
            options,
            journal,
            who: SessionIdentity::default(),
            next_id: 1,
            beside,
            lock: None,
            session: None,
            told: Arc::default(),
        };
        executor.set_up_session().await?;
        Ok(executor)
    }

    /// The connection, for what has to be asked beside the migrations.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    pub(crate) async fn set_up_session(&mut self) -> Result<(), ExecError> {
        let mut statements = self.options.session.clone();
        statements.extend((self.running.timeouts)(self.options.lock_timeout));
        self.conn
            .run(&statements.join(";\n"))
            .await
            .map_err(|failed| ExecError::Server {
                doing: "setting up the session",
                error: failed.error,
            })?;
        Ok(())
    }

    /// The rows of the history; `None` where there is no such table.
    ///
    /// # Errors
    /// What the server said.
    pub async fn history_rows(&mut self) -> Result<Option<Vec<HistoryRow>>, ExecError> {
        let read = self.options.history.read(&mut self.conn, self.running);
        read.await.map_err(|error| ExecError::Server {
            doing: "reading the history",
            error,
        })
    }

    /// What is recorded as managed; `None` where there is no such table yet.
    ///
    /// # Errors
    /// What the server said.
    pub async fn managed_objects(
        &mut self,
        table: &ManagedTable,
    ) -> Result<Option<BTreeSet<ObjectId>>, ExecError> {
        let read = table.read(&mut self.conn, self.running);
        read.await.map_err(|error| ExecError::Server {
            doing: "reading what is managed",
            error,
        })
    }

    /// What `migrate` would do. Reads only.
    ///
    /// # Errors
    /// [`ExecError::Files`], and what the server said.
    pub async fn pending(
        &mut self,
        directory: &Directory,
        to: Option<Version>,
    ) -> Result<PendingUnits, ExecError> {
        let rows = self.history_rows().await?;
        pending::up(directory, self.options.lexical_rules, rows.as_deref(), to)
            .map_err(ExecError::Files)
    }

    /// What `rollback` would do. Reads only.
    ///
    /// # Errors
    /// [`ExecError::Files`], and what the server said.
    pub async fn pending_rollback(
        &mut self,
        directory: &Directory,
        back: RollbackTo,
    ) -> Result<PendingUnits, ExecError> {
        let rows = self.history_rows().await?;
        pending::down(directory, self.options.lexical_rules, rows.as_deref(), back)
            .map_err(ExecError::Files)
    }

    /// The messages that [`Executor::run`] would send for this work, in order. Sends nothing.
    pub fn preview(&self, work: &PendingUnits) -> Vec<(String, Script)> {
        preview(self.running, &self.options, work)
    }

    /// Applies what is pending.
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

    /// Takes migrations back.
    ///
    /// # Errors
    /// See [`ExecError`].
    pub async fn rollback(
        &mut self,
        directory: &Directory,
        back: RollbackTo,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        self.lock(observer).await?;
        let work = self.pending_rollback(directory, back).await?;
        self.run(&work, observer).await
    }

    /// Does the work, under the lock, one migration after the other, until one stops or it is
    /// asked to. Who asked to stop is told so even where the last statement was the one in progress.
    ///
    /// # Errors
    /// [`ExecError::Stopped`] with all that can be known about the migration that stopped,
    /// [`ExecError::Unfinished`] where an earlier run left one that this work doesn't go on with, and
    /// [`ExecError::Interrupted`].
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
        let mut ran: Vec<CompletedUnit> = Vec::with_capacity(work.items.len());
        let mut disturbed = false;
        for (at, item) in work.items.iter().enumerate() {
            self.check_between_migrations(&ran).await?;
            if disturbed {
                self.set_up_session().await?;
            }
            if let Some(timeout) = item.parsed.directives.lock_timeout {
                let set = self.set_lock_timeout(timeout).await;
                set.map_err(|error| ExecError::Server {
                    doing: "setting the lock time-out",
                    error,
                })?;
            }
            let labels = item.parsed.labels();
            observer.event(&Event::MigrationStarted {
                version: item.version,
                name: &item.name,
                direction: item.direction,
                labels: &labels,
                statements: item.parsed.statements.len(),
                number: at + 1,
                of: work.items.len(),
            });
            let started = Instant::now();
            let mut told = UnitJournal::new(
                &self.journal,
                &self.running.journal,
                &self.who,
                item,
                self.next_id,
            );
            told.decision = decision.take();
            told.command = work.command;
            told.database.clone_from(&self.options.database);
            let script = self.script(item, Some(&told));
            self.next_id += told.reserved_ids();
            if let Err(mut stopped) = self
                .run_migration(item, &script, &told, &labels, observer)
                .await
            {
                stopped.before = ran.iter().filter_map(|ran| ran.version).collect();
                observer.event(&Event::MigrationFailed {
                    version: item.version,
                    name: &item.name,
                    statement: stopped.statement(),
                });
                return Err(ExecError::Stopped(stopped));
            }
            disturbed = script.disturbs_session || item.parsed.directives.lock_timeout.is_some();
            let took = started.elapsed();
            observer.event(&Event::MigrationDone {
                version: item.version,
                name: &item.name,
                took,
            });
            ran.push(CompletedUnit {
                version: item.version,
                name: item.name.clone(),
                direction: item.direction,
                statements: item.parsed.statements.len(),
                took,
            });
        }
        self.check_between_migrations(&ran).await?;
        Ok(ran)
    }

    fn script(&self, item: &MigrationUnit, log: Option<&UnitJournal<'_>>) -> Script {
        let (running, options) = (self.running, &self.options);
        let (lexical_rules, history) = (options.lexical_rules, &options.history);
        item.script(
            running,
            lexical_rules,
            history,
            self.lock_timeout(item),
            log,
        )
    }

    /// Makes what isn't there of history and journal, and refuses to begin on top of a migration that
    /// stopped within, unless it is what the work goes on with.
    async fn create_tables(
        &mut self,
        work: &PendingUnits,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        let unfinished = self.unfinished().await?;
        let goes_on = work
            .items
            .first()
            .and_then(|item| item.scope.resumed_unit());
        if let Some(unfinished) = unfinished
            && goes_on != Some(unfinished.head.unit_id)
        {
            return Err(ExecError::Unfinished(Box::new(unfinished)));
        }
        let mut missing = Vec::new();
        if work.create_history {
            missing.push(self.options.history.create_sql());
        }
        if self.next_id == 1 {
            missing.push(self.journal.create_sql(&self.running.journal));
        }
        missing.extend(work.tables.iter().cloned());
        for create in missing {
            let made = self.send_repeatable(&create, observer).await;
            self.check_between_migrations(&[]).await?;
            made.map_err(|error| {
                let doing = "creating the tool's own tables";
                ExecError::Server { doing, error }
            })?;
        }
        Ok(())
    }

    /// The migration that an earlier run left within, as the journal tells it. Reads only. Under the
    /// lock what it says stays true.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn unfinished(&mut self) -> Result<Option<UnfinishedMigration>, ExecError> {
        let there = self.journal.exists(&mut self.conn, self.running).await;
        if !there.map_err(JournalError::Server)? {
            return Ok(None);
        }
        let Some((last, unit)) = self.journal.last_unit(&mut self.conn).await? else {
            return Ok(None);
        };
        self.next_id = self.next_id.max(last + 1);
        Ok(UnfinishedMigration::from_entries(
            self.unit_entries(unit).await?,
        ))
    }

    /// The rows of a migration's run, by the number of its first, and of what repaired it.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn unit_entries(&mut self, unit: i64) -> Result<Vec<JournalEntry>, ExecError> {
        let entries = self.journal.unit_entries(&mut self.conn, unit).await;
        Ok(entries.map_err(JournalError::Server)?)
    }

    /// Ends the session of an earlier run that is still at work, instead of waiting for it.
    pub fn end_previous_session(&mut self) {
        self.options.end_previous_session = true;
    }

    /// Whether the journal knows a version: then this tool has applied it, or a person recorded it.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn has_journal_entry(&mut self, version: Version) -> Result<bool, ExecError> {
        let there = self.journal.exists(&mut self.conn, self.running).await;
        if !there.map_err(JournalError::Server)? {
            return Ok(false);
        }
        let known = self.journal.has_version(&mut self.conn, version).await;
        Ok(known.map_err(JournalError::Server)?)
    }

    /// All rows of the journal, the oldest first; `None` where there is none.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn journal_entries(&mut self) -> Result<Option<Vec<JournalEntry>>, ExecError> {
        Ok(self
            .journal
            .all_entries(&mut self.conn, self.running)
            .await?)
    }

    /// Whether the session is there that ran a migration last. A look, and no proof: only the lock,
    /// which [`Executor::lock`] takes, is one.
    pub async fn is_previous_session_active(&mut self, unfinished: &UnfinishedMigration) -> bool {
        let session = unfinished.entries.last().and_then(|entry| entry.session);
        let (Some(sessions), Some(id)) = (self.running.journal.other_sessions, session) else {
            return false;
        };
        let rows = self.conn.query(&(sessions.exists)(id)).await;
        rows.is_ok_and(|rows| rows.first().is_some_and(|row| row.flag_at(0)))
    }

    /// So many ids of journal rows, of which the first is given.
    pub(crate) fn take_ids(&mut self, count: i64) -> i64 {
        let first = self.next_id;
        self.next_id += count;
        first
    }

    /// Gives the lock back: whoever reads why nothing was done may try again at once.
    pub async fn release_lock(&mut self) {
        if let Some(lock) = self.lock.take() {
            lock.release().await;
        }
    }

    /// Gives the lock back and says goodbye.
    pub async fn close(self) {
        self.conn.close().await;
        if let Some(conn) = self.beside {
            conn.close().await;
        }
        if let Some(lock) = self.lock {
            lock.release().await;
        }
    }
}

/// The messages that a run would send for this work, with a title each, but for what they tell the
/// journal. Sends nothing, and needs no server.
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
