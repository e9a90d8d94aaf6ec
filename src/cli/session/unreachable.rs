//! Connection failures: the cause by the server's error code, and the remedy.

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::Failure;
use crate::cli::session::url_parts::{file_of, host_and_port};
use crate::db::{DbError, DbUrl};

/// A connection that failed. The codes are those of PostgreSQL's appendix A, of MySQL's error
/// reference and SQLite's result codes.
pub(crate) fn unreachable(url: &DbUrl, error: &DbError) -> Failure {
    let at = match file_of(url) {
        Some(file) => file.to_owned(),
        None => host_and_port(url),
    };
    let (what, help) = match error.code.as_str() {
        "28000" if error.message.contains("pg_hba.conf") => (
            format!("connection refused by pg_hba.conf of {at}"),
            "add an entry for this user, host and database to pg_hba.conf; if the entry requires TLS, add ?sslmode=require to the target's url",
        ),
        "3159" => (
            format!("{at} requires TLS"),
            "add ?ssl-mode=REQUIRED to the target's url",
        ),
        "28P01" | "28000" | "1045" | "1698" => (
            format!("authentication failed at {at}"),
            "check user and password in the target's url",
        ),
        "3D000" | "1049" => (
            format!("no such database at {at}"),
            "create the database, or correct its name in the target's url",
        ),
        "42501" | "1044" | "1142" => (
            format!("access to the database at {at} denied"),
            "grant this user access to the database, or connect as another user",
        ),
        "53300" | "1040" | "1203" => (
            format!("too many connections at {at}"),
            "try again later, or raise the server's connection limit",
        ),
        "57P03" => (format!("{at} is starting up"), "try again later"),
        "14" => (
            format!("no database file {at}"),
            "run `tablewright migrate` to create it, or correct the path, which is relative to the configuration file",
        ),
        "26" => (
            format!("not a SQLite database: {at}"),
            "correct the path in the target's url",
        ),
        _ if error.message.contains("refused") => (
            format!("connection refused by {at}"),
            "start the server, or correct host and port in the target's url",
        ),
        _ if error.message.contains("no reply within") => (
            format!("connection to {at} timed out"),
            "check for a firewall in between, or correct host and port in the target's url",
        ),
        _ if error.message.contains("TLS") || error.message.contains("certificate") => (
            format!("TLS with {at} failed"),
            "enable TLS on the server with a trusted certificate, or change the TLS mode in the target's url",
        ),
        _ if error.message.contains("lookup") => (
            format!("unknown host: {at}"),
            "correct the host in the target's url",
        ),
        _ => (
            format!("connection to {at} failed"),
            "check the target's url",
        ),
    };
    Failure {
        exit: Exit::Failed,
        ..Failure::from(anyhow::Error::new(error.clone()).context(what))
    }
    .help(help)
}
