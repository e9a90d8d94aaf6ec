//! The session of an earlier run. A statement continues on the server after its client was killed. The working
//! session holds a lock, so that the next run detects it and waits until it has ended.

use crate::migrate::error::ExecError;
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::executor::Executor;
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::session_info;
use crate::server::session_control::{LockBackend, LockKey, LockPurpose};
use std::time::{Duration, Instant};

/// The minimum waiting time, in which the server detects that the client of a session is gone.
const GRACE: Duration = Duration::from_secs(2);
/// The pause between two checks.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Executor {
    /// Waits until no earlier session holds the lock of the working session, and takes it. From then on, journal
    /// and catalog no longer change.
    ///
    /// # Errors
    /// [`ExecError::StillAtWork`] after the waiting time, and errors of the server.
    pub(crate) async fn wait_for_previous_session(
        &mut self,
        key: &LockKey,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        let LockBackend::Session(lock) = &self.session.control.lock else {
            return Ok(());
        };
        let failed = |error| ExecError::Lock(LockError::Server(error));
        let take = (lock.try_acquire)(key, LockPurpose::Work);
        let queries = lock
            .holder_queries
            .iter()
            .map(|query| query(key, LockPurpose::Work));
        let holder: Vec<String> = queries.collect();
        let started = Instant::now();
        let mut terminated = false;
        loop {
            let rows = self.session.conn.query(&take).await.map_err(failed)?;
            if rows.first().is_some_and(|row| row.flag_at(0)) {
                return Ok(());
            }
            let holders = session_info::query_first(&mut self.session.conn, &holder).await;
            let waited = started.elapsed();
            if let Some(holder) = holders.into_iter().next() {
                if self.options.end_previous_session && !terminated {
                    self.end_session(holder.number()).await?;
                    terminated = true;
                }
                if waited >= self.options.lock.wait.max(GRACE) {
                    return Err(ExecError::StillAtWork { holder, waited });
                }
                if waited >= GRACE {
                    observer.event(&Event::PreviousSession {
                        holder: &holder,
                        waited,
                    });
                }
            }
            tokio::select! {
                () = tokio::time::sleep(POLL_INTERVAL) => {}
                signal = self.options.stop.wait() => {
                    return Err(ExecError::Lock(LockError::Interrupted(signal)));
                }
            }
        }
    }

    /// Terminates a session by its number, where the server supports it.
    async fn end_session(&mut self, id: Option<u64>) -> Result<(), ExecError> {
        let (Some(sessions), Some(id)) = (self.session.profile.journal.other_sessions, id) else {
            return Ok(());
        };
        let ended = self.session.conn.query(&(sessions.terminate)(id)).await;
        ended.map(drop).map_err(|error| ExecError::Server {
            doing: "ending the session of an earlier run",
            error,
        })
    }
}
