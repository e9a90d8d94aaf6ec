//! What is particular to a database. Nothing outside this module asks which dialect it works for:
//! it asks [`Caps`] (data) or calls a method of [`Dialect`].

pub(crate) mod api;
pub(crate) mod inspect_scope;
pub mod mysql;
pub mod out_of_scope_foreign_keys;
pub mod postgres;
pub(crate) mod registry;
pub(crate) mod sequences;
pub mod sqlite;

pub use crate::dialect::api::attribute::{Attribute, Place, Values};
pub use crate::dialect::api::capabilities::{Caps, Scope, Unit};
pub use crate::dialect::api::floor::Floor;
pub(crate) use crate::dialect::api::for_these_alone;
pub use crate::dialect::api::{Async, Dialect, OwnSequence, Passed, TypePlan, Unsupported};
pub use crate::dialect::inspect_scope::InspectScope;
pub use crate::dialect::registry::{all, by_name, of_vendor};
pub use crate::dialect::sequences::Sequences;
