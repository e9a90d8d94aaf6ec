//! Targets: resolution from the arguments and the configuration, and connections.

use crate::cli::exit_code::Exit;
use crate::cli::session::config;
use crate::cli::session::config::TargetConfig;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::LockSettings;
use crate::cli::session::unreachable::unreachable;
use crate::cli::session::url_parts::{file_of, host_and_port, is_file, resolve_path};
use crate::cli::session::workspace::Workspace;
use crate::db::{Conn, DbError, DbUrl, Role, ServerInfo};
use crate::dialect;
use crate::dialect::Dialect;
use crate::migrate::run::table_size::{SAFE_BELOW, size};
use crate::spec::nearest;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The default target.
const LOCAL: &str = "local";

/// A database to connect to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The name in the configuration; `url` for `--url`.
    pub(crate) name: String,
    /// The connection URL.
    pub(crate) url: DbUrl,
    /// The dialect.
    pub(crate) dialect: &'static dyn Dialect,
    /// Whether commands that write must confirm it by its name.
    pub(crate) confirm: bool,
    /// Lock time-outs and retries.
    pub(crate) locks: LockSettings,
    /// Tables below this size, in bytes, may be rewritten or blocked without consent.
    pub(crate) safe_below: u64,
    /// The options that select it on the command line: `-d shop -t production`.
    pub(crate) flag: String,
}

/// A connection and the state of its server.
pub(crate) struct Connected {
    /// The connection.
    pub(crate) conn: Conn,
    /// The state that the server reports.
    pub(crate) info: ServerInfo,
}

impl Workspace {
    /// The target selected by the arguments. Commands that write default to `local` only if that is an
    /// embedded database.
    ///
    /// # Errors
    /// An unknown target, an unset variable, or an invalid URL.
    pub(crate) fn target(&self, writes: bool) -> Outcome<Target> {
        if let Some(given) = &self.global.url {
            let url = self.url_argument(given.expose())?;
            let flag = format!("-d {} --url {}", self.database, given.shown());
            return target_of_url("url", &url, Path::new(""), flag, None);
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
        let url =
            config::expand(&config.url, |name| std::env::var(name).ok()).map_err(|failure| {
                failure.help(format!(
                    "set it, or change the url of target `{shown}` of {}",
                    self.database
                ))
            })?;
        let flag = match name {
            Some(name) => format!("-d {} -t {name}", self.database),
            None => format!("-d {}", self.database),
        };
        let target = target_of_url(shown, &DbUrl::new(url), &self.root, flag, Some(&config))?;
        if writes && name.is_none() && !is_file(&target.url) {
            let refused = format!(
                "-t is required: {} has no embedded `local` target",
                self.database
            );
            return Err(
                Failure::usage(refused).help(format!("pass -t {LOCAL} to write to `local`"))
            );
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
                "the password in --url is visible in the process list; \
                 use `--url env:NAME` to read the URL from a variable",
            );
        }
        Ok(url)
    }

    fn unknown_target(&self, name: &str) -> Failure {
        let known: Vec<&str> = self.config.targets.keys().map(String::as_str).collect();
        let failure = Failure::usage(format!("{} has no target `{name}`", self.database));
        match nearest(name, known.iter().copied()) {
            Some(near) => failure.help(format!("did you mean -t {near}?")),
            None if known.is_empty() => failure.help("declare it under `targets:`, or pass --url"),
            None => failure.help(format!("pass -t with one of {}", known.join(", "))),
        }
    }

    /// Connects, and writes the server, role, database and user to stderr.
    ///
    /// # Errors
    /// The connection failed, or the URL names no database.
    pub(crate) async fn connect(&self, target: &Target, create: bool) -> Outcome<Connected> {
        if create {
            make_folder(&target.url)?;
        }
        let refused = |error: DbError| unreachable(&target.url, &error);
        let mut conn = Conn::open(&target.url, create).await.map_err(refused)?;
        let info = conn.server_info().await.map_err(refused)?;
        if file_of(&target.url).is_none() && info.database.is_none() {
            let address = host_and_port(&target.url);
            return Err(Failure::usage(format!(
                "the url of target `{}` names no database",
                target.name
            ))
            .help(format!("append the name to the host: {address}/NAME")));
        }
        self.output.message(&format!(
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
    /// Requires a server that accepts writes.
    ///
    /// # Errors
    /// A replica, or a read-only server.
    pub(crate) fn require_writable(&self, on_replica: bool) -> Outcome<()> {
        match self.info.role {
            None | Some(Role::Primary) => Ok(()),
            Some(_) if on_replica => Ok(()),
            Some(Role::Replica { .. }) => Err(Failure::new(
                Exit::Refused,
                "refusing to write to a replica; nothing was run",
            )
            .help("use the url of the primary, or pass --on-replica to write to this server")),
            Some(Role::ReadOnly) => Err(Failure::new(
                Exit::Refused,
                "refusing to write to a read-only server; nothing was run",
            )
            .help("wait until it accepts writes, use the url of the primary, or pass --on-replica to try")),
        }
    }
}

fn target_of_url(
    name: &str,
    url: &DbUrl,
    root: &Path,
    flag: String,
    config: Option<&TargetConfig>,
) -> Outcome<Target> {
    let text = url.expose();
    let whole = text.contains("://") || text.starts_with("sqlite:");
    let family = url.family().filter(|_| whole).ok_or_else(|| {
        // a text without a scheme may be a password
        let shown = if whole {
            format!(": `{url}`")
        } else {
            String::new()
        };
        Failure::usage(format!("not a database URL{shown}"))
            .help("write a URL that starts with postgres://, mysql://, mariadb:// or sqlite://")
    })?;
    let locks = config.map_or_else(|| Ok(LockSettings::default()), LockSettings::from_config)?;
    let size_text = config.and_then(|config| config.safe_below.as_deref());
    let safe_below = match size_text {
        None => SAFE_BELOW,
        Some(text) => size(text).ok_or_else(|| {
            Failure::usage(format!(
                "invalid `safe_below: {text}`: expected a size such as 500MB or 1.5GB"
            ))
        })?,
    };
    Ok(Target {
        name: name.to_owned(),
        url: resolve_path(url, root),
        dialect: dialect::of_family(family),
        confirm: config.is_some_and(|c| c.confirm),
        locks,
        safe_below,
        flag,
    })
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
            format!("cannot create folder {}: {error}", folder.display()),
        )
    })
}

/// The server: `MySQL 9.7.4, primary, db1:3306/ai_agent as migrator`, or the file of an embedded
/// database.
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
        let _ = write!(out, ", {}/{database}", host_and_port(url));
    }
    if let Some(user) = &info.user {
        let _ = write!(out, " as {user}");
    }
    out
}

/// The file of an embedded target.
pub(crate) fn embedded_file(target: &Target) -> Option<PathBuf> {
    file_of(&target.url).map(PathBuf::from)
}
