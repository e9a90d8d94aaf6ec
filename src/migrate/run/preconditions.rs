//! Preconditions of sending: the locks, a working session, a writable server, and no stop request.

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
        if self.locks.run.is_some() {
            return Ok(());
        }
        // a confirmation prompt may have taken long
        self.reconnect_if_lost().await?;
        if !self.options.on_replica {
            check_writable(&mut self.session.conn)
                .await
                .map_err(|refused| ExecError::NotWritable(Box::new(refused)))?;
        }
        let mut spare_conn = self.locks.spare_conn.take();
        if let Some(conn) = &mut spare_conn
            && conn.query("SELECT 1").await.is_err()
        {
            spare_conn = None;
        }
        let spare_conn = match spare_conn {
            Some(conn) => Some(conn),
            None => {
                lock::open_lock_connection(
                    &self.session.url,
                    self.session.control,
                    &mut self.session.conn,
                )
                .await?
            }
        };
        let (key, stop) = (self.key(), &self.options.stop);
        let lock = Lock::take(
            spare_conn,
            &self.session.url,
            self.session.control,
            &key,
            &self.options.lock,
            stop,
            observer,
        );
        self.locks.run = Some(lock.await?);
        // waiting for another run may have taken long
        self.reconnect_if_lost().await?;
        self.lock_session(observer).await
    }

    /// The time that the statements of a unit wait for a lock.
    pub(crate) fn lock_timeout(&self, unit: &MigrationUnit) -> Duration {
        let own = unit.parsed.directives.lock_timeout;
        own.unwrap_or(self.options.lock_timeout)
    }

    /// The key of the lock: the history table.
    fn key(&self) -> LockKey {
        LockKey {
            history: self.options.history.sql().to_owned(),
        }
    }

    /// Prepares the working session: takes its lock, and reads its number, by which it can be cancelled.
    async fn lock_session(&mut self, observer: &mut dyn Observer) -> Result<(), ExecError> {
        self.wait_for_previous_session(&self.key(), observer)
            .await?;
        for statement in self.session.control.disconnect_checks {
            // where the server doesn't support it, a lost client is detected later
            let _ = self.session.conn.run(statement).await;
        }
        let failed = |error| ExecError::Lock(LockError::Server(error));
        let identity =
            SessionIdentity::query(&mut self.session.conn, &self.session.profile.journal).await;
        self.session.identity = identity.map_err(failed)?;
        self.session.number = self.session.identity.session;
        let interrupt = Arc::clone(&self.session.interrupt);
        self.session
            .conn
            .interrupt_when(interrupt)
            .await
            .map_err(failed)
    }

    /// Opens a new working session if the connection was lost. Only called when no statement is undecided.
    ///
    /// # Errors
    /// The server can't be reached, or it is another one.
    pub(crate) async fn reconnect_if_lost(&mut self) -> Result<(), ExecError> {
        match self.session.conn.query("SELECT 1").await {
            Err(error) if error.lost => {}
            Ok(_) | Err(_) => return Ok(()),
        }
        self.session.conn = Conn::open(&self.session.url, false)
            .await
            .map_err(|error| ExecError::Server {
                doing: "connecting again",
                error,
            })?;
        self.set_up_session().await?;
        if self.session.number.is_none() {
            return Ok(()); // the lock is not taken yet
        }
        let before = self.session.identity.server.clone();
        self.lock_session(&mut Silent).await?;
        if self.session.identity.server == before {
            return Ok(());
        }
        let other = String::from("the new connection reached another server (a failover?)");
        Err(ExecError::Lock(LockError::Lost(other)))
    }

    /// Sets the time that the session's statements wait for a lock.
    pub(crate) async fn set_lock_timeout(&mut self, timeout: Duration) -> Result<(), DbError> {
        let statements = (self.session.profile.timeouts)(timeout).join(";\n");
        let set = self.session.conn.run(&statements).await;
        set.map(drop).map_err(|failed| failed.error)
    }

    /// Reports sessions with long-running transactions, which may block the run.
    pub(crate) async fn report_long_transactions(&self, observer: &mut dyn Observer) {
        let (Some(lock), Some(session)) = (&self.locks.run, self.session.number) else {
            return;
        };
        let long = self.options.long_transaction;
        let queries = self.session.control.long_transactions.iter();
        let sessions = lock.sessions(queries.map(|query| query(session, long)).collect());
        let sessions = sessions.await;
        if !sessions.is_empty() {
            observer.event(&Event::LongTransactions {
                sessions: &sessions,
            });
        }
    }

    /// Stops between two migrations at a stop request, or if the lock was lost.
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

    /// Checks that the next statement may be sent: no stop request, and the lock is held.
    pub(crate) async fn check_continue(&self) -> Result<(), StopCause> {
        match self.options.stop.asked() {
            Some(signal) => Err(StopCause::Interrupted(signal)),
            None => self.check_lock().await,
        }
    }

    /// Checks that the run still holds its lock.
    pub(crate) async fn check_lock(&self) -> Result<(), StopCause> {
        let Some(lock) = &self.locks.run else {
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

/// Checks that a server is writable: not in recovery, not read-only, not a replica. A query that fails, such as for
/// want of a privilege, is skipped.
///
/// # Errors
/// The reason why the server is not writable.
pub(crate) async fn check_writable(conn: &mut Conn) -> Result<(), Diagnostic> {
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
