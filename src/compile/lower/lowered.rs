//! The result of lowering.

use crate::diag::Diagnostic;
use crate::diff::Renames;
use crate::model::Schema;

/// The result of lowering.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The schema, in normal form.
    pub schema: Schema,
    /// The renames of `renamed_from`.
    pub renames: Renames,
    /// Declarations that this dialect does not support or replaces.
    pub diagnostics: Vec<Diagnostic>,
}
