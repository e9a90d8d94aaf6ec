//! The states that `diff` compares: where they come from, and reading them.

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
use crate::pipeline::schema_change::{ComparisonOptions, SchemaChange, changes_from_server};
use crate::pipeline::{Lowered, LoweringTarget};
use crate::server;
use crate::spec;
use crate::spec::Documents;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

/// A state, as a person names it.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The specs, or those of another folder.
    Specs(Option<PathBuf>),
    /// The specs as the last migration left them.
    Snapshot,
    /// A target of the configuration.
    Target(String),
    /// A database.
    Url(Secret),
    /// The specs at a revision.
    Git(String),
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let own = |rest: &str| (!rest.is_empty()).then(|| rest.to_owned());
        let source = match text.split_once(':') {
            None if text == "specs" => Some(Self::Specs(None)),
            None if matches!(text, "snapshot" | "snapshots" | "migrations") => Some(Self::Snapshot),
            Some(("specs", rest)) => own(rest).map(|dir| Self::Specs(Some(dir.into()))),
            Some(("target", rest)) => own(rest).map(Self::Target),
            Some(("git", rest)) => own(rest).map(Self::Git),
            Some(("env" | "sqlite", _)) => Some(Self::Url(Secret::from(text))),
            Some((_, rest)) if rest.starts_with("//") => Some(Self::Url(Secret::from(text))),
            Some(_) | None => None,
        };
        let is_sql = Path::new(text)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("sql"));
        source.ok_or_else(|| {
            if is_sql {
                "a SQL file is not a state: run it on a scratch database and pass the URL of that"
                    .to_owned()
            } else {
                "expected specs, specs:DIR, snapshot, target:NAME, a database URL, or git:REV"
                    .to_owned()
            }
        })
    }
}

impl fmt::Display for Source {
    /// As it was written, without a password.
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

/// A state that was opened.
pub(crate) enum Side {
    /// Specs, from wherever.
    Texts(Texts),
    /// A connection.
    Live(Box<Live>),
}

/// Specs, and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    /// The documents.
    pub(crate) documents: Documents,
    /// What their reading found.
    pub(crate) found: Vec<Diagnostic>,
}

/// A live database.
pub(crate) struct Live {
    target: Target,
    connected: Connected,
}

impl Source {
    /// Reads the texts, or connects.
    ///
    /// # Errors
    /// What isn't there or can't be read, or no connection.
    pub(crate) async fn open(&self, workspace: &Workspace) -> Outcome<Side> {
        let mut at = workspace.clone();
        let texts = match self {
            Self::Specs(dir) => {
                if let Some(dir) = dir {
                    at.schemas.clone_from(dir);
                }
                let (documents, found) = at.documents()?;
                Texts { documents, found }
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
        Ok(Side::Texts(texts))
    }
}

async fn live(workspace: &Workspace) -> Outcome<Side> {
    let target = workspace.target(false)?;
    let mut connected = workspace.connect(&target, false).await?;
    let server = connected.conn.server().clone();
    for statement in workspace.settings.session(target.dialect, &server, false) {
        connected.conn.query(&statement).await?;
    }
    Ok(Side::Live(Box::new(Live { target, connected })))
}

impl Side {
    /// Says goodbye.
    pub(crate) async fn close(self) {
        if let Self::Live(live) = self {
            live.connected.conn.close().await;
        }
    }
}

impl Live {
    /// Its dialect.
    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        self.target.dialect
    }

    /// Its vendor.
    pub(crate) fn vendor(&self) -> Vendor {
        self.connected.conn.server().vendor
    }

    /// What turns it into what the texts ask for.
    ///
    /// # Errors
    /// Specs with errors, or the server failed.
    pub(crate) async fn against(
        &mut self,
        workspace: &Workspace,
        want: &Texts,
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

    /// What is there, in all schemas of the database.
    ///
    /// # Errors
    /// The server failed.
    pub(crate) async fn read(&mut self, workspace: &Workspace) -> Outcome<Schema> {
        let scope = workspace.settings.scope(&Schema::default()).everywhere();
        let dialect = self.dialect();
        Ok(dialect.inspect(&mut self.connected.conn, &scope).await?)
    }
}

/// Specs as one vendor's schema, where they have to be right.
pub(crate) fn lowered<'a>(
    workspace: &Workspace,
    texts: &Texts,
    dialect: &dyn Dialect,
    target: impl Into<LoweringTarget<'a>>,
) -> Outcome<Lowered> {
    let found = texts.found.clone();
    let settings = &workspace.settings;
    Ok(settings.lower_valid(&texts.documents, found, dialect, target)?)
}

fn snapshot(workspace: &Workspace) -> Outcome<Texts> {
    let snapshots = Snapshots::load(&workspace.snapshots())
        .map_err(|found| Failure::findings(Exit::Usage, found, Sources::default()))?;
    let origin = snapshots.highest();
    let origin = origin.map_or_else(String::new, |version| format!("snapshot V{version}"));
    let (documents, found) = snapshots.state(None).documents(&origin);
    Ok(Texts { documents, found })
}

/// The specs as they stand in git at a revision.
fn at_revision(workspace: &Workspace, revision: &str) -> Outcome<Texts> {
    let folder = &workspace.schemas;
    if revision.starts_with('-') {
        return Err(Failure::usage(format!("invalid git revision `{revision}`")));
    }
    if !folder.is_dir() {
        return Err(Failure::usage(format!(
            "no specs folder {}",
            folder.display()
        )));
    }
    // run in a folder, ls-tree lists what is below it, by names that count from there
    let listed = git(folder, &["ls-tree", "-r", "-z", revision], String::new())?;
    let listed = String::from_utf8_lossy(&listed);
    let mut files: Vec<(&str, &str)> = listed.split('\0').filter_map(blob).collect();
    files.sort_by_key(|(path, _)| *path);
    let mut wanted = String::new();
    for (_, object) in &files {
        wanted.push_str(object);
        wanted.push('\n');
    }
    let all = git(folder, &["cat-file", "--batch"], wanted)?;
    let mut rest = all.as_slice();
    let mut texts = Texts::default();
    for (path, _) in &files {
        let name = format!("{revision}:{path}");
        let unreadable = || Failure::usage(format!("git returned no content for {name}"));
        let (content, behind) = object(rest).ok_or_else(unreadable)?;
        rest = behind;
        let text = std::str::from_utf8(content)
            .map_err(|_| Failure::usage(format!("{name} is not UTF-8 text")))?;
        let (mut documents, found) = spec::parse_text(&name, text);
        texts.documents.append(&mut documents);
        texts.found.extend(found);
    }
    if texts.documents.docs.is_empty() && texts.found.is_empty() {
        return Err(Failure::usage(format!(
            "no specs in {} at {revision}",
            folder.display()
        )));
    }
    Ok(texts)
}

/// Path and object of a line `100644 blob 1234…<tab>path`, where it is one of a spec.
fn blob(line: &str) -> Option<(&str, &str)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let (_, kind, object) = (words.next()?, words.next()?, words.next()?);
    let ends = Path::new(path)
        .extension()
        .is_some_and(|e| e == "yaml" || e == "yml");
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    (kind == "blob" && ends && !hidden).then_some((path, object))
}

/// The content of the next object of `cat-file --batch`, and what is behind it.
fn object(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(text.get(..end)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let start = end + 1;
    let content = text.get(start..start + size)?;
    Some((content, text.get(start + size + 1..)?))
}

/// What git prints.
fn git(folder: &Path, args: &[&str], input: String) -> Outcome<Vec<u8>> {
    let failed = |why: &str| Failure::usage(format!("cannot read specs from git: {why}"));
    let child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            failed("`git` is not installed").help("install git, or use specs:DIR")
        } else {
            failed(&error.to_string())
        }
    })?;
    let stdin = child.stdin.take();
    // git answers while it reads, so somebody else has to write
    let writer = std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // git says itself what was wrong when it stops reading
            let _ = stdin.write_all(input.as_bytes());
        }
    });
    let output = child.wait_with_output();
    // a thread that only writes can't panic
    let _ = writer.join();
    let output = output.map_err(|error| failed(&error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(failed(String::from_utf8_lossy(&output.stderr).trim()))
}
