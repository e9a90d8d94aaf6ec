use crate::report::finding_list::Findings;
use crate::report::{github, junit, markdown, sarif};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The formats of report files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// GitHub's annotations.
    Github,
    /// A Markdown table.
    Markdown,
}

/// `--report KIND=FILE`; the file `-` is stdout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    /// The format.
    pub kind: ReportKind,
    /// The file.
    pub file: PathBuf,
}

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "expected KIND=FILE, with sarif, junit, github or markdown as KIND; got `{text}`"
            )
        };
        let (kind, file) = text.split_once('=').ok_or_else(wrong)?;
        let kind = match kind {
            "sarif" => ReportKind::Sarif,
            "junit" => ReportKind::Junit,
            "github" => ReportKind::Github,
            "markdown" => ReportKind::Markdown,
            _ => return Err(wrong()),
        };
        if file.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            kind,
            file: file.into(),
        })
    }
}

impl ReportKind {
    /// The text of a report.
    pub fn render(self, findings: Findings<'_>) -> String {
        match self {
            Self::Sarif => format!("{:#}\n", sarif::sarif(findings)),
            Self::Junit => junit::junit(findings),
            Self::Github => github::github(findings),
            Self::Markdown => markdown::markdown(findings),
        }
    }
}

impl ReportTo {
    /// Writes the report; creates missing folders.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, findings: Findings<'_>) -> io::Result<()> {
        let text = self.kind.render(findings);
        if self.file == Path::new("-") {
            return io::stdout().write_all(text.as_bytes());
        }
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&self.file, text)
    }
}
