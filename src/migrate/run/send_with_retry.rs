//! Delivers a message of a migration: sends it, and again what of it timed out on a lock, has it
//! cancelled when that is asked for, and says what came of it.

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

/// What came of a message.
pub(crate) enum SendOutcome {
    /// All of it is done.
    Done,
    /// The transaction is rolled back, and to be begun again.
    RestartTransaction,
    /// It failed.
    Failed(StatementFailure),
}

/// The migration that is at work.
pub(crate) struct SendContext<'a, 'r> {
    pub(crate) script: &'a Script,
    pub(crate) attempts: &'a mut Attempts<'r>,
    /// How long its statements wait for a lock.
    pub(crate) lock_timeout: Duration,
    /// When its transaction began.
    pub(crate) begun: Instant,
    /// Where it has a statement that builds an index without blocking writers.
    pub(crate) building: Option<IndexBuild>,
}

impl Message {
    /// The parts from one on.
    fn rest(&self, from: usize) -> Self {
        Self {
            parts: self.parts.get(from..).unwrap_or_default().to_vec(),
        }
    }

    /// The part to begin with again where this one failed, what is open having been rolled back: the
    /// begin of its transaction, if it is in one.
    fn again_from(&self, failed: usize) -> usize {
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
    /// Delivers a message.
    pub(crate) async fn send_with_retry(
        &mut self,
        message: &Message,
        course: &mut SendContext<'_, '_>,
        observer: &mut dyn Observer,
    ) -> SendOutcome {
        if message.has(StatementRole::Check) {
            let checked = self.check(message).await;
            return checked.map_or_else(SendOutcome::Failed, |()| SendOutcome::Done);
        }
        if course.script.atomicity == Atomicity::PerStatement {
            course.attempts.restart();
        }
        let mut from = 0;
        loop {
            let answer = self.send(message, from, course, observer).await;
            let Err(failed) = answer.result else {
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
                && answer.cancelled
                && (self.control.is_cancelled(&failed.error.code)
                    || self.control.is_lock_error(&failed.error.code))
            {
                if statement.is_some() || course.script.atomicity == Atomicity::Transaction {
                    return failure.because(StopCause::Interrupted(signal));
                }
                // what follows a statement makes the history true, and isn't cancelled
                from = message.again_from(at);
                self.roll_back().await;
                continue;
            }
            if !self.control.is_lock_error(&failed.error.code) {
                return SendOutcome::Failed(failure);
            }
            let (took, whole) = match course.script.atomicity {
                Atomicity::Transaction => (course.begun.elapsed(), true),
                Atomicity::PerStatement => (answer.took, false),
            };
            // a part of the time was the waiting itself
            let worked = took.saturating_sub(course.lock_timeout);
            let pause = match course.attempts.timed_out(worked, answer.blockers.clone()) {
                AfterTimeout::RetryAfter(pause) => pause,
                AfterTimeout::GiveUp(wait) => {
                    let cause = StopCause::LockTimeout {
                        error: failed.error,
                        wait: Box::new(wait),
                        commits_alone: !whole,
                    };
                    return failure.because(cause);
                }
            };
            observer.event(&Event::Retrying {
                statement,
                tried: course.attempts.tried(),
                of: self.options.retry.tries,
                pause,
                blockers: &answer.blockers,
            });
            self.roll_back_and_restore(course.script, message).await;
            if let Err(cause) = self.pause(pause).await {
                return failure.because(cause);
            }
            if whole {
                return SendOutcome::RestartTransaction;
            }
            from = message.again_from(at);
        }
    }

    /// Sends a statement that may be sent twice, and again where it timed out on a lock.
    pub(crate) async fn send_repeatable(
        &mut self,
        sql: &str,
        observer: &mut dyn Observer,
    ) -> Result<(), DbError> {
        let retry = self.options.retry.clone();
        let mut tries = Attempts::new(&retry);
        let message = Message {
            parts: vec![ScriptStatement {
                role: StatementRole::Begin,
                sql: sql.to_owned(),
            }],
        };
        loop {
            let answer = self
                .send_in_slices(&message, self.options.lock_timeout)
                .await;
            let Err(failed) = answer.result else {
                return Ok(());
            };
            let error = failed.error;
            if !self.control.is_lock_error(&error.code) {
                return Err(error);
            }
            let pause = match tries.timed_out(Duration::ZERO, answer.blockers.clone()) {
                AfterTimeout::RetryAfter(pause) => pause,
                AfterTimeout::GiveUp(_) => return Err(error),
            };
            observer.event(&Event::Retrying {
                statement: None,
                tried: tries.tried(),
                of: retry.tries,
                pause,
                blockers: &answer.blockers,
            });
            if self.pause(pause).await.is_err() {
                return Err(error);
            }
        }
    }

    /// Waits, and makes sure that all is as it was before.
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
    pub(crate) async fn building(
        &mut self,
        script: &Script,
        message: &Message,
    ) -> Option<IndexBuild> {
        match script.atomicity {
            Atomicity::Transaction => None,
            Atomicity::PerStatement => {
                let lexical_rules = self.options.lexical_rules;
                IndexBuild::of(message, self.control, lexical_rules, &mut self.conn).await
            }
        }
    }

    async fn roll_back(&mut self) {
        // where nothing is open this does nothing, and a connection that is gone has rolled back
        let _ = self.conn.run("ROLLBACK").await;
    }

    async fn send(
        &mut self,
        message: &Message,
        from: usize,
        course: &SendContext<'_, '_>,
        observer: &mut dyn Observer,
    ) -> Reply {
        if let Some(building) = &course.building {
            let cleared = building.clear(self.control, &mut self.conn, observer).await;
            if let Err(error) = cleared {
                return Reply::failed(error);
            }
        }
        if from == 0 {
            self.send_in_slices(message, course.lock_timeout).await
        } else {
            self.send_in_slices(&message.rest(from), course.lock_timeout)
                .await
        }
    }

    /// Sends a message whose statements wait for a lock for so long, in slices where nothing is heard
    /// while one waits: what has met a lock did nothing, and is sent again.
    async fn send_in_slices(&mut self, message: &Message, lock_timeout: Duration) -> Reply {
        let Some(slice) = self
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
        let mut answer = loop {
            let mut answer = self
                .send_cancellable(&message.rest(done).text(), slice)
                .await;
            match &mut answer.result {
                Ok(completed) => *completed += done,
                Err(failed) => {
                    let waited = self.control.is_lock_error(&failed.error.code)
                        // what is refused at once will be refused again
                        && answer.took >= slice / 2
                        && !answer.cancelled
                        && started.elapsed() < lock_timeout;
                    failed.completed += done;
                    done = failed.completed;
                    if waited {
                        continue;
                    }
                }
            }
            break answer;
        };
        // whoever asked to stop isn't kept waiting by what is still to be written down
        if !answer.cancelled {
            // a connection that is gone says so at the next message
            let _ = self.set_lock_timeout(lock_timeout).await;
        }
        answer.took = started.elapsed();
        answer
    }

    async fn send_cancellable(&mut self, text: &str, lock_timeout: Duration) -> Reply {
        let watch = CancellableSend {
            control: self.control,
            lock: self.lock.as_ref(),
            session: self.session,
            stop: &self.options.stop,
            told: &self.told,
            lock_timeout,
        };
        watch.send(&mut self.conn, text).await
    }
}

impl Reply {
    /// Nothing was sent.
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
    fn because(self, cause: StopCause) -> SendOutcome {
        SendOutcome::Failed(Self { cause, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_goes_on() {
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
                message(roles).again_from(failed),
                expected,
                "{roles:?} {failed}"
            );
        }
    }
}
