//! The command line of `tablewright`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(tablewright::cli::main().code())
}
