//! The command line: parses the arguments and runs the command.

pub(crate) mod commands;
pub(crate) mod exit_code;
pub(crate) mod session;
pub(crate) mod terminal;

pub use crate::cli::session::run_failure::exit_of;

use crate::cli::commands::apply;
use crate::cli::commands::completions;
use crate::cli::commands::diff;
use crate::cli::commands::explain;
use crate::cli::commands::generate;
use crate::cli::commands::init;
use crate::cli::commands::inspect;
use crate::cli::commands::man;
use crate::cli::commands::migrate;
use crate::cli::commands::migration;
use crate::cli::commands::repair;
use crate::cli::commands::rollback;
use crate::cli::commands::schema;
use crate::cli::commands::status;
use crate::cli::commands::validate;
use crate::cli::commands::verify;
pub use crate::cli::exit_code::Exit;

use crate::cli::session::args::{Format, Global};
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::terminal::output::Output;
use clap::{CommandFactory as _, Parser, Subcommand};
use std::future::Future;

/// Declarative schema management for PostgreSQL, MySQL, MariaDB and SQLite
///
/// Declare tables in YAML, generate the DDL of each dialect, write and apply migrations in both
/// directions, and verify that a live database matches its specs.
#[derive(Debug, Parser)]
#[command(
    name = "tablewright",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Example:\n  tablewright init && tablewright validate\n\nExit codes: 0 success, 1 failed, 2 usage error, 3 changes pending, 4 problems found,\n5 partially applied or unknown, 6 locked by another run, 7 refused, 130 and 143 interrupted."
)]
struct Cli {
    #[command(flatten)]
    global: Global,

    /// Explain a diagnostic code, such as `fk-type`
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Validate(validate::Args),
    Generate(generate::Args),
    Migration(migration::Args),
    Migrate(migrate::Args),
    Plan(migrate::PlanArgs),
    #[command(visible_alias = "undo")]
    Rollback(rollback::Args),
    Repair(repair::Args),
    #[command(visible_alias = "info")]
    Status(status::Args),
    Apply(apply::Args),
    Diff(diff::Args),
    Verify(verify::Args),
    Inspect(inspect::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Parses the arguments, runs the command, and returns its exit code.
pub fn main() -> Exit {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        let location = location.unwrap_or_else(|| "an unknown location".to_owned());
        eprintln!("error: internal error at {location}; please report it");
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are not errors and go to stdout; a closed pipe is ignored
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
        }
    };
    let global = cli.global.clone();
    match std::panic::catch_unwind(|| dispatch(&cli)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            Output::new(&global).failure(&failure);
            failure.exit
        }
        Err(_) => Exit::Failed,
    }
}

fn dispatch(cli: &Cli) -> Outcome {
    let global = &cli.global;
    if global.format == Format::Sql && !matches!(cli.command, Some(Command::Diff(_))) {
        return Err(Failure::usage(
            "--format sql is supported by diff only; use table or json",
        ));
    }
    let command = match (&cli.command, &cli.explain) {
        (Some(command), None) => command,
        (None, Some(code)) => return explain::run(code, global),
        (Some(_), Some(_)) => {
            return Err(Failure::usage("--explain cannot be used with a command"));
        }
        (None, None) => {
            return Err(
                Failure::usage("no command given").next("tablewright --help", "lists the commands")
            );
        }
    };
    match command {
        Command::Init(args) => init::run(args, global),
        Command::Validate(args) => validate::run(args, global),
        Command::Generate(args) => generate::run(args, global),
        Command::Migration(args) => migration::run(args, global),
        Command::Migrate(args) => wait_for(migrate::run(args, global)),
        Command::Plan(args) => wait_for(migrate::plan(args, global)),
        Command::Rollback(args) => wait_for(rollback::run(args, global)),
        Command::Repair(args) => wait_for(repair::run(args, global)),
        Command::Status(args) => wait_for(status::run(args, global)),
        Command::Apply(args) => wait_for(apply::run(args, global)),
        Command::Diff(args) => wait_for(diff::run(args, global)),
        Command::Verify(args) => wait_for(verify::run(args, global)),
        Command::Inspect(args) => wait_for(inspect::run(args, global)),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args, Cli::command()),
        Command::Man(args) => man::run(args, Cli::command()),
    }
}

/// Runs a command that connects to a server; only these start a runtime.
fn wait_for(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_definitions_are_consistent() {
        Cli::command().debug_assert();
    }
}
