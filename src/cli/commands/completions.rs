//! `tablewright completions`

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::Outcome;
use crate::cli::terminal::output::Output;
use clap_complete::Shell;

/// Print shell completions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tablewright completions bash > ~/.local/share/bash-completion/completions/tablewright"
)]
pub(crate) struct Args {
    /// Shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Prints the completions.
///
/// # Errors
/// When stdout can't be written.
pub(crate) fn run(args: &Args, mut command: clap::Command) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tablewright", &mut text);
    Output::result(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}
