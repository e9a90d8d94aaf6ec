//! The command line of `tablewright`: parse, run, exit code.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Schemas are many small pieces: the system's allocator took a fifth of a large run.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(tablewright::cli::main().code())
}
