//! Names of charsets and collations in the spelling that both servers understand.

/// A charset in lower case. `utf8` is an alias of `utf8mb3` on both servers.
pub(crate) fn charset_name(text: &str) -> String {
    match text.to_ascii_lowercase().as_str() {
        "utf8" => String::from("utf8mb3"),
        other => other.to_owned(),
    }
}

/// A collation in lower case, with `utf8mb3_` for `utf8_`.
pub(crate) fn collation_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => lower,
    }
}

/// The charset of a collation: the first part of its name.
pub(crate) fn charset_of_collation(collation: &str) -> String {
    let name = collation.split('_').next().unwrap_or(collation);
    // MariaDB 11 lists the UCA 14.0.0 collations without their charset
    let name = if name == "uca1400" { "utf8mb4" } else { name };
    charset_name(name)
}
