//! The dialects. Outside this module no code tests which dialect it works for: it reads a capability or
//! calls a method of one of the traits in `api`.

pub(crate) mod api;
pub(crate) mod inspect_scope;
pub mod mysql;
pub mod out_of_scope_foreign_keys;
pub mod postgres;
pub(crate) mod registry;
pub(crate) mod sequences;
pub mod sqlite;

pub use crate::dialect::api::Dialect;
pub use crate::dialect::api::attribute::{Attribute, Place, Values};
pub use crate::dialect::api::capabilities::{
    Capabilities, ConcurrentIndexes, ForeignKeySupport, IndexSupport, KeySupport, LengthUnit,
    NameRules, NameScope, ObjectSupport, TableChanges, TableSupport,
};
pub use crate::dialect::api::ddl::Ddl;
pub use crate::dialect::api::floor::Floor;
pub(crate) use crate::dialect::api::is_for_vendors_only;
pub use crate::dialect::api::live_server::{Async, LiveServer};
pub use crate::dialect::api::naming::Naming;
pub use crate::dialect::api::normalize::Normalize;
pub use crate::dialect::api::plan_rules::{PlanRules, TableSteps};
pub use crate::dialect::api::type_mapping::{IndexSize, TypeMapping, TypePlan};
pub use crate::dialect::api::unsupported::Unsupported;
pub use crate::dialect::inspect_scope::InspectScope;
pub use crate::dialect::registry::{all, by_name, of_family, of_vendor};
pub use crate::dialect::sequences::SequenceSupport;
