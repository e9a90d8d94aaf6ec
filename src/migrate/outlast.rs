//! A statement goes on when its client is gone. The session that works holds a lock of its own, so
//! that the next run knows of it, and begins when it is over.

use super::error::ExecError;
use super::events::{Event, Observer};
use super::executor::Executor;
use super::lock::{Holder, LockError};
use crate::dialect::running::{LockKey, LockKind};
use std::time::{Duration, Instant};

/// A session whose client has gone is given this long to notice, whatever `--wait` says.
const GRACE: Duration = Duration::from_secs(2);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

impl Executor {
    /// Takes the lock of the session that works, once no earlier one holds it any more: then what the
    /// journal and the catalogue say is final.
    pub(super) async fn outlast(
        &mut self,
        key: &LockKey,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        let LockKind::Session { take, holder } = self.running.lock else {
            return Ok(());
        };
        let failed = |error| ExecError::Lock(LockError::Server(error));
        let (take, holder) = (take(key), holder(key));
        let started = Instant::now();
        let mut told = false;
        loop {
            let rows = self.conn.query(&take).await.map_err(failed)?;
            if rows.first().is_some_and(|row| row.flag(0)) {
                return Ok(());
            }
            let rows = self.conn.query(&holder).await.map_err(failed)?;
            let waited = started.elapsed();
            if let Some(row) = rows.first() {
                let holder = Holder::of(row);
                if self.options.end_old_session && !told {
                    self.end_session(row.number(0)).await?;
                    told = true;
                }
                if waited >= self.options.wait.max(GRACE) {
                    return Err(ExecError::StillAtWork { holder, waited });
                }
                if waited >= GRACE {
                    observer.event(&Event::OldSession {
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
        let (Some(sessions), Some(id)) = (self.running.journal.sessions, id) else {
            return Ok(());
        };
        let ended = self.conn.query(&(sessions.end)(id)).await;
        ended.map(drop).map_err(|error| ExecError::Server {
            doing: "ending the session of an earlier run",
            error,
        })
    }
}
