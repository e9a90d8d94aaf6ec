//! Information about other sessions on the server, such as the lock holder or a blocker.

use crate::db::{Conn, Row};
use std::fmt;
use std::time::Duration;

/// Another session, as far as the server reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// The server's number of the session, or the process on this machine.
    pub session: String,
    /// The database user.
    pub user: Option<String>,
    /// The host from which it connects.
    pub client: Option<String>,
    /// The name that the client gives itself.
    pub application: Option<String>,
    /// The time since its transaction began; for a lock holder, the minimum time for which it has held the lock.
    pub since: Option<Duration>,
    /// Its current or last statement, shortened.
    pub statement: Option<String>,
}

/// The longest statement of another session in a message, in characters.
const MAX_LENGTH: usize = 80;

impl SessionInfo {
    /// A session of which only the name is known.
    pub(crate) fn named(session: String) -> Self {
        Self {
            session,
            user: None,
            client: None,
            application: None,
            since: None,
            statement: None,
        }
    }

    /// Reads a row of a [`crate::server::session_control::SessionQuery`]. Trailing columns may be missing.
    pub(crate) fn read(row: &Row) -> Self {
        let text = |at: usize| row.get_at(at).map(str::to_owned).filter(|t| !t.is_empty());
        Self {
            session: format!("session {}", row.text_at(0)),
            user: text(1),
            client: text(2),
            application: text(3),
            since: row.number_at(4).map(Duration::from_secs),
            statement: text(5).map(|sql| shorten(&sql)),
        }
    }

    /// The server's number of the session, if it has one.
    pub fn number(&self) -> Option<u64> {
        self.session.strip_prefix("session ")?.parse().ok()
    }
}

/// The statement on one line, shortened.
fn shorten(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_LENGTH) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

/// A duration for messages: `14 m`, `3 s`.
pub(crate) fn age(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..7200 => format!("{} m", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

/// The rows of the first query that returns some.
pub(crate) async fn query_first(conn: &mut Conn, queries: &[String]) -> Vec<SessionInfo> {
    for query in queries {
        if let Ok(rows) = conn.query(query).await
            && !rows.is_empty()
        {
            return rows.iter().map(SessionInfo::read).collect();
        }
    }
    Vec::new()
}

impl fmt::Display for SessionInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.session)?;
        let who = match (&self.user, &self.client) {
            (Some(user), Some(client)) => Some(format!("{user}@{client}")),
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        };
        let known: Vec<&str> = [who.as_deref(), self.application.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        if !known.is_empty() {
            write!(f, " ({})", known.join(", "))?;
        }
        if let Some(since) = self.since {
            write!(f, ", for {}", age(since))?;
        }
        if let Some(statement) = &self.statement {
            write!(f, ": {statement}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_displayed() {
        let mut info = SessionInfo::named(String::from("session 7"));
        assert_eq!(info.to_string(), "session 7");
        info.user = Some(String::from("reports"));
        info.client = Some(String::from("10.0.4.17"));
        info.since = Some(Duration::from_mins(14));
        info.application = Some(String::from("psql"));
        info.statement = Some(shorten(&"select\n 1 ".repeat(20)));
        let text = info.to_string();
        assert!(
            text.starts_with("session 7 (reports@10.0.4.17, psql), for 14 m: select 1 select 1"),
            "{text}"
        );
        assert!(text.ends_with('…') && !text.contains('\n'), "{text}");
        assert_eq!(info.number(), Some(7));
    }
}
