//! Where a database lives: finding it, connecting, and saying who is there.

use crate::cli::exit_code::Exit;
use crate::cli::session::config;
use crate::cli::session::config::TargetConfig;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::Locks;
use crate::cli::session::workspace::Workspace;
use crate::db::{Conn, DbError, DbUrl, Role, ServerInfo};
use crate::dialect;
use crate::dialect::Dialect;
use crate::migrate::run::table_size::{SAFE_BELOW, size};
use crate::spec::nearest;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The target where none is named.
const LOCAL: &str = "local";

/// A database that can be connected to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Its name; `url` where it came from `--url`.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) url: DbUrl,
    /// Its dialect.
    pub(crate) dialect: &'static dyn Dialect,
    /// Whoever writes has to name it.
    pub(crate) confirm: bool,
    /// How locks are waited for.
    pub(crate) locks: Locks,
    /// Tables below this size, in bytes, may be rewritten, and their writers may wait.
    pub(crate) safe_below: u64,
    /// How it is named in a command line: `-d shop -t production`.
    pub(crate) flag: String,
}

/// A connection and who is at its other end.
pub(crate) struct Connected {
    /// The connection.
    pub(crate) conn: Conn,
    /// What the server says about it.
    pub(crate) info: ServerInfo,
}

impl Workspace {
    /// The target that the arguments name. A command that `writes` takes `local` by itself only while
    /// that is an embedded database.
    ///
    /// # Errors
    /// An unknown target, an unset variable, a URL that isn't one.
    pub(crate) fn target(&self, writes: bool) -> Outcome<Target> {
        if let Some(given) = &self.global.url {
            let url = self.url_argument(given.expose())?;
            let flag = format!("-d {} --url {}", self.database, given.shown());
            return target("url", &url, Path::new(""), flag, None);
        }
        let name = self.global.target.as_deref();
        let config = match (name, self.config.targets.get(name.unwrap_or(LOCAL))) {
            (_, Some(config)) => config.clone(),
            (None | Some(LOCAL), None) => TargetConfig {
                url: format!("sqlite://.tablewright/{}.db", self.database),
                ..TargetConfig::default()
            },
            (Some(name), None) => return Err(self.unknown_target(name)),
        };
        let shown = name.unwrap_or(LOCAL);
        let url = config::expand(&config.url, |name| std::env::var(name).ok()).map_err(|why| {
            why.next(format!(
                "it is in the url of {}'s target {shown}",
                self.database
            ))
        })?;
        let flag = match name {
            Some(name) => format!("-d {} -t {name}", self.database),
            None => format!("-d {}", self.database),
        };
        let target = target(shown, &DbUrl::new(url), &self.root, flag, Some(&config))?;
        if writes && name.is_none() && !is_file(&target.url) {
            let refused = format!(
                "{} has no embedded `local` target, so -t is needed",
                self.database
            );
            return Err(Failure::usage(refused).next(format!("-t {LOCAL}, if that is meant")));
        }
        Ok(target)
    }

    fn url_argument(&self, text: &str) -> Outcome<DbUrl> {
        if let Some(name) = text.strip_prefix("env:") {
            return std::env::var(name).map(DbUrl::new).map_err(|_| {
                Failure::usage(format!("the environment variable {name} is not set"))
            });
        }
        let url = DbUrl::new(text);
        let from_environment = std::env::var("TABLEWRIGHT_URL").is_ok_and(|value| value == text);
        if url.has_password() && !from_environment {
            self.output.warn(
                "the password in --url is in the process list; \
                 `--url env:NAME` takes the whole URL from a variable",
            );
        }
        Ok(url)
    }

    fn unknown_target(&self, name: &str) -> Failure {
        let known: Vec<&str> = self.config.targets.keys().map(String::as_str).collect();
        let failure = Failure::usage(format!("{} has no target `{name}`", self.database));
        match nearest(name, known.iter().copied()) {
            Some(near) => failure.next(format!("-t {near}, if that was meant")),
            None if known.is_empty() => failure.next("write one under `targets:`, or give --url"),
            None => failure.next(format!("-t NAME with one of {}", known.join(", "))),
        }
    }

    /// Connects, and says on stderr who is there.
    ///
    /// # Errors
    /// Nobody answers, or the server refuses.
    pub(crate) async fn connect(&self, target: &Target, create: bool) -> Outcome<Connected> {
        if create {
            make_folder(&target.url)?;
        }
        let refused = |error: DbError| unreachable(target, &error);
        let mut conn = Conn::open(&target.url, create).await.map_err(refused)?;
        let info = conn.server_info().await.map_err(refused)?;
        if file_of(&target.url).is_none() && info.database.is_none() {
            let place = place(&target.url);
            return Err(
                Failure::usage(format!("the url of {} names no database", target.name))
                    .next(format!("write its name behind the host: {place}/NAME")),
            );
        }
        self.output.say(&format!(
            "{}   {}",
            self.output
                .err_style()
                .bold(&format!("{} on {}", self.database, target.name)),
            header(&conn, &info, &target.url)
        ));
        Ok(Connected { conn, info })
    }
}

impl Connected {
    /// Refuses a server that takes no writes.
    ///
    /// # Errors
    /// A replica, or a read-only server.
    pub(crate) fn writable(&self, on_replica: bool) -> Outcome<()> {
        match self.info.role {
            None | Some(Role::Primary) => Ok(()),
            Some(_) if on_replica => Ok(()),
            Some(Role::Replica { .. }) => Err(Failure::new(
                Exit::Refused,
                "this server is a replica: nothing is written to it",
            )
            .next("name the primary in the target's url; --on-replica, if this one is really meant")),
            Some(Role::ReadOnly) => Err(Failure::new(
                Exit::Refused,
                "this server is read-only: nothing is written to it",
            )
            .next("wait until it takes writes, or name the primary in the target's url; --on-replica tries it all the same")),
        }
    }
}

fn target(
    name: &str,
    url: &DbUrl,
    root: &Path,
    flag: String,
    config: Option<&TargetConfig>,
) -> Outcome<Target> {
    let text = url.expose();
    let whole = text.contains("://") || text.starts_with("sqlite:");
    let family = url.family().filter(|_| whole).ok_or_else(|| {
        // what has no scheme may be a password as it stands
        let shown = if whole { format!("`{url}`") } else { "this".into() };
        Failure::usage(format!(
            "{shown} is no URL of a database: it begins with postgres://, mysql://, mariadb:// or sqlite://"
        ))
    })?;
    let locks = config.map_or_else(|| Ok(Locks::default()), Locks::of)?;
    let said = config.and_then(|config| config.safe_below.as_deref());
    let safe_below = match said {
        None => SAFE_BELOW,
        Some(text) => size(text).ok_or_else(|| {
            Failure::usage(format!(
                "`safe_below: {text}` is not a size such as 500MB or 1.5GB"
            ))
        })?,
    };
    Ok(Target {
        name: name.to_owned(),
        url: below(url, root),
        dialect: dialect::of_family(family),
        confirm: config.is_some_and(|c| c.confirm),
        locks,
        safe_below,
        flag,
    })
}

/// The file of an embedded database, as it stands in the URL.
fn file_of(url: &DbUrl) -> Option<&str> {
    let path = url.expose().strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    path.split('?').next()
}

/// What a database is called where only a URL (or `env:NAME`) says it.
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

fn is_file(url: &DbUrl) -> bool {
    file_of(url).is_some()
}

/// Paths in a configuration count from its folder.
fn below(url: &DbUrl, root: &Path) -> DbUrl {
    match file_of(url) {
        Some(path) if !path.starts_with([':', '/']) && !path.is_empty() => {
            let query = url.expose().split_once('?').map(|(_, query)| query);
            let query = query.map_or_else(String::new, |query| format!("?{query}"));
            DbUrl::new(format!("sqlite://{}{query}", root.join(path).display()))
        }
        Some(_) | None => url.clone(),
    }
}

fn make_folder(url: &DbUrl) -> Outcome<()> {
    let Some(folder) = file_of(url).and_then(|path| Path::new(path).parent()) else {
        return Ok(());
    };
    if folder == Path::new("") || folder.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::new(
            Exit::Failed,
            format!("{} can't be made: {error}", folder.display()),
        )
    })
}

/// `MySQL 9.7.4, primary, db1:3306/ai_agent as migrator`; the file of an embedded database.
fn header(conn: &Conn, info: &ServerInfo, url: &DbUrl) -> String {
    let mut out = conn.server().to_string();
    // writing to a String can't fail
    if let Some(role) = info.role {
        let _ = write!(out, ", {role}");
    }
    if let Some(file) = file_of(url) {
        let file = if file == ":memory:" { "empty" } else { file };
        let _ = write!(out, ", {file}");
    } else {
        let database = info.database.as_deref().unwrap_or("no database");
        let _ = write!(out, ", {}/{database}", place(url));
    }
    if let Some(user) = &info.user {
        let _ = write!(out, " as {user}");
    }
    out
}

/// `db1:3306`, without user and password.
fn place(url: &DbUrl) -> String {
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
    // an IPv6 address stands in brackets, so its colons are no port
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    if has_port {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    }
}

/// Why there is no connection, and what to do. Codes: PostgreSQL's appendix A, MySQL's error
/// reference, SQLite's result codes.
fn unreachable(target: &Target, error: &DbError) -> Failure {
    let at = match file_of(&target.url) {
        Some(file) => file.to_owned(),
        None => place(&target.url),
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
        _ if error.message.contains("no reply within") => (
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

/// The file of an embedded target, for messages.
pub(crate) fn embedded_file(target: &Target) -> Option<PathBuf> {
    file_of(&target.url).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_s_place_has_no_secret() {
        let cases = [
            ("mysql://u:p%40@db1:3307/x?a=b", "db1:3307"),
            ("mysql://u:p@db1/x", "db1:3306"),
            ("postgres://db2", "db2:5432"),
            ("postgresql:///x", "localhost:5432"),
            ("postgres://u@[::1]/x", "[::1]:5432"),
            ("postgres://u@[::1]:99/x", "[::1]:99"),
        ];
        for (url, expected) in cases {
            assert_eq!(place(&DbUrl::new(url)), expected);
        }
    }

    #[test]
    fn files_count_from_the_configuration() {
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
            assert_eq!(below(&DbUrl::new(url), Path::new("..")).expose(), expected);
        }
    }
}
