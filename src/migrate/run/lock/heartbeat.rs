//! The heartbeat of a lock: a task that owns the lock's connection, checks periodically that the lock is still
//! held, and runs queries on behalf of the working session. Because the task owns the connection, every reply
//! is read to its end even if the caller stops waiting for it.

use crate::db::Conn;
use crate::migrate::run::lock::options::LockOptions;
use crate::migrate::run::lock::source::LockProof;
use crate::migrate::run::session_info;
use crate::migrate::run::session_info::SessionInfo;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// A check that is younger than this is not repeated.
const FRESH: Duration = Duration::from_millis(300);
/// The time after which a server without a reply counts as lost.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// The time to wait for the release of the lock.
const RELEASE_TIMEOUT: Duration = Duration::from_millis(500);

/// A request to the task.
enum Request {
    Sessions(Vec<String>, oneshot::Sender<Vec<SessionInfo>>),
    Check(oneshot::Sender<()>),
    Release(oneshot::Sender<()>),
}

/// The state of the lock.
struct LockHealth {
    /// The time when the last successful check was sent.
    proven: Instant,
    /// The reason why the lock is lost.
    lost: Option<String>,
}

/// A lock that is held and checked periodically.
pub(crate) struct Heartbeat {
    requests: mpsc::Sender<Request>,
    health: Arc<Mutex<LockHealth>>,
    task: JoinHandle<()>,
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        // the connection is closed with the task, which releases the session's locks
        self.task.abort();
    }
}

impl Heartbeat {
    /// Starts the heartbeat of a lock that was just taken.
    pub(crate) fn start(conn: Conn, proof: LockProof, options: &LockOptions) -> Self {
        let health = Arc::new(Mutex::new(LockHealth {
            proven: Instant::now(),
            lost: None,
        }));
        let (requests, inbox) = mpsc::channel(8);
        let task = HeartbeatTask {
            conn,
            proof,
            health: Arc::clone(&health),
        };
        let beat = options.beat.min(options.lease / 4);
        Self {
            requests,
            health,
            task: tokio::spawn(task.run(inbox, beat)),
        }
    }

    /// Checks that the lock is still held, unless the last check is fresh.
    pub(crate) async fn prove(&self) -> Result<(), String> {
        let fresh = {
            let health = lock(&self.health);
            health.lost.is_none() && health.proven.elapsed() < FRESH
        };
        if !fresh {
            let (reply, proven) = oneshot::channel();
            // a task that ended has recorded its reason
            if self.requests.send(Request::Check(reply)).await.is_ok() {
                let _ = proven.await;
            }
        }
        match &lock(&self.health).lost {
            Some(why) => Err(why.clone()),
            None => Ok(()),
        }
    }

    /// Waits until all earlier requests are completed.
    pub(crate) async fn settle(&self) {
        let (reply, done) = oneshot::channel();
        // a task that ended has no open requests
        if self
            .requests
            .send(Request::Sessions(Vec::new(), reply))
            .await
            .is_ok()
        {
            let _ = done.await;
        }
    }

    /// The rows of the first query that returns some.
    pub(crate) async fn sessions(&self, queries: Vec<String>) -> Vec<SessionInfo> {
        let (reply, sessions) = oneshot::channel();
        if self
            .requests
            .send(Request::Sessions(queries, reply))
            .await
            .is_err()
        {
            return Vec::new();
        }
        sessions.await.unwrap_or_default()
    }

    /// Releases the lock. If the server doesn't reply, the connection is closed, which releases it as well.
    pub(crate) async fn release(self) {
        let (reply, released) = oneshot::channel();
        let release = async {
            if self.requests.send(Request::Release(reply)).await.is_ok() {
                let _ = released.await;
            }
        };
        let _ = tokio::time::timeout(RELEASE_TIMEOUT, release).await;
    }
}

fn lock(health: &Mutex<LockHealth>) -> std::sync::MutexGuard<'_, LockHealth> {
    // no code panics while it holds the mutex, and the state would stay valid
    health.lock().unwrap_or_else(PoisonError::into_inner)
}

struct HeartbeatTask {
    conn: Conn,
    proof: LockProof,
    health: Arc<Mutex<LockHealth>>,
}

impl HeartbeatTask {
    async fn run(mut self, mut inbox: mpsc::Receiver<Request>, beat: Duration) {
        let mut beats = tokio::time::interval(beat);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        beats.tick().await; // the first tick is immediate
        loop {
            let request = tokio::select! {
                request = inbox.recv() => request,
                _ = beats.tick() => {
                    if !self.beat().await {
                        return;
                    }
                    continue;
                }
            };
            // the caller may have stopped waiting for the reply
            match request {
                Some(Request::Sessions(queries, reply)) => {
                    let asked = session_info::query_first(&mut self.conn, &queries);
                    let Ok(sessions) = tokio::time::timeout(REPLY_TIMEOUT, asked).await else {
                        self.lose("the server doesn't reply");
                        return;
                    };
                    let _ = reply.send(sessions);
                }
                Some(Request::Check(reply)) => {
                    let held = self.beat().await;
                    let _ = reply.send(());
                    if !held {
                        return;
                    }
                }
                Some(Request::Release(reply)) => {
                    self.release().await;
                    let _ = reply.send(());
                    return;
                }
                None => return,
            }
        }
    }

    fn lose(&self, why: impl Into<String>) {
        lock(&self.health).lost = Some(why.into());
    }

    /// Checks the lock once. `false` if it is lost; the connection must not be used again then.
    async fn beat(&mut self) -> bool {
        let asked = Instant::now();
        let longest = if self.proof.waits {
            self.proof.span
        } else {
            REPLY_TIMEOUT
        };
        let Ok(reply) = tokio::time::timeout(longest, self.check()).await else {
            self.lose(format!(
                "no reply from the server for {} s",
                longest.as_secs()
            ));
            return false;
        };
        match reply {
            Ok(true) => lock(&self.health).proven = asked,
            Ok(false) => {
                self.lose("the server reports that this session no longer holds it");
                return false;
            }
            Err(error) if error.lost => {
                self.lose(format!("its connection was lost ({})", error.message));
                return false;
            }
            // the next check may succeed
            Err(error) => {
                let overdue =
                    lock(&self.health).proven.elapsed() >= self.proof.span.min(REPLY_TIMEOUT * 3);
                if overdue {
                    self.lose(format!("it can't be checked ({})", error.message));
                    return false;
                }
            }
        }
        true
    }

    async fn check(&mut self) -> Result<bool, crate::db::DbError> {
        if let Some(renew) = &self.proof.renew {
            self.conn.run(renew).await.map_err(|failed| failed.error)?;
        }
        let rows = self.conn.query(&self.proof.is_held).await?;
        Ok(rows.first().is_some_and(|row| row.flag_at(0)))
    }

    /// Releases the lock and closes the connection, which releases a session-level lock at the latest.
    async fn release(self) {
        let Self {
            mut conn, proof, ..
        } = self;
        if let Some(release) = &proof.release {
            // on an error, the closed connection or the end of the lease releases it
            let _ = conn.run(release).await;
        }
        conn.close().await;
    }
}
