//! `tablewright --explain CODE`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::terminal::output::Output;
use crate::diag::Code;
use crate::spec::nearest;
use serde_json::json;

/// Prints the title, the explanation and the documentation page of a diagnostic code.
///
/// # Errors
/// Usage, if there is no such code.
pub(crate) fn run(text: &str, global: &Global) -> Outcome {
    // accept the form of messages: `error[fk-type]`
    let bare = text.trim_end_matches(']').rsplit('[').next();
    let bare = bare.unwrap_or(text).to_ascii_lowercase();
    let code: Code = bare.parse().map_err(|_| unknown(text, &bare))?;
    if Output::new(global).is_table() {
        let (title, explanation, page) = (code.title(), code.explanation(), code.page());
        Output::result(&format!(
            "{code}: {title}\n\n{explanation}\n\nDocumentation: {page}\n"
        ))?;
    } else {
        Output::json(&json!({
            "code": code.as_str(),
            "title": code.title(),
            "explanation": code.explanation(),
            "page": code.page(),
        }))?;
    }
    Ok(Exit::Done)
}

fn unknown(text: &str, bare: &str) -> Failure {
    let help = match nearest(bare, Code::ALL.iter().map(|code| code.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => String::from("see docs/diagnostics.md for all codes"),
    };
    Failure::usage(format!("no diagnostic code `{text}`")).help(help)
}
