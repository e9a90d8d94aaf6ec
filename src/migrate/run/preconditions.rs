//! What stands around a run: the two locks, the working session's health, and the moments at which
//! it may stop.

use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic, Remedy};
use crate::migrate::error::{ExecError, StopCause};
use crate::migrate::journal::session_identity::SessionIdentity;
use crate::migrate::run::events::{Event, Observer, Silent};
use crate::migrate::run::executor::{CompletedUnit, Executor};
use crate::migrate::run::lock;
use crate::migrate::run::lock::Lock;
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::server;
use crate::server::execution_profile::ReadOnlyWhen;
use crate::server::session_control::LockKey;
use std::sync::Arc;
use std::time::Duration;

impl Executor {
    /// Makes sure that the server may be written to, and takes the lock. From here on what
    /// [`Executor::history_rows`] says stays true until [`Executor::close`].
    ///
    /// # Errors
    /// [`ExecError::NotWritable`] and [`ExecError::Lock`].
    pub async fn lock(&mut self, observer: &mut dyn Observer) -> Result<(), ExecError> {
        if self.lock.is_some() {
            return Ok(());
        }
        // a person may have thought for long about what was asked
        self.reconnect_if_lost().await?;
        if !self.options.on_replica {
            writable(&mut self.conn)
                .await
                .map_err(|refused| ExecError::NotWritable(Box::new(refused)))?;
        }
        let mut beside = self.beside.take();
        if let Some(conn) = &mut beside
            && conn.query("SELECT 1").await.is_err()
        {
            beside = None;
        }
        let beside = match beside {
            Some(conn) => Some(conn),
            None => lock::open_lock_connection(&self.url, self.control, &mut self.conn).await?,
        };
        let (key, stop) = (self.key(), &self.options.stop);
        let lock = Lock::take(
            beside,
            &self.url,
            self.control,
            &key,
            &self.options.lock,
            stop,
            observer,
        );
        self.lock = Some(lock.await?);
        // another run may have been waited for long
        self.reconnect_if_lost().await?;
        self.lock_session(observer).await
    }

    /// How long the statements of an item wait for a lock.
    pub(crate) fn lock_timeout(&self, item: &MigrationUnit) -> Duration {
        let own = item.parsed.directives.lock_timeout;
        own.unwrap_or(self.options.lock_timeout)
    }

    fn key(&self) -> LockKey {
        LockKey {
            history: self.options.history.sql().to_owned(),
        }
    }

    /// Prepares the working session for work under the lock: its own lock, its number, and what lets
    /// it be cancelled.
    async fn lock_session(&mut self, observer: &mut dyn Observer) -> Result<(), ExecError> {
        self.wait_for_previous_session(&self.key(), observer)
            .await?;
        for statement in self.control.disconnect_checks {
            // a server on a system that can't is noticed later
            let _ = self.conn.run(statement).await;
        }
        let failed = |error| ExecError::Lock(LockError::Server(error));
        let who = SessionIdentity::query(&mut self.conn, &self.running.journal).await;
        self.who = who.map_err(failed)?;
        self.session = self.who.session;
        let told = Arc::clone(&self.told);
        self.conn.interrupt_when(told).await.map_err(failed)
    }

    /// Makes sure that the working session is there, and opens another one where it is gone. For
    /// moments at which nothing was sent whose fate could be unknown.
    ///
    /// # Errors
    /// When there is no server, or another one.
    pub(crate) async fn reconnect_if_lost(&mut self) -> Result<(), ExecError> {
        match self.conn.query("SELECT 1").await {
            Err(error) if error.lost => {}
            Ok(_) | Err(_) => return Ok(()),
        }
        self.conn = Conn::open(&self.url, false)
            .await
            .map_err(|error| ExecError::Server {
                doing: "connecting again",
                error,
            })?;
        self.set_up_session().await?;
        if self.session.is_none() {
            return Ok(()); // it had no lock of its own yet
        }
        let before = self.who.server.clone();
        self.lock_session(&mut Silent).await?;
        if self.who.server == before {
            return Ok(());
        }
        let other = String::from("another server answers now (a failover?)");
        Err(ExecError::Lock(LockError::Lost(other)))
    }

    /// Sets how long the session's statements wait for a lock.
    pub(crate) async fn set_lock_timeout(&mut self, timeout: Duration) -> Result<(), DbError> {
        let statements = (self.running.timeouts)(timeout).join(";\n");
        let set = self.conn.run(&statements).await;
        set.map(drop).map_err(|failed| failed.error)
    }

    /// Names those whose transactions have been open for long, before they are in the way.
    pub(crate) async fn report_long_transactions(&self, observer: &mut dyn Observer) {
        let (Some(lock), Some(session)) = (&self.lock, self.session) else {
            return;
        };
        let long = self.options.long_transaction;
        let queries = self.control.long_transactions.iter();
        let sessions = lock.sessions(queries.map(|query| query(session, long)).collect());
        let sessions = sessions.await;
        if !sessions.is_empty() {
            observer.event(&Event::LongTransactions {
                sessions: &sessions,
            });
        }
    }

    /// Stops between two migrations where that was asked for, or the lock is lost.
    pub(crate) async fn check_between_migrations(
        &self,
        ran: &[CompletedUnit],
    ) -> Result<(), ExecError> {
        let Err(cause) = self.check_continue().await else {
            return Ok(());
        };
        let before = ran.iter().filter_map(|ran| ran.version).collect();
        Err(match cause {
            StopCause::Interrupted(signal) => ExecError::Interrupted { signal, before },
            StopCause::LockLost(why) => ExecError::LockLost { why, before },
            StopCause::Server { .. } | StopCause::Orphans(_) | StopCause::LockTimeout { .. } => {
                let why = cause.to_string();
                ExecError::LockLost { why, before }
            }
        })
    }

    /// Whether the next statement is to be sent.
    pub(crate) async fn check_continue(&self) -> Result<(), StopCause> {
        match self.options.stop.asked() {
            Some(signal) => Err(StopCause::Interrupted(signal)),
            None => self.check_lock().await,
        }
    }

    /// Makes sure that the run still has its lock.
    pub(crate) async fn check_lock(&self) -> Result<(), StopCause> {
        let Some(lock) = &self.lock else {
            return Ok(());
        };
        let proven = tokio::select! {
            proven = lock.prove() => proven,
            signal = self.options.stop.wait() => return Err(StopCause::Interrupted(signal)),
        };
        proven.map_err(|error| match error {
            LockError::Lost(why) => StopCause::LockLost(why),
            other => StopCause::LockLost(other.to_string()),
        })
    }
}

/// Whether a server may be written to: not in recovery, not read-only, no replica. A question that
/// the server doesn't answer (a missing privilege) doesn't count.
///
/// # Errors
/// Why not.
pub(crate) async fn writable(conn: &mut Conn) -> Result<(), Diagnostic> {
    for check in server::profile(conn.server().vendor)
        .execution
        .read_only_checks
    {
        let Ok(rows) = conn.query(check.query).await else {
            continue;
        };
        let read_only = match check.read_only_when {
            ReadOnlyWhen::FirstCellTrue => rows.first().is_some_and(|row| row.flag_at(0)),
            ReadOnlyWhen::AnyRow => !rows.is_empty(),
        };
        if read_only {
            return Err(
                Diagnostic::error(Code::NotWritable, check.reason).remedy(Remedy::AllowReplica)
            );
        }
    }
    Ok(())
}
