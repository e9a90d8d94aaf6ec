//! Findings and differences as text, JSON and report files.
//!
//! Every finding is a [`Diagnostic`](crate::diag::Diagnostic), so a report format does not depend on
//! the command that produced it.

#[cfg(feature = "cli")]
pub(crate) mod comparison_text;
pub(crate) mod drift;
pub(crate) mod files;
pub(crate) mod finding_list;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod sarif;
pub(crate) mod style;
#[cfg(feature = "cli")]
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod units;

#[cfg(feature = "cli")]
pub use crate::report::comparison_text::comparison_text;
pub use crate::report::drift::{comparison_json, drift};
pub use crate::report::files::{ReportKind, ReportTo};
pub use crate::report::finding_list::Findings;
pub use crate::report::json::findings_json;
pub use crate::report::style::Style;
#[cfg(feature = "cli")]
pub use crate::report::table::{Align, table};
pub use crate::report::text::{explain_hint, findings, summary};
pub use crate::report::units::{count, elapsed, to_the_minute};

#[cfg(test)]
mod tests;
