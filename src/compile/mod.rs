//! Compiles specs to schemas (`lower`), checks them (`check`), and converts schemas to specs (`decompile`).

mod check;
mod decompile;
mod lower;

pub use check::check;
pub use decompile::{Decompiled, SpecFile, decompile};
pub use lower::{Lowered, lower};
