//! Runs migrations against a server, one at a time, under the lock.

use super::directory::{Directory, Version};
use super::error::ExecError;
use super::events::{Direction, Event, Observer};
use super::history::{HistoryTable, Row};
use super::item::Item;
use super::journal::{JournalError, JournalTable, UnitLog, Who};
use super::lock::Lock;
use super::managed::ManagedTable;
use super::script::Script;
use super::stop::Stop;
use super::unfinished::Unfinished;
use super::work::{self, Back, Work};
use crate::db::{Conn, DbUrl};
use crate::diag::Diagnostic;
use crate::dialect::running::{self, GateAnswer, LockKey, Running};
use crate::dialect::split::Lexis;
use crate::model::ObjectId;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How to run.
#[derive(Clone, Debug)]
pub struct ExecOptions {
    /// The lexical rules of the files.
    pub lexis: &'static Lexis,
    /// Statements that pin the session's variables; sent at the start, and again before a migration
    /// that follows one which may have changed them.
    pub session: Vec<String>,
    /// The history table.
    pub history: HistoryTable,
    /// The logical database's name, for the journal.
    pub database: Option<String>,
    /// Ends the session of an earlier run that is still at work, instead of waiting for it.
    pub end_old_session: bool,
    /// How long a statement waits for a lock in the server.
    pub lock_timeout: Duration,
    /// How long to wait for another run to end.
    pub wait: Duration,
    /// Write to a server that is a replica, in recovery or read-only.
    pub on_replica: bool,
    /// Asks the run to stop at the next boundary.
    pub stop: Stop,
}

impl ExecOptions {
    /// Two seconds for locks, no waiting for other runs, no writing to replicas.
    pub fn new(lexis: &'static Lexis, session: Vec<String>, history: HistoryTable) -> Self {
        Self {
            lexis,
            session,
            history,
            database: None,
            end_old_session: false,
            lock_timeout: Duration::from_secs(2),
            wait: Duration::ZERO,
            on_replica: false,
            stop: Stop::default(),
        }
    }
}

/// A migration that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
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
    pub(super) conn: Conn,
    url: DbUrl,
    pub(super) running: &'static Running,
    pub(super) options: ExecOptions,
    pub(super) journal: JournalTable,
    pub(super) who: Who,
    /// The journal's next row.
    next_id: i64,
    lock: Option<Lock>,
}

impl Executor {
    /// Takes a connection to work on, and pins its session. The URL is there for the lock, which
    /// has a connection of its own.
    ///
    /// # Errors
    /// When the session can't be pinned.
    pub async fn new(conn: Conn, url: DbUrl, options: ExecOptions) -> Result<Self, ExecError> {
        let running = running::of(conn.server().vendor);
        let journal = JournalTable::beside(&options.history);
        let mut executor = Self {
            conn,
            url,
            running,
            options,
            journal,
            who: Who::default(),
            next_id: 1,
            lock: None,
        };
        executor.pin().await?;
        Ok(executor)
    }

    /// The connection, for what has to be asked beside the migrations.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    async fn pin(&mut self) -> Result<(), ExecError> {
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

    /// Makes sure that the server may be written to, and takes the lock. From here on what
    /// [`Executor::history`] says stays true until [`Executor::close`].
    ///
    /// # Errors
    /// [`ExecError::NotWritable`] and [`ExecError::Lock`].
    pub async fn lock(&mut self, observer: &mut dyn Observer) -> Result<(), ExecError> {
        if self.lock.is_some() {
            return Ok(());
        }
        if !self.options.on_replica {
            writable(&mut self.conn)
                .await
                .map_err(|refused| ExecError::NotWritable(Box::new(refused)))?;
        }
        let key = LockKey {
            history: self.options.history.sql().to_owned(),
        };
        let wait = self.options.wait;
        let stop = &self.options.stop;
        self.lock = Some(Lock::take(&self.url, self.running, &key, wait, stop, observer).await?);
        self.outlast(&key.of_work(), observer).await?;
        let who = Who::of(&mut self.conn, self.running.journal).await;
        self.who = who.map_err(|error| ExecError::Server {
            doing: "asking the server who is connected",
            error,
        })?;
        Ok(())
    }

    /// The rows of the history; `None` where there is no such table.
    ///
    /// # Errors
    /// What the server said.
    pub async fn history(&mut self) -> Result<Option<Vec<Row>>, ExecError> {
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
    pub async fn managed(
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
    ) -> Result<Work, ExecError> {
        let rows = self.history().await?;
        work::up(directory, self.options.lexis, rows.as_deref(), to).map_err(ExecError::Files)
    }

    /// What `rollback` would do. Reads only.
    ///
    /// # Errors
    /// [`ExecError::Files`], and what the server said.
    pub async fn undoing(&mut self, directory: &Directory, back: Back) -> Result<Work, ExecError> {
        let rows = self.history().await?;
        work::down(directory, self.options.lexis, rows.as_deref(), back).map_err(ExecError::Files)
    }

    /// The messages that [`Executor::run`] would send for this work, in order. Sends nothing.
    pub fn preview(&self, work: &Work) -> Vec<(String, Script)> {
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
    ) -> Result<Vec<Ran>, ExecError> {
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
        back: Back,
        observer: &mut dyn Observer,
    ) -> Result<Vec<Ran>, ExecError> {
        self.lock(observer).await?;
        let work = self.undoing(directory, back).await?;
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
        work: &Work,
        observer: &mut dyn Observer,
    ) -> Result<Vec<Ran>, ExecError> {
        if work.items.is_empty() {
            return Ok(Vec::new());
        }
        self.lock(observer).await?;
        self.begin(work).await?;
        let mut ran: Vec<Ran> = Vec::with_capacity(work.items.len());
        let mut disturbed = false;
        for (at, item) in work.items.iter().enumerate() {
            self.boundary(&ran)?;
            if disturbed {
                self.pin().await?;
            }
            let labels = item.parsed.labels();
            observer.event(&Event::Started {
                version: item.version,
                name: &item.name,
                direction: item.direction,
                labels: &labels,
                statements: item.parsed.statements.len(),
                number: at + 1,
                of: work.items.len(),
            });
            let started = Instant::now();
            let mut told = UnitLog::new(
                &self.journal,
                self.running.journal,
                &self.who,
                item,
                self.next_id,
            );
            told.command = work.command;
            told.database.clone_from(&self.options.database);
            let script = self.script(item, Some(&told));
            self.next_id += told.ids();
            if let Err(mut stopped) = self.play(item, &script, &told, &labels, observer).await {
                stopped.before = ran.iter().filter_map(|ran| ran.version).collect();
                observer.event(&Event::Failed {
                    version: item.version,
                    name: &item.name,
                    statement: stopped.statement(),
                });
                return Err(ExecError::Stopped(stopped));
            }
            disturbed = script.disturbs_session;
            let took = started.elapsed();
            observer.event(&Event::Done {
                version: item.version,
                name: &item.name,
                took,
            });
            ran.push(Ran {
                version: item.version,
                name: item.name.clone(),
                direction: item.direction,
                statements: item.parsed.statements.len(),
                took,
            });
        }
        self.boundary(&ran)?;
        Ok(ran)
    }

    fn script(&self, item: &Item, log: Option<&UnitLog<'_>>) -> Script {
        let (running, options) = (self.running, &self.options);
        let (lexis, history) = (options.lexis, &options.history);
        item.script(running, lexis, history, options.lock_timeout, log)
    }

    /// Makes what isn't there of history and journal, and refuses to begin on top of a migration that
    /// stopped within, unless it is what the work goes on with.
    async fn begin(&mut self, work: &Work) -> Result<(), ExecError> {
        let unfinished = self.unfinished().await?;
        let goes_on = work.items.first().and_then(|item| item.extent.unit());
        if let Some(unfinished) = unfinished
            && goes_on != Some(unfinished.head.unit)
        {
            return Err(ExecError::Unfinished(Box::new(unfinished)));
        }
        let mut missing = Vec::new();
        if work.create_history {
            missing.push(self.options.history.create());
        }
        if self.next_id == 1 {
            missing.push(self.journal.create(self.running.journal));
        }
        for create in missing {
            self.conn
                .run(&create)
                .await
                .map_err(|failed| ExecError::Server {
                    doing: "creating the tables of history and journal",
                    error: failed.error,
                })?;
        }
        Ok(())
    }

    /// The migration that an earlier run left within, as the journal tells it. Reads only. Under the
    /// lock what it says stays true.
    ///
    /// # Errors
    /// [`ExecError::Journal`].
    pub async fn unfinished(&mut self) -> Result<Option<Unfinished>, ExecError> {
        let there = self.journal.is_there(&mut self.conn, self.running).await;
        if !there.map_err(JournalError::Server)? {
            return Ok(None);
        }
        let Some((last, unit)) = self.journal.last(&mut self.conn).await? else {
            return Ok(None);
        };
        self.next_id = self.next_id.max(last + 1);
        let entries = self.journal.unit(&mut self.conn, unit).await;
        Ok(Unfinished::of(entries.map_err(JournalError::Server)?))
    }

    /// Stops between two migrations where that was asked for.
    fn boundary(&self, ran: &[Ran]) -> Result<(), ExecError> {
        match self.options.stop.asked() {
            Some(signal) => Err(ExecError::Interrupted {
                signal,
                before: ran.iter().filter_map(|ran| ran.version).collect(),
            }),
            None => Ok(()),
        }
    }

    /// Gives the lock back and says goodbye.
    pub async fn close(self) {
        self.conn.close().await;
        if let Some(lock) = self.lock {
            lock.release().await;
        }
    }
}

/// The messages that a run would send for this work, with a title each, but for what they tell the
/// journal. Sends nothing, and needs no server.
pub fn preview(running: &Running, options: &ExecOptions, work: &Work) -> Vec<(String, Script)> {
    work.items
        .iter()
        .map(|item| {
            let title = format!("{} {}", item.title(), item.direction);
            let (lexis, history) = (options.lexis, &options.history);
            let script = item.script(running, lexis, history, options.lock_timeout, None);
            (title, script)
        })
        .collect()
}

/// Whether a server may be written to: not in recovery, not read-only, no replica. A question that
/// the server doesn't answer (a missing privilege) doesn't count.
///
/// # Errors
/// Why not.
pub async fn writable(conn: &mut Conn) -> Result<(), Diagnostic> {
    for gate in running::of(conn.server().vendor).gates {
        let Ok(rows) = conn.query(gate.query).await else {
            continue;
        };
        let closed = match gate.closed {
            GateAnswer::Yes => rows.first().is_some_and(|row| row.flag(0)),
            GateAnswer::AnyRow => !rows.is_empty(),
        };
        if closed {
            return Err(Diagnostic::error("not-writable", gate.reason)
                .help("connect to the primary, or say --on-replica if this is meant"));
        }
    }
    Ok(())
}
