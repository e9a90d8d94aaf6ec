//! The workspace of a command: one logical database with its configuration and folders.

use crate::cli::session::args::Global;
use crate::cli::session::config;
use crate::cli::session::config::{Config, DatabaseConfig};
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::url_parts::database_name;
use crate::cli::terminal::output::Output;
use crate::diag::{Code, Diagnostic};
use crate::dialect;
use crate::dialect::Dialect;
use crate::pipeline::{Error, Lowered, LoweringTarget, Settings};
use crate::spec;
use crate::spec::{Documents, nearest};
use std::path::{Path, PathBuf};

/// One logical database with its configuration and folders.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The name of the logical database.
    pub(crate) database: String,
    /// The configuration of the database.
    pub(crate) config: DatabaseConfig,
    /// The settings of the pipeline.
    pub(crate) settings: Settings,
    /// The folder of its specs.
    pub(crate) schemas: PathBuf,
    /// The folder that relative paths of the configuration are resolved against.
    pub(crate) root: PathBuf,
    /// The global options.
    pub(crate) global: Global,
    /// The output of the command.
    pub(crate) output: Output,
    /// The folder of migrations; `{dialect}` stands for the dialect's name.
    migrations: String,
}

impl Workspace {
    /// The database that the arguments or the current folder select.
    ///
    /// # Errors
    /// No configuration, an unknown database, or several and no selection.
    pub(crate) fn open(global: &Global) -> Outcome<Self> {
        let mut all = Self::candidates(global)?;
        if all.len() == 1 {
            return Ok(all.remove(0));
        }
        let here = std::env::current_dir()?;
        if let Some(at) = all.iter().position(|one| one.contains(&here)) {
            return Ok(all.remove(at));
        }
        let names: Vec<&str> = all.iter().map(|one| one.database.as_str()).collect();
        Err(
            Failure::usage("no database selected, and the configuration has several")
                .help(format!("pass -d with one of {}", names.join(", "))),
        )
    }

    /// All databases, or the one that the arguments select.
    ///
    /// # Errors
    /// No configuration, or an unknown database.
    pub(crate) fn candidates(global: &Global) -> Outcome<Vec<Self>> {
        let here = std::env::current_dir()?;
        let path = match &global.config {
            Some(path) => Some(path.clone()),
            None => config::find(&here).map(|path| relative_to(&path, &here)),
        };
        let Some(path) = path else {
            return Ok(vec![Self::without_config(global)?]);
        };
        let config = Config::read(&path)?;
        let root = path.parent().unwrap_or(Path::new("")).to_path_buf();
        if let Some(name) = &global.database {
            return match config.databases.get(name) {
                Some(database) => Ok(vec![Self::new(global, root, name, database.clone())?]),
                None if global.schemas.is_some() => Ok(vec![Self::without_config(global)?]),
                None => {
                    let known: Vec<&str> = config.databases.keys().map(String::as_str).collect();
                    let failure =
                        Failure::usage(format!("{} has no database `{name}`", path.display()));
                    Err(failure.help(match nearest(name, known.iter().copied()) {
                        Some(near) => format!("did you mean -d {near}?"),
                        None => format!("pass -d with one of {}", known.join(", ")),
                    }))
                }
            };
        }
        if global.schemas.is_some() && config.databases.len() != 1 {
            return Ok(vec![Self::without_config(global)?]);
        }
        if config.databases.is_empty() {
            return Err(
                Failure::usage(format!("no database declared in {}", path.display()))
                    .next("tablewright init -d NAME", ""),
            );
        }
        config
            .databases
            .into_iter()
            .map(|(name, database)| Self::new(global, root.clone(), &name, database))
            .collect()
    }

    /// The database that the arguments select. With a URL no configuration is needed.
    ///
    /// # Errors
    /// The same as of [`Self::open`].
    pub(crate) fn of_url(global: &Global) -> Outcome<Self> {
        let Some(url) = &global.url else {
            return Self::open(global);
        };
        let here = std::env::current_dir()?;
        if global.config.is_some() || config::find(&here).is_some() {
            let mut all = Self::candidates(global)?;
            if all.len() == 1 {
                return Ok(all.remove(0));
            }
        }
        let name = global.database.clone();
        let name = name.unwrap_or_else(|| database_name(url.expose()));
        let config = DatabaseConfig::default();
        Self::new(global, PathBuf::new(), &name, config)
    }

    /// The database that the options describe without a configuration.
    fn without_config(global: &Global) -> Outcome<Self> {
        let named_by_file = |dir: &Path| {
            let text = std::fs::read_to_string(dir.join("database.yaml")).ok()?;
            let value: serde_yaml::Value = serde_yaml::from_str(&text).ok()?;
            value.get("database")?.as_str().map(str::to_owned)
        };
        let named_by_folder = |dir: &Path| {
            let full = dir.canonicalize().ok()?;
            full.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let name = global.database.clone().or_else(|| {
            let dir = global.schemas.as_deref()?;
            named_by_file(dir).or_else(|| named_by_folder(dir))
        });
        match name {
            Some(name) if global.schemas.is_some() || global.migrations.is_some() => {
                Self::new(global, PathBuf::new(), &name, DatabaseConfig::default())
            }
            Some(_) | None => Err(Failure::usage(format!(
                "no {} in this folder or above",
                config::FILE
            ))
            .help(
                "pass --schemas DIR, and --url URL for commands that connect, to work without one",
            )
            .next("tablewright init", "creates a project")),
        }
    }

    fn new(global: &Global, root: PathBuf, name: &str, config: DatabaseConfig) -> Outcome<Self> {
        let schemas = match (&global.schemas, &config.schemas) {
            (Some(dir), _) => dir.clone(),
            (None, Some(dir)) => root.join(dir),
            (None, None) => root.join("schemas").join(name),
        };
        let under = |base: &Path| {
            let dir = base.join("{dialect}").join(name);
            dir.to_string_lossy().into_owned()
        };
        let migrations = match (&global.migrations, &config.migrations) {
            (Some(dir), _) => under(dir),
            (None, Some(dir)) => root.join(dir).to_string_lossy().into_owned(),
            (None, None) => under(&root.join("migrations")),
        };
        Ok(Self {
            database: name.to_owned(),
            settings: config.settings(name)?,
            config,
            schemas,
            root,
            global: global.clone(),
            output: Output::new(global),
            migrations,
        })
    }

    /// Whether a folder is inside a folder of this database.
    fn contains(&self, folder: &Path) -> bool {
        let inside = |dir: PathBuf| dir.canonicalize().is_ok_and(|dir| folder.starts_with(dir));
        inside(self.schemas.clone())
            || dialect::all()
                .iter()
                .any(|dialect| inside(self.migrations(*dialect)))
    }

    /// The folder of a dialect's migrations.
    pub(crate) fn migrations(&self, dialect: &dyn Dialect) -> PathBuf {
        self.migrations.replace("{dialect}", dialect.name()).into()
    }

    /// The folder of the snapshots.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.migrations.replace("{dialect}", "snapshots").into()
    }

    /// Whether each version has one step where DDL commits implicitly.
    pub(crate) fn one_statement_per_version(&self) -> bool {
        self.config.one_statement_per_version
    }

    /// The dialects that files are written for.
    ///
    /// # Errors
    /// An unknown name.
    pub(crate) fn dialects(&self) -> Outcome<Vec<&'static dyn Dialect>> {
        match &self.config.dialects {
            None => Ok(dialect::all().to_vec()),
            Some(names) => names.iter().map(|name| dialect_named(name)).collect(),
        }
    }

    /// Reads the specs; returns the documents and the findings.
    ///
    /// # Errors
    /// No specs at all.
    pub(crate) fn documents(&self) -> Outcome<(Documents, Vec<Diagnostic>)> {
        if !self.schemas.exists() {
            let message = format!("no specs folder {}", self.schemas.display());
            return Err(Failure::usage(message)
                .help("create it, or correct `schemas:` in the configuration or --schemas"));
        }
        let (documents, found) = spec::load_dir(&self.schemas);
        if let Some(nothing) = found.iter().find(|d| d.code == Code::NoSpecs) {
            let failure = Failure::usage(&nothing.message);
            return Err(match &nothing.help {
                Some(help) => failure.help(help),
                None => failure,
            });
        }
        Ok((documents, found))
    }

    /// Lowers specs that are already read, with the findings of reading them.
    ///
    /// # Errors
    /// Errors in the specs.
    pub(crate) fn lower<'a>(
        &self,
        documents: &Documents,
        found: Vec<Diagnostic>,
        dialect: &dyn Dialect,
        target: impl Into<LoweringTarget<'a>>,
    ) -> Outcome<Lowered> {
        let lowered = (self.settings).lower_valid(documents, found, dialect, target);
        lowered.map_err(|error| self.specs_failure(error))
    }

    /// An error in the specs, with the command that checks all of them.
    pub(crate) fn specs_failure(&self, error: Error) -> Failure {
        let next = format!("tablewright validate -d {}", self.database);
        Failure::from(error).next(next, "checks all specs")
    }
}

/// A dialect by its name.
///
/// # Errors
/// An unknown name.
pub(crate) fn dialect_named(name: &str) -> Outcome<&'static dyn Dialect> {
    dialect::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = dialect::all().iter().map(|d| d.name()).collect();
        Failure::usage(format!("unknown dialect `{name}`"))
            .help(format!("use one of {}", known.join(", ")))
    })
}

/// A path relative to a folder below it: `../../tablewright.yaml`.
fn relative_to(path: &Path, here: &Path) -> PathBuf {
    let Some(folder) = path.parent() else {
        return path.to_path_buf();
    };
    let Ok(below) = here.strip_prefix(folder) else {
        return path.to_path_buf();
    };
    let mut out: PathBuf = below.components().map(|_| "..").collect();
    out.extend(path.file_name());
    out
}
