//! The pipeline: from specs and migrations to a database, for a program that embeds this library.
//!
//! Nothing here reads stdin, prints, or ends the process.

pub(crate) mod drift_checks;
pub(crate) mod error;
pub(crate) mod external_tables;
pub(crate) mod lowering;
pub(crate) mod recorded_schema;
pub(crate) mod schema_change;
pub(crate) mod settings;

pub use crate::pipeline::error::{Error, Problems};
pub use crate::pipeline::lowering::{Lowered, LoweringTarget};
pub use crate::pipeline::settings::Settings;
