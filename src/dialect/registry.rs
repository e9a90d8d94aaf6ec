//! The dialects, by name and by vendor.

use crate::db::Vendor;
use crate::dialect::{Dialect, mysql, postgres, sqlite};

/// All dialects.
pub fn all() -> [&'static dyn Dialect; 3] {
    [&postgres::Postgres, &mysql::MySql, &sqlite::Sqlite]
}

/// A dialect by its name.
pub fn by_name(name: &str) -> Option<&'static dyn Dialect> {
    all().into_iter().find(|d| d.name() == name)
}

/// The dialect of a server.
pub fn of_vendor(vendor: Vendor) -> &'static dyn Dialect {
    match vendor {
        Vendor::Postgres => &postgres::Postgres,
        Vendor::MySql | Vendor::MariaDb => &mysql::MySql,
        Vendor::Sqlite => &sqlite::Sqlite,
    }
}
