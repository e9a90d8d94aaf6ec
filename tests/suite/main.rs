//! The integration tests: the library, the program, and both on real servers.
//!
//! One binary, so that the library and its drivers are linked once. `tests/run journeys::` runs the tests of
//! one module.

#![allow(clippy::too_many_lines, reason = "cases as data")]

mod apply;
mod cli;
mod corpus;
mod crashes;
mod data_loss;
mod docs;
mod drift;
mod examples;
mod exit_codes;
mod harness;
mod inspect;
mod journeys;
mod locks;
mod migrate;
mod mirror;
mod mysql_dialect;
mod pairs;
mod postgres_dialect;
mod queries;
mod reader;
mod recovery;
mod refinery;
mod signals;
mod sqlite_dialect;
mod support;
mod systems;
mod timeouts;
mod vendors;
