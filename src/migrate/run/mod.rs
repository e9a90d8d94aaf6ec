//! Running migrations: pending work, lock, statements, retries, events.

pub mod apply_units;
pub(crate) mod cancellable_send;
pub mod data_loss;
pub mod events;
pub mod exec_options;
pub mod executor;
pub(crate) mod invalid_index;
pub(crate) mod journal_access;
pub mod lock;
pub mod migration_unit;
pub mod pending;
pub mod plan_record;
pub(crate) mod preconditions;
pub mod retry;
pub(crate) mod run_migration;
pub mod script;
pub(crate) mod send_with_retry;
pub mod session_info;
pub mod stop;
pub mod table_size;
