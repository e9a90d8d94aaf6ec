//! `tablewright`: one declarative table spec for PostgreSQL, MySQL, MariaDB and SQLite.
//!
//! A program that embeds the library uses [`pipeline`]. A service applies its migrations when it starts:
//!
//! ```
//! use tablewright::pipeline::{
//!     Database, EmbeddedMigrations, Error, Migrations, RollbackTo, RunOptions, Settings, Silent,
//! };
//!
//! // checked when the program is compiled
//! const MIGRATIONS: EmbeddedMigrations =
//!     tablewright::migrations!("examples/shop/migrations", database = "shop");
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let migrations = Migrations::embedded(&MIGRATIONS)?;
//! let settings = Settings::new(MIGRATIONS.database());
//! let mut database =
//!     Database::connect("sqlite::memory:", settings, RunOptions::default()).await?;
//!
//! let plan = database.plan(&migrations).await?;
//! assert_eq!(plan.migrations.len(), 2);
//! let applied = database.migrate(&migrations, &mut Silent).await?;
//! assert_eq!(applied.len(), 2);
//!
//! database.rollback(&migrations, RollbackTo::Last(1), &mut Silent).await?;
//! let status = database.status(&migrations).await?;
//! assert_eq!(status.iter().filter(|one| one.is_applied()).count(), 1);
//! database.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! A file that can't be a migration, or a folder without migrations, fails to compile:
//!
//! ```compile_fail
//! const MIGRATIONS: tablewright::pipeline::EmbeddedMigrations =
//!     tablewright::migrations!("examples/shop/migrations", database = "warehouse");
//! ```
//!
//! Cargo features: `cli` (the command line), and one per driver: `postgres`, `mysql` (also for MariaDB),
//! `sqlite`. All are on by default; a service turns the default off and enables its driver.
//!
//! ```text
//! YAML files ─load─▶ Spec ─lower─▶ Schema (want) ┐
//!                                                ├─reconcile─▶ diff ─▶ [Change] ─plan─▶ Plan ─▶ execute, or render to files
//! live database ─────────inspect─▶ Schema (have) ┘
//! ```
//!
//! The modules follow the order of this diagram; each imports only from earlier ones (`docs/architecture.md`).

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
