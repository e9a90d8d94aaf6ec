//! One file per command: its `Args`, whose documentation is the help, and its `run`.

pub(crate) mod apply;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod migration;
pub(crate) mod repair;
pub(crate) mod rollback;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod validate;
pub(crate) mod verify;
