use crate::report::finding_list::{Findings, in_full};
use std::fmt::Write as _;

/// A Markdown table, for comments on merge requests.
pub(crate) fn markdown(findings: Findings<'_>) -> String {
    let mut out = format!("### tablewright {}\n\n", cell(findings.title));
    if findings.list.is_empty() {
        out.push_str("No findings.\n");
        return out;
    }
    out.push_str("| severity | code | where | what |\n|---|---|---|---|\n");
    for finding in findings.list {
        let at = finding.at.as_ref().map(ToString::to_string);
        // writing to a String can't fail
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            finding.severity,
            finding.code,
            cell(at.as_deref().unwrap_or_default()),
            cell(&in_full(finding))
        );
    }
    out
}

fn cell(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('|', "\\|")
        .replace('\n', "<br>")
}
