//! The type of all diagnostics: spec errors, lint findings, impacts and drift. Every report format prints this type.

pub(crate) mod codes;
pub(crate) mod remedy;

pub use crate::diag::codes::{Code, Topic, UnknownCode};
pub use crate::diag::remedy::Remedy;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The severity of a diagnostic, ordered: `Note < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information.
    Note,
    /// A probable mistake; the command continues.
    Warning,
    /// A mistake; the command stops.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A location in a file. Lines and columns count from 1; columns and `width` are in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The path as given (relative where it was given so).
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The number of characters to underline on that line; at least 1.
    pub width: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A diagnostic: a stable code, a message, a location, and help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, such as `unknown-key`.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// The problem, one sentence without a full stop.
    pub message: String,
    /// The location, if there is one.
    pub at: Option<Location>,
    /// The text below the underlined source.
    pub label: Option<String>,
    /// An instruction that solves the problem.
    pub help: Option<String>,
    /// An action of the caller that solves the problem. The command line names its command or flag as help.
    pub remedy: Option<Remedy>,
}

impl Diagnostic {
    /// An error without a location.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning without a location.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note without a location.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            at: None,
            label: None,
            help: None,
            remedy: None,
        }
    }

    /// Adds the location.
    #[must_use]
    pub fn at(mut self, at: &Location) -> Self {
        self.at = Some(at.clone());
        self
    }

    /// Adds the text below the underlined source.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

/// The texts of the files that were read, so that a report can show the source line.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<Arc<str>, Arc<str>>);

impl Sources {
    /// Adds a file.
    pub fn insert(&mut self, file: Arc<str>, text: Arc<str>) {
        self.0.insert(file, text);
    }

    /// Moves the files of another set into this one.
    pub fn append(&mut self, other: &mut Self) {
        self.0.append(&mut other.0);
    }

    /// One line of a file (from 1), without its line end.
    pub fn line(&self, file: &str, line: u32) -> Option<&str> {
        let text = self.0.get(file)?;
        text.lines().nth(line.checked_sub(1)? as usize)
    }

    /// Whether this file was read.
    pub fn contains(&self, file: &str) -> bool {
        self.0.contains_key(file)
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no file was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
