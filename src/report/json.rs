use crate::diag::{Diagnostic, Severity};
use crate::report::finding_list::Findings;
use serde_json::{Value, json};

/// Findings as JSON. Keys: `title`, `errors`, `warnings`, `notes` (counts) and `findings`, a list of
/// `code`, `severity`, `message`, `file`, `line`, `column`, `width` (characters, from 1), `label`, `help`;
/// unknown values are null.
pub fn findings_json(findings: Findings<'_>) -> Value {
    let count = |severity| {
        let list = findings.list.iter();
        list.filter(|d| d.severity == severity).count()
    };
    json!({
        "title": findings.title,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
        "findings": findings.list.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Diagnostic) -> Value {
    let at = finding.at.as_ref();
    json!({
        "code": finding.code.as_str(),
        "severity": finding.severity.to_string(),
        "message": finding.message,
        "file": at.map(|at| &*at.file),
        "line": at.map(|at| at.line),
        "column": at.map(|at| at.column),
        "width": at.map(|at| at.width),
        "label": finding.label,
        "help": finding.help,
    })
}
