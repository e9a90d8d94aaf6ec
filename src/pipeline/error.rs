//! Errors of the pipeline.

use crate::db::DbError;
use crate::diag::{Diagnostic, Sources};
use crate::migrate::{ExecError, Version};
use crate::model::ObjectId;
use crate::verify::Difference;
use std::fmt;
use std::fmt::Write as _;

/// Why a call of the pipeline failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The specs have errors.
    #[error("the specs have errors\n{0}")]
    Specs(Problems),
    /// A query outside of migrations failed.
    #[error(transparent)]
    Server(#[from] DbError),
    /// A run stopped or did not start.
    #[error(transparent)]
    Run(#[from] ExecError),
    /// The last applied version was applied by another program, and the schema is not the recorded one: that
    /// program may have stopped within a migration.
    #[error(
        "V{version} was applied by another program, and the schema differs from the one it leaves{}",
        lines(differences)
    )]
    AppliedElsewhere {
        /// The version.
        version: Version,
        /// The differences, with the recorded schema in place of the specs.
        differences: Vec<Difference>,
    },
    /// The schema differs from the recorded one where a rollback changes it.
    #[error(
        "the schema differs from the one that V{version} left, where the rollback changes it{}",
        lines(differences)
    )]
    Drift {
        /// The last applied version.
        version: Version,
        /// The differences, with the recorded schema in place of the specs.
        differences: Vec<Difference>,
    },
    /// A migration rebuilds a table and would drop parts of it that no spec declares.
    #[error("a rebuild would drop undeclared parts of a table\n{0}")]
    UndeclaredParts(Problems),
    /// An external table does not exist.
    #[error("external table {0} does not exist; another program must create it first")]
    ExternalTable(ObjectId),
}

/// One line per difference.
fn lines(differences: &[Difference]) -> String {
    let mut out = String::new();
    for one in differences {
        // writing to a String can't fail
        let _ = write!(
            out,
            "\n{}: {} is `{}`, expected `{}`",
            one.object, one.property, one.database, one.spec
        );
    }
    out
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
