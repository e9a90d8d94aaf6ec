//! The user and the session that write journal rows.

use crate::db::{Conn, DbError};
use crate::server::journal_sql::JournalSql;

/// The working session, as the server reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionIdentity {
    /// The database user.
    pub user: Option<String>,
    /// The host from which the session connects.
    pub client: Option<String>,
    /// The server's number of the session.
    pub session: Option<u64>,
    /// The server's identity.
    pub server: Option<String>,
}

impl SessionIdentity {
    /// Reads the identity of a connection's session from the server.
    ///
    /// # Errors
    /// The server's error.
    pub async fn query(conn: &mut Conn, sql: &JournalSql) -> Result<Self, DbError> {
        let rows = conn.query(sql.identity_query).await?;
        let text = |at: usize| {
            rows.first()
                .and_then(|row| row.get_at(at))
                .map(str::to_owned)
        };
        Ok(Self {
            user: text(0),
            client: text(1),
            session: text(2).and_then(|id| id.parse().ok()),
            server: text(3),
        })
    }
}
