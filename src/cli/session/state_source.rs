//! The states that `diff` compares: parsing their names, and opening them.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Secret;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::target::{Connected, Target};
use crate::cli::session::workspace::Workspace;
use crate::db::Vendor;
use crate::diag::{Diagnostic, Sources};
use crate::dialect::Dialect;
use crate::migrate::files::snapshot::Snapshots;
use crate::model::Schema;
use crate::pipeline::git_revision;
use crate::pipeline::git_revision::GitError;
use crate::pipeline::schema_change::{ComparisonOptions, SchemaChange, changes_from_server};
use crate::pipeline::{Lowered, LoweringTarget};
use crate::server;
use crate::spec::Documents;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The source of a state, as given on the command line.
#[derive(Clone, Debug)]
pub(crate) enum StateSource {
    /// The specs, or those of another folder.
    Specs(Option<PathBuf>),
    /// The specs at the last migration.
    Snapshot,
    /// A target of the configuration.
    Target(String),
    /// A database URL.
    Url(Secret),
    /// The specs at a revision.
    Git(String),
}

impl FromStr for StateSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let non_empty = |rest: &str| (!rest.is_empty()).then(|| rest.to_owned());
        let source = match text.split_once(':') {
            None if text == "specs" => Some(Self::Specs(None)),
            None if matches!(text, "snapshot" | "snapshots" | "migrations") => Some(Self::Snapshot),
            Some(("specs", rest)) => non_empty(rest).map(|dir| Self::Specs(Some(dir.into()))),
            Some(("target", rest)) => non_empty(rest).map(Self::Target),
            Some(("git", rest)) => non_empty(rest).map(Self::Git),
            Some(("env" | "sqlite", _)) => Some(Self::Url(Secret::from(text))),
            Some((_, rest)) if rest.starts_with("//") => Some(Self::Url(Secret::from(text))),
            Some(_) | None => None,
        };
        let is_sql = Path::new(text)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("sql"));
        source.ok_or_else(|| {
            if is_sql {
                "a SQL file is not a state: run it on a scratch database and pass the URL of that database"
                    .to_owned()
            } else {
                "expected specs, specs:DIR, snapshot, target:NAME, a database URL, or git:REV"
                    .to_owned()
            }
        })
    }
}

impl fmt::Display for StateSource {
    /// The source as given on the command line, without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Specs(None) => f.write_str("specs"),
            Self::Specs(Some(dir)) => write!(f, "specs:{}", dir.display()),
            Self::Snapshot => f.write_str("snapshot"),
            Self::Target(name) => write!(f, "target:{name}"),
            Self::Url(url) => f.write_str(&url.shown()),
            Self::Git(revision) => write!(f, "git:{revision}"),
        }
    }
}

/// An opened state.
pub(crate) enum State {
    /// Specs of a folder, a snapshot or a revision.
    Specs(LoadedSpecs),
    /// A connection to a database.
    Live(Box<LiveDatabase>),
}

/// Specs, and the findings of reading them.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoadedSpecs {
    /// The documents.
    pub(crate) documents: Documents,
    /// The findings of reading them.
    pub(crate) found: Vec<Diagnostic>,
}

/// A live database.
pub(crate) struct LiveDatabase {
    target: Target,
    connected: Connected,
}

impl StateSource {
    /// Reads the specs, or connects.
    ///
    /// # Errors
    /// Missing or unreadable specs, or no connection.
    pub(crate) async fn open(&self, workspace: &Workspace) -> Outcome<State> {
        let mut at = workspace.clone();
        let texts = match self {
            Self::Specs(dir) => {
                if let Some(dir) = dir {
                    at.schemas.clone_from(dir);
                }
                let (documents, found) = at.documents()?;
                LoadedSpecs { documents, found }
            }
            Self::Snapshot => snapshot(workspace)?,
            Self::Git(revision) => at_revision(workspace, revision)?,
            Self::Target(name) => {
                at.global.target = Some(name.clone());
                at.global.url = None;
                return live(&at).await;
            }
            Self::Url(url) => {
                at.global.url = Some(url.clone());
                return live(&at).await;
            }
        };
        Ok(State::Specs(texts))
    }
}

async fn live(workspace: &Workspace) -> Outcome<State> {
    let target = workspace.target(false)?;
    let mut connected = workspace.connect(&target, false).await?;
    let server = connected.conn.server().clone();
    for statement in workspace.settings.session(target.dialect, &server, false) {
        connected.conn.query(&statement).await?;
    }
    Ok(State::Live(Box::new(LiveDatabase { target, connected })))
}

impl State {
    /// Closes the connection of a live database.
    pub(crate) async fn close(self) {
        if let Self::Live(live) = self {
            live.connected.conn.close().await;
        }
    }
}

impl LiveDatabase {
    /// The dialect of the database.
    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        self.target.dialect
    }

    /// The vendor of the server.
    pub(crate) fn vendor(&self) -> Vendor {
        self.connected.conn.server().vendor
    }

    /// The changes that lead from the database to the specs.
    ///
    /// # Errors
    /// Specs with errors, or the server returned an error.
    pub(crate) async fn changes_to(
        &mut self,
        workspace: &Workspace,
        want: &LoadedSpecs,
        options: ComparisonOptions,
    ) -> Outcome<SchemaChange> {
        let dialect = self.dialect();
        let Lowered {
            schema,
            mut renames,
            ..
        } = lowered(workspace, want, dialect, self.connected.conn.server())?;
        let conn = &mut self.connected.conn;
        let table = workspace.settings.managed_table(dialect);
        let managed = table
            .read(conn, &server::profile(conn.server().vendor).execution)
            .await?;
        let managed = managed.unwrap_or_default();
        let declared = (schema, &mut renames);
        let settings = &workspace.settings;
        let change = changes_from_server(settings, dialect, conn, declared, &managed, options);
        Ok(change.await?)
    }

    /// Inspects all schemas of the database.
    ///
    /// # Errors
    /// The server returned an error.
    pub(crate) async fn read(&mut self, workspace: &Workspace) -> Outcome<Schema> {
        let scope = workspace.settings.scope(&Schema::default()).everywhere();
        let dialect = self.dialect();
        Ok(dialect.inspect(&mut self.connected.conn, &scope).await?)
    }
}

/// Lowers specs for one vendor.
///
/// # Errors
/// Specs with errors.
pub(crate) fn lowered<'a>(
    workspace: &Workspace,
    texts: &LoadedSpecs,
    dialect: &dyn Dialect,
    target: impl Into<LoweringTarget<'a>>,
) -> Outcome<Lowered> {
    let found = texts.found.clone();
    let settings = &workspace.settings;
    Ok(settings.lower_valid(&texts.documents, found, dialect, target)?)
}

fn snapshot(workspace: &Workspace) -> Outcome<LoadedSpecs> {
    let snapshots = Snapshots::load(&workspace.snapshots())
        .map_err(|found| Failure::findings(Exit::Usage, found, Sources::default()))?;
    let origin = snapshots.highest();
    let origin = origin.map_or_else(String::new, |version| format!("snapshot V{version}"));
    let (documents, found) = snapshots.state(None).documents(&origin);
    Ok(LoadedSpecs { documents, found })
}

/// The specs at a git revision.
fn at_revision(workspace: &Workspace, revision: &str) -> Outcome<LoadedSpecs> {
    let loaded = git_revision::documents_at(&workspace.schemas, revision);
    let (documents, found) = loaded.map_err(|error| {
        let failure = Failure::usage(&error);
        match error {
            GitError::NotInstalled(_) => failure.help("install git, or use specs:DIR"),
            GitError::Revision(_)
            | GitError::NoFolder(_)
            | GitError::NoSpecs { .. }
            | GitError::Io(_)
            | GitError::Failed(_)
            | GitError::Encoding(_) => failure,
        }
    })?;
    Ok(LoadedSpecs { documents, found })
}
