use crate::diag::{Diagnostic, Severity};
use crate::report::finding_list::{Findings, in_full};

/// Annotations as GitHub's runner reads them from a log
/// (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).
pub(crate) fn github(findings: Findings<'_>) -> String {
    findings.list.iter().map(line).collect()
}

fn line(finding: &Diagnostic) -> String {
    let level = match finding.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut properties = Vec::new();
    if let Some(at) = &finding.at {
        properties.push(format!("file={}", property(&at.file)));
        properties.push(format!("line={}", at.line));
        properties.push(format!("col={}", at.column));
        properties.push(format!("endColumn={}", at.column + at.width));
    }
    properties.push(format!("title={}", property(finding.code.as_str())));
    let properties = properties.join(",");
    format!("::{level} {properties}::{}\n", data(&in_full(finding)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
