//! Migration files and snapshots: reading, writing, and the comments in them.

pub mod directory;
pub mod down_file;
pub mod embedded;
pub mod snapshot;
pub mod snapshot_source;
pub mod sql_text;
pub mod statement_label;
pub mod write;
