//! The registry of dialects.

use crate::db::{Family, Vendor};
use crate::dialect::{Dialect, mysql, postgres, sqlite};

/// All dialects.
pub fn all() -> [&'static dyn Dialect; 3] {
    [&postgres::Postgres, &mysql::MySql, &sqlite::Sqlite]
}

/// The dialect with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Dialect> {
    all().into_iter().find(|dialect| dialect.name() == name)
}

/// The dialect of a vendor's servers.
pub fn of_vendor(vendor: Vendor) -> &'static dyn Dialect {
    of_family(vendor.family())
}

/// The dialect of a family of vendors.
pub fn of_family(family: Family) -> &'static dyn Dialect {
    match family {
        Family::Postgres => &postgres::Postgres,
        Family::MySql => &mysql::MySql,
        Family::Sqlite => &sqlite::Sqlite,
    }
}
