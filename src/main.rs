//! The `tablewright` binary.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A schema is many small allocations; with the system allocator they took a fifth of a large run.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(tablewright::cli::main().code())
}
