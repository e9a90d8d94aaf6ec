//! Invalid indexes, which a failed `CREATE INDEX CONCURRENTLY` leaves. They are dropped before the index is built
//! again; otherwise `IF NOT EXISTS` accepts them as the existing index.

use crate::db::{Conn, DbError};
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::script::Message;
use crate::server::session_control::{InvalidIndexQueries, SessionControl};
use crate::sql::effects;
use crate::sql::effects::ConcurrentIndex;
use crate::sql::lexical_rules::LexicalRules;

/// The index that a message builds, and the earlier invalid indexes of its table.
pub(crate) struct IndexBuild {
    index: ConcurrentIndex,
    queries: &'static InvalidIndexQueries,
    /// Invalid indexes of the table before the first attempt. If the index has no name, they are not attributed to it.
    before: Vec<String>,
}

impl IndexBuild {
    /// The index that a message builds concurrently, if there is one.
    pub(crate) async fn of(
        message: &Message,
        control: &SessionControl,
        lexical_rules: &LexicalRules,
        conn: &mut Conn,
    ) -> Option<Self> {
        let queries = control.invalid_indexes?;
        let mut texts = message.parts.iter().map(|part| part.sql.as_str());
        let index = texts.find_map(|sql| effects::concurrent_index(lexical_rules, sql))?;
        let rows = conn.query(&(queries.list_for_table)(&index.table)).await;
        let rows = rows.unwrap_or_default();
        Some(Self {
            before: rows.iter().map(|row| row.text_at(0).to_owned()).collect(),
            index,
            queries,
        })
    }

    /// Drops invalid indexes of earlier attempts. An index that another session is building counts as a lock that timed
    /// out, so that the attempt is retried.
    ///
    /// # Errors
    /// Errors of the server, such as a lock time-out.
    pub(crate) async fn drop_invalid(
        &self,
        control: &SessionControl,
        conn: &mut Conn,
        observer: &mut dyn Observer,
    ) -> Result<(), DbError> {
        let invalid: Vec<String> = if let Some(name) = &self.index.name {
            let rows = conn
                .query(&(self.queries.find_by_name)(name, &self.index.table))
                .await?;
            if let Some(session) = rows.iter().find_map(|row| row.get_at(1)) {
                let message = format!("session {session} is building the index {name}");
                let code = control.lock_errors.first();
                return Err(DbError {
                    code: code.map_or("", |code| code).to_owned(),
                    ..DbError::local(message)
                });
            }
            rows.iter().map(|row| row.text_at(0).to_owned()).collect()
        } else {
            let rows = conn
                .query(&(self.queries.list_for_table)(&self.index.table))
                .await?;
            rows.iter()
                .map(|row| row.text_at(0).to_owned())
                .filter(|name| !self.before.contains(name))
                .collect()
        };
        for name in invalid {
            observer.event(&Event::DroppingInvalidIndex { name: &name });
            let dropped = conn.run(&(self.queries.drop)(&name)).await;
            dropped.map_err(|failed| failed.error)?;
        }
        Ok(())
    }
}
