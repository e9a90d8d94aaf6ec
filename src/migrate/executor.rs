//! Runs migrations against a server, one at a time, under the lock.

use super::deliver::{Course, Delivered};
use super::directory::{Directory, Version};
use super::error::{Cause, ExecError, Stopped};
use super::events::{Direction, Event, Observer};
use super::fate::{Failure, halted, stopped};
use super::history::{HistoryTable, Row};
use super::label::Label;
use super::leftover::Building;
use super::lock::{self, Lock, LockOptions};
use super::retry::{Retry, Tries};
use super::script::{Atomicity, Message, Role, Script};
use super::stop::Stop;
use super::work::{self, Back, Item, Work};
use crate::db::{Conn, DbUrl};
use crate::dialect::control::{self, Control};
use crate::dialect::running::{self, Running};
use crate::dialect::split::Lexis;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
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
    /// How the lock is taken and kept.
    pub lock: LockOptions,
    /// How often what timed out on a lock is tried again.
    pub retry: Retry,
    /// Transactions that have been open for so long are named before a run.
    pub long_transaction: Duration,
    /// Write to a server that is a replica, in recovery or read-only.
    pub on_replica: bool,
    /// Asks the run to stop at the next boundary.
    pub stop: Stop,
}

impl ExecOptions {
    /// Two seconds for locks, ten tries, no waiting for other runs, no writing to replicas.
    pub fn new(lexis: &'static Lexis, session: Vec<String>, history: HistoryTable) -> Self {
        Self {
            lexis,
            session,
            history,
            lock_timeout: Duration::from_secs(2),
            lock: LockOptions::default(),
            retry: Retry::default(),
            long_transaction: Duration::from_mins(1),
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
    pub(super) conn: Conn,
    pub(super) url: DbUrl,
    pub(super) running: &'static Running,
    pub(super) control: &'static Control,
    pub(super) options: ExecOptions,
    /// The connection beside the working one, until the lock takes it.
    pub(super) beside: Option<Conn>,
    pub(super) lock: Option<Lock>,
    /// The server's number of the working session, under the lock.
    pub(super) session: Option<u64>,
    /// Tells an embedded database to break off its statement.
    pub(super) told: Arc<AtomicBool>,
}

impl Executor {
    /// Takes a connection to work on, and pins its session. The URL is there for the lock, which
    /// has a connection of its own.
    ///
    /// # Errors
    /// When the session can't be pinned, or sessions aren't this program's own: [`LockError::Pooled`].
    pub async fn new(mut conn: Conn, url: DbUrl, options: ExecOptions) -> Result<Self, ExecError> {
        let vendor = conn.server().vendor;
        let control = control::of(vendor);
        // before anything is set: behind a pooler it would be set for somebody else
        let beside = match control.pooler {
            Some(_) => lock::beside(&url, control, &mut conn).await?,
            None => None,
        };
        let mut executor = Self {
            conn,
            url,
            running: running::of(vendor),
            control,
            options,
            beside,
            lock: None,
            session: None,
            told: Arc::default(),
        };
        executor.pin().await?;
        Ok(executor)
    }

    /// The connection, for what has to be asked beside the migrations.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    pub(super) async fn pin(&mut self) -> Result<(), ExecError> {
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
        self.warn_of_long(observer).await;
        let mut ran: Vec<Ran> = Vec::with_capacity(work.items.len());
        let mut disturbed = false;
        for (at, item) in work.items.iter().enumerate() {
            self.boundary(&ran).await?;
            if disturbed {
                self.pin().await?;
            }
            let lock_timeout = item.parsed.directives.lock_timeout;
            if let Some(timeout) = lock_timeout {
                self.set_timeouts(timeout).await?;
            }
            let lock_timeout = lock_timeout.unwrap_or(self.options.lock_timeout);
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
                lock_timeout,
            );
            let played = self.play(item, &script, &labels, lock_timeout, observer);
            if let Err(mut stopped) = played.await {
                stopped.before = ran.iter().map(|ran| ran.version).collect();
                observer.event(&Event::Failed {
                    version: item.version,
                    name: &item.name,
                    statement: stopped.statement(),
                });
                return Err(ExecError::Stopped(stopped));
            }
            disturbed = script.disturbs_session || item.parsed.directives.lock_timeout.is_some();
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
        self.boundary(&ran).await?;
        Ok(ran)
    }

    async fn play(
        &mut self,
        item: &Item,
        script: &Script,
        labels: &[Label],
        lock_timeout: Duration,
        observer: &mut dyn Observer,
    ) -> Result<(), Box<Stopped>> {
        let left_before = self.leftovers(script).await;
        let retry = self.options.retry.clone();
        let mut tries = Tries::new(&retry);
        'transaction: loop {
            let begun = Instant::now();
            for (at, message) in script.messages.iter().enumerate() {
                // before the first one nothing of the migration is there, and what follows the last
                // statement makes the history true
                let next = message
                    .first_statement()
                    .filter(|number| *number > 1 && at > 0);
                if let Some(next) = next
                    && let Err(cause) = self.may_go_on().await
                {
                    self.clean_up(script).await;
                    let stopped = halted(item, script, next, cause, &self.conn);
                    return Err(Box::new(stopped));
                }
                announce(message, item, labels, observer);
                let started = Instant::now();
                let lexis = self.options.lexis;
                let building = match script.atomicity {
                    Atomicity::Each => {
                        Building::of(message, self.control, lexis, &mut self.conn).await
                    }
                    Atomicity::All => None,
                };
                if script.atomicity == Atomicity::Each {
                    tries.begin();
                }
                let mut course = Course {
                    script,
                    tries: &mut tries,
                    lock_timeout,
                    begun,
                    building,
                };
                let failure = if message.has(Role::Check) {
                    self.check(message).await.err()
                } else {
                    match self.deliver(message, &mut course, observer).await {
                        Delivered::Done => None,
                        Delivered::StartOver => continue 'transaction,
                        Delivered::Failed(failure) => Some(failure),
                    }
                };
                let Some(failure) = failure else {
                    report(message, started.elapsed(), observer);
                    continue;
                };
                let again = course.building.is_some();
                let mut stopped = stopped(item, script, message, failure, &self.conn);
                self.clean_up(script).await;
                stopped.leftovers = self.leftovers(script).await;
                // an index that was there before was dropped before it was built again
                let was_there = |name: &String| left_before.contains(name);
                stopped.leftovers.retain(|name| again || !was_there(name));
                return Err(Box::new(stopped));
            }
            return Ok(());
        }
    }

    /// Sends a query that must give no row.
    async fn check(&mut self, message: &Message) -> Result<(), Failure> {
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
        Err(Failure {
            completed: 0,
            position: None,
            cause: Cause::Orphans(shown),
        })
    }

    /// Ends the transaction that failed, and puts the session right. Where this fails as well the
    /// connection is gone, and the transaction with it.
    pub(super) async fn clean_up(&mut self, script: &Script) {
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
        if let Some(conn) = self.beside {
            conn.close().await;
        }
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
