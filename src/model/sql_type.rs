//! Column types.

use crate::model::ident::Ident;
use crate::model::object_id::{Namespace, ObjectId, ObjectKind};
use serde::{Deserialize, Serialize};

/// A concrete column type of one dialect in its canonical spelling.
///
/// `Normalize` decides the spelling of `base` (for PostgreSQL that of `format_type`,
/// such as `character varying`; for MySQL `varchar`), so that two equal types are equal here.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SqlType {
    /// Lower-case name without arguments.
    pub base: String,
    /// Length, or precision and scale, as far as they are declared.
    pub args: Vec<u32>,
    /// `unsigned` (MySQL).
    pub unsigned: bool,
    /// `zerofill` (MySQL).
    pub zerofill: bool,
    /// The members of an inline `enum` or `set` (MySQL).
    pub values: Vec<String>,
    /// Array dimensions (PostgreSQL).
    pub dims: u8,
    /// The schema of a user-defined type, where it isn't the default one.
    pub schema: Option<Ident>,
    /// Whether `base` names a user-defined type of the schema (PostgreSQL: an enum or another
    /// declared type, or the row type of a table).
    pub user_defined: bool,
}

impl SqlType {
    /// A type without arguments.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..Self::default()
        }
    }

    /// A type with arguments.
    pub fn with_args(base: &str, args: &[u32]) -> Self {
        Self {
            base: base.to_owned(),
            args: args.to_vec(),
            ..Self::default()
        }
    }

    /// The id of the user-defined type that it names; `None` for a built-in type.
    pub fn user_type_id(&self) -> Option<ObjectId> {
        let namespace = Namespace::from(self.schema.as_ref().map(Ident::as_str));
        let id = || ObjectId::new(ObjectKind::Type, self.base.as_str()).within(namespace);
        self.user_defined.then(id)
    }

    /// The same type, unsigned.
    #[must_use]
    pub fn unsigned(mut self, unsigned: bool) -> Self {
        self.unsigned = unsigned;
        self
    }
}
