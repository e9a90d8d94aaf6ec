//! The failure of a command: its exit code, its cause, and what to do next.

use crate::cli::exit_code::Exit;
use crate::cli::session::remedy_help::with_remedy_help;
use crate::diag::{Diagnostic, Sources};
use std::fmt;

/// The failure of a command.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code of the process.
    pub(crate) exit: Exit,
    /// The cause.
    pub(crate) cause: FailureCause,
    /// Advice, each a sentence that starts with a verb; printed after `help:`.
    pub(crate) help: Vec<String>,
    /// Commands to run next, of which the user chooses one; printed after `Next:`.
    pub(crate) next: Vec<NextCommand>,
}

/// A command to run next.
#[derive(Debug)]
pub(crate) struct NextCommand {
    /// The command line.
    pub(crate) command: String,
    /// The effect of the command; empty if the command line is clear.
    pub(crate) purpose: String,
}

/// The cause of a failure.
#[derive(Debug)]
pub(crate) enum FailureCause {
    /// An error and its sources.
    Error(anyhow::Error),
    /// A text of several lines.
    Screen(String),
    /// Findings in files.
    Findings(Vec<Diagnostic>, Box<Sources>),
}

/// The result of a command.
pub(crate) type Outcome<T = Exit> = Result<T, Failure>;

impl Failure {
    fn caused_by(exit: Exit, cause: FailureCause) -> Self {
        Self {
            exit,
            cause,
            help: Vec::new(),
            next: Vec::new(),
        }
    }

    /// An error with its exit code.
    pub(crate) fn new(exit: Exit, error: impl fmt::Display) -> Self {
        Self::caused_by(exit, FailureCause::Error(anyhow::anyhow!("{error}")))
    }

    /// A text of several lines with its exit code.
    pub(crate) fn screen(exit: Exit, text: impl Into<String>) -> Self {
        Self::caused_by(exit, FailureCause::Screen(text.into()))
    }

    /// An error in the usage or the configuration.
    pub(crate) fn usage(error: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, error)
    }

    /// Findings that stop the command.
    pub(crate) fn findings(exit: Exit, list: Vec<Diagnostic>, sources: Sources) -> Self {
        let list = list.into_iter().map(with_remedy_help).collect();
        Self::caused_by(exit, FailureCause::Findings(list, Box::new(sources)))
    }

    /// Adds advice: a sentence that starts with a verb.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a command to run next, and what it does.
    #[must_use]
    pub(crate) fn next(mut self, command: impl Into<String>, purpose: impl Into<String>) -> Self {
        self.next.push(NextCommand {
            command: command.into().trim_end().to_owned(),
            purpose: purpose.into(),
        });
        self
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::caused_by(Exit::Failed, FailureCause::Error(error))
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
impl From<crate::plan::DependencyCycle> for Failure {
    fn from(cycle: crate::plan::DependencyCycle) -> Self {
        Self::findings(Exit::Usage, vec![(&cycle).into()], Sources::default())
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
                    .help("declare these objects in a migration, or drop them; nothing was run")
            }
            Error::ExternalTable(_) => Self::new(Exit::Failed, error)
                .help("create the table first: tables with `external: true` are not created by tablewright"),
            Error::Migrations(problems) | Error::Blocked(problems) => {
                Self::findings(Exit::Failed, problems.list, *problems.sources)
            }
            Error::Consent(_) | Error::Versioned { .. } => Self::new(Exit::Refused, error),
            Error::NotPlannable(_) | Error::Git(_) => Self::usage(error),
            Error::DependencyCycle(cycle) => cycle.into(),
            Error::Connect { .. } => anyhow::Error::from(error).into(),
            // the errors of a run need the target: `run_failure`
            Error::Run(_) | Error::AppliedElsewhere { .. } | Error::Drift { .. } => {
                Self::new(Exit::Failed, error)
            }
        }
    }
}
