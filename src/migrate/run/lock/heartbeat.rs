//! Keeps a lock: a task that owns the lock's connection, proves again and again that the lock is
//! still held, and asks on behalf of the working session. Because the task owns the connection, no
//! answer is ever left half-read, whoever stops waiting for it.

use crate::db::Conn;
use crate::migrate::run::lock::LockOptions;
use crate::migrate::run::lock::source::LockProof;
use crate::migrate::run::session_info;
use crate::migrate::run::session_info::SessionInfo;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// A proof that is no older than this is as good as a new one.
const FRESH: Duration = Duration::from_millis(300);
/// A server that doesn't answer for so long is gone.
const ANSWER: Duration = Duration::from_secs(10);

/// A goodbye is waited for so long.
const GOODBYE: Duration = Duration::from_millis(500);

/// What the task is asked for.
enum Request {
    Peers(Vec<String>, oneshot::Sender<Vec<SessionInfo>>),
    Check(oneshot::Sender<()>),
    Release(oneshot::Sender<()>),
}

/// What is known about the lock.
struct LockHealth {
    /// When the last proof was asked for that came.
    proven: Instant,
    /// Why it is lost.
    lost: Option<String>,
}

/// A lock that is kept.
pub(crate) struct Heartbeat {
    asks: mpsc::Sender<Request>,
    known: Arc<Mutex<LockHealth>>,
    task: JoinHandle<()>,
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        // the connection ends with the task, and with it the session's locks
        self.task.abort();
    }
}

impl Heartbeat {
    /// Starts to keep a lock that was just taken.
    pub(crate) fn start(conn: Conn, proof: LockProof, options: &LockOptions) -> Self {
        let known = Arc::new(Mutex::new(LockHealth {
            proven: Instant::now(),
            lost: None,
        }));
        let (asks, inbox) = mpsc::channel(8);
        let task = HeartbeatTask {
            conn,
            proof,
            known: Arc::clone(&known),
        };
        let beat = options.beat.min(options.lease / 4);
        Self {
            asks,
            known,
            task: tokio::spawn(task.run(inbox, beat)),
        }
    }

    /// Whether the lock is still held, by a proof that is fresh.
    pub(crate) async fn prove(&self) -> Result<(), String> {
        let fresh = {
            let known = lock(&self.known);
            known.lost.is_none() && known.proven.elapsed() < FRESH
        };
        if !fresh {
            let (reply, proven) = oneshot::channel();
            // a task that ended said why
            if self.asks.send(Request::Check(reply)).await.is_ok() {
                let _ = proven.await;
            }
        }
        match &lock(&self.known).lost {
            Some(why) => Err(why.clone()),
            None => Ok(()),
        }
    }

    pub(crate) async fn settle(&self) {
        let (reply, done) = oneshot::channel();
        // a task that ended asks nothing any more
        if self
            .asks
            .send(Request::Peers(Vec::new(), reply))
            .await
            .is_ok()
        {
            let _ = done.await;
        }
    }

    pub(crate) async fn sessions(&self, queries: Vec<String>) -> Vec<SessionInfo> {
        let (reply, sessions) = oneshot::channel();
        if self
            .asks
            .send(Request::Peers(queries, reply))
            .await
            .is_err()
        {
            return Vec::new();
        }
        sessions.await.unwrap_or_default()
    }

    /// Gives the lock back; where its server doesn't listen, by ending the connection.
    pub(crate) async fn release(self) {
        let (reply, released) = oneshot::channel();
        let goodbye = async {
            if self.asks.send(Request::Release(reply)).await.is_ok() {
                let _ = released.await;
            }
        };
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    }
}

fn lock(known: &Mutex<LockHealth>) -> std::sync::MutexGuard<'_, LockHealth> {
    // nobody panics while it is held; and what is in it stays true if somebody did
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

struct HeartbeatTask {
    conn: Conn,
    proof: LockProof,
    known: Arc<Mutex<LockHealth>>,
}

impl HeartbeatTask {
    async fn run(mut self, mut inbox: mpsc::Receiver<Request>, beat: Duration) {
        let mut beats = tokio::time::interval(beat);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        beats.tick().await; // the first comes at once
        loop {
            let ask = tokio::select! {
                ask = inbox.recv() => ask,
                _ = beats.tick() => {
                    if !self.beat().await {
                        return;
                    }
                    continue;
                }
            };
            // who asked may have stopped waiting for the answer
            match ask {
                Some(Request::Peers(queries, reply)) => {
                    let asked = session_info::first(&mut self.conn, &queries);
                    let Ok(sessions) = tokio::time::timeout(ANSWER, asked).await else {
                        self.lose("its server doesn't answer");
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
        lock(&self.known).lost = Some(why.into());
    }

    /// Proves the lock once. `false` says that it is lost, and that the connection isn't to be used again.
    async fn beat(&mut self) -> bool {
        let asked = Instant::now();
        let longest = if self.proof.waits {
            self.proof.span
        } else {
            ANSWER
        };
        let Ok(answer) = tokio::time::timeout(longest, self.ask()).await else {
            self.lose(format!(
                "its server doesn't answer, for {} s",
                longest.as_secs()
            ));
            return false;
        };
        match answer {
            Ok(true) => lock(&self.known).proven = asked,
            Ok(false) => {
                self.lose("the server says that somebody else may have it now");
                return false;
            }
            Err(error) if error.lost => {
                self.lose(format!("its connection is gone ({})", error.message));
                return false;
            }
            // the next one may come through
            Err(error) => {
                let overdue = lock(&self.known).proven.elapsed() >= self.proof.span.min(ANSWER * 3);
                if overdue {
                    self.lose(format!("it can't be proven ({})", error.message));
                    return false;
                }
            }
        }
        true
    }

    async fn ask(&mut self) -> Result<bool, crate::db::DbError> {
        if let Some(renew) = &self.proof.renew {
            self.conn.run(renew).await.map_err(|failed| failed.error)?;
        }
        let rows = self.conn.query(&self.proof.mine).await?;
        Ok(rows.first().is_some_and(|row| row.flag_at(0)))
    }

    /// A lock of a session ends with its connection at the latest.
    async fn release(self) {
        let Self {
            mut conn, proof, ..
        } = self;
        if let Some(release) = &proof.release {
            // else it ends with its connection, or its time
            let _ = conn.run(release).await;
        }
        conn.close().await;
    }
}
