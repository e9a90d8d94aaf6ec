//! SQLite: there is no server beside the working connection.

use crate::server::session_control::{Control, LockKind};
use std::time::Duration;

/// SQLite. A statement is cancelled through its connection (`Conn::break_off_when`).
pub(crate) static CONTROL: Control = Control {
    lock: LockKind::File,
    session: None,
    pooler: None,
    cancel: None,
    // the busy handler sleeps in the thread that would have to hear
    slice: Some(Duration::from_millis(250)),
    end: None,
    notice_early: &[],
    look_every: Duration::MAX,
    blockers: &[],
    long_transactions: &[],
    // SQLITE_BUSY and SQLITE_LOCKED with their extended codes (manual, "Result and Error Codes")
    lock_errors: &["5", "261", "517", "773", "6", "262", "518"],
    cancelled_errors: &["9"],
    leftover: None,
};
