//! `tablewright.yaml`, as `docs/configuration.md` describes it.

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::{Failure, Outcome};
use crate::db::{Vendor, Version};
use crate::diag::{Code, Diagnostic, Location, Sources};
use crate::pipeline::Settings;
use indexmap::IndexMap;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the configuration file.
pub(crate) const FILE: &str = "tablewright.yaml";

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The logical databases.
    #[serde(default)]
    pub(crate) databases: IndexMap<String, DatabaseConfig>,
}

/// One logical database.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseConfig {
    /// The folder of its specs.
    pub(crate) schemas: Option<PathBuf>,
    /// The folder of its migrations; `{dialect}` stands for the dialect's name.
    pub(crate) migrations: Option<String>,
    /// The dialects that files are written for. Default: all.
    pub(crate) dialects: Option<Vec<String>>,
    /// The oldest server of each vendor.
    #[serde(default)]
    pub(crate) servers: IndexMap<String, String>,
    /// Settings that only PostgreSQL has.
    #[serde(default)]
    pub(crate) postgres: PostgresConfig,
    /// The table of applied migrations.
    pub(crate) history_table: Option<String>,
    /// Whether each version has one step where DDL commits implicitly, for teams that apply migrations
    /// with refinery.
    #[serde(default)]
    pub(crate) one_statement_per_version: bool,
    /// Name patterns of tables that are ignored.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
    /// Differences that are ignored.
    #[serde(default)]
    pub(crate) ignore_differences: Vec<Ignore>,
    /// The connections, by their names.
    #[serde(default)]
    pub(crate) targets: IndexMap<String, TargetConfig>,
}

/// A kind of difference that can be ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ignore {
    /// The order of the columns that both sides have
    ColumnOrder,
}

/// Settings that only PostgreSQL has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostgresConfig {
    /// The schema of tables whose specs name none. Default: `public`.
    pub(crate) schema: Option<String>,
    /// The role that `SET ROLE` switches to at the start of each session.
    pub(crate) role: Option<String>,
    /// The search path of migrations.
    #[serde(default)]
    pub(crate) search_path: Vec<String>,
}

/// One target: a connection and its lock settings.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetConfig {
    /// The connection URL. `${VAR}` is replaced by the environment variable.
    pub(crate) url: String,
    /// Whether commands that write must confirm the target by its name.
    #[serde(default)]
    pub(crate) confirm: bool,
    /// The lock time-out of a statement, such as `2s`.
    pub(crate) lock_timeout: Option<String>,
    /// The number of attempts for a statement whose lock wait timed out.
    pub(crate) lock_tries: Option<u32>,
    /// The longest pause between attempts, after the first and overall, such as `1s..30s`.
    pub(crate) lock_backoff: Option<String>,
    /// The age from which open transactions are reported before a run, such as `1m`.
    pub(crate) long_transaction: Option<String>,
    /// The size below which tables may be rewritten, and writes to them blocked, without consent, such as
    /// `500MB`.
    pub(crate) safe_below: Option<String>,
}

impl std::fmt::Debug for TargetConfig {
    /// Omits the URL, which may contain a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TargetConfig")
            .field("confirm", &self.confirm)
            .field("lock_timeout", &self.lock_timeout)
            .finish_non_exhaustive()
    }
}

/// Vendors by their names in `servers:`.
const VENDORS: [(&str, Vendor); 4] = [
    ("postgres", Vendor::Postgres),
    ("mysql", Vendor::MySql),
    ("mariadb", Vendor::MariaDb),
    ("sqlite", Vendor::Sqlite),
];

impl DatabaseConfig {
    /// The settings of the database of this name.
    ///
    /// # Errors
    /// An invalid entry of `servers:`.
    pub(crate) fn settings(&self, name: &str) -> Outcome<Settings> {
        let mut settings = Settings::new(name).ignore(&self.ignore);
        settings.servers = self.servers()?;
        settings.schema.clone_from(&self.postgres.schema);
        settings.role.clone_from(&self.postgres.role);
        settings = settings.search_path(&self.postgres.search_path);
        Ok(match &self.history_table {
            Some(name) => settings.history_table(name),
            None => settings,
        })
    }

    /// `servers:` as vendors and versions.
    ///
    /// # Errors
    /// An unknown vendor or an invalid version.
    pub(crate) fn servers(&self) -> Outcome<Vec<(Vendor, Version)>> {
        let mut out = Vec::new();
        for (name, version) in &self.servers {
            let vendor = VENDORS.iter().find(|(known, _)| known == name);
            let (Some((_, vendor)), Some(version)) = (vendor, Version::parse(version)) else {
                return Err(Failure::usage(format!(
                    "invalid `servers: {{ {name}: {version} }}`: expected a version such as 14 for postgres, mysql, mariadb or sqlite"
                )));
            };
            out.push((*vendor, version));
        }
        Ok(out)
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// A file that can't be read, or an unknown key or invalid value, with its location.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
        Self::parse(&text, &shown)
    }

    /// Parses the text of a configuration file. `shown` is its path in messages.
    ///
    /// # Errors
    /// An unknown key or an invalid value, with its location.
    pub(crate) fn parse(text: &str, shown: &str) -> Outcome<Self> {
        serde_yaml::from_str(text).map_err(|error| {
            let message = error.to_string();
            // the message ends with the location, which is shown separately
            let message = message.split(" at line ").next().unwrap_or_default();
            let mut finding = Diagnostic::error(Code::Config, message.to_owned());
            let mut sources = Sources::default();
            let file: Arc<str> = shown.into();
            if let Some(at) = error.location() {
                let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).max(1);
                sources.insert(file.clone(), hidden(text).into());
                finding = finding.at(&Location {
                    file,
                    line: number(at.line()),
                    column: number(at.column()),
                    width: 1,
                });
            } else {
                finding.message = format!("{shown}: {}", finding.message);
            }
            Failure::findings(Exit::Usage, vec![finding], sources)
        })
    }
}

/// The text for error messages: user and password of URLs are replaced by `***`.
fn hidden(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| match (line.find("://"), line.rfind('@')) {
            (Some(start), Some(end)) if start < end => {
                format!("{}***{}", &line[..start + 3], &line[end..])
            }
            (Some(_) | None, _) => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}

/// The path of the configuration file in a folder or the nearest folder above.
pub(crate) fn find(from: &Path) -> Option<PathBuf> {
    from.ancestors()
        .map(|folder| folder.join(FILE))
        .find(|path| path.is_file())
}

/// Replaces each `${NAME}` by the value of the environment variable.
///
/// # Errors
/// An unset variable, or a `${` without `}`.
pub(crate) fn expand(text: &str, lookup: impl Fn(&str) -> Option<String>) -> Outcome<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            return Err(Failure::usage("`${` without `}` in a target's url"));
        };
        let value = lookup(name)
            .ok_or_else(|| Failure::usage(format!("the environment variable {name} is not set")))?;
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::cli::session::failure::FailureCause;

    const FULL: &str = "
databases:
  ai_agent:
    schemas: schemas/ai_agent
    migrations: migrations/{dialect}/ai_agent
    dialects: [postgres, mysql, sqlite]
    servers: { postgres: 14, mysql: 8.0.16, mariadb: 10.10 }
    postgres: { schema: public, role: app_owner, search_path: [public] }
    history_table: refinery_schema_history
    one_statement_per_version: true
    ignore: [\"gh_ost_*\", \"*_old\"]
    ignore_differences: [column-order]
    targets:
      local: { url: \"sqlite://.tablewright/ai_agent.db\" }
      production: { url: \"${URL}\", confirm: true, lock_timeout: 2s, lock_tries: 10, lock_backoff: 1s..30s, long_transaction: 1m, safe_below: 500MB }
";

    #[test]
    fn every_key_is_read() {
        let config = Config::parse(FULL, FILE).unwrap();
        let database = &config.databases["ai_agent"];
        assert!(database.targets["production"].confirm);
        let servers = database.servers().unwrap();
        assert_eq!(servers[2], (Vendor::MariaDb, Version(10, 10, 0)));
    }

    #[test]
    fn unknown_keys_are_rejected() {
        let text =
            "databases:\n  a:\n    targets:\n      x: { url: \"sqlite://a\", max_lag: 30s }\n";
        let failure = Config::parse(text, FILE).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(format!("{:?}", failure.cause).contains("unknown field `max_lag`"));
    }

    #[test]
    fn errors_have_a_location_and_hide_passwords() {
        let text = "databases:\n  a:\n    targets:\n      x: { url: \"mysql://u:hunter2@h/d\", confrim: true }\n";
        let failure = Config::parse(text, FILE).unwrap_err();
        let FailureCause::Findings(list, sources) = &failure.cause else {
            unreachable!("the error has a location")
        };
        let at = list[0].at.as_ref().unwrap();
        assert_eq!((&*at.file, at.line), (FILE, 4));
        assert!(list[0].message.contains("confrim"), "{:?}", list[0]);
        assert!(!format!("{failure:?}").contains("hunter2"));
        assert!(!sources.line(FILE, 4).unwrap().contains("hunter2"));
    }

    #[test]
    fn variables_are_expanded() {
        let lookup = |name: &str| (name == "A").then(|| String::from("x"));
        assert_eq!(expand("1${A}2${A}", lookup).unwrap(), "1x2x");
        assert_eq!(expand("none $A", lookup).unwrap(), "none $A");
        let error = expand("${B}", lookup).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert!(format!("{:?}", error.cause).contains('B'));
        assert!(expand("${A", lookup).is_err());
    }
}
