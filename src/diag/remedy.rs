//! Remedies that depend on the caller: a command line tool names commands and flags, a library call its options.

/// An action of the caller that solves a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Undo the partially applied migration.
    Undo,
    /// Write the missing down file, or resume the partially applied migration.
    WriteDownFile,
    /// Revert by hand what is applied and record it, or resume the partially applied migration.
    RevertByHand,
    /// Resume the partially applied migration, and roll it back afterwards.
    ResumeThenRollback,
    /// Check the database, and state whether the undecided statement took effect.
    StateEffect,
    /// Roll back to a version.
    RollBackTo(i32),
    /// List the applied versions.
    ListApplied,
    /// Connect to the primary, or allow writing to a replica.
    AllowReplica,
}
