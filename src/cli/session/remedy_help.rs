//! Remedies as help: the commands and flags of the command line.

use crate::diag::{Diagnostic, Remedy};

/// The help text of a remedy.
fn remedy_help(remedy: Remedy) -> String {
    match remedy {
        Remedy::Undo => "continue with `repair --undo`".to_owned(),
        Remedy::WriteDownFile => {
            "write the .down.sql next to it, or finish it with `repair --resume`".to_owned()
        }
        Remedy::RevertByHand => {
            "revert by hand what is applied, then run `repair --mark-rolled-back`; or run `repair --resume`"
                .to_owned()
        }
        Remedy::ResumeThenRollback => {
            "run `repair --resume` first, and then `rollback`".to_owned()
        }
        Remedy::StateEffect => {
            "check the database, then pass --took-effect or --no-effect".to_owned()
        }
        Remedy::RollBackTo(version) => format!("run `rollback --to {version}`"),
        Remedy::ListApplied => "run `status` to list the applied versions".to_owned(),
        Remedy::AllowReplica => {
            "connect to the primary, or pass --on-replica to write to this server".to_owned()
        }
    }
}

/// A diagnostic whose remedy is its help.
pub(crate) fn with_remedy_help(mut found: Diagnostic) -> Diagnostic {
    if let Some(remedy) = found.remedy.take() {
        found.help = Some(remedy_help(remedy));
    }
    found
}
