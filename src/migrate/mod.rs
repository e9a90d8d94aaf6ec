//! Migrations: files, history, snapshots, and running them.
//!
//! `directory` reads the files, `history` what is applied, `work` sets them side by side and says
//! what is to be done, `script` what is sent for it, and `executor` sends it under the `lock`,
//! telling an [`Observer`] about it. `write` and `snapshot` are the other direction: from a plan to files.

pub mod apply;
pub mod big;
mod deliver;
pub mod describe;
pub mod directory;
pub mod error;
pub mod events;
pub mod executor;
mod fate;
mod guard;
mod halfway;
pub mod history;
pub mod item;
pub mod journal;
pub mod label;
pub mod landing;
mod leftover;
pub mod lock;
pub mod losses;
pub mod managed;
mod outlast;
pub mod peer;
mod play;
pub mod recover;
pub mod repair;
pub mod retry;
pub mod script;
pub mod snapshot;
pub mod stop;
pub mod unfinished;
mod watch;
pub mod work;
pub mod write;

pub use apply::{Managed, PrepareError, Prepared, prepare};
pub use big::Heavy;
pub use describe::describe;
pub use directory::{Directory, Version};
pub use error::{Cause, Effect, ExecError, Outcome, Stopped};
pub use events::{Direction, Event, Observer, Silent};
pub use executor::{ExecOptions, Executor, Ran};
pub use guard::writable;
pub use history::{HistoryTable, State, Status};
pub use item::{Extent, Item, Plan};
pub use journal::{Command, Entry, Fate, JournalTable};
pub use label::Label;
pub use landing::Landing;
pub use lock::{LockError, LockOptions};
pub use losses::{Effects, Loss, Rows};
pub use managed::ManagedTable;
pub use peer::Peer;
pub use recover::{Diagnosis, Planned, Reason, Steps};
pub use repair::Mark;
pub use retry::{LockWait, Retry};
pub use snapshot::{Parts, Snapshot, Snapshots};
pub use stop::{Signal, Stop};
pub use unfinished::Unfinished;
pub use work::{Back, Work};
pub use write::{DialectPart, NewMigration, PhaseText, WriteError, next_version};
