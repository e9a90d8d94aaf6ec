//! The error for declarations that a dialect can't express.

/// The reason why a dialect can't express a declaration, and the alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The declaration and the reason.
    pub message: String,
    /// The alternatives, as an instruction.
    pub help: String,
}
