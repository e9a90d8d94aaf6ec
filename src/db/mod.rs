//! Connections. The only place that sends dynamic SQL.
//!
//! [`Conn`] is one connection to one of the three servers; it speaks the simple (text) protocol,
//! so that one message may hold many statements and every cell comes as text.

mod driver;
pub(crate) mod error;
pub(crate) mod row;
pub(crate) mod server_info;

pub use crate::db::error::{DbError, Failed};
pub use crate::db::row::Row;
pub use crate::db::server_info::{Role, Standing};

use crate::db::driver::Driver;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Who made the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// PostgreSQL.
    Postgres,
    /// Oracle's MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
    /// SQLite.
    Sqlite,
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
            Self::Sqlite => "SQLite",
        })
    }
}

/// A server's version: major, minor, patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Reads the leading `a.b.c` of a text such as `10.11.19-MariaDB-0+deb12u1` or `15.18 (Debian)`.
    pub fn parse(text: &str) -> Option<Self> {
        let head: String = text
            .trim()
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let mut parts = head.split('.').map(|p| p.parse().unwrap_or(0));
        let major = parts.next().filter(|_| !head.is_empty())?;
        Some(Self(
            major,
            parts.next().unwrap_or(0),
            parts.next().unwrap_or(0),
        ))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)?;
        if self.2 > 0 {
            write!(f, ".{}", self.2)?;
        }
        Ok(())
    }
}

/// What is at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Who made it.
    pub vendor: Vendor,
    /// Its version.
    pub version: Version,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.vendor, self.version)
    }
}

/// A URL with a secret in it. It shows itself only redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct DbUrl(String);

impl DbUrl {
    /// Takes a URL as it is.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL with its password. Never print it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is a password in it.
    pub fn has_password(&self) -> bool {
        self.password_range().is_some()
    }

    fn password_range(&self) -> Option<std::ops::Range<usize>> {
        let start = self.0.find("://")? + 3;
        let authority_end = self.0[start..]
            .find(['/', '?', '#'])
            .map_or(self.0.len(), |i| start + i);
        // a password may itself hold a slash that nobody escaped: the last @ ends the user part
        let at = self.0[start..]
            .rfind('@')
            .map(|i| start + i)
            .or_else(|| self.0[start..authority_end].rfind('@').map(|i| start + i))?;
        let colon = self.0[start..at].find(':')? + start;
        (colon + 1 < at).then_some(colon + 1..at)
    }
}

impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if let Some(range) = self.password_range() {
            shown.replace_range(range, "***");
        }
        if let Some(query) = shown.find('?') {
            let (head, tail) = shown.split_at(query);
            let tail: Vec<String> = tail[1..]
                .split('&')
                .map(|pair| match pair.split_once('=') {
                    Some((key, _)) if key.to_ascii_lowercase().contains("pass") => {
                        format!("{key}=***")
                    }
                    _ => pair.to_owned(),
                })
                .collect();
            return write!(f, "{head}?{}", tail.join("&"));
        }
        f.write_str(&shown)
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One connection.
pub struct Conn {
    driver: Box<dyn Driver>,
    server: Server,
    /// A message was sent whose answer wasn't read to its end: whoever waited for it stopped doing so.
    unread: bool,
    /// How many statements of the last message were completed, as far as answers came.
    completed: usize,
}

/// How long a server may take to let somebody in.
const CONNECTING: Duration = Duration::from_secs(10);

impl Conn {
    /// Opens a connection and asks who is there. `postgres://`, `mysql://`, `mariadb://` and
    /// `sqlite://` are understood; a SQLite file that isn't there is made where `create` says so.
    ///
    /// # Errors
    /// When the URL can't be read, nobody answers within ten seconds, or the server refuses.
    pub async fn open(url: &DbUrl, create: bool) -> Result<Self, DbError> {
        let opened = tokio::time::timeout(CONNECTING, Self::connect(url, create)).await;
        opened.unwrap_or_else(|_| {
            Err(DbError::lost(format!(
                "no answer within {} s",
                CONNECTING.as_secs()
            )))
        })
    }

    async fn connect(url: &DbUrl, create: bool) -> Result<Self, DbError> {
        let mut driver = driver::connect(url, create).await?;
        let query = driver.version_query();
        let rows = driver.fetch(query).await?;
        let answer = rows.first().map(|row| row.text_at(0)).unwrap_or_default();
        let vendor = match driver.vendor() {
            Vendor::MySql if answer.contains("MariaDB") => Vendor::MariaDb,
            vendor => vendor,
        };
        let version = Version::parse(answer.strip_prefix("5.5.5-").unwrap_or(answer));
        Ok(Self {
            driver,
            server: Server {
                vendor,
                version: version.unwrap_or_default(),
            },
            unread: false,
            completed: 0,
        })
    }

    /// Who is there.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Sends a message and gives the rows of all its results, cells as text.
    ///
    /// # Errors
    /// What the server said.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>, DbError> {
        self.begin()?;
        let rows = self.driver.fetch(sql).await;
        self.unread = false;
        rows
    }

    /// Notes that an answer is to be read. Where the one before wasn't read to its end this connection
    /// is of no more use: the next answer would be taken for another one.
    fn begin(&mut self) -> Result<(), DbError> {
        if std::mem::replace(&mut self.unread, true) {
            return Err(DbError::lost(String::from(
                "the answer to the last message was not waited for",
            )));
        }
        Ok(())
    }

    /// Interrupts the running statement of an embedded database as soon as the flag is set. A server is
    /// told over another connection, and this does nothing.
    ///
    /// # Errors
    /// The connection is lost.
    pub async fn break_off_when(&mut self, told: Arc<AtomicBool>) -> Result<(), DbError> {
        self.driver.interrupt_when(told).await
    }

    /// Sends a message of one or more statements and counts the completed ones.
    ///
    /// # Errors
    /// What the server said, and how many statements were completed before.
    pub async fn run(&mut self, sql: &str) -> Result<usize, Failed> {
        self.begin().map_err(|error| Failed {
            completed: 0,
            error,
        })?;
        self.completed = 0;
        let result = self.driver.run(sql, &mut self.completed).await;
        self.unread = false;
        let completed = self.completed;
        match result {
            Ok(()) => Ok(completed),
            Err(error) => Err(Failed { completed, error }),
        }
    }

    /// How many statements of the last message that was [`Conn::run`] were completed, even where its
    /// answer wasn't waited for to the end.
    pub fn completed(&self) -> usize {
        self.completed
    }

    /// Closes the connection cleanly, best effort.
    pub async fn close(self) {
        if self.unread {
            return;
        }
        // the connection ends either way
        let _ = self.driver.close().await;
    }
}
