//! What people and machines read: findings and differences as text, JSON and report files.
//!
//! Everything is one [`Diagnostic`] in the end, so a report format is written once
//! and knows nothing of where a finding came from.

#[cfg(feature = "cli")]
pub(crate) mod comparison_text;
pub(crate) mod drift;
pub(crate) mod files;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod sarif;
pub(crate) mod style;
#[cfg(feature = "cli")]
pub(crate) mod table;
pub(crate) mod text;

#[cfg(feature = "cli")]
pub use crate::report::comparison_text::comparison_text;
pub use crate::report::drift::{comparison_json, drift};
pub use crate::report::files::{ReportKind, ReportTo};
pub use crate::report::json::findings_json;
pub use crate::report::style::Style;
#[cfg(feature = "cli")]
pub use crate::report::table::{Align, table};
pub use crate::report::text::{explain_hint, findings, summary};

use crate::diag::Diagnostic;

/// A list of findings with the name of what found them.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The command and what it looked at: `validate`, `verify ai_agent on staging`.
    pub title: &'a str,
    /// What was found.
    pub list: &'a [Diagnostic],
}

/// `1 table`, `2 tables`.
pub fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else if let Some(stem) = one.strip_suffix('x') {
        format!("{number} {stem}xes")
    } else {
        format!("{number} {one}s")
    }
}

/// Message, label and help as one text, for formats that have one field for it.
fn in_full(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    for more in finding.label.iter().chain(&finding.help) {
        out.push('\n');
        out.push_str(more);
    }
    out
}

#[cfg(test)]
mod tests;
