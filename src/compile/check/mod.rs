//! Checks of a spec as a whole: names, keys, references, and what the dialect does not support.
//!
//! The spec provides the locations, the lowered schema the concrete types and names.

pub(crate) mod checker;
pub(crate) mod columns;
pub(crate) mod cycles;
pub(crate) mod foreign_keys;
pub(crate) mod indexes;
pub(crate) mod names;

use crate::compile::check::checker::Checker;
use crate::diag::Diagnostic;
use crate::dialect::{Dialect, Floor};
use crate::model::Schema;
use crate::spec::Spec;

/// Checks a spec against itself and against a dialect. `schema` is the result of lowering it; `servers` are
/// the server versions that are configured or connected.
///
/// Diagnostics of the loader (shapes, types, literal defaults) are not repeated.
pub fn check(
    dialect: &dyn Dialect,
    spec: &Spec,
    schema: &Schema,
    servers: &Floor,
) -> Vec<Diagnostic> {
    let mut checker = Checker::new(dialect, spec, schema, servers);
    checker.check_names();
    for number in 0..checker.tables.len() {
        checker.check_columns(number);
        checker.check_indexes(number);
        checker.check_foreign_keys(number);
    }
    checker.check_cycles();
    checker.found
}

#[cfg(test)]
mod tests;
