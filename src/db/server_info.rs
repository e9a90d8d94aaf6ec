//! The server's role in replication, and the user and database of a connection, for the header of a command.

use crate::db::{Conn, DbError, Family};
use std::fmt;

/// A server's role in replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The server accepts writes.
    Primary,
    /// The server follows another server.
    Replica {
        /// Seconds behind that server, if they are known.
        lag: Option<u64>,
    },
    /// The server refuses writes, and no replication is visible to this user.
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

/// The properties of a connection that the server reports. An embedded database has neither role nor user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerInfo {
    /// The server's role in replication.
    pub role: Option<Role>,
    /// The current user.
    pub user: Option<String>,
    /// The current database.
    pub database: Option<String>,
}

const POSTGRES_INFO: &str = "select current_user as user_name, current_database() as database_name, \
     pg_is_in_recovery() as is_replica, \
     extract(epoch from now() - pg_last_xact_replay_timestamp())::bigint as lag, \
     current_setting('default_transaction_read_only') = 'on' as is_read_only";

const MYSQL_INFO: &str = "select substring_index(current_user(), '@', 1) as user_name, database() as database_name, \
     0 as is_replica, null as `lag`, @@global.read_only as is_read_only";

/// The columns of `SHOW REPLICA STATUS` with the lag in seconds: MySQL's and MariaDB's.
const LAG_COLUMNS: [&str; 2] = ["seconds_behind_source", "seconds_behind_master"];

impl Conn {
    /// Queries role, user and database of this connection.
    ///
    /// # Errors
    /// The server's error.
    pub async fn server_info(&mut self) -> Result<ServerInfo, DbError> {
        let family = self.driver.family();
        let query = match family {
            Family::Sqlite => return Ok(ServerInfo::default()),
            Family::Postgres => POSTGRES_INFO,
            Family::MySql => MYSQL_INFO,
        };
        let rows = self.query(query).await?;
        let Some(row) = rows.first() else {
            return Ok(ServerInfo::default());
        };
        let mut role = if row.flag("is_replica")? {
            let lag = row.number("lag").unwrap_or_default();
            Role::Replica { lag }
        } else if row.flag("is_read_only")? {
            Role::ReadOnly
        } else {
            Role::Primary
        };
        if family == Family::MySql {
            // without the privilege for this statement, read_only alone decides
            let status = self.query("show replica status").await.unwrap_or_default();
            if let Some(status) = status.first() {
                let lags = LAG_COLUMNS.iter().map(|column| status.number(column));
                let lag = lags.flatten().next().flatten();
                role = Role::Replica { lag };
            }
        }
        Ok(ServerInfo {
            role: Some(role),
            user: row.optional("user_name")?.map(str::to_owned),
            database: row.optional("database_name")?.map(str::to_owned),
        })
    }
}
