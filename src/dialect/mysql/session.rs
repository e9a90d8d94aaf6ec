//! What a session is pinned to, so that the same statements mean the same everywhere.

use crate::db::{Server, Vendor};

/// Modes that change what a statement means; the server's other modes stay.
const WITHOUT: [&str; 5] = [
    // "ANSI" stands for several modes and goes first
    "ANSI",
    "ANSI_QUOTES",
    "PIPES_AS_CONCAT",
    "IGNORE_SPACE",
    "NO_BACKSLASH_ESCAPES",
];

/// The statements that pin a session.
pub(super) fn pin(server: &Server, role: Option<&str>) -> Vec<String> {
    let mut mode = String::from("CONCAT(',', @@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES,')");
    for name in WITHOUT {
        // two neighbours share a comma, so that each one leaves its own behind
        mode = format!("REPLACE({mode}, ',{name},', ',')");
    }
    let mut statements = vec![
        String::from("SET NAMES utf8mb4"),
        format!("SET SESSION sql_mode = TRIM(BOTH ',' FROM {mode})"),
        String::from("SET SESSION time_zone = '+00:00'"),
        String::from("SET SESSION foreign_key_checks = 1"),
    ];
    // read-only in a MariaDB session before 10.8.4 (there it is the server's own setting)
    let settable = match server.vendor {
        Vendor::MariaDb => server.version >= crate::db::Version(10, 8, 4),
        Vendor::MySql | Vendor::Postgres | Vendor::Sqlite => true,
    };
    if settable {
        statements.push(String::from(
            "SET SESSION explicit_defaults_for_timestamp = 1",
        ));
    }
    if let Some(role) = role {
        statements.push(format!("SET ROLE {}", super::words::quote(role)));
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Version;

    #[test]
    fn only_what_a_session_may_set_is_set() {
        let of = |vendor, version| pin(&Server { vendor, version }, Some("owner")).join("; ");
        assert!(of(Vendor::MySql, Version(8, 0, 16)).contains("explicit_defaults_for_timestamp"));
        assert!(!of(Vendor::MariaDb, Version(10, 6, 0)).contains("explicit_defaults"));
        assert!(of(Vendor::MariaDb, Version(10, 11, 0)).ends_with("SET ROLE owner"));
    }
}
