//! What a command works on: the configuration, one logical database, its folders.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::config;
use crate::cli::session::config::{Config, DatabaseConfig};
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::terminal::output::Output;
use crate::compile;
use crate::db::{Server, Vendor};
use crate::diag::{Code, Diagnostic};
use crate::dialect;
use crate::dialect::{Dialect, Floor, InspectScope};
use crate::diff::Renames;
use crate::migrate::history::managed_objects::ManagedTable;
use crate::model::{Namespace, ObjectKind, Schema};
use crate::spec;
use crate::spec::{Documents, Spec, nearest};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The history table where the configuration names none: refinery's own.
pub(crate) const HISTORY_TABLE: &str = "refinery_schema_history";
/// The tool's own tables begin so.
const OWN_TABLES: &str = "tablewright_*";

/// One logical database and where its parts are.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// Its name.
    pub(crate) database: String,
    /// What the configuration says of it.
    pub(crate) config: DatabaseConfig,
    /// The folder of its specs.
    pub(crate) schemas: PathBuf,
    /// The folder that paths of the configuration count from.
    pub(crate) root: PathBuf,
    /// The arguments that every command has.
    pub(crate) global: Global,
    /// Where it speaks.
    pub(crate) output: Output,
    /// The folder of migrations, with `{dialect}` in it.
    migrations: String,
}

/// The specs of a database for one dialect.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The specs, for their places.
    pub(crate) spec: Spec,
    /// What they ask for.
    pub(crate) schema: Schema,
    /// What `renamed_from` says.
    pub(crate) renames: Renames,
}

impl Workspace {
    /// The one database that the arguments or the current folder name.
    ///
    /// # Errors
    /// No configuration, an unknown database, or several to choose from.
    pub(crate) fn open(global: &Global) -> Outcome<Self> {
        let mut all = Self::candidates(global)?;
        if all.len() == 1 {
            return Ok(all.remove(0));
        }
        let here = std::env::current_dir()?;
        if let Some(at) = all.iter().position(|one| one.holds(&here)) {
            return Ok(all.remove(at));
        }
        let names: Vec<&str> = all.iter().map(|one| one.database.as_str()).collect();
        Err(Failure::usage("which database? There are several")
            .next(format!("-d NAME with one of {}", names.join(", "))))
    }

    /// All databases that the arguments don't rule out.
    ///
    /// # Errors
    /// No configuration, or an unknown database.
    pub(crate) fn candidates(global: &Global) -> Outcome<Vec<Self>> {
        let here = std::env::current_dir()?;
        let path = match &global.config {
            Some(path) => Some(path.clone()),
            None => config::find(&here).map(|path| shortened(&path, &here)),
        };
        let Some(path) = path else {
            return Ok(vec![Self::without_config(global)?]);
        };
        let config = Config::read(&path)?;
        let root = path.parent().unwrap_or(Path::new("")).to_path_buf();
        if let Some(name) = &global.database {
            return match config.databases.get(name) {
                Some(database) => Ok(vec![Self::new(global, root, name, database.clone())]),
                None if global.schemas.is_some() => Ok(vec![Self::without_config(global)?]),
                None => {
                    let known: Vec<&str> = config.databases.keys().map(String::as_str).collect();
                    let failure =
                        Failure::usage(format!("{} has no database `{name}`", path.display()));
                    Err(failure.next(match nearest(name, known.iter().copied()) {
                        Some(near) => format!("-d {near}, if that was meant"),
                        None => format!("-d NAME with one of {}", known.join(", ")),
                    }))
                }
            };
        }
        if global.schemas.is_some() && config.databases.len() != 1 {
            return Ok(vec![Self::without_config(global)?]);
        }
        if config.databases.is_empty() {
            return Err(
                Failure::usage(format!("{} names no database", path.display()))
                    .next("tablewright init -d NAME"),
            );
        }
        Ok(config
            .databases
            .into_iter()
            .map(|(name, database)| Self::new(global, root.clone(), &name, database))
            .collect())
    }

    /// The one database that the arguments name; a URL is enough.
    ///
    /// # Errors
    /// As for [`Self::open`].
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
        let name = name.unwrap_or_else(|| crate::cli::session::target::database_name(url.expose()));
        let config = DatabaseConfig::default();
        Ok(Self::new(global, PathBuf::new(), &name, config))
    }

    /// Where flags say it all.
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
            Some(name) if global.schemas.is_some() || global.migrations.is_some() => Ok(Self::new(
                global,
                PathBuf::new(),
                &name,
                DatabaseConfig::default(),
            )),
            Some(_) | None => Err(Failure::usage(format!(
                "there is no {} here or above, and the arguments don't say enough",
                config::FILE
            ))
            .next("tablewright init")
            .next("--schemas DIR, and for commands that connect --url URL")),
        }
    }

    fn new(global: &Global, root: PathBuf, name: &str, config: DatabaseConfig) -> Self {
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
        Self {
            database: name.to_owned(),
            config,
            schemas,
            root,
            global: global.clone(),
            output: Output::new(global),
            migrations,
        }
    }

    /// Whether a folder is one of this database's.
    fn holds(&self, folder: &Path) -> bool {
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

    /// Whether a version holds one step where DDL commits by itself.
    pub(crate) fn one_statement_per_version(&self) -> bool {
        self.config.one_statement_per_version
    }

    /// The history table.
    pub(crate) fn history_table(&self) -> &str {
        self.config
            .history_table
            .as_deref()
            .unwrap_or(HISTORY_TABLE)
    }

    /// The record of what is managed in a target.
    pub(crate) fn managed_table(&self, dialect: &dyn Dialect) -> ManagedTable {
        let schema = self.config.postgres.schema.as_deref().unwrap_or("public");
        let schema = dialect.caps().schemas.then_some(schema);
        ManagedTable::new(schema, &self.database, |name| dialect.quote(name))
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

    /// The vendors of a dialect that the specs have to suit: those of it that `servers:` names, else all.
    ///
    /// # Errors
    /// `servers:` that can't be read.
    pub(crate) fn vendors(&self, dialect: &dyn Dialect) -> Outcome<Vec<Vendor>> {
        let named = self.config.servers()?;
        let all = dialect.vendors();
        let chosen = all.iter().filter(|v| named.iter().any(|(n, _)| n == *v));
        let chosen: Vec<Vendor> = chosen.copied().collect();
        Ok(if chosen.is_empty() {
            all.to_vec()
        } else {
            chosen
        })
    }

    /// The oldest servers that the SQL has to suit: those of the configuration, or the one that is there.
    ///
    /// # Errors
    /// `servers:` that can't be read.
    pub(crate) fn floor(&self, dialect: &dyn Dialect, server: Option<&Server>) -> Outcome<Floor> {
        let mut floor = dialect.default_floor();
        if let Some(server) = server {
            let known = floor
                .0
                .iter_mut()
                .filter(|(vendor, _)| *vendor == server.vendor);
            known.for_each(|(_, version)| *version = server.version.max(*version));
        }
        for (vendor, version) in self.config.servers()? {
            if let Some(known) = floor.0.iter_mut().find(|(known, _)| *known == vendor) {
                known.1 = version;
            }
        }
        Ok(floor)
    }

    /// The same, without the servers that nobody named.
    fn servers(&self, server: Option<&Server>) -> Outcome<Floor> {
        let mut named = self.config.servers()?;
        named.extend(server.map(|server| (server.vendor, server.version)));
        Ok(Floor(named))
    }

    /// Reads the specs. What is wrong with them is given beside.
    ///
    /// # Errors
    /// No specs at all.
    pub(crate) fn documents(&self) -> Outcome<(Documents, Vec<Diagnostic>)> {
        if !self.schemas.exists() {
            let message = format!(
                "the folder of specs {} is not there",
                self.schemas.display()
            );
            return Err(Failure::usage(message)
                .next("make it, or correct `schemas:` in the configuration or --schemas"));
        }
        let (documents, found) = spec::load_dir(&self.schemas);
        if let Some(nothing) = found.iter().find(|d| d.code == Code::NoSpecs) {
            let failure = Failure::usage(&nothing.message);
            return Err(match &nothing.help {
                Some(help) => failure.next(help),
                None => failure,
            });
        }
        Ok((documents, found))
    }

    /// The specs for one dialect and, where a server is known, its vendor. Findings are added to
    /// `found`.
    ///
    /// # Errors
    /// `servers:` that can't be read.
    pub(crate) fn lower<'a>(
        &self,
        documents: &Documents,
        dialect: &dyn Dialect,
        whom: impl Into<Whom<'a>>,
        found: &mut Vec<Diagnostic>,
    ) -> Outcome<Loaded> {
        let (vendor, server) = match whom.into() {
            Whom::Vendor(vendor) => (vendor, None),
            Whom::Server(server) => (server.vendor, Some(server)),
        };
        let (spec, mut more) = documents.resolve(dialect.override_keys(Some(vendor)));
        found.append(&mut more);
        let mut lowered = compile::lower(dialect, &spec, &self.floor(dialect, server)?);
        found.append(&mut lowered.diagnostics);
        let servers = self.servers(server)?;
        found.append(&mut compile::check(
            dialect,
            &spec,
            &lowered.schema,
            &servers,
        ));
        Ok(Loaded {
            spec,
            schema: lowered.schema,
            renames: lowered.renames,
        })
    }

    /// The specs for one dialect, where they have to be right.
    ///
    /// # Errors
    /// Specs with errors in them.
    pub(crate) fn load_specs<'a>(
        &self,
        dialect: &dyn Dialect,
        whom: impl Into<Whom<'a>>,
    ) -> Outcome<Loaded> {
        let (documents, found) = self.documents()?;
        self.accept(documents, found, dialect, whom)
    }

    /// The same of documents that were read before; `found` is what was wrong with them then.
    ///
    /// # Errors
    /// Specs with errors in them.
    pub(crate) fn accept<'a>(
        &self,
        documents: Documents,
        mut found: Vec<Diagnostic>,
        dialect: &dyn Dialect,
        whom: impl Into<Whom<'a>>,
    ) -> Outcome<Loaded> {
        let loaded = self.lower(&documents, dialect, whom, &mut found)?;
        let errors = spec::errors(found);
        if errors.is_empty() {
            return Ok(loaded);
        }
        let next = format!("tablewright validate -d {}", self.database);
        Err(Failure::findings(Exit::Usage, errors, documents.sources).next(next))
    }

    /// What an inspection looks at.
    pub(crate) fn scope(&self, want: &Schema) -> InspectScope {
        self.scope_in(
            want.objects
                .keys()
                .filter_map(|id| match (&id.ns, id.kind) {
                    (Namespace::Named(name), _) => Some(name.as_str()),
                    // a schema that holds nothing yet
                    (Namespace::Default, ObjectKind::Namespace) => Some(id.name.as_str()),
                    (Namespace::Default, _) => None,
                }),
        )
    }

    /// What an inspection looks at, where all that is known of the specs is what is written in them.
    pub(crate) fn scope_of(&self, documents: &Documents) -> InspectScope {
        self.scope_in(
            documents
                .docs
                .iter()
                .filter_map(|doc| doc.schema.as_deref()),
        )
    }

    fn scope_in<'a>(&self, schemas: impl Iterator<Item = &'a str>) -> InspectScope {
        let schemas: BTreeSet<String> = schemas.map(str::to_owned).collect();
        let mut ignore = self.config.ignore.clone();
        ignore.push(OWN_TABLES.to_owned());
        InspectScope {
            default_schema: self.config.postgres.schema.clone(),
            schemas: schemas.into_iter().collect(),
            hidden: vec![self.history_table().to_owned()],
            ignore,
        }
    }
}

/// Whom specs are lowered for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whom<'a> {
    /// Any server of this vendor that the configuration allows.
    Vendor(Vendor),
    /// A server that is there.
    Server(&'a Server),
}

impl From<Vendor> for Whom<'_> {
    fn from(vendor: Vendor) -> Self {
        Self::Vendor(vendor)
    }
}

impl<'a> From<&'a Server> for Whom<'a> {
    fn from(server: &'a Server) -> Self {
        Self::Server(server)
    }
}

/// A dialect by its name.
///
/// # Errors
/// An unknown name.
pub(crate) fn dialect_named(name: &str) -> Outcome<&'static dyn Dialect> {
    dialect::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = dialect::all().iter().map(|d| d.name()).collect();
        Failure::usage(format!("there is no dialect `{name}`"))
            .next(format!("one of {}", known.join(", ")))
    })
}

/// A path as it looks from a folder within it: `../../tablewright.yaml`.
fn shortened(path: &Path, here: &Path) -> PathBuf {
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
