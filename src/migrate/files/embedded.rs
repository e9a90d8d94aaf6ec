//! Migration files whose texts are given, instead of read from a folder.

use crate::migrate::files::directory::{Directory, MigrationFile, Version, checksum};
use crate::migrate::files::down_file::DownFile;
use crate::migrate::files::sql_text::SqlText;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tablewright_text::file_check::{FileProblem, check_names};
use tablewright_text::file_name;
use tablewright_text::file_name::FileKind;

impl Directory {
    /// The migrations of files whose names and texts are given. `path` is the folder's name in messages.
    ///
    /// # Errors
    /// The problems of the names.
    pub fn from_texts<'a>(
        path: &Path,
        files: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<Self, Vec<FileProblem>> {
        let problems = check_names(files.clone().map(|(name, _)| name));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut directory = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        let mut downs: BTreeMap<Version, DownFile> = BTreeMap::new();
        for (file, sql) in files {
            let Ok(Some(name)) = file_name::parse(file) else {
                continue;
            };
            let text = SqlText {
                file: Arc::from(path.join(file).display().to_string()),
                sql: sql.to_owned(),
            };
            if name.kind == FileKind::Down {
                downs.insert(name.version, DownFile::Text(text));
                continue;
            }
            let migration = MigrationFile {
                version: name.version,
                name: name.name.to_owned(),
                stem: name.stem.to_owned(),
                // the name is valid, so there is a checksum
                checksum: checksum(name.stem, sql).unwrap_or_default(),
                up: text,
                down: None,
            };
            directory.files.insert(name.version, migration);
        }
        for (version, down) in downs {
            if let Some(file) = directory.files.get_mut(&version) {
                file.down = Some(down);
            }
        }
        Ok(directory)
    }
}
