//! The interface of a dialect: [`Dialect`], which is the sum of small traits, and the data that describe it.

pub(crate) mod attribute;
pub(crate) mod capabilities;
pub(crate) mod ddl;
pub(crate) mod floor;
pub(crate) mod live_server;
pub(crate) mod naming;
pub(crate) mod normalize;
pub(crate) mod plan_rules;
pub(crate) mod type_mapping;
pub(crate) mod unsupported;

use crate::db::Vendor;
use crate::dialect::api::attribute::Attribute;
use crate::dialect::api::capabilities::Capabilities;
use crate::dialect::api::ddl::Ddl;
use crate::dialect::api::floor::Floor;
use crate::dialect::api::live_server::LiveServer;
use crate::dialect::api::naming::Naming;
use crate::dialect::api::normalize::Normalize;
use crate::dialect::api::plan_rules::PlanRules;
use crate::dialect::api::type_mapping::TypeMapping;
use crate::server;
use crate::server::execution_profile::DdlTransactions;
use crate::spec::Spec;
use crate::sql::lexical_rules;

/// A dialect: what identifies it, as data, and the traits that translate to and from it.
///
/// The rest of the crate works with `&dyn Dialect` and never tests which dialect it has: it reads a capability
/// or calls a method.
pub trait Dialect:
    Naming + TypeMapping + Normalize + Ddl + LiveServer + PlanRules + Send + Sync + std::fmt::Debug
{
    /// The name: the directory of its migrations and its key in specs.
    fn name(&self) -> &'static str;

    /// The keys of overrides in specs that apply to a vendor, weakest first.
    fn override_keys(&self, vendor: Option<Vendor>) -> &'static [&'static str];

    /// The vendors on whose servers a migration of this dialect runs.
    fn vendors(&self) -> &'static [Vendor];

    /// The capabilities that the planner, the checks and the comparison depend on.
    fn capabilities(&self) -> &'static Capabilities;

    /// The lexical rules of its SQL.
    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules;

    /// The oldest supported server versions, for projects that configure none.
    fn default_floor(&self) -> Floor;

    /// Whether DDL takes part in transactions on all servers of this dialect.
    fn ddl_is_transactional(&self) -> bool {
        let mut vendors = self.vendors().iter();
        vendors
            .all(|vendor| server::profile(*vendor).execution.ddl == DdlTransactions::Transactional)
    }

    /// The schema that unqualified names mean, on servers whose databases have schemas.
    fn default_schema(&self) -> Option<&'static str> {
        let mut vendors = self.vendors().iter();
        vendors.find_map(|vendor| server::profile(*vendor).default_schema)
    }

    /// The attributes that a spec may set under `options`.
    fn attributes(&self) -> &'static [Attribute] {
        &[]
    }
}

/// Whether each server that a spec was resolved for is of one of these vendors.
pub(crate) fn is_for_vendors_only(dialect: &dyn Dialect, spec: &Spec, accepted: &[Vendor]) -> bool {
    let mut vendors = dialect.vendors().iter().filter(|vendor| {
        let keys = dialect.override_keys(Some(**vendor));
        spec.keys.iter().eq(keys)
    });
    vendors.all(|vendor| accepted.contains(vendor))
}
