//! Confirmation prompts, and the options that answer them in scripts.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::failure::{Failure, Outcome};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// Whether a prompt can be answered: stdin and stderr are terminals.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn prompt(question: &str) -> Outcome<String> {
    let mut err = io::stderr();
    write!(err, "{question} ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

fn not_confirmed() -> Failure {
    Failure::new(Exit::Refused, "not confirmed; nothing was run")
}

/// Confirms the target by its name, typed or given by `--confirm NAME`. `purpose` completes the prompt
/// "Type the target's name to …".
///
/// # Errors
/// Refused: another name, or no terminal.
pub(crate) fn confirm_target(global: &Global, target: &str, purpose: &str) -> Outcome<()> {
    if let Some(name) = &global.confirm {
        if name == target {
            return Ok(());
        }
        return Err(Failure::new(
            Exit::Refused,
            format!("--confirm {name} does not match the target `{target}`; nothing was run"),
        )
        .help(format!("pass --confirm {target} to confirm this target")));
    }
    if !is_interactive() {
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "target `{target}` must be confirmed, but there is no terminal; nothing was run"
            ),
        )
        .help(format!("pass --confirm {target}")));
    }
    if prompt(&format!("Type the target's name to {purpose}:"))? == target {
        return Ok(());
    }
    Err(not_confirmed())
}

/// Confirms a plan, by a prompt or by `--yes`.
///
/// # Errors
/// Refused: an answer other than yes, or no terminal.
pub(crate) fn confirm_plan(global: &Global, question: &str) -> Outcome<()> {
    if global.yes {
        return Ok(());
    }
    if !is_interactive() {
        return Err(Failure::new(
            Exit::Refused,
            "confirmation needed, but there is no terminal; nothing was run",
        )
        .help("read the plan with --dry-run, then pass --yes"));
    }
    confirm_at_terminal(question)
}

/// Asks a question. `--yes` does not answer it.
///
/// # Errors
/// Refused: an answer other than yes.
pub(crate) fn confirm_at_terminal(question: &str) -> Outcome<()> {
    let answer = prompt(&format!("{question} [y/N]"))?;
    if matches!(answer.as_str(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(not_confirmed())
}
