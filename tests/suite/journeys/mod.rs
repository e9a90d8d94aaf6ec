//! Pairs of specs on every server, there and back: cases as data, and random ones.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod cases;
mod journey;
mod random;
mod text;
