//! `tablewright`: one declarative table spec for PostgreSQL, MySQL, MariaDB and SQLite.
//!
//! ```text
//! YAML files ─load─▶ Spec ─lower─▶ Schema (want) ┐
//!                                                ├─reconcile─▶ diff ─▶ [Change] ─plan─▶ Plan ─▶ execute, or render to files
//! live database ─────────inspect─▶ Schema (have) ┘
//! ```
//!
//! The modules stand in the order of that flow; imports go only to the left (`docs/architecture.md`).

pub mod diag;
pub mod model;

pub mod change;

pub mod db;
pub mod sql;

pub mod server;

pub mod diff;
pub mod spec;

pub mod dialect;

pub mod compile;

pub mod plan;

pub mod migrate;

pub mod verify;

pub mod pipeline;

pub mod report;

#[cfg(feature = "cli")]
pub mod cli;

pub use tablewright_macros::migrations;
