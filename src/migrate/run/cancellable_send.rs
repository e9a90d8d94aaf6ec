//! Sends a message; until its reply arrives, queries the blocking sessions, and cancels the statement at a stop
//! request. The reply is read to its end, or the connection is abandoned.

use crate::db::{BatchError, Conn, DbError};
use crate::migrate::run::lock::Lock;
use crate::migrate::run::session_info::SessionInfo;
use crate::migrate::run::stop::Stop;
use crate::server::session_control::SessionControl;
use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Sends messages of the working session that can be cancelled.
pub(crate) struct CancellableSend<'a> {
    pub(crate) control: &'static SessionControl,
    pub(crate) lock: Option<&'a Lock>,
    /// The server's number of the working session.
    pub(crate) session: Option<u64>,
    pub(crate) stop: &'a Stop,
    /// Interrupts the running statement of an embedded database.
    pub(crate) interrupt: &'a Arc<AtomicBool>,
    pub(crate) lock_timeout: Duration,
}

/// The reply to a message.
pub(crate) struct Reply {
    pub(crate) result: Result<usize, BatchError>,
    /// The blocking sessions at the last query.
    pub(crate) blockers: Vec<SessionInfo>,
    pub(crate) took: Duration,
    /// Whether cancelling was requested. The result shows whether it took effect.
    pub(crate) cancelled: bool,
}

/// The time in which a server must confirm a cancellation, so that a stop request ends the run within two seconds.
const CANCEL_TIMEOUT: Duration = Duration::from_millis(1300);
/// The pause between two cancel requests: the server may have been between two statements.
const CANCEL_INTERVAL: Duration = Duration::from_millis(200);

impl CancellableSend<'_> {
    /// Sends a message. A message that is sent after a stop request is not cancelled: it completes the records.
    pub(crate) async fn send(&self, conn: &mut Conn, text: &str) -> Reply {
        let started = Instant::now();
        let seen: RefCell<Option<(Instant, Vec<SessionInfo>)>> = RefCell::new(None);
        let cancellable = self.stop.asked().is_none();
        let result = tokio::select! {
            biased;
            result = conn.run(text) => Some(result),
            () = self.cancel(), if cancellable => None,
            never = self.query_blockers(&seen) => match never {},
        };
        let cancelled = self.interrupt.swap(false, Ordering::Relaxed);
        let result = match result {
            Some(result) => {
                if cancelled {
                    self.settle(conn).await;
                }
                result
            }
            None => Err(BatchError {
                completed: conn.completed(),
                error: DbError::lost(String::from(
                    "the server was told to cancel the statement, and did not reply",
                )),
            }),
        };
        let recent =
            |(at, _): &(Instant, _)| at.elapsed() <= self.blocker_interval().saturating_mul(6);
        Reply {
            result,
            blockers: seen
                .into_inner()
                .filter(recent)
                .map_or_else(Vec::new, |(_, sessions)| sessions),
            took: started.elapsed(),
            cancelled,
        }
    }

    /// Waits for a stop request, and then cancels the statement repeatedly. Returns only if the server does not confirm
    /// it in time.
    async fn cancel(&self) {
        self.stop.wait().await;
        self.interrupt.store(true, Ordering::Relaxed);
        let cancelling = async {
            loop {
                if let (Some(cancel), Some(session), Some(lock)) =
                    (self.control.cancel, self.session, self.lock)
                {
                    lock.sessions(vec![cancel(session)]).await;
                }
                tokio::time::sleep(CANCEL_INTERVAL).await;
            }
        };
        let _: Result<(), _> = tokio::time::timeout(CANCEL_TIMEOUT, cancelling).await;
    }

    /// Waits until no cancel request is pending, which would cancel the next statement.
    async fn settle(&self, conn: &mut Conn) {
        if let (Some(_), Some(lock)) = (self.control.cancel, self.lock) {
            let _ = tokio::time::timeout(CANCEL_TIMEOUT, lock.settle()).await;
            // a request that arrived after the reply cancels this query
            let _ = conn.run("SELECT 1").await;
        }
    }

    /// The pause between two queries of the blocking sessions, such that each time-out contains one.
    fn blocker_interval(&self) -> Duration {
        (self.lock_timeout / 3).max(self.control.blocker_query_interval)
    }

    /// Queries the blocking sessions periodically.
    async fn query_blockers(
        &self,
        seen: &RefCell<Option<(Instant, Vec<SessionInfo>)>>,
    ) -> Infallible {
        let (Some(lock), Some(session), false) =
            (self.lock, self.session, self.control.blockers.is_empty())
        else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(self.blocker_interval()).await;
            let queries = self.control.blockers.iter().map(|query| query(session));
            let sessions = lock.sessions(queries.collect()).await;
            if !sessions.is_empty() {
                *seen.borrow_mut() = Some((Instant::now(), sessions));
            }
        }
    }
}
