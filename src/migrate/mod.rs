//! Migrations: files, history, journal, snapshots, running and recovery.
//!
//! | module | contents |
//! |---|---|
//! | [`files`] | migration files and snapshots: reading, writing, the comments in them |
//! | [`history`] | refinery's history table, and how it compares with the files |
//! | [`journal`] | one row per statement that commits by itself: what started, what succeeded |
//! | [`run`] | pending migrations, the lock, sending, retrying, stopping, events |
//! | [`recovery`] | partially applied migrations: what is known about them, resume, revert |
//!
//! A service that applies migrations needs what is re-exported here: a [`Directory`] of files, an
//! [`Executor`] with its [`ExecOptions`], and an [`Observer`] for progress.

pub mod error;
pub mod files;
pub mod history;
pub mod journal;
pub mod recovery;
pub mod run;

pub use crate::migrate::error::{ExecError, StatementState, StopCause, Stopped, StoppedState};
pub use crate::migrate::files::directory::{Directory, Version};
pub use crate::migrate::history::{HistoryTable, Status, VersionState};
pub use crate::migrate::run::events::{Direction, Event, Observer, Silent};
pub use crate::migrate::run::exec_options::ExecOptions;
pub use crate::migrate::run::executor::{CompletedUnit, Executor};
pub use crate::migrate::run::lock::error::LockError;
pub use crate::migrate::run::lock::options::LockOptions;
pub use crate::migrate::run::pending::{PendingUnits, RollbackTo};
pub use crate::migrate::run::retry::RetryPolicy;
pub use crate::migrate::run::stop::{Signal, Stop};
