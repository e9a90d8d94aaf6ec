//! PostgreSQL's dialect against a real server: what is rendered is read back as it was meant.

#![allow(clippy::unwrap_used, clippy::semicolon_if_nothing_returned)]
#![allow(clippy::items_after_statements)] // a type beside its one use

mod changes;
mod expressions;
mod fixtures;
mod reading;
