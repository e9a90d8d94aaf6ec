//! Specs to schemas and back: `lower`, `check`, `decompile`.

mod check;
mod decompile;
mod lower;

pub use check::check;
pub use decompile::{Decompiled, SpecFile, decompile};
pub use lower::{Lowered, lower};
