//! Facts about each server that running migrations depends on, as data: transactions, time-outs, locks,
//! session control, the journal's SQL, the default schema. [`profile`] is the registry.

pub mod execution_profile;
pub mod journal_sql;
pub mod session_control;

mod mysql;
mod postgres;
mod sqlite;

use crate::db::{Family, Vendor};
use crate::server::execution_profile::ExecutionProfile;
use crate::server::session_control::SessionControl;

pub use crate::server::mysql::PROFILE as MYSQL;
pub use crate::server::postgres::{DEFAULT_SCHEMA as POSTGRES_DEFAULT_SCHEMA, PROFILE as POSTGRES};
pub use crate::server::sqlite::PROFILE as SQLITE;

/// The properties of a vendor's servers that other modules use.
#[derive(Debug)]
pub struct ServerProfile {
    /// The schema that unqualified names mean, on servers whose databases have schemas.
    pub default_schema: Option<&'static str>,
    /// The rules for running migrations.
    pub execution: ExecutionProfile,
    /// Locks, other sessions and cancellation.
    pub session_control: SessionControl,
}

/// The profile of a vendor's servers.
pub fn profile(vendor: Vendor) -> &'static ServerProfile {
    match vendor.family() {
        Family::Postgres => &POSTGRES,
        Family::MySql => &MYSQL,
        Family::Sqlite => &SQLITE,
    }
}
