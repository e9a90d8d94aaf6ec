//! Migrations: files, history, snapshots, and running them.
//!
//! `directory` reads the files, `history` what is applied, `work` sets them side by side and says
//! what is to be done, `script` what is sent for it, and `executor` sends it under the `lock`,
//! telling an [`Observer`] about it. `write` and `snapshot` are the other direction: from a plan to files.

pub mod error;
pub mod files;
pub mod history;
pub mod journal;
pub mod recovery;
pub mod run;

pub use crate::migrate::error::{Cause, Effect, ExecError, Outcome, Stopped};
pub use crate::migrate::files::directory::{Directory, Version};
pub use crate::migrate::files::snapshot::{Parts, Snapshot, Snapshots};
pub use crate::migrate::files::statement_label::Label;
pub use crate::migrate::files::step_description::describe;
pub use crate::migrate::files::write::{
    DialectPart, NewMigration, PhaseText, WriteError, next_version,
};
pub use crate::migrate::history::managed_objects::ManagedTable;
pub use crate::migrate::history::{HistoryTable, State, Status};
pub use crate::migrate::journal::unfinished::Unfinished;
pub use crate::migrate::journal::{Command, Entry, Fate, JournalTable};
pub use crate::migrate::recovery::effect_check::Landing;
pub use crate::migrate::recovery::repair::Mark;
pub use crate::migrate::recovery::{Diagnosis, Planned, Reason, Steps};
pub use crate::migrate::run::apply_units::{Managed, PrepareError, Prepared, prepare};
pub use crate::migrate::run::data_loss::{Effects, Loss, Rows};
pub use crate::migrate::run::events::{Direction, Event, Observer, Silent};
pub use crate::migrate::run::executor::{ExecOptions, Executor, Ran};
pub use crate::migrate::run::lock::{LockError, LockOptions};
pub use crate::migrate::run::migration_unit::{Extent, Item, Plan};
pub use crate::migrate::run::pending::{Back, Work};
pub use crate::migrate::run::preconditions::writable;
pub use crate::migrate::run::retry::{LockWait, Retry};
pub use crate::migrate::run::session_info::Peer;
pub use crate::migrate::run::stop::{Signal, Stop};
pub use crate::migrate::run::table_size::Heavy;
