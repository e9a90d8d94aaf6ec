//! The result of lowering.

use crate::diag::Diagnostic;
use crate::diff::Renames;
use crate::model::Schema;

/// What lowering gives.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The schema, in normal form.
    pub schema: Schema,
    /// What `renamed_from` says.
    pub renames: Renames,
    /// What can't be said in this dialect, and what is said otherwise.
    pub diagnostics: Vec<Diagnostic>,
}
