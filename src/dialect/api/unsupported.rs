//! The error for declarations that a dialect can't express.

/// Why a dialect can't express a declaration, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The declaration and the reason.
    pub message: String,
    /// The alternatives, as an instruction.
    pub help: String,
}
