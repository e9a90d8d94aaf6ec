//! Connections: the only module that sends SQL to a server.
//!
//! [`Conn`] is one connection to a server of any supported vendor. It uses the simple (text) protocol, so that one
//! message may contain many statements and every cell of a result is text.

pub(crate) mod connection;
mod driver;
pub(crate) mod error;
pub(crate) mod row;
pub(crate) mod server_info;
pub(crate) mod url;
pub(crate) mod vendor;
pub(crate) mod version;

pub use crate::db::connection::Conn;
pub use crate::db::error::{BatchError, DbError};
pub use crate::db::row::Row;
pub use crate::db::server_info::{Role, ServerInfo};
pub use crate::db::url::DbUrl;
pub use crate::db::vendor::{Family, Vendor};
pub use crate::db::version::{Server, Version};
