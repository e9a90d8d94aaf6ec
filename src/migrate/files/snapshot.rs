//! Snapshots: the specs as of each version, one file per version (or set of versions), so that the next migration
//! is generated offline, and a reviewer sees the changed specs next to the SQL.
//!
//! Each file contains only the documents that changed; the state is the sequence of all files. Each file has the
//! checksum of its predecessor and ends with its own, so that an edited or missing file is detected.

pub(crate) mod records;

pub use crate::migrate::files::snapshot::records::{
    FileRecord, HazardRecord, RenameRecord, StatementRecord, renames,
};

use crate::diag::{Code, Diagnostic, Location};
use crate::migrate::files::directory::Version;
use crate::migrate::files::sql_text::file_location;
use crate::spec::{DocumentKind, Documents, parse_text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// The version of the file format.
const FORMAT: u32 = 1;
const HEAD: &str = "# What the specs said at this version; written by `tablewright migration new`. Not to be edited.\n";
const CHECKSUM: &str = "checksum: ";

/// The text of a document in a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DocumentText {
    /// The document has this text.
    Text(String),
    /// The document was removed.
    Dropped,
}

/// The stored word for a removed document. No document consists of this word.
const DROPPED: &str = "dropped";

impl From<String> for DocumentText {
    fn from(text: String) -> Self {
        if text == DROPPED {
            Self::Dropped
        } else {
            Self::Text(text)
        }
    }
}

impl From<DocumentText> for String {
    fn from(part: DocumentText) -> Self {
        match part {
            DocumentText::Text(text) => text,
            DocumentText::Dropped => Self::from(DROPPED),
        }
    }
}

/// Texts of documents: all of a state, or those that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTexts {
    /// `database.yaml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DocumentText>,
    /// The tables by name (`schema.name` if the document has a schema).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, DocumentText>,
    /// The extensions by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, DocumentText>,
    /// Types, sequences and functions, by kind and name: `type mood`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<String, DocumentText>,
}

impl DocumentTexts {
    /// The texts of documents.
    pub fn from_documents(documents: &Documents) -> Self {
        let mut parts = Self::default();
        for document in &documents.docs {
            // YAML normalizes line ends to LF
            let text = DocumentText::Text(document.text().replace("\r\n", "\n"));
            let name = match &document.schema {
                Some(schema) => format!("{schema}.{}", document.name),
                None => document.name.clone(),
            };
            match document.kind {
                DocumentKind::Database => parts.database = Some(text),
                DocumentKind::Table => {
                    parts.tables.insert(name, text);
                }
                DocumentKind::Extension => {
                    parts.extensions.insert(document.name.clone(), text);
                }
                DocumentKind::Type => {
                    parts.objects.insert(format!("type {name}"), text);
                }
                DocumentKind::Sequence => {
                    parts.objects.insert(format!("sequence {name}"), text);
                }
                DocumentKind::Function => {
                    parts.objects.insert(format!("function {name}"), text);
                }
            }
        }
        parts
    }

    /// Parses the documents. `origin` is the prefix of their names in diagnostics.
    ///
    /// # Errors
    /// Diagnostics of the spec reader. A snapshot has them only if the spec format has changed since it was written.
    pub fn documents(&self, origin: &str) -> (Documents, Vec<Diagnostic>) {
        let mut all = Documents::default();
        let mut found = Vec::new();
        let database = self.database.iter().map(|part| ("database", part));
        let named = self.tables.iter().chain(&self.extensions);
        let named = named.chain(&self.objects);
        for (name, part) in database.chain(named.map(|(name, part)| (name.as_str(), part))) {
            if let DocumentText::Text(text) = part {
                let (mut documents, errors) = parse_text(&format!("{origin}:{name}"), text);
                all.append(&mut documents);
                found.extend(errors);
            }
        }
        (all, found)
    }

    /// The documents that differ from `before`: applied to `before`, they give this state.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let database = (self.database != before.database)
            .then(|| self.database.clone().unwrap_or(DocumentText::Dropped));
        Self {
            database,
            tables: changed(&before.tables, &self.tables),
            extensions: changed(&before.extensions, &self.extensions),
            objects: changed(&before.objects, &self.objects),
        }
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.database.is_none()
            && self.tables.is_empty()
            && self.extensions.is_empty()
            && self.objects.is_empty()
    }

    /// Applies the changes of a later version.
    fn apply_changes(&mut self, later: &Self) {
        match &later.database {
            Some(DocumentText::Dropped) => self.database = None,
            Some(text @ DocumentText::Text(_)) => self.database = Some(text.clone()),
            None => {}
        }
        overlay(&mut self.tables, &later.tables);
        overlay(&mut self.extensions, &later.extensions);
        overlay(&mut self.objects, &later.objects);
    }
}

/// The documents that were changed, added or removed.
fn changed(
    before: &BTreeMap<String, DocumentText>,
    after: &BTreeMap<String, DocumentText>,
) -> BTreeMap<String, DocumentText> {
    let removed = before
        .keys()
        .filter(|name| !after.contains_key(*name))
        .map(|name| (name.clone(), DocumentText::Dropped));
    let present = after
        .iter()
        .filter(|(name, text)| before.get(*name) != Some(text))
        .map(|(name, text)| (name.clone(), text.clone()));
    removed.chain(present).collect()
}

/// Applies changed documents to a state.
fn overlay(state: &mut BTreeMap<String, DocumentText>, later: &BTreeMap<String, DocumentText>) {
    for (name, part) in later {
        match part {
            DocumentText::Dropped => state.remove(name),
            DocumentText::Text(_) => state.insert(name.clone(), part.clone()),
        };
    }
}

/// The hash of a statement in a snapshot.
pub fn statement_hash(sql: &str) -> String {
    let mut hash = sha256(sql.trim());
    hash.truncate(16);
    hash
}

fn sha256(text: &str) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // writing to a String can't fail
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// One snapshot file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version of the file format.
    tablewright: u32,
    /// The covered versions, at least one. The first one is in the file's name.
    pub versions: Vec<Version>,
    /// The migration's name.
    pub name: String,
    /// The checksum of the preceding snapshot, if there is one.
    pub parent: Option<String>,
    /// The documents that changed.
    #[serde(flatten)]
    pub parts: DocumentTexts,
    /// The renames used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<RenameRecord>,
    /// The impacts of the up steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<HazardRecord>,
    /// The impacts of the down steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undo_hazards: Vec<HazardRecord>,
    /// The files, by dialect and version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, BTreeMap<Version, FileRecord>>,
}

impl Snapshot {
    /// A snapshot without documents.
    pub fn new(versions: Vec<Version>, name: &str, parent: Option<String>) -> Self {
        Self {
            tablewright: FORMAT,
            versions,
            name: name.to_owned(),
            parent,
            ..Self::default()
        }
    }

    /// The text of the file, which ends with the checksum.
    ///
    /// # Errors
    /// A text changes when it is written and read again.
    pub fn to_text(&self) -> Result<String, String> {
        let yaml = serde_yaml::to_string(self).map_err(|error| error.to_string())?;
        let mut text = format!("{HEAD}{yaml}");
        let checksum = sha256(&text);
        // writing to a String can't fail
        let _ = writeln!(text, "{CHECKSUM}{checksum}");
        match Self::from_text(&text) {
            Ok((read, _)) if read == *self => Ok(text),
            Ok(_) => Err(String::from(
                "a text contains characters that YAML does not preserve",
            )),
            Err(error) => Err(error),
        }
    }

    /// Parses the text of a file, and returns its checksum as well.
    ///
    /// # Errors
    /// The text was edited, or has another format.
    pub fn from_text(text: &str) -> Result<(Self, String), String> {
        // git may have changed the line ends, which has no meaning here
        let text = text.replace("\r\n", "\n");
        let (body, recorded) = text
            .trim_end()
            .rsplit_once('\n')
            .and_then(|(body, last)| Some((body, last.strip_prefix(CHECKSUM)?)))
            .ok_or("its last line is not a checksum")?;
        let body = format!("{body}\n");
        let checksum = sha256(&body);
        if checksum != recorded {
            return Err(String::from("it was edited: its checksum does not match"));
        }
        let snapshot: Self = serde_yaml::from_str(&body).map_err(|error| error.to_string())?;
        if snapshot.tablewright != FORMAT {
            return Err(format!(
                "it has format {}, but this version reads format {FORMAT}",
                snapshot.tablewright
            ));
        }
        Ok((snapshot, checksum))
    }
}

/// A snapshot with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotEntry {
    /// The path of the file.
    pub file: Arc<str>,
    /// Its checksum.
    pub checksum: String,
    /// The content.
    pub snapshot: Snapshot,
}

/// All snapshots of a database, with a verified chain of checksums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshots {
    /// The snapshots, in the order of versions.
    pub entries: Vec<SnapshotEntry>,
}

impl Snapshots {
    /// Reads a folder. A missing folder has no snapshots.
    ///
    /// # Errors
    /// Each file that can't be read, was edited, or whose predecessor is missing.
    pub fn load(folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut all = Self::default();
        let mut found = Vec::new();
        let listed = match std::fs::read_dir(folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
            Err(error) => {
                let shown: Arc<str> = folder.display().to_string().into();
                return Err(vec![broken(&shown, &format!("it can't be read: {error}"))]);
            }
        };
        let mut paths: Vec<_> = listed
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
            .collect();
        paths.sort();
        for path in paths {
            let file: Arc<str> = path.display().to_string().into();
            let read = std::fs::read_to_string(&path)
                .map_err(|error| format!("it can't be read: {error}"))
                .and_then(|text| Snapshot::from_text(&text));
            match read {
                Ok((snapshot, checksum)) => {
                    let named = snapshot.versions.first().map(|v| format!("V{v}"));
                    if path.file_stem().and_then(|stem| stem.to_str()) != named.as_deref() {
                        found.push(broken(&file, "its name and its first version differ"));
                    }
                    all.entries.push(SnapshotEntry {
                        file,
                        checksum,
                        snapshot,
                    });
                }
                Err(why) => found.push(broken(&file, &why)),
            }
        }
        all.entries
            .sort_by_key(|entry| entry.snapshot.versions.first().copied());
        if found.is_empty() {
            all.verify(&mut found);
        }
        if found.is_empty() {
            Ok(all)
        } else {
            Err(found)
        }
    }

    /// Reads texts in place of files, each with its file name.
    ///
    /// # Errors
    /// The errors of [`Snapshots::load`].
    pub fn from_texts<'a>(
        texts: impl Iterator<Item = (Arc<str>, &'a str)>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut all = Self::default();
        let mut found = Vec::new();
        for (file, text) in texts {
            match Snapshot::from_text(text) {
                Ok((snapshot, checksum)) => all.entries.push(SnapshotEntry {
                    file,
                    checksum,
                    snapshot,
                }),
                Err(why) => found.push(broken(&file, &why)),
            }
        }
        all.entries
            .sort_by_key(|entry| entry.snapshot.versions.first().copied());
        if found.is_empty() {
            all.verify(&mut found);
        }
        if found.is_empty() {
            Ok(all)
        } else {
            Err(found)
        }
    }

    /// Checks that each snapshot has its predecessor's checksum and covers later versions.
    fn verify(&self, found: &mut Vec<Diagnostic>) {
        let mut before: Option<&SnapshotEntry> = None;
        for entry in &self.entries {
            if entry.snapshot.parent.as_deref() != before.map(|entry| entry.checksum.as_str()) {
                let was = before.map_or_else(
                    || String::from("there is none"),
                    |before| format!("the preceding one is {}", before.file),
                );
                found.push(
                    broken(
                        &entry.file,
                        &format!("its recorded predecessor is not the preceding snapshot ({was})"),
                    )
                    .help("restore the missing snapshot from version control; where two branches both added migrations, delete the migration files and snapshots of the unmerged branch, and create the migration again"),
                );
            }
            let last = before.and_then(|entry| entry.snapshot.versions.last());
            if entry.snapshot.versions.first() <= last && before.is_some() {
                found.push(broken(
                    &entry.file,
                    "it covers versions that the preceding snapshot covers",
                ));
            }
            before = Some(entry);
        }
    }

    /// The highest covered version.
    pub fn highest(&self) -> Option<Version> {
        let all = self.entries.iter().flat_map(|e| &e.snapshot.versions);
        all.max().copied()
    }

    /// The checksum of the last snapshot, which is the parent of the next one.
    pub fn head(&self) -> Option<&str> {
        self.entries.last().map(|entry| entry.checksum.as_str())
    }

    /// The specs as of a version; `None` is the last one. Within a set of versions it is the state before the set.
    pub fn state(&self, at: Option<Version>) -> DocumentTexts {
        let mut state = DocumentTexts::default();
        for entry in &self.entries {
            let last = entry.snapshot.versions.iter().max();
            if at.is_none_or(|at| last.is_some_and(|last| *last <= at)) {
                state.apply_changes(&entry.snapshot.parts);
            }
        }
        state
    }
}

/// A snapshot that can't be used.
fn broken(file: &Arc<str>, why: &str) -> Diagnostic {
    let at: Location = file_location(file);
    Diagnostic::error(Code::SnapshotBroken, format!("{file}: {why}"))
        .at(&at)
        .help("restore the committed file; snapshots must not be edited")
}

#[cfg(test)]
mod tests;
