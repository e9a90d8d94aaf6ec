//! Findings with the title of their report.

use crate::diag::Diagnostic;

/// A list of findings with the name of what found them.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The command and what it looked at: `validate`, `verify ai_agent on staging`.
    pub title: &'a str,
    /// What was found.
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
