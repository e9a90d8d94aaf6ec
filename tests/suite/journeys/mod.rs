//! Pairs of specs on every server, in both directions: cases as data, and random ones.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod cases;
mod journey;
mod random;
mod text;
