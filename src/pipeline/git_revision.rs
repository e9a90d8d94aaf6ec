//! Specs at a git revision, read with the program `git`.

use crate::diag::Diagnostic;
use crate::spec;
use crate::spec::Documents;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The reason why the specs of a revision can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// The text can't be a revision: it would be read as an option of git.
    #[error("invalid git revision `{0}`")]
    Revision(String),
    /// The folder of the specs does not exist today.
    #[error("no specs folder {}", .0.display())]
    NoFolder(PathBuf),
    /// The revision has no specs in that folder.
    #[error("no specs in {} at {revision}", folder.display())]
    NoSpecs {
        /// The folder.
        folder: PathBuf,
        /// The revision.
        revision: String,
    },
    /// `git` is not installed.
    #[error("cannot read specs from git: `git` is not installed")]
    NotInstalled(#[source] std::io::Error),
    /// `git` can't be started or read.
    #[error("cannot read specs from git: {0}")]
    Io(#[source] std::io::Error),
    /// `git` failed, with its own message.
    #[error("cannot read specs from git: {0}")]
    Failed(String),
    /// A file is not UTF-8.
    #[error("{0} is not UTF-8 text")]
    Encoding(String),
}

/// Reads the YAML files of a folder and its subfolders as they are at a revision; returns the documents and the
/// findings of parsing them. The files are named `REVISION:PATH` in findings.
///
/// # Errors
/// git fails, or the revision has no specs.
pub(crate) fn documents_at(
    folder: &Path,
    revision: &str,
) -> Result<(Documents, Vec<Diagnostic>), GitError> {
    if revision.starts_with('-') {
        return Err(GitError::Revision(revision.to_owned()));
    }
    if !folder.is_dir() {
        return Err(GitError::NoFolder(folder.to_owned()));
    }
    // ls-tree lists the files below the folder that it runs in, with paths relative to it
    let listed = run_git(folder, &["ls-tree", "-r", "-z", revision], String::new())?;
    let listed = String::from_utf8_lossy(&listed);
    let mut files: Vec<(&str, &str)> = listed.split('\0').filter_map(spec_blob).collect();
    files.sort_by_key(|(path, _)| *path);
    let mut wanted = String::new();
    for (_, object) in &files {
        wanted.push_str(object);
        wanted.push('\n');
    }
    let all = run_git(folder, &["cat-file", "--batch"], wanted)?;
    let mut rest = all.as_slice();
    let (mut documents, mut found) = (Documents::default(), Vec::new());
    for (path, _) in &files {
        let name = format!("{revision}:{path}");
        let (content, after) = split_object(rest)
            .ok_or_else(|| GitError::Failed(format!("no content was returned for {name}")))?;
        rest = after;
        let text = std::str::from_utf8(content).map_err(|_| GitError::Encoding(name.clone()))?;
        let (mut more, errors) = spec::parse_text(&name, text);
        documents.append(&mut more);
        found.extend(errors);
    }
    if documents.docs.is_empty() && found.is_empty() {
        return Err(GitError::NoSpecs {
            folder: folder.to_owned(),
            revision: revision.to_owned(),
        });
    }
    Ok((documents, found))
}

/// Path and object of a line `100644 blob 1234…<tab>path`, if the path is that of a spec.
fn spec_blob(line: &str) -> Option<(&str, &str)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let (_, kind, object) = (words.next()?, words.next()?, words.next()?);
    let is_yaml = Path::new(path)
        .extension()
        .is_some_and(|e| e == "yaml" || e == "yml");
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    (kind == "blob" && is_yaml && !hidden).then_some((path, object))
}

/// The content of the next object in the output of `cat-file --batch`, and the rest of the output.
fn split_object(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(text.get(..end)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let start = end + 1;
    let content = text.get(start..start + size)?;
    Some((content, text.get(start + size + 1..)?))
}

/// Runs git in a folder; returns its output.
fn run_git(folder: &Path, args: &[&str], input: String) -> Result<Vec<u8>, GitError> {
    let child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => GitError::NotInstalled(error),
        _ => GitError::Io(error),
    })?;
    let stdin = child.stdin.take();
    // git writes while it reads, so its input is written by another thread
    let writer = std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // if git stops reading, its own message on stderr is reported
            let _ = stdin.write_all(input.as_bytes());
        }
    });
    let output = child.wait_with_output();
    // a thread that only writes can't panic
    let _ = writer.join();
    let output = output.map_err(GitError::Io)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(GitError::Failed(message.trim().to_owned()))
}
