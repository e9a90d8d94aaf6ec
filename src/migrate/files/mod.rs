//! Migration files and snapshots: reading, writing, and the comments in them.

pub mod directory;
pub mod snapshot;
pub mod statement_label;
pub mod step_description;
pub mod write;
