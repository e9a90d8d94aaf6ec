//! Lock waits and lock holders as text.

use crate::migrate::run::retry::LockWait;
use crate::migrate::run::session_info::SessionInfo;
use crate::report::elapsed;
use std::fmt::Write as _;

/// One line per lock holder: `Blocked by session 48211 (reports@10.0.4.17), for 14 m: SELECT …`.
pub(crate) fn blocker_lines(blockers: &[SessionInfo]) -> Vec<String> {
    let line = |holder: &SessionInfo| format!("Blocked by {holder}");
    blockers.iter().map(line).collect()
}

/// A lock wait that timed out: attempts, time, and the lock holders.
pub(crate) fn lock_wait_text(wait: &LockWait) -> String {
    let mut out = match (wait.worked, wait.tries) {
        (Some(worked), _) => format!(
            "The statement ran for {} before it waited for the lock, so it is not retried automatically.",
            elapsed(worked)
        ),
        (None, 1) => format!("1 attempt, {}.", elapsed(wait.waited)),
        (None, tries) => format!("{tries} attempts in {}.", elapsed(wait.waited)),
    };
    if wait.blockers.is_empty() {
        out.push_str(
            "\nThe lock holder is unknown: this user cannot see it, or the lock has been released.",
        );
    }
    for line in blocker_lines(&wait.blockers) {
        // writing to a String can't fail
        let _ = write!(out, "\n{line}");
    }
    out
}
