//! Who is connected to what: the part of a command's header that only the server knows.

use crate::db::{Conn, DbError, DbUrl, Vendor};
use std::fmt;

/// What part a server plays in replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It takes writes.
    Primary,
    /// It follows another server, this many seconds behind where that is known.
    Replica {
        /// Seconds behind.
        lag: Option<u64>,
    },
    /// It takes no writes, and follows nobody that this user may see.
    ReadOnly,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primary => f.write_str("primary"),
            Self::Replica { lag: Some(lag) } => write!(f, "replica {lag} s behind"),
            Self::Replica { lag: None } => f.write_str("replica"),
            Self::ReadOnly => f.write_str("read-only"),
        }
    }
}

/// What a server says about this connection. An embedded database has neither role nor user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The server's part in replication.
    pub role: Option<Role>,
    /// The user, as the server knows it.
    pub user: Option<String>,
    /// The database that is in use.
    pub database: Option<String>,
}

/// Where `SHOW REPLICA STATUS` holds `Seconds_Behind_Source`, on MySQL and MariaDB alike.
const SECONDS_BEHIND: usize = 32;

impl Conn {
    /// Asks the server about this connection.
    ///
    /// # Errors
    /// What the server said.
    pub async fn standing(&mut self) -> Result<Standing, DbError> {
        let question = match self.driver.vendor() {
            Vendor::Sqlite => return Ok(Standing::default()),
            Vendor::Postgres => {
                "select current_user, current_database(), pg_is_in_recovery(), \
                 extract(epoch from now() - pg_last_xact_replay_timestamp())::bigint, \
                 current_setting('default_transaction_read_only') = 'on'"
            }
            Vendor::MySql | Vendor::MariaDb => {
                "select substring_index(current_user(), '@', 1), database(), 0, null, @@global.read_only"
            }
        };
        let rows = self.query(question).await?;
        let Some(row) = rows.first() else {
            return Ok(Standing::default());
        };
        let mut role = if row.flag_at(2) {
            Role::Replica {
                lag: row.number_at(3),
            }
        } else if row.flag_at(4) {
            Role::ReadOnly
        } else {
            Role::Primary
        };
        if self.driver.vendor() == Vendor::MySql {
            // needs a privilege that a plain user hasn't: then only read_only tells
            let status = self.query("show replica status").await.unwrap_or_default();
            if let Some(status) = status.first() {
                role = Role::Replica {
                    lag: status.number_at(SECONDS_BEHIND),
                };
            }
        }
        Ok(Standing {
            role: Some(role),
            user: row.get_at(0).map(str::to_owned),
            database: row.get_at(1).map(str::to_owned),
        })
    }
}

impl DbUrl {
    /// Whose server the scheme names; MySQL stands for MariaDB too, which only the server can tell.
    pub fn vendor(&self) -> Option<Vendor> {
        match self.expose().split(':').next()? {
            "postgres" | "postgresql" => Some(Vendor::Postgres),
            "mysql" | "mariadb" => Some(Vendor::MySql),
            "sqlite" => Some(Vendor::Sqlite),
            _ => None,
        }
    }
}
