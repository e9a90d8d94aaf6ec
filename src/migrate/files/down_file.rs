//! The down file of a migration, read when it is needed.

use crate::diag::Diagnostic;
use crate::migrate::files::sql_text::SqlText;
use std::path::PathBuf;

/// The down file of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DownFile {
    /// A file, read when it is needed.
    Path(PathBuf),
    /// A text.
    Text(SqlText),
}

impl DownFile {
    /// The text.
    ///
    /// # Errors
    /// The file can't be read, or is not UTF-8.
    pub fn read(&self) -> Result<SqlText, Box<Diagnostic>> {
        match self {
            Self::Path(path) => SqlText::read(path),
            Self::Text(text) => Ok(text.clone()),
        }
    }
}
