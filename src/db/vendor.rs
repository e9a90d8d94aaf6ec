//! The supported database vendors: one table with their names, families and URL schemes. A new vendor of a
//! known family is one variant and one row here.

use std::fmt;

/// A database vendor.
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

/// Vendors that share a driver, a SQL dialect and a server profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// PostgreSQL's protocol and SQL.
    Postgres,
    /// MySQL's protocol and SQL, which MariaDB shares.
    MySql,
    /// SQLite, which runs within this process.
    Sqlite,
}

/// A row of the vendor table.
struct VendorRow {
    name: &'static str,
    family: Family,
    url_schemes: &'static [&'static str],
    /// A part of the version text that only this vendor's servers have; without one the vendor is its
    /// family's default.
    version_marker: Option<&'static str>,
}

impl Vendor {
    /// All vendors.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::MySql, Self::MariaDb, Self::Sqlite];

    const fn row(self) -> VendorRow {
        match self {
            Self::Postgres => VendorRow {
                name: "PostgreSQL",
                family: Family::Postgres,
                url_schemes: &["postgres", "postgresql"],
                version_marker: None,
            },
            Self::MySql => VendorRow {
                name: "MySQL",
                family: Family::MySql,
                url_schemes: &["mysql"],
                version_marker: None,
            },
            Self::MariaDb => VendorRow {
                name: "MariaDB",
                family: Family::MySql,
                url_schemes: &["mariadb"],
                version_marker: Some("MariaDB"),
            },
            Self::Sqlite => VendorRow {
                name: "SQLite",
                family: Family::Sqlite,
                url_schemes: &["sqlite"],
                version_marker: None,
            },
        }
    }

    /// The vendor's family.
    pub const fn family(self) -> Family {
        self.row().family
    }
}

impl Family {
    /// The family of a URL scheme such as `postgresql`.
    pub(crate) fn from_url_scheme(scheme: &str) -> Option<Self> {
        let vendor = Vendor::ALL
            .into_iter()
            .find(|vendor| vendor.row().url_schemes.contains(&scheme))?;
        Some(vendor.family())
    }

    /// The vendor of a server of this family, by the text of its version.
    pub(crate) fn vendor_of_version(self, version: &str) -> Option<Vendor> {
        let members = || {
            Vendor::ALL
                .into_iter()
                .filter(|vendor| vendor.family() == self)
        };
        let marked = |vendor: &Vendor| {
            vendor
                .row()
                .version_marker
                .is_some_and(|marker| version.contains(marker))
        };
        members()
            .find(marked)
            .or_else(|| members().find(|vendor| vendor.row().version_marker.is_none()))
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)
    }
}

/// The URL schemes of all vendors, as a message lists them: `postgres://, … or sqlite://`.
pub(crate) fn url_schemes() -> String {
    let first = Vendor::ALL.map(|vendor| {
        vendor
            .row()
            .url_schemes
            .first()
            .map_or_else(String::new, |s| format!("`{s}://`"))
    });
    let [rest @ .., last] = &first;
    format!("{} or {last}", rest.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_of_schemes_and_versions() {
        for (scheme, family) in [
            ("postgres", Some(Family::Postgres)),
            ("postgresql", Some(Family::Postgres)),
            ("mariadb", Some(Family::MySql)),
            ("sqlite", Some(Family::Sqlite)),
            ("oracle", None),
        ] {
            assert_eq!(Family::from_url_scheme(scheme), family, "{scheme}");
        }
        for (family, version, vendor) in [
            (Family::MySql, "11.8.2-MariaDB-ubu2404", Vendor::MariaDb),
            (Family::MySql, "8.4.5", Vendor::MySql),
            (Family::Postgres, "18.0", Vendor::Postgres),
            (Family::Sqlite, "3.50.4", Vendor::Sqlite),
        ] {
            assert_eq!(family.vendor_of_version(version), Some(vendor), "{version}");
        }
        assert_eq!(
            url_schemes(),
            "`postgres://`, `mysql://`, `mariadb://` or `sqlite://`"
        );
    }
}
