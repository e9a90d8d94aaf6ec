//! A folder of migration files: `V7__name.sql` and, next to it, `V7__name.down.sql`.
//!
//! Names, versions and checksums are those of refinery, so that both tools see the same migrations.
//! The loader differs: refinery's descends into subfolders, ignores names that it can't parse, and
//! panics on some. [`Directory::load`] reads every file of the folder or reports it in an error.

use crate::diag::{Code, Diagnostic};
use crate::migrate::files::down_file::DownFile;
use crate::migrate::files::sql_text::{SqlText, file_location};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tablewright_text::file_name;
use tablewright_text::file_name::{FileKind, FileName};

/// A version number. refinery's type without its feature `int8-versions`.
pub type Version = i32;

/// One migration of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationFile {
    /// The version.
    pub version: Version,
    /// The name, without version and extension.
    pub name: String,
    /// The file's stem as written: `V7__name`.
    pub stem: String,
    /// The up file.
    pub up: SqlText,
    /// The down file, if there is one. It is read when it is needed.
    pub down: Option<DownFile>,
    /// refinery's checksum of stem and text, over the bytes as they are.
    pub checksum: u64,
}

impl MigrationFile {
    /// Whether a checksum is this file's apart from line ends or a byte order mark on either side.
    pub fn same_but_line_ends(&self, applied: u64) -> bool {
        let lf = self.up.plain();
        let crlf = lf.replace('\n', "\r\n");
        [&lf, &crlf].into_iter().any(|text| {
            [text.clone(), format!("\u{feff}{text}")]
                .iter()
                .any(|text| checksum(&self.stem, text) == Some(applied))
        })
    }

    /// Whether a checksum is that of this text under another name.
    pub fn same_but_name(&self, name: &str, applied: u64) -> bool {
        checksum(&format!("V{}__{name}", self.version), &self.up.sql) == Some(applied)
    }
}

/// refinery's checksum of a migration. `None` if refinery doesn't accept the stem.
pub fn checksum(stem: &str, sql: &str) -> Option<u64> {
    let migration = refinery::Migration::unapplied(stem, sql).ok()?;
    Some(migration.checksum())
}

/// The migrations of one database and one dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The folder.
    pub path: PathBuf,
    /// The migrations, by version.
    pub files: BTreeMap<Version, MigrationFile>,
    /// Harmless irregularities of the folder.
    pub warnings: Vec<Diagnostic>,
}

impl Directory {
    /// Reads a folder. A missing folder has no migrations.
    ///
    /// # Errors
    /// All files that can't be read as migrations, each with its remedy.
    pub fn load(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut directory = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        let mut downs: BTreeMap<String, PathBuf> = BTreeMap::new();
        for entry in entries(path).map_err(|error| vec![*error])? {
            let shown: Arc<str> = entry.display().to_string().into();
            let Some(name) = entry.file_name().and_then(|name| name.to_str()) else {
                found.push(
                    Diagnostic::error(
                        Code::MigrationName,
                        format!("{shown}: the name is not UTF-8"),
                    )
                    .at(&file_location(&shown)),
                );
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            if entry.is_dir() {
                directory.warnings.extend(subfolder_warning(&entry, &shown));
                continue;
            }
            match file_name::parse(name) {
                Ok(None) => {}
                Ok(Some(name)) if name.kind == FileKind::Down => {
                    downs.insert(name.stem.to_owned(), entry.clone());
                }
                Ok(Some(name)) => match SqlText::read(&entry) {
                    Ok(text) => directory.add(&name, text, &mut found),
                    Err(error) => found.push(*error),
                },
                Err(why) => found.push(
                    Diagnostic::error(Code::MigrationName, format!("{shown}: {why}"))
                        .at(&file_location(&shown))
                        .help("name migrations V<number>__<name>.sql, and their down files V<number>__<name>.down.sql; names consist of letters, digits and `_`"),
                ),
            }
        }
        directory.add_downs(downs, &mut found);
        if found.is_empty() {
            Ok(directory)
        } else {
            Err(found)
        }
    }

    /// Adds an up file.
    fn add(&mut self, name: &FileName<'_>, up: SqlText, found: &mut Vec<Diagnostic>) {
        let version = name.version;
        if let Some(other) = self.files.get(&version) {
            found.push(
                Diagnostic::error(
                    Code::MigrationTwice,
                    format!(
                        "version {version} exists twice: {} and {}",
                        other.up.file, up.file
                    ),
                )
                .at(&file_location(&up.file))
                .help("renumber the one that is not applied anywhere yet"),
            );
            return;
        }
        let Some(checksum) = checksum(name.stem, &up.sql) else {
            found.push(
                Diagnostic::error(
                    Code::MigrationName,
                    format!("{}: refinery does not accept the name", up.file),
                )
                .at(&file_location(&up.file)),
            );
            return;
        };
        self.files.insert(
            version,
            MigrationFile {
                version,
                name: name.name.to_owned(),
                stem: name.stem.to_owned(),
                up,
                down: None,
                checksum,
            },
        );
    }

    /// Adds the down files, by the stems of their up files.
    fn add_downs(&mut self, mut downs: BTreeMap<String, PathBuf>, found: &mut Vec<Diagnostic>) {
        for file in self.files.values_mut() {
            file.down = downs.remove(&file.stem).map(DownFile::Path);
        }
        for (stem, path) in downs {
            let shown: Arc<str> = path.display().to_string().into();
            found.push(
                Diagnostic::error(
                    Code::MigrationDownAlone,
                    format!("{shown} has no {stem}.sql next to it"),
                )
                .at(&file_location(&shown))
                .help("rename it to the migration that it reverts, or remove it"),
            );
        }
    }

    /// The highest version of the folder.
    pub fn highest(&self) -> Option<Version> {
        self.files.keys().next_back().copied()
    }
}

/// The entries of a folder, sorted, so that errors have the same order on all systems.
fn entries(path: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let listed = match std::fs::read_dir(path) {
        Ok(listed) => listed
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let mut listed = listed.map_err(|error| {
        let shown: Arc<str> = path.display().to_string().into();
        Diagnostic::error(
            Code::MigrationUnreadable,
            format!("{shown} can't be read: {error}"),
        )
        .at(&file_location(&shown))
    })?;
    listed.sort();
    Ok(listed)
}

/// A warning about a subfolder with SQL files: refinery runs them, this tool does not.
fn subfolder_warning(folder: &Path, shown: &Arc<str>) -> Option<Diagnostic> {
    let has_sql = entries(folder).ok()?.iter().any(|path| {
        path.extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
    });
    has_sql.then(|| {
        Diagnostic::warning(
            Code::MigrationSubfolder,
            format!("{shown} contains SQL files, but subfolders are not read"),
        )
        .at(&file_location(shown))
        .help("move the files up, or out of the migrations folder; refinery would run them")
    })
}

#[cfg(test)]
mod tests;
