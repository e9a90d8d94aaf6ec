//! Output: results on stdout, everything else on stderr.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Color, Format, Global, ReportArgs};
use crate::cli::session::failure::{Failure, FailureCause, NextCommand, Outcome};
use crate::db::DbError;
use crate::diag::{Diagnostic, Sources};
use crate::report;
use crate::report::{Findings, Style};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

/// The output settings of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// The format of results.
    pub(crate) format: Format,
    quiet: bool,
    color: Color,
}

impl Output {
    /// The settings of the arguments.
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            format: global.format,
            quiet: global.quiet,
            color: global.color,
        }
    }

    fn style(self, terminal: bool) -> Style {
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Style { colour }
    }

    /// The style of stdout.
    pub(crate) fn out_style(self) -> Style {
        self.style(io::stdout().is_terminal())
    }

    /// The style of stderr.
    pub(crate) fn err_style(self) -> Style {
        self.style(io::stderr().is_terminal())
    }

    /// The width of the terminal that stdout is, in columns.
    pub(crate) fn width() -> Option<u16> {
        comfy_table::Table::new().width()
    }

    /// Whether results are written as text.
    pub(crate) fn is_table(self) -> bool {
        self.format == Format::Table
    }

    /// Writes a result. A closed pipe (`| head`) is not an error.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn result(text: &str) -> Outcome<()> {
        match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes findings without source lines to stderr.
    pub(crate) fn findings(self, list: &[Diagnostic]) {
        if !list.is_empty() {
            let text = report::findings(list, &Sources::default(), self.err_style());
            self.message(text.trim_end());
        }
    }

    /// The line that refers to the explanation of an error; `None` in quiet mode and for JSON.
    pub(crate) fn explain_hint(self, list: &[Diagnostic]) -> Option<String> {
        if self.quiet || !self.is_table() {
            return None;
        }
        report::explain_hint(list)
    }

    /// Writes a summary to stdout, unless quiet.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn done(self, text: &str) -> Outcome<()> {
        if self.quiet {
            return Ok(());
        }
        Self::result(text)
    }

    /// Whether only results and errors are written.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Writes a JSON document as a result.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn json(value: &serde_json::Value) -> Outcome<()> {
        Self::result(&format!("{value:#}\n"))
    }

    /// Writes a line to stderr, unless quiet.
    pub(crate) fn message(self, text: &str) {
        if !self.quiet {
            // a failure to write to stderr cannot be reported
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Writes a warning to stderr, also if quiet.
    pub(crate) fn warn(self, text: &str) {
        let head = self
            .err_style()
            .severity(crate::diag::Severity::Warning, "warning");
        let _ = writeln!(io::stderr(), "{head}: {text}");
    }

    /// Writes the failure of a command to stderr.
    pub(crate) fn failure(self, failure: &Failure) {
        let style = self.err_style();
        let mut text = String::new();
        match &failure.cause {
            FailureCause::Error(error) => {
                let head = style.severity(crate::diag::Severity::Error, "error");
                // writing to a String can't fail
                let _ = writeln!(text, "{head}: {error}");
                for cause in causes(error) {
                    let _ = writeln!(text, "  {}", cause.replace('\n', "\n  "));
                }
            }
            FailureCause::Screen(whole) => {
                let head = style.severity(crate::diag::Severity::Error, "error");
                let _ = writeln!(text, "{head}: {whole}");
            }
            FailureCause::Findings(list, sources) => {
                text.push_str(&report::findings(list, sources, style));
                if let Some(hint) = self.explain_hint(list) {
                    let _ = writeln!(text, "{hint}");
                }
            }
        }
        for help in &failure.help {
            let _ = writeln!(text, "help: {help}");
        }
        text.push_str(&next_text(&failure.next));
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// The causes of an error, each once. The chain ends at the server's error, whose source is the same
/// message in the words of the driver; a cause that the line above contains is omitted.
fn causes(error: &anyhow::Error) -> Vec<String> {
    let mut out = Vec::new();
    let mut above = error.to_string();
    for cause in error.chain() {
        let text = cause.to_string();
        if !above.contains(&text) {
            out.push(text.clone());
            above = text;
        }
        if cause.is::<DbError>() {
            break;
        }
    }
    out
}

/// The commands to run next: one after `Next:`, several one per line, with their purposes aligned.
fn next_text(commands: &[NextCommand]) -> String {
    let width = commands.iter().map(|next| next.command.chars().count());
    let width = width.max().unwrap_or(0);
    let line = |NextCommand { command, purpose }: &NextCommand| {
        let line = format!("{command:width$}   {purpose}");
        line.trim_end().to_owned()
    };
    match commands {
        [] => String::new(),
        [one] => format!("Next: {}\n", line(one)),
        several => {
            let lines: Vec<String> = several.iter().map(line).collect();
            format!("Next, one of\n  {}\n", lines.join("\n  "))
        }
    }
}

/// Writes the report files of `--report`.
///
/// # Errors
/// When a file can't be written.
pub(crate) fn reports(args: &ReportArgs, title: &str, list: &[Diagnostic]) -> Outcome<()> {
    for to in &args.report {
        to.write(Findings { title, list }).map_err(|error| {
            Failure::new(
                Exit::Failed,
                format!("cannot write {}: {error}", to.file.display()),
            )
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_printed_once() {
        let server = DbError::from(sqlx::Error::Protocol("unexpected message".to_owned()));
        let error = anyhow::Error::new(server.clone()).context("connection to db1:3306 failed");
        assert_eq!(causes(&error), [server.to_string()]);
        assert!(causes(&anyhow::Error::new(server)).is_empty());
    }
}
