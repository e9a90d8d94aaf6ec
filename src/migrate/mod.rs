//! Migrations: files, history, snapshots, and running them.
//!
//! `directory` reads the files, `history` what is applied, `work` sets them side by side and says
//! what is to be done, `script` what is sent for it, and `executor` sends it under the `lock`,
//! telling an [`Observer`] about it. `write` and `snapshot` are the other direction: from a plan to files.

mod deliver;
pub mod describe;
pub mod directory;
pub mod error;
pub mod events;
pub mod executor;
mod fate;
mod guard;
pub mod history;
pub mod label;
mod leftover;
pub mod lock;
pub mod losses;
pub mod peer;
pub mod retry;
pub mod script;
pub mod snapshot;
pub mod stop;
mod watch;
pub mod work;
pub mod write;

pub use describe::describe;
pub use directory::{Directory, Version};
pub use error::{Cause, Effect, ExecError, Outcome, Stopped};
pub use events::{Direction, Event, Observer, Silent};
pub use executor::{ExecOptions, Executor, Ran};
pub use guard::writable;
pub use history::{HistoryTable, State, Status};
pub use label::Label;
pub use lock::{LockError, LockOptions};
pub use losses::{Effects, Loss, Rows};
pub use peer::Peer;
pub use retry::{LockWait, Retry};
pub use snapshot::{Parts, Snapshot, Snapshots};
pub use stop::{Signal, Stop};
pub use work::{Back, Item, Work};
pub use write::{DialectPart, NewMigration, PhaseText, WriteError, next_version};
