//! The arguments of all commands.

use crate::db::DbUrl;
use crate::report::ReportTo;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The global options: locations of specs, migrations and databases; output.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Logical database [default: the only one, or the one of the current folder]
    #[arg(
        short,
        long,
        global = true,
        env = "TABLEWRIGHT_DATABASE",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub(crate) database: Option<String>,

    /// Target of the configuration to connect to [default: local]
    #[arg(
        short,
        long,
        global = true,
        env = "TABLEWRIGHT_TARGET",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub(crate) target: Option<String>,

    /// Database URL instead of a target; `env:NAME` reads it from a variable
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) url: Option<Secret>,

    /// Folder of the specs
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_SCHEMAS",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) schemas: Option<PathBuf>,

    /// Folder of the migrations, with one subfolder per dialect
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_MIGRATIONS",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) migrations: Option<PathBuf>,

    /// Configuration file [default: tablewright.yaml in the current folder or above]
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(crate) config: Option<PathBuf>,

    /// Skip confirmation prompts (does not imply --confirm or --allow)
    #[arg(long, global = true)]
    pub(crate) yes: bool,

    /// Confirm a target that has `confirm: true`, by its name
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) confirm: Option<String>,

    /// Format of results on stdout
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_FORMAT",
        hide_env_values = true,
        value_enum,
        default_value_t
    )]
    pub(crate) format: Format,

    /// Print results and errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// When to use color
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,
}

/// The option for report files, of commands whose results are findings.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ReportArgs {
    /// Write a report: sarif, junit, github or markdown (repeatable; `-` is stdout)
    #[arg(long, value_name = "KIND=FILE")]
    pub(crate) report: Vec<ReportTo>,
}

/// An argument that may contain a password; redacted in debug output.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text. Never print it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The text that is printed: the name of the variable, or the URL without its password.
    pub(crate) fn shown(&self) -> String {
        if self.0.starts_with("env:") {
            self.0.clone()
        } else {
            DbUrl::new(&self.0).to_string()
        }
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The format of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text
    #[default]
    Table,
    /// JSON
    Json,
    /// SQL statements (diff only)
    Sql,
}

/// When to use color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Parses a version: `7` or `V7`.
pub(crate) fn parse_version(text: &str) -> Result<i32, String> {
    text.strip_prefix(['V', 'v'])
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|version| *version >= 0)
        .ok_or_else(|| "expected a version such as 7 or V7".to_owned())
}
