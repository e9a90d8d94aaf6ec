//! `apply` and `diff` through the program, on real servers.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod blockers;
mod changes;
mod diff;
mod project;
mod prune;
