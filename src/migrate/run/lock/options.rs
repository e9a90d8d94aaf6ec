//! Options of the lock.

use std::time::Duration;

/// Times and kind of the lock.
#[derive(Clone, Debug)]
pub struct LockOptions {
    /// The time to wait for another run to end. Zero tries once.
    pub wait: Duration,
    /// The interval between checks that the lock is still held.
    pub beat: Duration,
    /// The time until a lock row expires without a renewal, and until the server ends a silent session.
    pub lease: Duration,
    /// Use a row with a lease wherever the server supports it, not only where it is needed.
    pub always_lease: bool,
}

impl Default for LockOptions {
    /// No waiting, a check every two seconds, a lease of one minute.
    fn default() -> Self {
        Self {
            wait: Duration::ZERO,
            beat: Duration::from_secs(2),
            lease: Duration::from_mins(1),
            always_lease: false,
        }
    }
}
