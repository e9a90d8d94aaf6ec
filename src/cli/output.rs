//! Results go to stdout, all else to stderr.

use super::args::{Color, Format, Global};
use super::exit::Exit;
use super::failure::{Failure, Outcome, Why};
use crate::diag::Diagnostic;
use crate::report::{self, Findings, Style};
use std::io::{self, IsTerminal as _, Write as _};

/// Where a command speaks.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// How results are written.
    pub format: Format,
    quiet: bool,
    color: Color,
}

impl Output {
    /// As the arguments say.
    pub fn new(global: &Global) -> Self {
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
    pub fn out_style(self) -> Style {
        self.style(io::stdout().is_terminal())
    }

    /// The style of stderr.
    pub fn err_style(self) -> Style {
        self.style(io::stderr().is_terminal())
    }

    /// The width of the terminal that stdout is, in columns.
    pub fn width(self) -> Option<u16> {
        comfy_table::Table::new().width()
    }

    /// Whether results are for people.
    pub fn is_table(self) -> bool {
        self.format == Format::Table
    }

    /// Writes a result. A reader that has gone (`| head`) is no error.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn result(self, text: &str) -> Outcome<()> {
        match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes a JSON document as a result.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn json(self, value: &serde_json::Value) -> Outcome<()> {
        self.result(&format!("{value:#}\n"))
    }

    /// Says something on the side.
    pub fn say(self, text: &str) {
        if !self.quiet {
            // there is nowhere left to complain about stderr
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Warns, also where it is quiet.
    pub fn warn(self, text: &str) {
        let head = self.err_style().severity(crate::diag::Severity::Warning, "warning");
        let _ = writeln!(io::stderr(), "{head}: {text}");
    }

    /// Says why a command ended.
    pub fn failure(self, failure: &Failure) {
        let style = self.err_style();
        let mut text = String::new();
        match &failure.why {
            Why::Error(error) => {
                let head = style.severity(crate::diag::Severity::Error, "error");
                text.push_str(&format!("{head}: {error}\n"));
                for cause in error.chain().skip(1) {
                    text.push_str(&format!("  {}\n", cause.to_string().replace('\n', "\n  ")));
                }
            }
            Why::Text(whole) => {
                let head = style.severity(crate::diag::Severity::Error, "error");
                text.push_str(&format!("{head}: {whole}\n"));
            }
            Why::Findings(list, sources) => text.push_str(&report::findings(list, sources, style)),
        }
        for (n, next) in failure.next.iter().enumerate() {
            let head = if n == 0 { "Next:" } else { "     " };
            text.push_str(&format!("{head} {next}\n"));
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Writes the report files that were asked for.
///
/// # Errors
/// When a file can't be written.
pub fn reports(global: &Global, title: &str, list: &[Diagnostic]) -> Outcome<()> {
    for to in &global.report {
        to.write(Findings { title, list }).map_err(|error| {
            Failure::new(
                Exit::Failed,
                format!("{} can't be written: {error}", to.file.display()),
            )
        })?;
    }
    Ok(())
}
