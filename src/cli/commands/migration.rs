//! `tablewright migration`

use crate::change::{HazardKind, Tx};
use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::state_source::LoadedSpecs;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::Output;
use crate::diag::{Diagnostic, Severity, Sources};
use crate::dialect::Dialect;
use crate::migrate::files::snapshot;
use crate::migrate::files::snapshot::RenameRecord;
use crate::migrate::files::snapshot::{DocumentTexts, Snapshots};
use crate::migrate::files::write::{DialectMigration, NewMigration, PhaseText, next_version};
use crate::migrate::files::write::{hazard_name, write};
use crate::migrate::{Directory, Version};
use crate::plan;
use serde_json::json;
use std::fmt::Write as _;

/// Write migrations
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright migration new add_latency -d ai_agent")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(NewArgs),
}

/// Write a migration from the changes in the specs
///
/// Compares the specs with the last snapshot, offline. Writes an up and a down file for each dialect,
/// and a new snapshot; nothing if the specs are unchanged.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright migration new add_latency -d ai_agent")]
pub(crate) struct NewArgs {
    /// Name of the migration: letters, digits and `_`
    pub(crate) name: String,

    /// Write empty files to be filled in by hand
    #[arg(long)]
    pub(crate) empty: bool,
}

/// Writes the files and prints their names.
///
/// # Errors
/// Usage, specs with errors, or files that can't be written.
pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    match &args.command {
        Command::New(args) => write_migration(args, &Workspace::open(global)?),
    }
}

fn write_migration(args: &NewArgs, workspace: &Workspace) -> Outcome {
    let invalid =
        |found: Vec<Diagnostic>| Failure::findings(Exit::Usage, found, Sources::default());
    let dialects = workspace.dialects()?;
    let folders = workspace.snapshots();
    let snapshots = Snapshots::load(&folders).map_err(invalid)?;
    let mut directories = Vec::new();
    for dialect in &dialects {
        directories.push(Directory::load(&workspace.migrations(*dialect)).map_err(invalid)?);
    }
    let before = snapshots.state(None);
    let from = (!before.is_empty()).then(|| {
        let origin = snapshots.highest();
        let origin = origin.map_or_else(String::new, |version| format!("snapshot V{version}"));
        let (documents, found) = before.documents(&origin);
        LoadedSpecs { documents, found }
    });
    let to = if args.empty {
        None
    } else {
        let (documents, found) = workspace.documents()?;
        Some(LoadedSpecs { documents, found })
    };
    let mut changed = SpecChanges::default();
    for dialect in &dialects {
        let phases = match &to {
            None => vec![empty_phase()],
            Some(to) => changed.plan_dialect(workspace, from.as_ref(), to, *dialect)?,
        };
        let separate = workspace.one_statement_per_version() && !dialect.ddl_is_transactional();
        let phases: Vec<PhaseText> = if separate {
            phases
                .into_iter()
                .flat_map(PhaseText::one_per_step)
                .collect()
        } else {
            phases
        };
        changed.parts.push(DialectMigration {
            dialect: dialect.name(),
            lexical_rules: dialect.lexical_rules(),
            folder: workspace.migrations(*dialect),
            phases,
        });
    }
    if changed.parts.iter().all(|part| part.phases.is_empty()) {
        workspace
            .output
            .message("No changes since the last snapshot; nothing was written.");
        return Ok(Exit::Done);
    }
    let parts = to.map_or_else(DocumentTexts::default, |to| {
        DocumentTexts::from_documents(&to.documents).since(&before)
    });
    let version = next_version(&directories, &snapshots);
    let written = write(&NewMigration {
        name: &args.name,
        version,
        dialects: changed.parts.clone(),
        snapshots: &folders,
        parent: snapshots.head().map(str::to_owned),
        parts,
        renames: changed.renames,
    })
    .map_err(|error| match error {
        crate::migrate::files::write::WriteError::Name(_) => Failure::usage(error),
        other => Failure::new(Exit::Failed, other),
    })?;
    let output = workspace.output;
    if output.is_table() {
        let mut text = String::new();
        for path in &written {
            // writing to a String can't fail
            let _ = writeln!(text, "{}", path.display());
        }
        Output::result(&text)?;
        show_hazards(output, version, &changed.parts);
        output.message("Next: tablewright migrate --dry-run   after reviewing the files");
    } else {
        let files: Vec<String> = written.iter().map(|p| p.display().to_string()).collect();
        Output::json(&json!({ "version": version, "files": files }))?;
    }
    Ok(Exit::Done)
}

/// The changes of a new migration in each dialect.
#[derive(Default)]
struct SpecChanges {
    parts: Vec<DialectMigration>,
    renames: Vec<RenameRecord>,
}

impl SpecChanges {
    /// Plans the changes of one dialect. `from` are the specs at the last migration, if there is one.
    fn plan_dialect(
        &mut self,
        workspace: &Workspace,
        from: Option<&LoadedSpecs>,
        to: &LoadedSpecs,
        dialect: &dyn Dialect,
    ) -> Outcome<Vec<PhaseText>> {
        let mut found = to.found.clone();
        found.extend(from.iter().flat_map(|from| from.found.clone()));
        let from = from.map(|from| &from.documents);
        let planned = (workspace.settings).plan_offline(dialect, from, &to.documents, found)?;
        for rename in planned.renames.iter().flat_map(snapshot::renames) {
            if !self.renames.contains(&rename) {
                self.renames.push(rename);
            }
        }
        plan::join(&planned.plans)
            .iter()
            .filter(|phase| !phase.steps.is_empty())
            .map(|phase| {
                PhaseText::render(dialect, phase)
                    .map_err(|error| Failure::usage(error.message).help(error.help))
            })
            .collect()
    }
}

/// A version with empty files.
fn empty_phase() -> PhaseText {
    PhaseText {
        tx: Tx::Wrapped,
        up: Vec::new(),
        down: Vec::new(),
        hazards: Vec::new(),
        undo_hazards: Vec::new(),
    }
}

/// Shows the impact of the up files on data and on a running system.
fn show_hazards(output: Output, version: Version, parts: &[DialectMigration]) {
    let style = output.err_style();
    let mut lost = false;
    for part in parts {
        for (phase, version) in part.phases.iter().zip(version..) {
            for (step, hazard) in &phase.hazards {
                let loses = hazard.kind == HazardKind::DataLoss;
                let head = if loses {
                    style.severity(Severity::Warning, "warning")
                } else {
                    style.severity(Severity::Note, "note")
                };
                output.message(&format!(
                    "{head}: V{version} {} step {step}: {}: {}",
                    part.dialect,
                    hazard_name(hazard.kind),
                    hazard.message
                ));
                lost |= loses;
            }
        }
    }
    if lost {
        output.message(
            "  = help: `migrate` asks before it loses data; without a terminal pass --allow data-loss, or write\n          \
             `-- tablewright: allow data-loss` at the top of the file to have this reviewed with it",
        );
    }
}
