//! `apply` and `diff` through the program, on real servers.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod changes;
mod diff;
mod blockers;
mod project;
mod prune;
