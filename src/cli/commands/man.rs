//! `tablewright man`

use crate::cli::exit_code::Exit;
use crate::cli::session::failure::Outcome;
use crate::cli::terminal::output::Output;
use std::path::PathBuf;

/// Print the man page, or write the pages of all commands
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright man | man -l -")]
pub(crate) struct Args {
    /// Write the pages of all commands to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Prints or writes the pages.
///
/// # Errors
/// The pages can't be written.
pub(crate) fn run(args: &Args, command: clap::Command) -> Outcome {
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir)?;
        clap_mangen::generate_to(command, dir)?;
    } else {
        let mut text = Vec::new();
        clap_mangen::Man::new(command).render(&mut text)?;
        Output::result(&String::from_utf8_lossy(&text))?;
    }
    Ok(Exit::Done)
}
