//! What every command takes.

use crate::db::DbUrl;
use crate::report::ReportTo;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Where specs, migrations and databases are, and how to speak.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The logical database; inferred where there is one, or from the current folder
    #[arg(
        short,
        long,
        global = true,
        env = "TABLEWRIGHT_DATABASE",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub(crate) database: Option<String>,

    /// The target of the configuration to connect to; `local` where it is left out
    #[arg(
        short,
        long,
        global = true,
        env = "TABLEWRIGHT_TARGET",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub(crate) target: Option<String>,

    /// A database's URL in place of a target; `env:NAME` reads it from a variable
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) url: Option<Secret>,

    /// The folder of the specs
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_SCHEMAS",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) schemas: Option<PathBuf>,

    /// The folder that holds the dialects' folders of migrations
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_MIGRATIONS",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) migrations: Option<PathBuf>,

    /// The configuration; looked for from the current folder upwards
    #[arg(
        long,
        global = true,
        env = "TABLEWRIGHT_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(crate) config: Option<PathBuf>,

    /// Answer plain questions with yes
    #[arg(long, global = true)]
    pub(crate) yes: bool,

    /// Confirm a target that asks for it, by its name
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) confirm: Option<String>,

    /// How results are written to stdout
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

    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,
}

/// Report files, for the commands whose results are findings.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ReportArgs {
    /// Write a report: sarif, junit, github or markdown (repeatable; the file `-` is stdout)
    #[arg(long, value_name = "KIND=FILE")]
    pub(crate) report: Vec<ReportTo>,
}

/// An argument that may hold a password: it never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text. Never print it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// As it can be shown and given again: the variable that holds it, or the URL without its password.
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

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
    /// As statements (diff only)
    Sql,
}

/// When to use colour.
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

/// A version as it is written: `7` or `V7`.
pub(crate) fn parse_version(text: &str) -> Result<i32, String> {
    text.strip_prefix(['V', 'v'])
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|version| *version >= 0)
        .ok_or_else(|| "a version such as 7 or V7".to_owned())
}
