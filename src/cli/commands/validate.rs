//! `tablewright validate`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, ReportArgs};
use crate::cli::session::failure::Outcome;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::{Output, reports};
use crate::diag::{Diagnostic, Severity, Sources};
use crate::report;
use crate::report::{Findings, findings_json};
use crate::spec;
use std::collections::BTreeSet;

/// Check the specs for errors, offline
///
/// Checks every spec for each dialect of the configuration, and reports all errors with their locations.
/// Checks all databases, or the one of --database.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tablewright validate -d ai_agent --report sarif=findings.sarif"
)]
pub(crate) struct Args {
    #[command(flatten)]
    report: ReportArgs,
}

/// Checks the specs; exits with 0 or 4.
///
/// # Errors
/// Usage, or no specs at all.
pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let output = Output::new(global);
    let mut found = Vec::new();
    let mut sources = Sources::default();
    for workspace in Workspace::candidates(global)? {
        let (more, mut read) = check(&workspace)?;
        found.extend(more);
        sources.append(&mut read);
    }
    let title = match &global.database {
        Some(name) => format!("validate {name}"),
        None => String::from("validate"),
    };
    if output.is_table() {
        let mut text = report::findings(&found, &sources, output.out_style());
        let unread: BTreeSet<&str> = found
            .iter()
            .filter_map(|d| Some(&*d.at.as_ref()?.file))
            .filter(|file| !sources.contains(file))
            .collect();
        text.push_str(&report::summary(&found, sources.len() + unread.len()));
        text.push('\n');
        if found.is_empty() {
            output.done(&text)?;
        } else {
            Output::result(&text)?;
        }
    } else {
        let list = &found;
        Output::json(&findings_json(Findings {
            title: &title,
            list,
        }))?;
    }
    if let Some(hint) = output.explain_hint(&found) {
        output.message(&hint);
    }
    reports(&args.report, &title, &found)?;
    let wrong = found.iter().any(|d| d.severity == Severity::Error);
    Ok(if wrong { Exit::Wrong } else { Exit::Done })
}

/// The findings of one database, by file and location.
fn check(workspace: &Workspace) -> Outcome<(Vec<Diagnostic>, Sources)> {
    let (documents, mut found) = workspace.documents()?;
    for dialect in workspace.dialects()? {
        // vendors have separate overrides
        for vendor in workspace.settings.vendors(dialect) {
            workspace
                .settings
                .lower(&documents, dialect, vendor, &mut found);
        }
    }
    Ok((spec::dedupe(found), documents.sources))
}
