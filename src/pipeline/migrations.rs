//! Migrations and snapshots of a logical database, read from a folder or embedded in the program.

use crate::diag::{Code, Diagnostic};
use crate::dialect;
use crate::dialect::Dialect;
use crate::migrate::Directory;
use crate::migrate::files::snapshot::Snapshots;
use crate::migrate::files::sql_text::file_location;
use crate::pipeline::embedded::EmbeddedMigrations;
use crate::pipeline::error::{Error, Problems};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The folder of snapshots, next to the folders of the dialects.
const SNAPSHOTS: &str = "snapshots";

/// The migrations of a logical database in every dialect, and its snapshots.
#[derive(Clone, Debug)]
pub struct Migrations {
    /// By the dialect's name.
    directories: BTreeMap<&'static str, Directory>,
    pub(crate) snapshots: Snapshots,
}

impl Migrations {
    /// Reads `<folder>/<dialect>/<database>/*.sql` and `<folder>/snapshots/<database>/*.yaml`.
    ///
    /// # Errors
    /// [`Error::Migrations`].
    pub fn load(folder: impl AsRef<Path>, database: &str) -> Result<Self, Error> {
        let folder = folder.as_ref();
        let mut directories = BTreeMap::new();
        let mut found = Vec::new();
        for dialect in dialect::all() {
            match Directory::load(&folder.join(dialect.name()).join(database)) {
                Ok(directory) => {
                    directories.insert(dialect.name(), directory);
                }
                Err(problems) => found.extend(problems),
            }
        }
        let snapshots = Snapshots::load(&folder.join(SNAPSHOTS).join(database));
        Self::valid(directories, found, snapshots)
    }

    /// The migrations that [`migrations!`](crate::migrations) embedded.
    ///
    /// # Errors
    /// [`Error::Migrations`] if the snapshots were edited. The macro checked everything else.
    pub fn embedded(embedded: &EmbeddedMigrations) -> Result<Self, Error> {
        let path = Path::new(embedded.path);
        let mut directories = BTreeMap::new();
        let mut found = Vec::new();
        for dialect in dialect::all() {
            let path = path.join(dialect.name()).join(embedded.database);
            match Directory::from_texts(&path, embedded.folder(dialect.name())) {
                Ok(directory) => {
                    directories.insert(dialect.name(), directory);
                }
                Err(problems) => found.extend(problems.into_iter().map(|problem| {
                    let file = Arc::from(path.join(&problem.file).display().to_string());
                    let message = format!("{file}: {}", problem.message);
                    Diagnostic::error(Code::MigrationName, message).at(&file_location(&file))
                })),
            }
        }
        let path = path.join(SNAPSHOTS).join(embedded.database);
        let texts = embedded.folder(SNAPSHOTS);
        let texts = texts.map(|(name, text)| (path.join(name).display().to_string().into(), text));
        Self::valid(directories, found, Snapshots::from_texts(texts))
    }

    fn valid(
        directories: BTreeMap<&'static str, Directory>,
        mut found: Vec<Diagnostic>,
        snapshots: Result<Snapshots, Vec<Diagnostic>>,
    ) -> Result<Self, Error> {
        let snapshots = snapshots.unwrap_or_else(|problems| {
            found.extend(problems);
            Snapshots::default()
        });
        if !found.is_empty() {
            return Err(Error::Migrations(Problems::from(found)));
        }
        Ok(Self {
            directories,
            snapshots,
        })
    }

    /// The migrations of a dialect.
    pub(crate) fn directory(&self, dialect: &dyn Dialect) -> Directory {
        let directory = self.directories.get(dialect.name());
        directory.cloned().unwrap_or_default()
    }
}
