//! Findings with the title of their report.

use crate::diag::Diagnostic;

/// A list of findings with the title of its report.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The command and its subject: `validate`, `verify ai_agent on staging`.
    pub title: &'a str,
    /// The findings.
    pub list: &'a [Diagnostic],
}

/// Message, label and help as one text, for formats that have one field for it.
pub(crate) fn in_full(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    for more in finding.label.iter().chain(&finding.help) {
        out.push('\n');
        out.push_str(more);
    }
    out
}
