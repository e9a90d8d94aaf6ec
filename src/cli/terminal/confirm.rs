//! Asking a person, and what stands for the answer in a script.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::failure::{Failure, Outcome};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// Whether somebody is there to answer.
pub(crate) fn somebody() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn ask(question: &str) -> Outcome<String> {
    let mut err = io::stderr();
    write!(err, "{question} ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

/// Has the target named, by a person or by `--confirm NAME`. `what_for` ends "Type the target's name to …".
///
/// # Errors
/// Another name, or nobody to ask: refused.
pub(crate) fn by_name(global: &Global, target: &str, what_for: &str) -> Outcome<()> {
    if let Some(name) = &global.confirm {
        if name == target {
            return Ok(());
        }
        return Err(Failure::new(
            Exit::Refused,
            format!("--confirm {name} is not this target's name"),
        )
        .next(format!("--confirm {target}, if that is meant")));
    }
    if !somebody() {
        let refused = "this target wants to be confirmed, and nobody is here to ask";
        return Err(Failure::new(Exit::Refused, refused).next(format!("add --confirm {target}")));
    }
    if ask(&format!("Type the target's name to {what_for}:"))? == target {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Refused,
        "not confirmed; nothing was done",
    ))
}

/// Asks whether to go on; `--yes` says so beforehand.
///
/// # Errors
/// Anything but yes, or nobody to ask: refused.
pub(crate) fn agreed(global: &Global, question: &str) -> Outcome<()> {
    if global.yes {
        return Ok(());
    }
    if !somebody() {
        let refused = "nobody is here to say yes to this plan; nothing was done";
        return Err(
            Failure::new(Exit::Refused, refused).next("read it with --dry-run, then add --yes")
        );
    }
    plainly(question)
}

/// Asks a question that only a person may answer.
///
/// # Errors
/// Anything but yes: refused.
pub(crate) fn plainly(question: &str) -> Outcome<()> {
    let answer = ask(&format!("{question} [y/N]"))?;
    if matches!(answer.as_str(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Refused,
        "not confirmed; nothing was done",
    ))
}
