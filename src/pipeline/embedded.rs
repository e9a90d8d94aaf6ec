//! Migrations that the macro [`migrations!`](crate::migrations) embeds in a program.

/// Migrations of a logical database, embedded in the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedMigrations {
    pub(crate) path: &'static str,
    pub(crate) database: &'static str,
    pub(crate) files: &'static [EmbeddedFile],
}

impl EmbeddedMigrations {
    /// For the macro [`migrations!`](crate::migrations).
    #[doc(hidden)]
    pub const fn new(
        path: &'static str,
        database: &'static str,
        files: &'static [EmbeddedFile],
    ) -> Self {
        Self {
            path,
            database,
            files,
        }
    }

    /// The logical database's name.
    pub const fn database(&self) -> &'static str {
        self.database
    }

    /// The files of a folder: a dialect's, or `snapshots`.
    pub(crate) fn folder(
        &self,
        folder: &str,
    ) -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
        let files = self.files.iter().filter(move |file| file.folder == folder);
        files.map(|file| (file.name, file.text))
    }
}

/// An embedded file.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedFile {
    folder: &'static str,
    name: &'static str,
    text: &'static str,
}

impl EmbeddedFile {
    /// For the macro [`migrations!`](crate::migrations).
    #[doc(hidden)]
    pub const fn new(folder: &'static str, name: &'static str, text: &'static str) -> Self {
        Self { folder, name, text }
    }
}
