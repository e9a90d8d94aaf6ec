//! Errors of the pipeline.

use crate::db::DbError;
use crate::diag::{Diagnostic, Sources};
use crate::migrate::run::data_loss::RunImpact;
use crate::migrate::{ExecError, Version};
use crate::model::ObjectId;
use crate::pipeline::git_revision::GitError;
use crate::plan::DependencyCycle;
use crate::verify::Difference;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

/// The error of a call of the pipeline.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The specs have errors.
    #[error("the specs have errors\n{0}")]
    Specs(Problems),
    /// The specs of a git revision can't be read.
    #[error(transparent)]
    Git(Arc<GitError>),
    /// Migration files or snapshots have errors.
    #[error("the migrations have errors\n{0}")]
    Migrations(Problems),
    /// There is no connection.
    #[error("cannot connect to {url}")]
    Connect {
        /// The URL, without its password.
        url: String,
        /// The driver's error.
        source: DbError,
    },
    /// A query outside of migrations failed.
    #[error(transparent)]
    Server(#[from] DbError),
    /// A run stopped or did not start.
    #[error(transparent)]
    Run(#[from] ExecError),
    /// The last applied version was applied by another program, and the schema is not the recorded one: that
    /// program may have applied only a part of a migration.
    #[error(
        "V{version} was applied by another program, and the schema differs from that version{}",
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
        "the schema differs from V{version} in objects that the rollback changes{}",
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
    /// The run would lose data, or rewrite or block large tables, which was not allowed. Nothing was run.
    #[error("refusing to lose data, or to rewrite or block large tables, without consent; nothing was run{}", consent_lines(.0))]
    Consent(Box<RunImpact>),
    /// The database has applied migrations, so changes must be declared in a migration.
    #[error(
        "{applied} migrations were applied to this database; declare the change in a migration"
    )]
    Versioned {
        /// The number of applied migrations.
        applied: usize,
    },
    /// The server would refuse the plan.
    #[error("the server would refuse the plan\n{0}")]
    Blocked(Problems),
    /// Steps of the plan depend on each other in a cycle.
    #[error(transparent)]
    DependencyCycle(#[from] DependencyCycle),
    /// The dialect can't express a change.
    #[error("{0}")]
    NotPlannable(String),
    /// An external table does not exist.
    #[error("external table {0} does not exist; another program must create it first")]
    ExternalTable(ObjectId),
}

impl From<GitError> for Error {
    fn from(error: GitError) -> Self {
        Self::Git(Arc::new(error))
    }
}

/// One line per loss and per large table.
fn consent_lines(impact: &RunImpact) -> String {
    let mut out = String::new();
    for loss in impact.needing_consent() {
        // writing to a String can't fail
        let _ = write!(out, "\n{loss}: {} rows", loss.rows);
    }
    for table in &impact.heavy {
        let _ = write!(out, "\n{table}");
    }
    out
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

/// Diagnostics of files, with the texts of the files.
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
    /// One line per diagnostic: location, code, message.
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
