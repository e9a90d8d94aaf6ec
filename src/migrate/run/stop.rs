//! Stop requests (Ctrl-C, SIGTERM). They take effect between messages, or by cancelling the running statement where
//! the server allows it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::Notify;

/// The signal of a stop request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "interrupted",
            Self::Terminate => "terminated",
        })
    }
}

/// Carries a stop request to a run. All clones share the request.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// 0 without a request, else the number of the signal: see [`number`].
    signal: AtomicU8,
    requested: Notify,
}

impl Stop {
    /// Requests to stop. The first request counts.
    pub fn ask(&self, signal: Signal) {
        let code = number(signal);
        let first = Ordering::SeqCst;
        // a second request changes nothing
        let _ = self.0.signal.compare_exchange(0, code, first, first);
        self.0.requested.notify_one();
    }

    /// The signal of the request, if there is one.
    pub fn asked(&self) -> Option<Signal> {
        let code = self.0.signal.load(Ordering::SeqCst);
        [Signal::Interrupt, Signal::Terminate]
            .into_iter()
            .find(|signal| number(*signal) == code)
    }

    /// Waits for a request. Only one task may wait at a time.
    pub async fn wait(&self) -> Signal {
        loop {
            if let Some(signal) = self.asked() {
                return signal;
            }
            self.0.requested.notified().await;
        }
    }
}

/// The number that stands for a signal in [`Inner::signal`].
fn number(signal: Signal) -> u8 {
    match signal {
        Signal::Interrupt => 1,
        Signal::Terminate => 2,
    }
}
