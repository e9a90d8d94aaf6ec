//! What people and machines read: findings and differences as text, JSON and report files.
//!
//! Everything is one [`Diagnostic`] in the end, so a report format is written once
//! and knows nothing of where a finding came from.

mod drift;
mod files;
mod github;
mod json;
mod junit;
mod markdown;
mod sarif;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use drift::{comparison_json, comparison_text, drift};
pub use files::{ReportKind, ReportTo};
pub use json::findings_json;
pub use style::Style;
pub use table::{Align, table};
pub use text::{explain_hint, findings, summary};

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
