//! The journal: the tool's record of each statement that commits by itself.
//!
//! refinery's history has one row per applied version, which says nothing about a version of which only some
//! statements took effect. The journal, a table next to the history table, has
//!
//! - one row per statement where each statement commits by itself (MySQL, MariaDB, files with
//!   `no-transaction`),
//! - one row for the whole migration where it runs in a transaction, written within that transaction,
//! - one closing row for a migration that a repair reverted or recorded.
//!
//! It is also the audit log: rows are never deleted.
//!
//! | columns | contents |
//! |---|---|
//! | `id`, `unit`, `format` | the row's number; the first row of the migration's run, shared by the rows of later repairs; the version of this table's format |
//! | `command`, `version`, `name`, `direction` | the command that ran, the migration, `up` or `down` |
//! | `statement`, `statements`, `step` | the statement's number from 1, or 0 for the whole migration; their count; the step of the mark above |
//! | `hash`, `before_hash` | the statement's hash and the running hash of those before it, to recognize an edited file |
//! | `started_at`, `finished_at`, `outcome`, `message` | times by the server's clock, the outcome, the server's error |
//! | `db_user`, `client_host`, `tool`, `session_id`, `server_id`, `database_name` | who ran it, with which version of the tool, and where |
//! | `plan` | for `apply`, which has no files: the texts of both directions |
//!
//! # Outcomes
//!
//! | `outcome` | the statement |
//! |---|---|
//! | `running` | was sent, or was about to be sent; no outcome is recorded |
//! | `done` | took effect |
//! | `failed` | failed without effect |
//! | `undone` | (closing row) all applied statements were reverted |
//! | `marked` | (closing row) the user recorded the migration as applied or rolled back |
//!
//! # Order of writes
//!
//! 1. The row with `running` is committed before the statement is sent. So a statement without a row was
//!    never sent, and only the last row can be undecided.
//! 2. The statement runs.
//! 3. The row is set to `done` or `failed`. The `done` of the last statement and the history row are one
//!    transaction, so that a version with all statements applied is never without its history row.
//!
//! Rows travel in the messages of the statements themselves where the server runs the statements of a
//! message one by one, so they cost no round trip. Row ids are assigned by the program under the lock: if
//! the lock was lost and another run writes, the primary key refuses the row before the statement begins.
//!
//! # Example
//!
//! V7 has three statements on MySQL; the connection is lost during the second one:
//!
//! ```text
//! id  unit  version  statement  statements  outcome
//! 12  12    7        1          3           done
//! 13  12    7        2          3           running
//! ```
//!
//! Statement 1 took effect, statement 3 was never sent, and statement 2 is undecided: the effect check of
//! [`recovery`](crate::migrate::recovery) determines its outcome. After `repair --resume`, the rows of the
//! repair have the same unit:
//!
//! ```text
//! 13  12    7        2          3           done      (set by the effect check)
//! 14  12    7        3          3           done
//! ```

pub mod entry;
pub mod hashes;
pub mod session_identity;
pub mod table;
pub mod unfinished;
pub mod unit_journal;
