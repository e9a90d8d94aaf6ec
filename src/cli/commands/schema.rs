//! `tablewright schema`

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::Outcome;
use crate::cli::terminal::output::Output;
use crate::spec;

/// Print the JSON Schema of specs, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright schema > tablewright.schema.json")]
pub(crate) struct Args {}

/// Prints the schema.
///
/// # Errors
/// When stdout can't be written.
pub(crate) fn run(_: &Args) -> Outcome {
    Output::json(&spec::json_schema())?;
    Ok(Exit::Done)
}
