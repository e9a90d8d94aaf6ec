//! The wish to stop, from outside: heard between messages, never in the middle of one.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::Notify;

/// Which signal it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Signal {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "interrupted",
            Self::Terminate => "told to end",
        })
    }
}

/// Carries the wish to stop to a run. Clones are one and the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// The exit code of the signal, or 0.
    signal: AtomicU8,
    told: Notify,
}

impl Stop {
    /// Asks to stop. What was asked first counts.
    pub fn ask(&self, signal: Signal) {
        let code = signal.exit_code();
        let first = Ordering::SeqCst;
        // a second wish changes nothing
        let _ = self.0.signal.compare_exchange(0, code, first, first);
        self.0.told.notify_one();
    }

    /// Whether to stop.
    pub fn asked(&self) -> Option<Signal> {
        let code = self.0.signal.load(Ordering::SeqCst);
        [Signal::Interrupt, Signal::Terminate]
            .into_iter()
            .find(|signal| signal.exit_code() == code)
    }

    /// Waits until it is asked. One waiter at a time.
    pub async fn wait(&self) -> Signal {
        loop {
            if let Some(signal) = self.asked() {
                return signal;
            }
            self.0.told.notified().await;
        }
    }
}
