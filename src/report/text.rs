//! Findings as text, with the line of the file and the location underlined.

use crate::diag::{Diagnostic, Location, Severity, Sources};
use crate::report::style::Style;
use crate::report::units::count;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthChar;

/// The maximum number of characters of a source line that are shown.
const LINE_MAX: usize = 160;
/// The number of characters before the underlined location, if the line is cut.
const LINE_BEFORE: usize = 60;

/// All findings, each followed by an empty line.
pub fn findings(list: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let mut out = String::new();
    for finding in list {
        push_finding(&mut out, finding, sources, style);
        out.push('\n');
    }
    out
}

/// The command that explains the first error; `None` without an error.
pub fn explain_hint(list: &[Diagnostic]) -> Option<String> {
    let errors = list.iter().filter(|d| d.severity == Severity::Error);
    let mut codes = errors.map(|d| d.code);
    let first = codes.next()?;
    let which = if codes.all(|code| code == first) {
        "this error"
    } else {
        "an error"
    };
    Some(format!(
        "For more information about {which}, try `tablewright --explain {first}`."
    ))
}

/// `2 errors, 1 warning in 2 of 9 files`.
pub fn summary(list: &[Diagnostic], files: usize) -> String {
    let count_of = |severity| list.iter().filter(|d| d.severity == severity).count();
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (count_of(severity), severity.to_string()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, name)| count(number, &name))
        .collect();
    let files_with_findings: BTreeSet<&str> = list
        .iter()
        .filter_map(|d| d.at.as_ref().map(|at| &*at.file))
        .collect();
    if counts.is_empty() {
        return format!("{}, no errors", count(files, "file"));
    }
    let counts = counts.join(", ");
    if files_with_findings.is_empty() {
        return format!("{counts}, {}", count(files, "file"));
    }
    format!(
        "{counts} in {} of {}",
        files_with_findings.len(),
        count(files.max(files_with_findings.len()), "file")
    )
}

fn push_finding(out: &mut String, finding: &Diagnostic, sources: &Sources, style: Style) {
    let head = style.severity(
        finding.severity,
        &format!("{}[{}]", finding.severity, finding.code),
    );
    let message = style.bold(&printable(&finding.message));
    // writing to a String can't fail, here and below
    let _ = writeln!(out, "{head}: {message}");
    let Some(at) = &finding.at else {
        for text in finding.label.iter().chain(&finding.help) {
            let _ = writeln!(out, "  = help: {}", indented(text, "    "));
        }
        return;
    };
    let digits = at.line.to_string().len();
    let gutter = " ".repeat(digits + 2);
    let bar = style.dim("|");
    let _ = writeln!(out, "{}{} {at}", " ".repeat(digits + 1), style.dim("-->"));
    match sources.line(&at.file, at.line) {
        Some(line) => {
            let shown = Excerpt::new(line, at);
            let number = style.dim(&format!(" {} ", at.line));
            let carets = style.severity(finding.severity, &"^".repeat(shown.width));
            let label = finding.label.as_deref().unwrap_or_default();
            let _ = writeln!(out, "{gutter}{bar}");
            let _ = writeln!(out, "{number}{bar} {}", shown.text);
            let under = format!("{}{carets} {}", " ".repeat(shown.before), printable(label));
            let _ = writeln!(out, "{gutter}{bar} {}", under.trim_end());
        }
        None => {
            if let Some(label) = &finding.label {
                let _ = writeln!(out, "{gutter}= {}", printable(label));
            }
        }
    }
    if let Some(help) = &finding.help {
        let hanging = format!("{gutter}        ");
        let _ = writeln!(out, "{gutter}= help: {}", indented(help, &hanging));
    }
}

/// The shown part of a line, and the position of the underline, in terminal columns.
struct Excerpt {
    text: String,
    before: usize,
    width: usize,
}

impl Excerpt {
    fn new(line: &str, at: &Location) -> Self {
        let start = (at.column as usize).saturating_sub(1);
        let end = start + (at.width as usize).max(1);
        let length = line.chars().count();
        let from = if length > LINE_MAX {
            start.saturating_sub(LINE_BEFORE)
        } else {
            0
        };
        let mut out = Self {
            text: String::new(),
            before: 0,
            width: 0,
        };
        if from > 0 {
            out.text.push('…');
            out.before += 1;
        }
        for (n, c) in line.chars().enumerate().skip(from).take(LINE_MAX) {
            let (text, columns) = displayed(c);
            out.text
                .push_str(text.as_deref().unwrap_or(c.encode_utf8(&mut [0; 4])));
            if n < start {
                out.before += columns;
            } else if n < end {
                out.width += columns;
            }
        }
        if from + LINE_MAX < length {
            out.text.push('…');
        }
        // a location after the end of its line is underlined too: it marks missing text
        out.before += start.saturating_sub(length.max(from));
        out.width = out.width.max(1);
        out
    }
}

/// The replacement of a character that would move the cursor, and the number of columns it takes.
fn displayed(c: char) -> (Option<String>, usize) {
    match c.width() {
        Some(columns) => (None, columns),
        None if c == '\t' => (Some("    ".into()), 4),
        None => (Some("\u{fffd}".into()), 1),
    }
}

/// A text whose control characters are replaced.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

fn indented(text: &str, indent: &str) -> String {
    printable(text).replace('\n', &format!("\n{indent}"))
}
