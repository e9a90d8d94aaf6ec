//! The settings of a session, so that statements have the same meaning on every server.

use crate::db::{Server, Vendor, Version};

/// SQL modes that change the meaning of a statement; the server's other modes are kept.
const WITHOUT: [&str; 16] = [
    // each of these includes several modes, so they are removed first
    "TRADITIONAL",
    "ANSI",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "POSTGRESQL",
    // MariaDB's SHOW CREATE TABLE is incomplete in these
    "NO_TABLE_OPTIONS",
    "NO_FIELD_OPTIONS",
    "NO_KEY_OPTIONS",
    "ANSI_QUOTES",
    "PIPES_AS_CONCAT",
    "IGNORE_SPACE",
    "NO_BACKSLASH_ESCAPES",
    // a table with a zero date as default could be neither created nor altered (1067)
    "NO_ZERO_IN_DATE",
    "NO_ZERO_DATE",
];

/// The statements before an inspection: names in backticks, strings with backslashes, complete output, and current
/// statistics.
pub(crate) fn reading(vendor: Vendor) -> Vec<String> {
    let mut statements = vec![
        String::from("SET NAMES utf8mb4"),
        sql_mode(),
        String::from("SET SESSION sql_quote_show_create = 1"),
    ];
    match vendor {
        Vendor::MySql => statements.push(String::from(
            "SET SESSION information_schema_stats_expiry = 0",
        )),
        Vendor::MariaDb | Vendor::Postgres | Vendor::Sqlite => {}
    }
    statements
}

fn sql_mode() -> String {
    let mut mode = String::from("CONCAT(',', @@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES,')");
    for name in WITHOUT {
        // two adjacent modes share a comma, so each replacement keeps one
        mode = format!("REPLACE({mode}, ',{name},', ',')");
    }
    format!("SET SESSION sql_mode = TRIM(BOTH ',' FROM {mode})")
}

/// The statements that set up a session.
pub(crate) fn pin(server: &Server, role: Option<&str>) -> Vec<String> {
    let mut statements = vec![
        String::from("SET NAMES utf8mb4"),
        sql_mode(),
        String::from("SET SESSION time_zone = '+00:00'"),
        String::from("SET SESSION foreign_key_checks = 1"),
    ];
    if takes_explicit_defaults(server) {
        statements.push(String::from(
            "SET SESSION explicit_defaults_for_timestamp = 1",
        ));
    }
    if server.vendor == Vendor::MariaDb {
        // otherwise tables with a history could not be altered (4119)
        statements.push(String::from(
            "SET SESSION system_versioning_alter_history = KEEP",
        ));
    }
    if let Some(role) = role {
        statements.push(format!(
            "SET ROLE {}",
            crate::dialect::mysql::naming::quote(role)
        ));
    }
    statements
}

/// Whether a session may set `explicit_defaults_for_timestamp`, so that a `TIMESTAMP` has only the declared default.
/// In MariaDB it is a global setting, off before 10.10, up to the releases of August 2022 (MDEV-29225).
fn takes_explicit_defaults(server: &Server) -> bool {
    let Version(major, minor, patch) = server.version;
    match server.vendor {
        Vendor::MariaDb => match (major, minor) {
            (10, 6) => patch >= 9,
            (10, 7) => patch >= 5,
            (10, 8) => patch >= 4,
            (10, 9) => patch >= 2,
            newer => newer > (10, 9),
        },
        Vendor::MySql | Vendor::Postgres | Vendor::Sqlite => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_session_may_set_is_set() {
        let of = |vendor, version| pin(&Server { vendor, version }, Some("owner")).join("; ");
        assert!(of(Vendor::MySql, Version(8, 0, 16)).contains("explicit_defaults_for_timestamp"));
        assert!(!of(Vendor::MariaDb, Version(10, 6, 8)).contains("explicit_defaults"));
        assert!(of(Vendor::MariaDb, Version(10, 6, 9)).contains("explicit_defaults"));
        assert!(!of(Vendor::MariaDb, Version(10, 8, 3)).contains("explicit_defaults"));
        assert!(of(Vendor::MariaDb, Version(10, 11, 0)).ends_with("SET ROLE owner"));
    }
}
