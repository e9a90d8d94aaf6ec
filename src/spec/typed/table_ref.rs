//! A reference to a table.

use crate::model::Ident;
use crate::spec::typed::spanned::Spanned;

/// A reference to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRef {
    /// Its schema, where that is not the configured one.
    pub schema: Option<Ident>,
    /// Its name.
    pub name: Spanned<Ident>,
}
