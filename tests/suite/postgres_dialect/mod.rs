//! The dialect `postgres` against a real server: generated SQL is inspected and compared with the schema.

#![allow(clippy::unwrap_used, clippy::semicolon_if_nothing_returned)]
#![allow(clippy::items_after_statements)] // a type beside its one use

mod changes;
mod expressions;
mod fixtures;
mod reading;
