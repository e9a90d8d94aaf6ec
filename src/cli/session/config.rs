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

/// The file's name.
pub(crate) const FILE: &str = "tablewright.yaml";

/// The whole file.
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
    /// The dialects that files are written for; all where it is left out.
    pub(crate) dialects: Option<Vec<String>>,
    /// The oldest server of each vendor.
    #[serde(default)]
    pub(crate) servers: IndexMap<String, String>,
    /// What only PostgreSQL has.
    #[serde(default)]
    pub(crate) postgres: PostgresConfig,
    /// The table of applied migrations.
    pub(crate) history_table: Option<String>,
    /// A version holds one step where DDL commits by itself, for teams that let refinery apply it.
    #[serde(default)]
    pub(crate) one_statement_per_version: bool,
    /// Patterns of tables that the tool doesn't see.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
    /// Differences that nobody cares about.
    #[serde(default)]
    pub(crate) ignore_differences: Vec<Ignore>,
    /// Where it lives.
    #[serde(default)]
    pub(crate) targets: IndexMap<String, TargetConfig>,
}

/// A difference that nobody cares about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ignore {
    /// The order of the columns that both sides have
    ColumnOrder,
}

/// What only PostgreSQL has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostgresConfig {
    /// The schema of tables that name none; `public` where it is left out.
    pub(crate) schema: Option<String>,
    /// `SET ROLE` before anything else.
    pub(crate) role: Option<String>,
    /// The search path of migrations.
    #[serde(default)]
    pub(crate) search_path: Vec<String>,
}

/// One place where a database lives.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetConfig {
    /// Its URL, in which `${VAR}` stands for an environment variable.
    pub(crate) url: String,
    /// Whoever writes has to name the target.
    #[serde(default)]
    pub(crate) confirm: bool,
    /// How long a statement waits for a lock, such as `2s`.
    pub(crate) lock_timeout: Option<String>,
    /// How often a statement that waited for a lock in vain is tried.
    pub(crate) lock_tries: Option<u32>,
    /// How long the pauses between these tries are at most, such as `1s..30s`.
    pub(crate) lock_backoff: Option<String>,
    /// Transactions that have been open for so long are named before a run, such as `1m`.
    pub(crate) long_transaction: Option<String>,
    /// Tables below this size may be rewritten, and their writers may wait, such as `500MB`.
    pub(crate) safe_below: Option<String>,
}

impl std::fmt::Debug for TargetConfig {
    /// Without the URL: a password may stand in it.
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
    /// A vendor or a version that isn't one.
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
    /// Reads a file. `shown` is how the user knows it.
    ///
    /// # Errors
    /// A file that can't be read, or that says what isn't known, with its place.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
        Self::parse(&text, &shown)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What isn't known, with its place.
    pub(crate) fn parse(text: &str, shown: &str) -> Outcome<Self> {
        serde_yaml::from_str(text).map_err(|error| {
            let message = error.to_string();
            // the place is shown by itself; the text says it once more at its end
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

/// The text as an error may show it: lines with a URL lose what may be a password.
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

/// The configuration that counts from a folder: its path, if there is one there or above.
pub(crate) fn find(from: &Path) -> Option<PathBuf> {
    from.ancestors()
        .map(|folder| folder.join(FILE))
        .find(|path| path.is_file())
}

/// Replaces each `${NAME}` by what the environment says.
///
/// # Errors
/// A variable that isn't set, or a `${` without its end.
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
    fn a_configuration_with_every_key() {
        let config = Config::parse(FULL, FILE).unwrap();
        let database = &config.databases["ai_agent"];
        assert!(database.targets["production"].confirm);
        let servers = database.servers().unwrap();
        assert_eq!(servers[2], (Vendor::MariaDb, Version(10, 10, 0)));
    }

    #[test]
    fn a_key_without_effect_is_unknown() {
        let text =
            "databases:\n  a:\n    targets:\n      x: { url: \"sqlite://a\", max_lag: 30s }\n";
        let failure = Config::parse(text, FILE).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(format!("{:?}", failure.cause).contains("unknown field `max_lag`"));
    }

    #[test]
    fn errors_name_their_place_and_hide_passwords() {
        let text = "databases:\n  a:\n    targets:\n      x: { url: \"mysql://u:hunter2@h/d\", confrim: true }\n";
        let failure = Config::parse(text, FILE).unwrap_err();
        let FailureCause::Findings(list, sources) = &failure.cause else {
            unreachable!("a place is known")
        };
        let at = list[0].at.as_ref().unwrap();
        assert_eq!((&*at.file, at.line), (FILE, 4));
        assert!(list[0].message.contains("confrim"), "{:?}", list[0]);
        assert!(!format!("{failure:?}").contains("hunter2"));
        assert!(!sources.line(FILE, 4).unwrap().contains("hunter2"));
    }

    #[test]
    fn variables() {
        let lookup = |name: &str| (name == "A").then(|| String::from("x"));
        assert_eq!(expand("1${A}2${A}", lookup).unwrap(), "1x2x");
        assert_eq!(expand("none $A", lookup).unwrap(), "none $A");
        let error = expand("${B}", lookup).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert!(format!("{:?}", error.cause).contains('B'));
        assert!(expand("${A", lookup).is_err());
    }
}
