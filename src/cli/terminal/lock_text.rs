//! Lock waits and lock holders as text.

use crate::migrate::run::retry::LockWait;
use crate::migrate::run::session_info::SessionInfo;
use crate::report::elapsed;
use std::fmt::Write as _;

/// `Blocked by session 48211 (reports@10.0.4.17), for 14 m: SELECT …`, a line each.
pub(crate) fn blocked_by(blockers: &[SessionInfo]) -> Vec<String> {
    let line = |peer: &SessionInfo| format!("Blocked by {peer}");
    blockers.iter().map(line).collect()
}

/// What is to be said about a lock that was waited for in vain.
pub(crate) fn waited(wait: &LockWait) -> String {
    let mut out = match (wait.worked, wait.tries) {
        (Some(worked), _) => format!(
            "It had worked for {} before it had to wait for a lock, so it is not run again by itself.",
            elapsed(worked)
        ),
        (None, 1) => format!("1 try, {}.", elapsed(wait.waited)),
        (None, tries) => format!("{tries} tries in {}.", elapsed(wait.waited)),
    };
    if wait.blockers.is_empty() {
        out.push_str("\nWho holds the lock can't be seen by this user, or it is gone by now.");
    }
    for line in blocked_by(&wait.blockers) {
        // writing to a String can't fail
        let _ = write!(out, "\n{line}");
    }
    out
}
