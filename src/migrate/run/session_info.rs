//! Somebody else on the server: who holds the lock, who is in the way of a statement.

use crate::db::{Conn, Row};
use std::fmt;
use std::time::Duration;

/// Another session, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// The server's number of the session, or the process on this machine.
    pub session: String,
    /// The database user.
    pub user: Option<String>,
    /// Where it connects from.
    pub client: Option<String>,
    /// What it calls itself.
    pub application: Option<String>,
    /// For how long its transaction has been open; where it holds a lock, for how long at least.
    pub since: Option<Duration>,
    /// Its statement, or its last one; cut.
    pub statement: Option<String>,
}

/// Statements of others are shown so far, in characters: enough to know them again.
const SHOWN: usize = 80;

impl SessionInfo {
    /// Only a name.
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

    /// From a row of a [`crate::server::session_control::SessionQuery`], some columns of which may be left out.
    pub(crate) fn read(row: &Row) -> Self {
        let text = |at: usize| row.get_at(at).map(str::to_owned).filter(|t| !t.is_empty());
        Self {
            session: format!("session {}", row.text_at(0)),
            user: text(1),
            client: text(2),
            application: text(3),
            since: row.number_at(4).map(Duration::from_secs),
            statement: text(5).map(|sql| cut(&sql)),
        }
    }

    /// The server's number of the session, where it has one.
    pub fn number(&self) -> Option<u64> {
        self.session.strip_prefix("session ")?.parse().ok()
    }
}

/// On one line, and not too long.
fn cut(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

/// `14 m`, `3 s`
pub(crate) fn age(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..7200 => format!("{} m", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

/// The rows of the first query that gives some.
pub(crate) async fn first(conn: &mut Conn, queries: &[String]) -> Vec<SessionInfo> {
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
    fn how_it_reads() {
        let mut peer = SessionInfo::named(String::from("session 7"));
        assert_eq!(peer.to_string(), "session 7");
        peer.user = Some(String::from("reports"));
        peer.client = Some(String::from("10.0.4.17"));
        peer.since = Some(Duration::from_mins(14));
        peer.application = Some(String::from("psql"));
        peer.statement = Some(cut(&"select\n 1 ".repeat(20)));
        let text = peer.to_string();
        assert!(
            text.starts_with("session 7 (reports@10.0.4.17, psql), for 14 m: select 1 select 1"),
            "{text}"
        );
        assert!(text.ends_with('…') && !text.contains('\n'), "{text}");
        assert_eq!(peer.number(), Some(7));
    }
}
