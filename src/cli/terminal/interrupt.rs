//! Ctrl-C and SIGTERM, while migrations run.

use crate::cli::exit_code::Exit;
use crate::cli::terminal::progress::Voice;
use crate::migrate::{Signal, Stop};

/// From here on the first signal has the statement at work cancelled and the run stop, and the second
/// ends the process at once. Until here signals end it as they always do: nothing was sent yet.
pub(crate) fn listen(stop: Stop, voice: Voice) {
    tokio::spawn(async move {
        let Some(mut signals) = Signals::open() else {
            return;
        };
        stop.ask(signals.next().await);
        voice.say("Cancelling the statement at work. Once more ends at once, in the middle of it.");
        signals.next().await;
        voice.say("Ended at once. The server may still be at work: start nothing else, and look with tablewright status.");
        std::process::exit(i32::from(Exit::Repair.code()));
    });
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// `None` where the system gives no signals; they then end the process as they always do.
    fn open() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Some(Self {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn open() -> Option<Self> {
        Some(Self)
    }

    async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}
