//! The failure to connect: its cause by the server's error code, and its remedy.

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::Failure;
use crate::cli::session::url_parts::{file_of, place};
use crate::db::{DbError, DbUrl};

/// Why there is no connection, and what to do. Codes: PostgreSQL's appendix A, MySQL's error
/// reference, SQLite's result codes.
pub(crate) fn unreachable(url: &DbUrl, error: &DbError) -> Failure {
    let at = match file_of(url) {
        Some(file) => file.to_owned(),
        None => place(url),
    };
    let (what, next) = match error.code.as_str() {
        "28000" if error.message.contains("pg_hba.conf") => (
            format!("{at} admits no such connection"),
            "have its pg_hba.conf admit this user, host and database; where it wants TLS, add ?sslmode=require to the target's url",
        ),
        "3159" => (
            format!("{at} admits connections with TLS only"),
            "add ?ssl-mode=REQUIRED to the target's url",
        ),
        "28P01" | "28000" | "1045" | "1698" => (
            format!("{at} refuses this user or password"),
            "check user and password in the target's url",
        ),
        "3D000" | "1049" => (
            format!("{at} has no such database"),
            "create it there, or correct its name in the target's url",
        ),
        "42501" | "1044" | "1142" => (
            format!("this user may not use the database at {at}"),
            "have its owner grant it, or use another user",
        ),
        "53300" | "1040" | "1203" => (
            format!("{at} has no connection left"),
            "try again, or raise the server's limit",
        ),
        "57P03" => (format!("{at} is starting up"), "try again in a moment"),
        "14" => (
            format!("{at} is not there"),
            "tablewright migrate makes it; a path counts from the configuration's folder",
        ),
        "26" => (format!("{at} is no SQLite database"), "check the path"),
        _ if error.message.contains("refused") => (
            format!("nobody answers at {at}"),
            "start the server, or correct host and port in the target's url",
        ),
        _ if error.message.contains("no answer within") => (
            format!("{at} gives no answer"),
            "look for a firewall in between, or correct host and port in the target's url",
        ),
        _ if error.message.contains("TLS") || error.message.contains("certificate") => (
            format!("there is no TLS with {at}"),
            "have the server offer it with a certificate that is trusted here, or change the mode of TLS in the target's url",
        ),
        _ if error.message.contains("lookup") => (
            format!("the host of {at} is not known"),
            "correct the host in the target's url",
        ),
        _ => (format!("no connection to {at}"), "check the target's url"),
    };
    let mut failure = Failure::new(Exit::Failed, what);
    if let crate::cli::session::failure::Why::Error(why) = &mut failure.why {
        *why = anyhow::Error::new(error.clone()).context(why.to_string());
    }
    failure.next(next)
}
