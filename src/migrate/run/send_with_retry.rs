//! Sends a message of a migration: retries the parts that timed out waiting for a lock, and has the running
//! statement cancelled at a stop request.

use crate::db::{BatchError, DbError};
use crate::migrate::error::StopCause;
use crate::migrate::recovery::statement_outcome::StatementFailure;
use crate::migrate::run::cancellable_send::{CancellableSend, Reply};
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::executor::Executor;
use crate::migrate::run::invalid_index::IndexBuild;
use crate::migrate::run::retry::{AfterTimeout, Attempts};
use crate::migrate::run::script::{Atomicity, Message, Script, ScriptStatement, StatementRole};
use std::time::{Duration, Instant};

/// The outcome of a message.
pub(crate) enum SendOutcome {
    /// All statements are completed.
    Done,
    /// The transaction was rolled back and must be restarted.
    RestartTransaction,
    /// A statement failed.
    Failed(StatementFailure),
}

/// The state of the migration that sends the message.
pub(crate) struct SendContext<'a, 'r> {
    /// The script of the message.
    pub(crate) script: &'a Script,
    /// The attempts so far.
    pub(crate) attempts: &'a mut Attempts<'r>,
    /// The time that its statements wait for a lock.
    pub(crate) lock_timeout: Duration,
    /// The time when its transaction began.
    pub(crate) began: Instant,
    /// The index that the message builds outside of a transaction.
    pub(crate) index_build: Option<IndexBuild>,
}

impl Message {
    /// The parts from an index on.
    fn rest(&self, from: usize) -> Self {
        Self {
            parts: self.parts.get(from..).unwrap_or_default().to_vec(),
        }
    }

    /// The part from which to retry after a part failed and the open transaction was rolled back: the begin of its
    /// transaction, if it is in one.
    fn retry_from(&self, failed: usize) -> usize {
        let before = self.parts.get(..=failed).unwrap_or_default();
        let begin = before
            .iter()
            .rposition(|part| part.role == StatementRole::Begin);
        let commit = before
            .iter()
            .rposition(|part| part.role == StatementRole::Commit);
        match (begin, commit) {
            (Some(begin), Some(commit)) if commit < begin || commit == failed => begin,
            (Some(begin), None) => begin,
            (Some(_) | None, _) => failed,
        }
    }

    fn role(&self, at: usize) -> StatementRole {
        self.parts
            .get(at)
            .map_or(StatementRole::Begin, |part| part.role)
    }
}

impl Executor {
    /// Sends a message, with retries.
    pub(crate) async fn send_with_retry(
        &mut self,
        message: &Message,
        context: &mut SendContext<'_, '_>,
        observer: &mut dyn Observer,
    ) -> SendOutcome {
        if message.has(StatementRole::Check) {
            let checked = self.check(message).await;
            return checked.map_or_else(SendOutcome::Failed, |()| SendOutcome::Done);
        }
        if context.script.atomicity == Atomicity::PerStatement {
            context.attempts.restart();
        }
        let mut from = 0;
        loop {
            let reply = self.send(message, from, context, observer).await;
            let Err(failed) = reply.result else {
                return SendOutcome::Done;
            };
            let at = from + failed.completed;
            let failure = StatementFailure {
                completed: at,
                position: failed.error.position.filter(|_| from == 0),
                cause: failed.error.clone().into(),
            };
            let statement = message.role(at).statement();
            if let Some(signal) = self.options.stop.asked()
                && reply.cancelled
                && (self.session.control.is_cancelled(&failed.error.code)
                    || self.session.control.is_lock_error(&failed.error.code))
            {
                if statement.is_some() || context.script.atomicity == Atomicity::Transaction {
                    return failure.with_cause(StopCause::Interrupted(signal));
                }
                // the records after a statement complete the history and are not cancelled
                from = message.retry_from(at);
                self.roll_back().await;
                continue;
            }
            if !self.session.control.is_lock_error(&failed.error.code) {
                return SendOutcome::Failed(failure);
            }
            let (took, whole) = match context.script.atomicity {
                Atomicity::Transaction => (context.began.elapsed(), true),
                Atomicity::PerStatement => (reply.took, false),
            };
            // the time includes the waiting
            let worked = took.saturating_sub(context.lock_timeout);
            let pause = match context.attempts.timed_out(worked, reply.blockers.clone()) {
                AfterTimeout::RetryAfter(pause) => pause,
                AfterTimeout::GiveUp(wait) => {
                    let cause = StopCause::LockTimeout {
                        error: failed.error,
                        wait: Box::new(wait),
                        commits_alone: !whole,
                    };
                    return failure.with_cause(cause);
                }
            };
            observer.event(&Event::Retrying {
                statement,
                tried: context.attempts.count(),
                of: self.options.retry.tries,
                pause,
                blockers: &reply.blockers,
            });
            self.roll_back_and_restore(context.script, message).await;
            if let Err(cause) = self.pause(pause).await {
                return failure.with_cause(cause);
            }
            if whole {
                return SendOutcome::RestartTransaction;
            }
            from = message.retry_from(at);
        }
    }

    /// Sends a statement that may be repeated, and retries it if it timed out waiting for a lock.
    pub(crate) async fn send_repeatable(
        &mut self,
        sql: &str,
        observer: &mut dyn Observer,
    ) -> Result<(), DbError> {
        let retry = self.options.retry.clone();
        let mut attempts = Attempts::new(&retry);
        let message = Message {
            parts: vec![ScriptStatement {
                role: StatementRole::Begin,
                sql: sql.to_owned(),
            }],
        };
        loop {
            let reply = self
                .send_in_slices(&message, self.options.lock_timeout)
                .await;
            let Err(failed) = reply.result else {
                return Ok(());
            };
            let error = failed.error;
            if !self.session.control.is_lock_error(&error.code) {
                return Err(error);
            }
            let pause = match attempts.timed_out(Duration::ZERO, reply.blockers.clone()) {
                AfterTimeout::RetryAfter(pause) => pause,
                AfterTimeout::GiveUp(_) => return Err(error),
            };
            observer.event(&Event::Retrying {
                statement: None,
                tried: attempts.count(),
                of: retry.tries,
                pause,
                blockers: &reply.blockers,
            });
            if self.pause(pause).await.is_err() {
                return Err(error);
            }
        }
    }

    /// Waits before a retry, and checks that lock and connection still exist.
    async fn pause(&mut self, pause: Duration) -> Result<(), StopCause> {
        let stop = self.options.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            signal = stop.wait() => return Err(StopCause::Interrupted(signal)),
        }
        self.check_lock().await?;
        self.reconnect_if_lost().await.map_err(|error| match error {
            crate::migrate::ExecError::Server { error, .. } => StopCause::from(error),
            other => StopCause::LockLost(other.to_string()),
        })
    }

    /// The index that a message builds outside of a transaction.
    pub(crate) async fn index_build(
        &mut self,
        script: &Script,
        message: &Message,
    ) -> Option<IndexBuild> {
        match script.atomicity {
            Atomicity::Transaction => None,
            Atomicity::PerStatement => {
                let lexical_rules = self.options.lexical_rules;
                IndexBuild::of(
                    message,
                    self.session.control,
                    lexical_rules,
                    &mut self.session.conn,
                )
                .await
            }
        }
    }

    /// Rolls back an open transaction.
    async fn roll_back(&mut self) {
        // without a transaction this does nothing, and a lost connection was rolled back by the server
        let _ = self.session.conn.run("ROLLBACK").await;
    }

    /// Sends the parts of a message from an index on.
    async fn send(
        &mut self,
        message: &Message,
        from: usize,
        context: &SendContext<'_, '_>,
        observer: &mut dyn Observer,
    ) -> Reply {
        if let Some(index_build) = &context.index_build {
            let cleared = index_build
                .drop_invalid(self.session.control, &mut self.session.conn, observer)
                .await;
            if let Err(error) = cleared {
                return Reply::failed(error);
            }
        }
        if from == 0 {
            self.send_in_slices(message, context.lock_timeout).await
        } else {
            self.send_in_slices(&message.rest(from), context.lock_timeout)
                .await
        }
    }

    /// Sends a message with a lock time-out. Where a waiting statement can't be interrupted, the time-out is split into
    /// slices: a statement that timed out had no effect, and is sent again.
    async fn send_in_slices(&mut self, message: &Message, lock_timeout: Duration) -> Reply {
        let Some(slice) = self
            .session
            .control
            .lock_wait_slice
            .filter(|slice| *slice < lock_timeout)
        else {
            return self.send_cancellable(&message.text(), lock_timeout).await;
        };
        let started = Instant::now();
        let mut done = 0;
        if let Err(error) = self.set_lock_timeout(slice).await {
            return Reply::failed(error);
        }
        let mut reply = loop {
            let mut reply = self
                .send_cancellable(&message.rest(done).text(), slice)
                .await;
            match &mut reply.result {
                Ok(completed) => *completed += done,
                Err(failed) => {
                    let waited = self.session.control.is_lock_error(&failed.error.code)
                        // an immediate refusal would be repeated
                        && reply.took >= slice / 2
                        && !reply.cancelled
                        && started.elapsed() < lock_timeout;
                    failed.completed += done;
                    done = failed.completed;
                    if waited {
                        continue;
                    }
                }
            }
            break reply;
        };
        // a stop request must not wait for this
        if !reply.cancelled {
            // a lost connection is reported by the next message
            let _ = self.set_lock_timeout(lock_timeout).await;
        }
        reply.took = started.elapsed();
        reply
    }

    /// Sends a text, and has it cancelled at a stop request.
    async fn send_cancellable(&mut self, text: &str, lock_timeout: Duration) -> Reply {
        let send = CancellableSend {
            control: self.session.control,
            lock: self.locks.run.as_ref(),
            session: self.session.number,
            stop: &self.options.stop,
            interrupt: &self.session.interrupt,
            lock_timeout,
        };
        send.send(&mut self.session.conn, text).await
    }
}

impl Reply {
    /// An error before anything was sent.
    fn failed(error: DbError) -> Self {
        Self {
            result: Err(BatchError {
                completed: 0,
                error,
            }),
            blockers: Vec::new(),
            took: Duration::ZERO,
            cancelled: false,
        }
    }
}

impl StatementFailure {
    fn with_cause(self, cause: StopCause) -> SendOutcome {
        SendOutcome::Failed(Self { cause, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_start_at_the_transaction() {
        use StatementRole::{Begin, Commit, History, Statement};
        let message = |roles: &[StatementRole]| Message {
            parts: roles
                .iter()
                .map(|role| ScriptStatement {
                    role: *role,
                    sql: String::new(),
                })
                .collect(),
        };
        let cases: [(&[StatementRole], usize, usize); 6] = [
            (&[Statement(1), History], 0, 0),
            (&[Statement(1), History], 1, 1),
            (&[Statement(1), Begin, History, Commit], 0, 0),
            (&[Statement(1), Begin, History, Commit], 2, 1),
            (&[Statement(1), Begin, History, Commit], 3, 1),
            (&[Begin, Statement(1), Commit, Statement(2)], 3, 3),
        ];
        for (roles, failed, expected) in cases {
            assert_eq!(
                message(roles).retry_from(failed),
                expected,
                "{roles:?} {failed}"
            );
        }
    }
}
