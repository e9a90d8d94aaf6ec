//! A statement goes on when its client is gone. The session that works holds a lock of its own, so
//! that the next run knows of it, and begins when it is over.

use crate::migrate::error::ExecError;
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::executor::Executor;
use crate::migrate::run::lock::error::LockError;
use crate::migrate::run::session_info;
use crate::server::session_control::{LockBackend, LockKey, LockPurpose};
use std::time::{Duration, Instant};

/// A session whose client has gone is given this long to notice, whatever `--wait` says.
const GRACE: Duration = Duration::from_secs(2);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

impl Executor {
    /// Takes the lock of the session that works, once no earlier one holds it any more: then what the
    /// journal and the catalogue say is final.
    pub(crate) async fn wait_for_previous_session(
        &mut self,
        key: &LockKey,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        let LockBackend::Session(lock) = &self.control.lock else {
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
        let mut told = false;
        loop {
            let rows = self.conn.query(&take).await.map_err(failed)?;
            if rows.first().is_some_and(|row| row.flag_at(0)) {
                return Ok(());
            }
            let holders = session_info::query_first(&mut self.conn, &holder).await;
            let waited = started.elapsed();
            if let Some(holder) = holders.into_iter().next() {
                if self.options.end_previous_session && !told {
                    self.end_session(holder.number()).await?;
                    told = true;
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
                () = tokio::time::sleep(PAUSE) => {}
                signal = self.options.stop.wait() => {
                    return Err(ExecError::Lock(LockError::Interrupted(signal)));
                }
            }
        }
    }

    async fn end_session(&mut self, id: Option<u64>) -> Result<(), ExecError> {
        let (Some(sessions), Some(id)) = (self.running.journal.other_sessions, id) else {
            return Ok(());
        };
        let ended = self.conn.query(&(sessions.terminate)(id)).await;
        ended.map(drop).map_err(|error| ExecError::Server {
            doing: "ending the session of an earlier run",
            error,
        })
    }
}
