//! Results go to stdout, all else to stderr.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Color, Format, Global, ReportArgs};
use crate::cli::session::failure::{Failure, Outcome, Why};
use crate::diag::{Diagnostic, Sources};
use crate::report;
use crate::report::{Findings, Style};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

/// Where a command speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// How results are written.
    pub(crate) format: Format,
    quiet: bool,
    color: Color,
}

impl Output {
    /// As the arguments say.
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

    /// Whether results are for people.
    pub(crate) fn is_table(self) -> bool {
        self.format == Format::Table
    }

    /// Writes a result. A reader that has gone (`| head`) is no error.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn result(text: &str) -> Outcome<()> {
        match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says findings that have no place in a file; nothing where there are none.
    pub(crate) fn findings(self, list: &[Diagnostic]) {
        if !list.is_empty() {
            let text = report::findings(list, &Sources::default(), self.err_style());
            self.say(text.trim_end());
        }
    }

    /// The line that refers to the explanation of an error; `None` where results are for programs.
    pub(crate) fn explain_hint(self, list: &[Diagnostic]) -> Option<String> {
        if self.quiet || !self.is_table() {
            return None;
        }
        report::explain_hint(list)
    }

    /// Writes what was done, for a person who looks on: nothing where it is quiet.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn done(self, text: &str) -> Outcome<()> {
        if self.quiet {
            return Ok(());
        }
        Self::result(text)
    }

    /// Whether somebody looks on.
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

    /// Says something on the side.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet {
            // there is nowhere left to complain about stderr
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Warns, also where it is quiet.
    pub(crate) fn warn(self, text: &str) {
        let head = self
            .err_style()
            .severity(crate::diag::Severity::Warning, "warning");
        let _ = writeln!(io::stderr(), "{head}: {text}");
    }

    /// Says why a command ended.
    pub(crate) fn failure(self, failure: &Failure) {
        let style = self.err_style();
        let mut text = String::new();
        match &failure.why {
            Why::Error(error) => {
                let head = style.severity(crate::diag::Severity::Error, "error");
                // writing to a String can't fail
                let _ = writeln!(text, "{head}: {error}");
                for cause in error.chain().skip(1) {
                    let _ = writeln!(text, "  {}", cause.to_string().replace('\n', "\n  "));
                }
            }
            Why::Text(whole) => {
                let head = style.severity(crate::diag::Severity::Error, "error");
                let _ = writeln!(text, "{head}: {whole}");
            }
            Why::Findings(list, sources) => {
                text.push_str(&report::findings(list, sources, style));
                if let Some(hint) = self.explain_hint(list) {
                    let _ = writeln!(text, "{hint}");
                }
            }
        }
        for (n, next) in failure.next.iter().enumerate() {
            let head = if n == 0 { "Next:" } else { "     " };
            let _ = writeln!(text, "{head} {next}");
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Writes the report files that were asked for.
///
/// # Errors
/// When a file can't be written.
pub(crate) fn reports(args: &ReportArgs, title: &str, list: &[Diagnostic]) -> Outcome<()> {
    for to in &args.report {
        to.write(Findings { title, list }).map_err(|error| {
            Failure::new(
                Exit::Failed,
                format!("{} can't be written: {error}", to.file.display()),
            )
        })?;
    }
    Ok(())
}
