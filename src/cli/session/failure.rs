//! Why a command ended early, and with which exit code.

use crate::cli::exit_code::Exit;
use crate::diag::{Diagnostic, Sources};
use std::fmt;

/// The end of a command that didn't get where it should.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the process ends with.
    pub(crate) exit: Exit,
    /// Why.
    pub(crate) why: Why,
    /// What to do, one line each.
    pub(crate) next: Vec<String>,
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Why {
    /// An error and its causes.
    Error(anyhow::Error),
    /// Several lines that say it all.
    Text(String),
    /// Findings in files.
    Findings(Vec<Diagnostic>, Box<Sources>),
}

/// What commands return.
pub(crate) type Outcome<T = Exit> = Result<T, Failure>;

impl Failure {
    /// An error with its exit code.
    pub(crate) fn new(exit: Exit, error: impl fmt::Display) -> Self {
        Self {
            exit,
            why: Why::Error(anyhow::anyhow!("{error}")),
            next: Vec::new(),
        }
    }

    /// Usage or configuration.
    pub(crate) fn usage(error: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, error)
    }

    /// Findings that a command can't go on with.
    pub(crate) fn findings(exit: Exit, list: Vec<Diagnostic>, sources: Sources) -> Self {
        Self {
            exit,
            why: Why::Findings(list, Box::new(sources)),
            next: Vec::new(),
        }
    }

    /// Says what to do.
    #[must_use]
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next.push(next.into());
        self
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self {
            exit: Exit::Failed,
            why: Why::Error(error),
            next: Vec::new(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<crate::db::DbError> for Failure {
    fn from(error: crate::db::DbError) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<crate::pipeline::Error> for Failure {
    fn from(error: crate::pipeline::Error) -> Self {
        use crate::pipeline::Error;
        match error {
            Error::Specs(problems) => Self::findings(Exit::Usage, problems.list, *problems.sources),
            Error::Server(error) => error.into(),
            Error::UndeclaredParts(problems) => {
                Self::findings(Exit::Refused, problems.list, *problems.sources)
                    .next("nothing was run")
            }
            Error::ExternalTable(_) => {
                Self::new(Exit::Failed, error).next("create it first; nothing was run")
            }
            // the errors of a run need the target: `run_failure`
            Error::Run(_) | Error::AppliedElsewhere { .. } | Error::Drift { .. } => {
                Self::new(Exit::Failed, error)
            }
        }
    }
}
