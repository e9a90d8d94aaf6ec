//! Specs, read from a folder or from texts.

use crate::diag::{Diagnostic, Severity};
use crate::pipeline::error::{Error, Problems};
use crate::pipeline::git_revision;
use crate::spec;
use crate::spec::Documents;
use std::path::Path;

/// The specs of a logical database.
#[derive(Clone, Debug)]
pub struct Specs {
    pub(crate) documents: Documents,
    pub(crate) found: Vec<Diagnostic>,
}

impl Specs {
    /// Reads the YAML files of a folder and its subfolders.
    ///
    /// # Errors
    /// [`Error::Specs`] if there are none, or if one can't be read.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let (documents, found) = spec::load_dir(folder.as_ref());
        Self::valid(documents, found)
    }

    /// Parses texts, each with the name of its file for messages: `("users.yaml", include_str!(…))`.
    ///
    /// # Errors
    /// [`Error::Specs`].
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Error> {
        let (mut documents, mut found) = (Documents::default(), Vec::new());
        for (file, text) in texts {
            let (mut more, errors) = spec::parse_text(file, text);
            documents.append(&mut more);
            found.extend(errors);
        }
        Self::valid(documents, found)
    }

    /// Reads the YAML files of a folder and its subfolders as they are at a git revision, with the program `git`.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::Specs`].
    pub fn at_git_revision(folder: impl AsRef<Path>, revision: &str) -> Result<Self, Error> {
        let (documents, found) = git_revision::documents_at(folder.as_ref(), revision)?;
        Self::valid(documents, found)
    }

    fn valid(documents: Documents, found: Vec<Diagnostic>) -> Result<Self, Error> {
        if found.iter().any(|one| one.severity == Severity::Error) {
            return Err(Error::Specs(Problems::new(found, documents.sources)));
        }
        Ok(Self { documents, found })
    }
}
