//! Loads files as documents.

use crate::diag::{Code, Diagnostic, Location, Severity, Sources};
use crate::spec::keys::{DOCUMENTS, MapDef};
use crate::spec::suggest::nearest;
use crate::spec::yaml_tree;
use crate::spec::yaml_tree::{Node, NodeKind, Root};
use std::collections::HashSet;
use std::fs;
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

/// The largest file that is read, in bytes.
pub const FILE_MAX: u64 = 5 * 1024 * 1024;

/// The kind of object that a document declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// `table: NAME`
    Table,
    /// `extension: NAME`
    Extension,
    /// `database: NAME`
    Database,
    /// `type: NAME`
    Type,
    /// `sequence: NAME`
    Sequence,
    /// `function: NAME(ARGS)`
    Function,
}

/// One YAML document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The kind of object.
    pub kind: DocumentKind,
    /// The name of the object.
    pub name: String,
    /// `schema:`, if declared.
    pub schema: Option<String>,
    /// The location of its name.
    pub at: Location,
    pub(crate) node: Node,
    source: Arc<str>,
    range: Range<usize>,
}

impl Document {
    /// The text of the document in the file, without the `---` before it. Parsing it returns the same document.
    pub fn text(&self) -> &str {
        self.source.get(self.range.clone()).unwrap_or_default()
    }
}

/// The documents of a folder.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The documents, in the order of files (sorted by path) and of their positions.
    pub docs: Vec<Document>,
    /// The texts of the files.
    pub sources: Sources,
}

/// Reads all `*.yaml` and `*.yml` below a folder, sorted by path. Names that begin with a dot are
/// skipped. Returns the errors of all files, and all documents that could be read.
pub fn load_dir(dir: &Path) -> (Documents, Vec<Diagnostic>) {
    let mut walk = Walk::default();
    walk.folder(dir);
    let mut documents = Documents::default();
    let mut found = walk.found;
    let file_count = walk.files.len();
    for (mut part, mut findings) in read_in_parallel(&walk.files) {
        documents.append(&mut part);
        found.append(&mut findings);
    }
    let has_objects = documents
        .docs
        .iter()
        .any(|doc| doc.kind != DocumentKind::Database);
    if !has_objects && found.is_empty() {
        let message = if file_count == 0 {
            format!("no spec files in {}", dir.display())
        } else {
            format!("no table declared in {}", dir.display())
        };
        found.push(
            Diagnostic::error(Code::NoSpecs, message)
                .help("create a file such as `users.yaml` that begins with `table: users`"),
        );
    }
    (documents, dedupe(found))
}

/// The minimum number of files per thread.
const FILES_PER_THREAD: usize = 100;

/// Reads files with one thread per processor. The results are in the order of the files.
fn read_in_parallel(files: &[PathBuf]) -> Vec<(Documents, Vec<Diagnostic>)> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = files.len().div_ceil(threads).max(FILES_PER_THREAD);
    let mut shares = files.chunks(share);
    let Some(first) = shares.next() else {
        return Vec::new();
    };
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .map(|files| scope.spawn(|| read_files(files)))
            .collect();
        let mut all = vec![read_files(first)];
        for other in others {
            all.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        all
    })
}

fn read_files(files: &[PathBuf]) -> (Documents, Vec<Diagnostic>) {
    let mut documents = Documents::default();
    let mut found = Vec::new();
    for path in files {
        let name: Arc<str> = path.to_string_lossy().into();
        match read(path) {
            Ok(text) => documents.add(&name, text, &mut found),
            Err(why) => found.push(why.at(&whole(&name))),
        }
    }
    (documents, found)
}

/// The files that [`load_dir`] reads, sorted by path.
pub fn spec_files(dir: &Path) -> Vec<PathBuf> {
    let mut walk = Walk::default();
    walk.folder(dir);
    walk.files
}

/// Reads a text that is not in a file. `file` is its name in diagnostics.
pub fn parse_text(file: &str, text: &str) -> (Documents, Vec<Diagnostic>) {
    let mut documents = Documents::default();
    let mut found = Vec::new();
    documents.add(&Arc::from(file), Arc::from(text), &mut found);
    (documents, found)
}

/// Sorts findings by file and location, and removes duplicates.
pub fn dedupe(mut list: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // findings without a location are last
    list.sort_by(|a, b| {
        (a.at.is_none(), &a.at, a.code.as_str(), &a.message).cmp(&(
            b.at.is_none(),
            &b.at,
            b.code.as_str(),
            &b.message,
        ))
    });
    list.dedup_by(|a, b| a.at == b.at && a.code == b.code && a.message == b.message);
    list
}

/// The errors among findings, each once.
pub fn errors(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut list = dedupe(found);
    list.retain(|one| one.severity == Severity::Error);
    list
}

impl Documents {
    /// Appends the documents of another set.
    pub fn append(&mut self, other: &mut Self) {
        self.docs.append(&mut other.docs);
        self.sources.append(&mut other.sources);
    }

    fn add(&mut self, file: &Arc<str>, text: Arc<str>, found: &mut Vec<Diagnostic>) {
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => Arc::from(rest),
            None => text,
        };
        self.sources.insert(Arc::clone(file), Arc::clone(&text));
        let before = found.len();
        let mut roots = yaml_tree::parse(file, &text, found);
        let empty = roots.iter().all(|root| root.node.is_null());
        if empty && found.len() == before {
            found.push(
                Diagnostic::error(Code::EmptyFile, "the file is empty")
                    .at(&whole(file))
                    .help("declare a table in it, or delete the file"),
            );
        }
        roots.retain(|root| !root.node.is_null());
        for root in roots {
            if let Some(document) = document(&text, root, found) {
                self.docs.push(document);
            }
        }
    }
}

/// Reads the kind and the name of a document from its keys.
fn document(source: &Arc<str>, root: Root, found: &mut Vec<Diagnostic>) -> Option<Document> {
    let NodeKind::Map(entries) = &root.node.kind else {
        found.push(
            Diagnostic::error(
                Code::NoMap,
                format!("a document must be a map, found {}", root.node.noun()),
            )
            .at(&root.node.at)
            .help("begin with `table: NAME`"),
        );
        return None;
    };
    let first_key = |part: &'static MapDef| part.keys.first().map(|key| key.name);
    let named = DOCUMENTS.into_iter().find_map(|part| {
        let name = first_key(part)?;
        let entry = entries.iter().find(|(key, _)| &*key.text == name)?;
        Some((part.id, &entry.1))
    });
    let Some((id, name)) = named else {
        let keys: Vec<&str> = DOCUMENTS.into_iter().filter_map(first_key).collect();
        let suggestion = entries.iter().find_map(|(key, _)| {
            nearest(&key.text, keys.iter().copied()).map(|name| (&key.at, name))
        });
        let what =
            "the document declares no table, extension, type, sequence, function or database";
        let diagnostic = Diagnostic::error(Code::UnknownDocument, what);
        found.push(match suggestion {
            Some((at, key)) => diagnostic.at(at).label(format!("did you mean `{key}`?")),
            None => diagnostic
                .at(&root.node.at)
                .help("begin with `table: NAME`"),
        });
        return None;
    };
    let text_of = |node: &Node| {
        let text = node.scalar().filter(|_| !node.is_null()).map(|s| &s.text)?;
        (!text.trim().is_empty()).then(|| text.to_string())
    };
    let Some(value) = text_of(name) else {
        found.push(
            Diagnostic::error(
                Code::NoName,
                format!("`{id}` must be a name, found {}", name.noun()),
            )
            .at(&name.at),
        );
        return None;
    };
    let kind = match id {
        "table" => DocumentKind::Table,
        "extension" => DocumentKind::Extension,
        "type" => DocumentKind::Type,
        "sequence" => DocumentKind::Sequence,
        "function" => DocumentKind::Function,
        _ => DocumentKind::Database,
    };
    let schema = entries.iter().find(|(key, _)| &*key.text == "schema");
    Some(Document {
        kind,
        name: value,
        schema: schema.and_then(|(_, node)| text_of(node)),
        at: name.at.clone(),
        source: Arc::clone(source),
        range: root.range,
        node: root.node,
    })
}

/// The location of a finding about a whole file.
fn whole(file: &Arc<str>) -> Location {
    Location {
        file: Arc::clone(file),
        line: 1,
        column: 1,
        width: 1,
    }
}

fn read(path: &Path) -> Result<Arc<str>, Diagnostic> {
    let unreadable = |error: &std::io::Error| {
        Diagnostic::error(
            Code::UnreadableFile,
            format!("can't read the file: {error}"),
        )
    };
    let meta = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !meta.is_file() {
        return Err(Diagnostic::error(
            Code::UnreadableFile,
            "not a regular file",
        ));
    }
    if meta.len() > FILE_MAX {
        let (size, most) = (meta.len() / 1024 / 1024, FILE_MAX / 1024 / 1024);
        let message = format!("the file has {size} MB, the limit is {most} MB");
        return Err(Diagnostic::error(Code::FileTooLarge, message).help("write one file per table"));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let head = error.as_bytes().get(..good).unwrap_or_default();
            let line = head.split(|byte| *byte == b'\n').count();
            Err(Diagnostic::error(
                Code::NotUtf8,
                format!("the file is not UTF-8 (byte {good}, line {line})"),
            )
            .help("save it as UTF-8"))
        }
    }
}

/// Collects the files of a folder. Symbolic links to folders that were already read are reported.
#[derive(Default)]
struct Walk {
    files: Vec<PathBuf>,
    /// The real paths of the folders that were read.
    seen: HashSet<PathBuf>,
    found: Vec<Diagnostic>,
}

impl Walk {
    fn folder(&mut self, dir: &Path) {
        let name: Arc<str> = dir.to_string_lossy().into();
        let entries = fs::canonicalize(dir).and_then(|real| {
            if self.seen.insert(real) {
                fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()
            } else {
                self.found.push(
                    Diagnostic::error(
                        Code::SymlinkLoop,
                        "symbolic link to a folder that is already read",
                    )
                    .at(&whole(&name))
                    .help("remove the symbolic link"),
                );
                Ok(Vec::new())
            }
        });
        let mut paths: Vec<PathBuf> = match entries {
            Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
            Err(error) => {
                let message = format!("can't read the folder: {error}");
                self.found
                    .push(Diagnostic::error(Code::UnreadableFolder, message).at(&whole(&name)));
                return;
            }
        };
        paths.sort();
        for path in paths {
            let hidden = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            let yaml = path.extension().is_some_and(|ext| {
                ext.eq_ignore_ascii_case("yaml") || ext.eq_ignore_ascii_case("yml")
            });
            if hidden {
                continue;
            }
            if path.is_dir() {
                self.folder(&path);
            } else if yaml {
                self.files.push(path);
            }
        }
    }
}
