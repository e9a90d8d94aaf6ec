//! Where a database lives: finding it, connecting, and saying who is there.

use crate::cli::exit_code::Exit;
use crate::cli::session::config;
use crate::cli::session::config::TargetConfig;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::Locks;
use crate::cli::session::unreachable::unreachable;
use crate::cli::session::url_parts::{below, file_of, is_file, place};
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
        let refused = |error: DbError| unreachable(&target.url, &error);
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

/// The file of an embedded target, for messages.
pub(crate) fn embedded_file(target: &Target) -> Option<PathBuf> {
    file_of(&target.url).map(PathBuf::from)
}
