use crate::diag::Severity;
use crate::report::finding_list::{Findings, in_full};
use std::fmt::Write as _;

/// JUnit XML as CI systems read it: an error is a failed test, a warning or note a passed test with output.
/// Without findings there is one passed test, so that the report isn't empty.
pub(crate) fn junit(findings: Findings<'_>) -> String {
    let title = escape(findings.title);
    let failures = findings
        .list
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .count();
    let tests = findings.list.len().max(1);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"tablewright\" tests=\"{tests}\" failures=\"{failures}\">\n  \
         <testsuite name=\"{title}\" tests=\"{tests}\" failures=\"{failures}\">\n"
    );
    // writing to a String can't fail
    for finding in findings.list {
        let location = finding.at.as_ref().map(ToString::to_string);
        let name = escape(&format!(
            "{}: {}",
            finding.code,
            location.as_deref().unwrap_or(&finding.message)
        ));
        let _ = writeln!(out, "    <testcase classname=\"{title}\" name=\"{name}\">");
        let text = escape(&in_full(finding));
        let _ = match finding.severity {
            Severity::Error => writeln!(
                out,
                "      <failure type=\"{}\" message=\"{}\">{text}</failure>",
                escape(finding.code.as_str()),
                escape(&finding.message)
            ),
            Severity::Warning | Severity::Note => {
                writeln!(out, "      <system-out>{text}</system-out>")
            }
        };
        out.push_str("    </testcase>\n");
    }
    if findings.list.is_empty() {
        let _ = writeln!(out, "    <testcase classname=\"{title}\" name=\"all\" />");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Escapes text for XML content and attributes. Characters that XML 1.0 excludes become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
