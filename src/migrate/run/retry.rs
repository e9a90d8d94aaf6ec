//! How often, and how far apart, what timed out on a lock is tried again.

use crate::migrate::run::session_info::SessionInfo;
use std::time::{Duration, Instant};

/// When to try again. Only what timed out before it worked is run again by itself: the next try of
/// an index build that waits for a lock after an hour would take that hour again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often at most, the first time included.
    pub tries: u32,
    /// The longest pause after the first try; it doubles with each.
    pub first: Duration,
    /// The longest pause of all.
    pub longest: Duration,
    /// What had worked for longer than this before it timed out isn't tried again.
    pub worked: Duration,
}

impl Default for RetryPolicy {
    /// Ten tries, pauses of up to 1 to 30 s, nothing again that had worked for 30 s.
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
    /// The pause after so many tries: anything between nothing and the longest ("full jitter"), so
    /// that those who wait for each other don't meet again.
    fn pause(&self, tried: u32) -> Duration {
        let doubled = 2u32.saturating_pow(tried.saturating_sub(1));
        let longest = self.first.saturating_mul(doubled).min(self.longest);
        longest.mul_f64(fastrand::f64())
    }
}

/// A lock that wasn't granted, though it was asked for again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockWait {
    /// How often it was tried.
    pub tries: u32,
    /// From the first try to the last time-out.
    pub waited: Duration,
    /// How long the statement had worked before it had to wait, where that is why it isn't tried again.
    pub worked: Option<Duration>,
    /// Who was in the way when it was last seen.
    pub blockers: Vec<SessionInfo>,
}

/// The tries of one migration.
pub(crate) struct Attempts<'a> {
    retry: &'a RetryPolicy,
    tried: u32,
    first: Instant,
}

/// What comes after a time-out.
pub(crate) enum AfterTimeout {
    /// Another try, after a pause.
    RetryAfter(Duration),
    /// None.
    GiveUp(LockWait),
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(retry: &'a RetryPolicy) -> Self {
        Self {
            retry,
            tried: 0,
            first: Instant::now(),
        }
    }

    /// How often it was tried.
    pub(crate) fn tried(&self) -> u32 {
        self.tried
    }

    /// Begins to count anew: the statement before is done.
    pub(crate) fn restart(&mut self) {
        self.tried = 0;
        self.first = Instant::now();
    }

    /// A try timed out after it had worked for so long.
    pub(crate) fn timed_out(
        &mut self,
        worked: Duration,
        blockers: Vec<SessionInfo>,
    ) -> AfterTimeout {
        self.tried += 1;
        let too_long = worked > self.retry.worked;
        if !too_long && self.tried < self.retry.tries {
            return AfterTimeout::RetryAfter(self.retry.pause(self.tried));
        }
        AfterTimeout::GiveUp(LockWait {
            tries: self.tried,
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
    fn what_had_worked_is_not_tried_again() {
        let retry = RetryPolicy {
            tries: 3,
            ..RetryPolicy::default()
        };
        let mut tries = Attempts::new(&retry);
        let short = Duration::from_secs(1);
        assert!(matches!(
            tries.timed_out(short, vec![]),
            AfterTimeout::RetryAfter(_)
        ));
        assert!(matches!(
            tries.timed_out(short, vec![]),
            AfterTimeout::RetryAfter(_)
        ));
        let AfterTimeout::GiveUp(wait) = tries.timed_out(short, vec![]) else {
            panic!("three tries are enough");
        };
        assert_eq!((wait.tries, wait.worked), (3, None));
        tries.restart();
        let long = Duration::from_secs(31);
        let AfterTimeout::GiveUp(wait) = tries.timed_out(long, vec![]) else {
            panic!("it had worked");
        };
        assert_eq!((wait.tries, wait.worked), (1, Some(long)));
    }
}
