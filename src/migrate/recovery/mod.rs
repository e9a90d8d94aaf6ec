//! Recovery of partially applied migrations.
//!
//! # Problem
//!
//! MySQL and MariaDB commit each DDL statement by itself, and so does PostgreSQL outside of a transaction. A run
//! that is killed there, or loses its connection, leaves a migration of which some statements took effect. Of the
//! statement whose reply was lost, the client doesn't even know whether it took effect. Running it again may fail
//! or change data twice; skipping it may lose it.
//!
//! # Invariant
//!
//! At every moment, journal and history together determine which statements of a migration took effect, except
//! for at most one: the *undecided* statement, whose row is the last one and is `running`. Three rules keep it:
//!
//! 1. A statement's row is committed before the statement is sent (see [`journal`](crate::migrate::journal)).
//! 2. No statement is sent while an earlier one is undecided or its session still exists.
//! 3. The decision about an undecided statement is committed in one transaction with the next row that the repair
//!    writes: the row of the next statement, or the history row. If it were committed alone, a crash right after
//!    it would leave a migration whose rows are all `done` without its history row, and the next run would take
//!    it for one that is completed.
//!
//! # Algorithm
//!
//! 1. Take the lock, and wait until the session of the earlier run has ended (`previous_session`).
//! 2. Read the rows of the last unit ([`unfinished`](crate::migrate::journal::unfinished)). Compare the file's
//!    hashes with the rows of applied statements, which must not have changed ([`diagnosis`]).
//! 3. Decide the undecided statement: a row change shares its transaction with its outcome, so a `running` row
//!    means no effect; of other statements, compare the live schema with both sides of the step's change
//!    ([`effect_check`]). What neither decides is decided by the user.
//! 4. Resume (run the remaining statements) or undo (revert each applied step, the newest first; for a step of
//!    which only some statements took effect, revert what the catalog shows: `partial_step`). Both run through
//!    the executor under the same unit, so a killed repair is diagnosed like a killed run.
//!
//! # Example
//!
//! V7 has three statements; the connection is lost during the second one:
//!
//! ```text
//! statement 1: add column a    done
//! statement 2: add column b    running
//! statement 3: add column c    (no row)
//! ```
//!
//! The live table has column `b`, which the snapshot before V7 doesn't have, so statement 2 took effect.
//! `--resume` commits `2 done` with `3 running`, runs statement 3, and commits `3 done` with the history row.
//! `--undo` commits `2 done` with the row of `drop column b`, and reverts both columns.

pub mod diagnosis;
pub mod effect_check;
pub(crate) mod partial_step;
pub mod planned_steps;
pub(crate) mod previous_session;
pub mod repair;
pub(crate) mod statement_outcome;

pub use crate::migrate::recovery::diagnosis::{Diagnosis, EffectReason};
pub use crate::migrate::recovery::planned_steps::{PlannedStep, PlannedSteps};
