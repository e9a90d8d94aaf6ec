//! One connection to a server.

use crate::db::driver::{self, Driver};
use crate::db::{BatchError, DbError, DbUrl, Row, Server, Version};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The connect time-out.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// One connection.
pub struct Conn {
    pub(crate) driver: Box<dyn Driver>,
    server: Server,
    /// A message was sent and its reply not read to the end, because the future that waited for it was dropped.
    reply_pending: bool,
    /// The number of statements of the last message that have completed, as far as replies arrived.
    completed: usize,
}

impl Conn {
    /// Opens a connection and determines vendor and version of the server. A SQLite file that doesn't exist is
    /// created if `create` is set.
    ///
    /// # Errors
    /// A URL that can't be parsed or has an unknown scheme, no reply within ten seconds, and any error of the server.
    pub async fn open(url: &DbUrl, create: bool) -> Result<Self, DbError> {
        let opened = tokio::time::timeout(CONNECT_TIMEOUT, Self::connect(url, create)).await;
        opened.unwrap_or_else(|_| {
            Err(DbError::lost(format!(
                "no reply within {} s",
                CONNECT_TIMEOUT.as_secs()
            )))
        })
    }

    async fn connect(url: &DbUrl, create: bool) -> Result<Self, DbError> {
        let mut driver = driver::connect(url, create).await?;
        let query = driver.version_query();
        let rows = driver.fetch(query).await?;
        let text = rows.first().map(|row| row.text_at(0)).unwrap_or_default();
        let Some(vendor) = driver.family().vendor_of_version(text) else {
            return Err(DbError::local(format!(
                "unknown vendor of the server version `{text}`"
            )));
        };
        // older MariaDB servers prefix their version for the sake of old clients
        let version = Version::parse(text.strip_prefix("5.5.5-").unwrap_or(text));
        Ok(Self {
            driver,
            server: Server {
                vendor,
                version: version.unwrap_or_default(),
            },
            reply_pending: false,
            completed: 0,
        })
    }

    /// The server's vendor and version.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Sends a message and returns the rows of all its results.
    ///
    /// # Errors
    /// The server's error, or a lost connection.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>, DbError> {
        self.expect_reply()?;
        let rows = self.driver.fetch(sql).await;
        self.reply_pending = false;
        rows
    }

    /// Marks a reply as pending. If the reply to the last message wasn't read to its end, the connection is unusable:
    /// the next message would get the rest of that reply.
    fn expect_reply(&mut self) -> Result<(), DbError> {
        if std::mem::replace(&mut self.reply_pending, true) {
            return Err(DbError::lost(String::from(
                "the reply to the last message was not read to its end",
            )));
        }
        Ok(())
    }

    /// Interrupts the running statement of an embedded database as soon as the flag is set. Statements of a server are
    /// cancelled over another connection; there this has no effect.
    ///
    /// # Errors
    /// A lost connection.
    pub async fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Result<(), DbError> {
        self.driver.interrupt_when(flag).await
    }

    /// Sends a message of one or more statements and returns the number of completed ones.
    ///
    /// # Errors
    /// The server's error, with the number of statements that completed before it.
    pub async fn run(&mut self, sql: &str) -> Result<usize, BatchError> {
        self.expect_reply().map_err(|error| BatchError {
            completed: 0,
            error,
        })?;
        self.completed = 0;
        let result = self.driver.run(sql, &mut self.completed).await;
        self.reply_pending = false;
        let completed = self.completed;
        match result {
            Ok(()) => Ok(completed),
            Err(error) => Err(BatchError { completed, error }),
        }
    }

    /// The number of statements of the last message of [`Conn::run`] that have completed, even if its reply wasn't read to the
    /// end.
    pub fn completed(&self) -> usize {
        self.completed
    }

    /// Closes the connection cleanly, best effort.
    pub async fn close(self) {
        if self.reply_pending {
            return;
        }
        // the connection ends either way
        let _ = self.driver.close().await;
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::db::connection::Conn;
    use crate::db::url::DbUrl;

    #[tokio::test]
    async fn cells_are_read_by_the_name_of_their_column() {
        let mut conn = Conn::open(&DbUrl::new("sqlite::memory:"), true)
            .await
            .unwrap();
        let sql = "SELECT 'a' AS Name, NULL AS note, 1 AS ok, 'x' AS size; SELECT 'b' AS other";
        let rows = conn.query(sql).await.unwrap();
        let (first, second) = (&rows[0], &rows[1]);
        assert_eq!(first.text("name").unwrap(), "a");
        assert_eq!(first.optional("note").unwrap(), None);
        assert_eq!(first.text("note").unwrap(), "");
        assert!(first.flag("ok").unwrap());
        assert_eq!(first.number::<u8>("ok").unwrap(), Some(1));
        assert_eq!(first.number::<u8>("note").unwrap(), None);
        assert_eq!(
            first.number::<u8>("size").unwrap_err().to_string(),
            "column `size` of the result has no number of the expected size: `x`"
        );
        assert_eq!(second.text("other").unwrap(), "b");
        assert_eq!(
            first.text("other").unwrap_err().to_string(),
            "the result has no column `other`; its columns are: name, note, ok, size"
        );
    }
}
