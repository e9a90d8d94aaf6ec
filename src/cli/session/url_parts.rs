//! Parts of a connection URL: file, host and port, database name.

use crate::db::DbUrl;
use std::path::Path;

/// The file of an embedded database, as written in the URL.
pub(crate) fn file_of(url: &DbUrl) -> Option<&str> {
    let path = url.expose().strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    path.split('?').next()
}

/// The name of the database in a URL, or in the variable of `env:NAME`.
pub(crate) fn database_name(text: &str) -> String {
    let whole = match text.strip_prefix("env:") {
        Some(name) => std::env::var(name).unwrap_or_default(),
        None => text.to_owned(),
    };
    let url = DbUrl::new(whole);
    let name = match file_of(&url) {
        Some(path) => Path::new(path)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned()),
        None => {
            let shown = url.to_string();
            let path = shown.split('?').next().unwrap_or_default();
            let rest = path.split_once("://").map_or("", |(_, rest)| rest);
            rest.split_once('/').map(|(_, name)| name.to_owned())
        }
    };
    name.filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "database".into())
}

/// Whether the URL is that of an embedded database.
pub(crate) fn is_file(url: &DbUrl) -> bool {
    file_of(url).is_some()
}

/// Resolves the path of an embedded database against the folder of the configuration.
pub(crate) fn resolve_path(url: &DbUrl, root: &Path) -> DbUrl {
    match file_of(url) {
        Some(path) if !path.starts_with([':', '/']) && !path.is_empty() => {
            let query = url.expose().split_once('?').map(|(_, query)| query);
            let query = query.map_or_else(String::new, |query| format!("?{query}"));
            DbUrl::new(format!("sqlite://{}{query}", root.join(path).display()))
        }
        Some(_) | None => url.clone(),
    }
}

/// `db1:3306`, without user and password.
pub(crate) fn host_and_port(url: &DbUrl) -> String {
    let shown = url.to_string();
    let rest = shown.split_once("://").map_or(&*shown, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let host = if host.is_empty() { "localhost" } else { host };
    let port = if shown.starts_with("postgres") {
        5432
    } else {
        3306
    };
    // the colons of a bracketed IPv6 address separate no port
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    if has_port {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_have_no_password() {
        let cases = [
            ("mysql://u:p%40@db1:3307/x?a=b", "db1:3307"),
            ("mysql://u:p@db1/x", "db1:3306"),
            ("postgres://db2", "db2:5432"),
            ("postgresql:///x", "localhost:5432"),
            ("postgres://u@[::1]/x", "[::1]:5432"),
            ("postgres://u@[::1]:99/x", "[::1]:99"),
        ];
        for (url, expected) in cases {
            assert_eq!(host_and_port(&DbUrl::new(url)), expected);
        }
    }

    #[test]
    fn relative_files_are_resolved_against_the_root() {
        let cases = [
            (
                "sqlite://.tablewright/a.db",
                "sqlite://../.tablewright/a.db",
            ),
            ("sqlite:a.db?mode=ro", "sqlite://../a.db?mode=ro"),
            ("sqlite:///abs/a.db", "sqlite:///abs/a.db"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("mysql://h/d", "mysql://h/d"),
        ];
        for (url, expected) in cases {
            assert_eq!(
                resolve_path(&DbUrl::new(url), Path::new("..")).expose(),
                expected
            );
        }
    }
}
