//! Errors of the pipeline.

use crate::diag::{Diagnostic, Sources};
use std::fmt;

/// Why a call of the pipeline failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The specs have errors.
    #[error("the specs have errors\n{0}")]
    Specs(Problems),
}

/// Diagnostics of files, with the lines that they point at.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Problems {
    /// The diagnostics, at least one.
    pub list: Vec<Diagnostic>,
    /// The texts of the files.
    pub sources: Box<Sources>,
}

impl Problems {
    /// Diagnostics with the texts of their files.
    pub(crate) fn new(list: Vec<Diagnostic>, sources: Sources) -> Self {
        Self {
            list,
            sources: Box::new(sources),
        }
    }
}

impl From<Vec<Diagnostic>> for Problems {
    fn from(list: Vec<Diagnostic>) -> Self {
        Self::new(list, Sources::default())
    }
}

impl fmt::Display for Problems {
    /// One line per diagnostic: place, code, message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, one) in self.list.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            if let Some(at) = &one.at {
                write!(f, "{}:{}:{}: ", at.file, at.line, at.column)?;
            }
            write!(f, "{}[{}]: {}", one.severity, one.code, one.message)?;
        }
        Ok(())
    }
}
