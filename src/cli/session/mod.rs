//! The session of a command: arguments, configuration, target, connection, consent, run.

pub(crate) mod allow;
pub(crate) mod args;
pub(crate) mod compare;
pub(crate) mod config;
pub(crate) mod consent;
pub(crate) mod diagnosis_text;
pub(crate) mod expected;
pub(crate) mod external;
pub(crate) mod failure;
pub(crate) mod locks;
pub(crate) mod migration_run;
pub(crate) mod partial_migration;
pub(crate) mod remedy_help;
pub(crate) mod run_failure;
pub(crate) mod state_source;
pub(crate) mod target;
pub(crate) mod unreachable;
pub(crate) mod url_parts;
pub(crate) mod workspace;
