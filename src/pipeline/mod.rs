//! The pipeline: from specs and migrations to a database, for a program that embeds this library.
//!
//! This module never reads stdin, prints, or ends the process.

pub(crate) mod database;
pub(crate) mod drift_checks;
pub(crate) mod embedded;
pub(crate) mod error;
pub(crate) mod external_tables;
pub(crate) mod git_revision;
pub(crate) mod lowering;
pub(crate) mod migrations;
#[cfg(feature = "cli")]
pub(crate) mod offline_plan;
pub(crate) mod options;
pub(crate) mod recorded_schema;
pub(crate) mod schema_change;
pub(crate) mod settings;
pub(crate) mod specs;

pub use crate::migrate::run::data_loss::{DataLoss, RowCount, RunImpact};
pub use crate::migrate::{
    CompletedUnit, Direction, Event, ExecError, Observer, RollbackTo, Signal, Silent, Status, Stop,
    Version, VersionState,
};
pub use crate::pipeline::database::{Database, PlannedMigration, RunPlan};
pub use crate::pipeline::embedded::{EmbeddedFile, EmbeddedMigrations};
pub use crate::pipeline::error::{Error, Problems};
pub use crate::pipeline::git_revision::GitError;
pub use crate::pipeline::lowering::{Lowered, LoweringTarget};
pub use crate::pipeline::migrations::Migrations;
pub use crate::pipeline::options::{Allow, RunOptions};
pub use crate::pipeline::settings::Settings;
pub use crate::pipeline::specs::Specs;
pub use crate::verify::{Comparison, Difference};
