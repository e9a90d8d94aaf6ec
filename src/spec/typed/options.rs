//! `options:` and storage options.

use crate::spec::typed::spanned::Spanned;

/// An entry of `options:`, which only one dialect has.
#[derive(Clone, Debug)]
pub struct OptionSpec {
    /// Its name.
    pub key: Spanned<String>,
    /// Its value as declared.
    pub value: Spanned<String>,
}

/// Storage options of a table or of all tables.
#[derive(Clone, Debug, Default)]
pub struct StorageOptionsSpec {
    /// Storage engine.
    pub engine: Option<Spanned<String>>,
    /// Default character set.
    pub charset: Option<Spanned<String>>,
    /// Default collation.
    pub collation: Option<Spanned<String>>,
}
