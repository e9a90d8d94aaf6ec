//! The dialect `mysql` against real servers: generated SQL is inspected and compared with the schema.

#![allow(clippy::unwrap_used)] // a test may panic

mod connection;
mod expressions;
mod fixtures;
mod operations;
mod reading;
