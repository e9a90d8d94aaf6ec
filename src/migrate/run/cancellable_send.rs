//! Sends a message and watches over it until its answer is there: who it waits for, and whether it
//! is to be cancelled. The answer is always read to its end, or the connection is given up.

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

/// What watches over the working session.
pub(crate) struct CancellableSend<'a> {
    pub(crate) control: &'static SessionControl,
    pub(crate) lock: Option<&'a Lock>,
    /// The server's number of the working session.
    pub(crate) session: Option<u64>,
    pub(crate) stop: &'a Stop,
    /// Tells an embedded database to break off.
    pub(crate) told: &'a Arc<AtomicBool>,
    pub(crate) lock_timeout: Duration,
}

/// What came of a message.
pub(crate) struct Reply {
    pub(crate) result: Result<usize, BatchError>,
    /// Who it waited for when that was last asked.
    pub(crate) blockers: Vec<SessionInfo>,
    pub(crate) took: Duration,
    /// It was asked to end early. Whether it did, the result says.
    pub(crate) cancelled: bool,
}

/// A server that was told to cancel has this long to say so; whoever asked is told after two seconds.
const CANCELLING: Duration = Duration::from_millis(1300);
/// It is told again this often: it may have been between two statements.
const AGAIN: Duration = Duration::from_millis(200);

impl CancellableSend<'_> {
    /// Sends a message. What is sent after the wish to stop is there has its reasons, and is not
    /// cancelled.
    pub(crate) async fn send(&self, conn: &mut Conn, text: &str) -> Reply {
        let started = Instant::now();
        let seen: RefCell<Option<(Instant, Vec<SessionInfo>)>> = RefCell::new(None);
        let cancellable = self.stop.asked().is_none();
        let result = tokio::select! {
            biased;
            result = conn.run(text) => Some(result),
            () = self.cancel(), if cancellable => None,
            never = self.look(&seen) => match never {},
        };
        let cancelled = self.told.swap(false, Ordering::Relaxed);
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
                    "the server was told to cancel the statement, and gave no answer",
                )),
            }),
        };
        let recent = |(at, _): &(Instant, _)| at.elapsed() <= self.every().saturating_mul(6);
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

    /// Waits for the wish to stop, and then has the statement cancelled again and again. Comes back
    /// only when that was in vain.
    async fn cancel(&self) {
        self.stop.wait().await;
        self.told.store(true, Ordering::Relaxed);
        let again = async {
            loop {
                if let (Some(cancel), Some(session), Some(lock)) =
                    (self.control.cancel, self.session, self.lock)
                {
                    lock.sessions(vec![cancel(session)]).await;
                }
                tokio::time::sleep(AGAIN).await;
            }
        };
        let _: Result<(), _> = tokio::time::timeout(CANCELLING, again).await;
    }

    /// Makes sure that no word to cancel is under way any more: it would hit the next statement.
    async fn settle(&self, conn: &mut Conn) {
        if let (Some(_), Some(lock)) = (self.control.cancel, self.lock) {
            let _ = tokio::time::timeout(CANCELLING, lock.settle()).await;
            // it may have come after the answer; then this takes it
            let _ = conn.run("SELECT 1").await;
        }
    }

    /// Between two looks at those in the way: often enough that one falls into each time-out.
    fn every(&self) -> Duration {
        (self.lock_timeout / 3).max(self.control.blocker_query_interval)
    }

    /// Looks again and again who is in the way.
    async fn look(&self, seen: &RefCell<Option<(Instant, Vec<SessionInfo>)>>) -> Infallible {
        let (Some(lock), Some(session), false) =
            (self.lock, self.session, self.control.blockers.is_empty())
        else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(self.every()).await;
            let queries = self.control.blockers.iter().map(|query| query(session));
            let sessions = lock.sessions(queries.collect()).await;
            if !sessions.is_empty() {
                *seen.borrow_mut() = Some((Instant::now(), sessions));
            }
        }
    }
}
