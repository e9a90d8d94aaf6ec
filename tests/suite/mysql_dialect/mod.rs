//! The dialect `mysql` against real servers: what it renders, it reads back.

#![allow(clippy::unwrap_used)] // a test may panic

mod connection;
mod expressions;
mod fixtures;
mod operations;
mod reading;
