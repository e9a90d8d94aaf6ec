//! Runs migrations against a server, one at a time, under the lock.

use super::directory::{Directory, Version};
use super::error::{Cause, ExecError, Stopped};
use super::events::{Direction, Event, Observer};
use super::fate::{Failure, interrupted, stopped};
use super::history::{HistoryTable, Row};
use super::label::Label;
use super::lock::Lock;
use super::script::{Atomicity, Message, Role, Script};
use super::stop::Stop;
use super::work::{self, Back, Item, Work};
use crate::db::{Conn, DbUrl};
use crate::diag::Diagnostic;
use crate::dialect::running::{self, GateAnswer, LockKey, Running};
use crate::dialect::split::Lexis;
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
    /// Its version.
    pub version: Version,
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
    conn: Conn,
    url: DbUrl,
    running: &'static Running,
    options: ExecOptions,
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
        let mut executor = Self {
            conn,
            url,
            running,
            options,
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
    /// [`ExecError::Stopped`] with all that can be known about the migration that stopped, and
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
        if work.create_history {
            let create = self.options.history.create();
            self.conn
                .run(&create)
                .await
                .map_err(|failed| ExecError::Server {
                    doing: "creating the history table",
                    error: failed.error,
                })?;
        }
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
            let script = item.script(
                self.running,
                self.options.lexis,
                &self.options.history,
                self.options.lock_timeout,
            );
            if let Err(mut stopped) = self.play(item, &script, &labels, observer).await {
                stopped.before = ran.iter().map(|ran| ran.version).collect();
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

    /// Stops between two migrations where that was asked for.
    fn boundary(&self, ran: &[Ran]) -> Result<(), ExecError> {
        match self.options.stop.asked() {
            Some(signal) => Err(ExecError::Interrupted {
                signal,
                before: ran.iter().map(|ran| ran.version).collect(),
            }),
            None => Ok(()),
        }
    }

    async fn play(
        &mut self,
        item: &Item,
        script: &Script,
        labels: &[Label],
        observer: &mut dyn Observer,
    ) -> Result<(), Box<Stopped>> {
        let left_before = self.leftovers(script).await;
        for (at, message) in script.messages.iter().enumerate() {
            // before the first one nothing of the migration is there, and what follows the last
            // statement makes the history true
            let next = message
                .first_statement()
                .filter(|number| *number > 1 && at > 0);
            if let (Some(signal), Some(next)) = (self.options.stop.asked(), next) {
                self.clean_up(script).await;
                let stopped = interrupted(item, script, next, signal, &self.conn);
                return Err(Box::new(stopped));
            }
            announce(message, item, labels, observer);
            let started = Instant::now();
            match self.send(message).await {
                Ok(()) => report(message, started.elapsed(), observer),
                Err(failure) => {
                    let mut stopped = stopped(item, script, message, failure, &self.conn);
                    self.clean_up(script).await;
                    stopped.leftovers = self.leftovers(script).await;
                    stopped.leftovers.retain(|name| !left_before.contains(name));
                    return Err(Box::new(stopped));
                }
            }
        }
        Ok(())
    }

    async fn send(&mut self, message: &Message) -> Result<(), Failure> {
        if message.has(Role::Check) {
            let rows = self.conn.query(&message.text()).await;
            let rows = rows.map_err(|error| Failure::of(0, error))?;
            if rows.is_empty() {
                return Ok(());
            }
            let shown = rows
                .iter()
                .take(10)
                .map(|row| format!("{} row {} (to {})", row.text(0), row.text(1), row.text(2)))
                .collect();
            return Err(Failure {
                completed: 0,
                position: None,
                cause: Cause::Orphans(shown),
            });
        }
        match self.conn.run(&message.text()).await {
            Ok(_) => Ok(()),
            Err(failed) => Err(Failure::of(failed.completed, failed.error)),
        }
    }

    /// Ends the transaction that failed, and puts the session right. Where this fails as well the
    /// connection is gone, and the transaction with it.
    async fn clean_up(&mut self, script: &Script) {
        if script.atomicity == Atomicity::All {
            let _ = self.conn.run("ROLLBACK").await;
        }
        if let Some(restore) = script.restore {
            let _ = self.conn.run(restore).await;
        }
    }

    /// What statements outside of transactions have left behind so far. Not to know it is no error
    /// of the migration's.
    async fn leftovers(&mut self, script: &Script) -> Vec<String> {
        let query = self
            .running
            .leftovers
            .filter(|_| script.atomicity == Atomicity::Each);
        let Some(query) = query else {
            return Vec::new();
        };
        let rows = self.conn.query(query).await.unwrap_or_default();
        rows.iter().map(|row| row.text(0).to_owned()).collect()
    }

    /// Gives the lock back and says goodbye.
    pub async fn close(self) {
        self.conn.close().await;
        if let Some(lock) = self.lock {
            lock.release().await;
        }
    }
}

/// The messages that a run would send for this work, with a title each. Sends nothing, and needs
/// no server.
pub fn preview(running: &Running, options: &ExecOptions, work: &Work) -> Vec<(String, Script)> {
    work.items
        .iter()
        .map(|item| {
            let title = format!("V{}__{} {}", item.version, item.name, item.direction);
            let script = item.script(
                running,
                options.lexis,
                &options.history,
                options.lock_timeout,
            );
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

fn announce(message: &Message, item: &Item, labels: &[Label], observer: &mut dyn Observer) {
    for part in &message.parts {
        let Role::Statement(number) = part.role else {
            continue;
        };
        if let Some(label) = labels.get(number - 1) {
            observer.event(&Event::StatementStarted {
                number,
                of: item.parsed.statements.len(),
                label,
                sql: &part.sql,
            });
        }
    }
}

fn report(message: &Message, took: Duration, observer: &mut dyn Observer) {
    let numbers: Vec<usize> = message
        .parts
        .iter()
        .filter_map(|part| match part.role {
            Role::Statement(number) => Some(number),
            Role::Begin | Role::Check | Role::History | Role::Commit | Role::Switch => None,
        })
        .collect();
    let took = (numbers.len() == 1).then_some(took);
    for number in numbers {
        observer.event(&Event::StatementDone { number, took });
    }
}
