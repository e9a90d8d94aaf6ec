//! Retries of statements that timed out waiting for a lock.

use crate::migrate::run::session_info::SessionInfo;
use std::time::{Duration, Instant};

/// The policy of retries. Only statements that timed out before they worked are retried: an index build that waits for
/// a lock after an hour would repeat that hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The maximum number of attempts, including the first one.
    pub tries: u32,
    /// The longest pause after the first attempt. It doubles with each attempt.
    pub first: Duration,
    /// The upper limit of all pauses.
    pub longest: Duration,
    /// A statement that worked for longer than this before it timed out is not retried.
    pub worked: Duration,
}

impl Default for RetryPolicy {
    /// Ten attempts, pauses of up to 1 s to 30 s, no retry after 30 s of work.
    fn default() -> Self {
        Self {
            tries: 10,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            worked: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// The pause after a number of attempts: a random time up to the current limit ("full jitter"), so that two runs
    /// which wait for each other don't collide again.
    fn pause(&self, attempts: u32) -> Duration {
        let doubled = 2u32.saturating_pow(attempts.saturating_sub(1));
        let longest = self.first.saturating_mul(doubled).min(self.longest);
        longest.mul_f64(fastrand::f64())
    }
}

/// The attempts of a statement that timed out waiting for a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockWait {
    /// The number of attempts.
    pub tries: u32,
    /// The time from the first attempt to the last time-out.
    pub waited: Duration,
    /// The time for which the statement had worked before it waited, if that is why it is not retried.
    pub worked: Option<Duration>,
    /// The blocking sessions at the last query.
    pub blockers: Vec<SessionInfo>,
}

/// The attempts of one transaction or statement.
pub(crate) struct Attempts<'a> {
    retry: &'a RetryPolicy,
    count: u32,
    first: Instant,
}

/// The reaction to a time-out.
pub(crate) enum AfterTimeout {
    /// Retry after a pause.
    RetryAfter(Duration),
    /// No further attempt.
    GiveUp(LockWait),
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(retry: &'a RetryPolicy) -> Self {
        Self {
            retry,
            count: 0,
            first: Instant::now(),
        }
    }

    /// The number of attempts so far.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Restarts the count for the next statement.
    pub(crate) fn restart(&mut self) {
        self.count = 0;
        self.first = Instant::now();
    }

    /// Counts an attempt that timed out after it had worked for a time.
    pub(crate) fn timed_out(
        &mut self,
        worked: Duration,
        blockers: Vec<SessionInfo>,
    ) -> AfterTimeout {
        self.count += 1;
        let too_long = worked > self.retry.worked;
        if !too_long && self.count < self.retry.tries {
            return AfterTimeout::RetryAfter(self.retry.pause(self.count));
        }
        AfterTimeout::GiveUp(LockWait {
            tries: self.count,
            waited: self.first.elapsed(),
            worked: too_long.then_some(worked),
            blockers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit() {
        let retry = RetryPolicy::default();
        for (tried, longest) in [(1, 1), (2, 2), (5, 16), (6, 30), (40, 30)] {
            let pauses = std::iter::repeat_with(|| retry.pause(tried)).take(200);
            let most = pauses.max().unwrap_or_default();
            assert!(most <= Duration::from_secs(longest), "{tried}: {most:?}");
            assert!(
                most >= Duration::from_secs(longest) / 2,
                "{tried}: {most:?}"
            );
        }
    }

    #[test]
    fn statements_that_worked_are_not_retried() {
        let retry = RetryPolicy {
            tries: 3,
            ..RetryPolicy::default()
        };
        let mut attempts = Attempts::new(&retry);
        let short = Duration::from_secs(1);
        assert!(matches!(
            attempts.timed_out(short, vec![]),
            AfterTimeout::RetryAfter(_)
        ));
        assert!(matches!(
            attempts.timed_out(short, vec![]),
            AfterTimeout::RetryAfter(_)
        ));
        let AfterTimeout::GiveUp(wait) = attempts.timed_out(short, vec![]) else {
            panic!("expected to give up after three attempts");
        };
        assert_eq!((wait.tries, wait.worked), (3, None));
        attempts.restart();
        let long = Duration::from_secs(31);
        let AfterTimeout::GiveUp(wait) = attempts.timed_out(long, vec![]) else {
            panic!("expected no retry after long work");
        };
        assert_eq!((wait.tries, wait.worked), (1, Some(long)));
    }
}
