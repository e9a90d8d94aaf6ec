//! Ctrl-C and SIGTERM during a run.

use crate::cli::exit_code::Exit;
use crate::cli::terminal::progress::ProgressMessages;
use crate::migrate::{Signal, Stop};

/// Handles signals from now on: the first cancels the running statement and stops the run, the second
/// ends the process immediately. Before this call a signal ends the process; nothing was sent yet.
pub(crate) fn handle_signals(stop: Stop, messages: ProgressMessages) {
    tokio::spawn(async move {
        let Some(mut signals) = Signals::open() else {
            return;
        };
        stop.ask(signals.next().await);
        messages
            .print("Cancelling the running statement. Press Ctrl-C again to exit without waiting.");
        signals.next().await;
        messages.print(
            "Exited without waiting. The server may still be running the statement: start nothing else.\n\
             Next: tablewright status",
        );
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
    /// `None` if the handlers cannot be installed; signals then end the process.
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
