use crate::diag::{Code, Diagnostic, Severity};
use crate::report::finding_list::{Findings, in_full};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// SARIF 2.1.0, which code hosts and editors read
/// (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
pub(crate) fn sarif(findings: Findings<'_>) -> Value {
    let codes: BTreeSet<Code> = findings.list.iter().map(|d| d.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(rule).collect();
    let results: Vec<Value> = findings.list.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tablewright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "automationDetails": { "id": findings.title },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// The description of a code. There is no `helpUri`, which must be an absolute URI: the help names the
/// page of the documentation.
fn rule(code: Code) -> Value {
    let explanation = code.explanation();
    let first = explanation.split("\n\n").next().unwrap_or_default();
    let help = format!("{explanation}\n\nDocumentation: {}", code.page());
    json!({
        "id": code.as_str(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": first.replace('\n', " ") },
        "help": { "text": help, "markdown": help },
    })
}

fn result(finding: &Diagnostic) -> Value {
    let mut out = json!({
        "ruleId": finding.code.as_str(),
        "level": match finding.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        },
        "message": { "text": in_full(finding) },
    });
    if let Some(at) = &finding.at {
        out["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&at.file) },
            "region": {
                "startLine": at.line,
                "startColumn": at.column,
                "endColumn": at.column + at.width,
            },
        }}]);
    }
    out
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
