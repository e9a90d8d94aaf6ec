//! The normal form of a schema.

use crate::diag::Diagnostic;
use crate::dialect::api::floor::Floor;
use crate::model::Schema;
use crate::spec::Spec;

/// Brings schemas to the form in which they are compared.
///
/// Lowered and inspected schemas of the same meaning must have the same normal form wherever that can be
/// decided from the text alone; [`LiveServer::reconcile`](crate::dialect::LiveServer::reconcile) decides
/// the rest. Normalizing is idempotent.
pub trait Normalize {
    /// Adds to a lowered schema what the dialect requires beyond the spec (supporting indexes, trigger
    /// functions, default options), and reports findings of this dialect only (an unknown charset, an index
    /// over its byte limit).
    fn complete(
        &self,
        spec: &Spec,
        floor: &Floor,
        schema: &mut Schema,
        found: &mut Vec<Diagnostic>,
    );

    /// Brings a lowered or inspected schema to its normal form.
    fn normalize(&self, schema: &mut Schema);

    /// Attributes that the server itself increases, such as the next number of a table. A live value above
    /// the declared one is not a difference.
    fn counters(&self) -> &'static [&'static str] {
        &[]
    }
}
