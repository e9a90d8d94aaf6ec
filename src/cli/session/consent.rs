//! The impact of a run: shown, and consented to by `--allow`, by a file's directive, or at a prompt.

use crate::change::HazardKind;
use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::Session;
use crate::cli::terminal::confirm;
use crate::migrate::PendingUnits;
use crate::migrate::files::snapshot_source::SnapshotSource;
use crate::migrate::files::write::hazard_name;
use crate::migrate::run::data_loss::{DataLoss, RowCount, RunImpact};
use crate::migrate::run::table_size::{LargeTableWarning, bytes};
use crate::report::{Align, count, table};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The direction of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunDirection {
    /// `migrate`
    Up,
    /// `rollback`
    Down,
}

impl Session {
    /// Determines the impact of pending work; counts rows that would be lost.
    pub(crate) async fn impact(&mut self, work: &PendingUnits) -> RunImpact {
        let snapshots = self.workspace.snapshots();
        let dialect = self.target.dialect;
        let snapshots = SnapshotSource::Folder(&snapshots);
        RunImpact::of(work, snapshots, dialect, self.executor.conn()).await
    }

    /// Shows the impact that needs consent and obtains it: by `--allow`, by the file, or at a prompt.
    /// Confirms the target if its configuration demands it.
    ///
    /// # Errors
    /// Refused; nothing was run.
    pub(crate) fn obtain_consent(
        &self,
        impact: &RunImpact,
        allow: &AllowArgs,
        direction: RunDirection,
    ) -> Outcome<()> {
        let output = self.workspace.output;
        let unconsented: Vec<&DataLoss> = impact.needing_consent().collect();
        let loss_allowed = unconsented.is_empty() || allow.data_loss();
        let large = self.large_tables(impact, allow);
        if !confirm::is_interactive() {
            if !loss_allowed {
                return Err(data_loss_refused(&unconsented, impact));
            }
            if !large.is_empty() {
                return Err(large_tables_refused(&large, self.target.safe_below));
            }
        }
        if !large.is_empty() {
            let text = large_tables_text(&large, self.target.safe_below);
            output.message(&format!("\n{text}"));
            confirm::confirm_at_terminal("Run this now?")?;
        }
        self.show_losses(impact);
        if loss_allowed {
            return self.confirm_target("continue");
        }
        output.message("\nNo copy is kept. To keep one, stop now and export this data.");
        if direction == RunDirection::Down {
            output.message("Running code must no longer use it.");
        }
        if self.target.confirm && self.workspace.global.confirm.is_none() {
            let purpose = "lose this data, or press Enter to stop";
            return confirm::confirm_target(&self.workspace.global, &self.target.name, purpose);
        }
        self.confirm_target("continue")?;
        confirm::confirm_at_terminal("Lose this data?")
    }

    /// Prints the statements of pending work and their impact: a dry run.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) async fn dry_run(mut self, work: &PendingUnits, allow: &AllowArgs) -> Outcome {
        let exit = self.print_statements(work)?;
        if !work.items.is_empty() {
            let impact = self.impact(work).await;
            self.show_impact(&impact, allow);
        }
        self.executor.close().await;
        Ok(exit)
    }

    /// Shows the impact of a run, and whether it would be refused without a terminal.
    pub(crate) fn show_impact(&self, impact: &RunImpact, allow: &AllowArgs) {
        let output = self.workspace.output;
        output.message(&impact_summary(impact));
        self.show_losses(impact);
        if impact.needing_consent().next().is_some() && !allow.data_loss() {
            output.message("Without a terminal this run needs --allow data-loss.");
        }
        let large = self.large_tables(impact, allow);
        if !large.is_empty() {
            output.message(&format!(
                "\n{}\nWithout a terminal this run needs --allow {}.",
                large_tables_text(&large, self.target.safe_below),
                hazard_names(&large)
            ));
        }
    }

    fn show_losses(&self, impact: &RunImpact) {
        if !impact.losses.is_empty() {
            let text = losses_text(impact);
            let text = text.trim_end_matches('\n');
            self.workspace.output.message(&format!("\n{text}"));
        }
    }

    /// Impacts on tables above `safe_below` that `--allow` does not permit.
    fn large_tables<'a>(
        &self,
        impact: &'a RunImpact,
        allow: &AllowArgs,
    ) -> Vec<&'a LargeTableWarning> {
        (impact.heavy.iter())
            .filter(|warning| warning.needs_consent(self.target.safe_below))
            .filter(|warning| !allow.large_table(warning.kind))
            .collect()
    }
}

/// `No data loss, no rewrites, no blocked writes.`
pub(crate) fn impact_summary(impact: &RunImpact) -> String {
    let losses = impact.losses.iter();
    let losses = losses.filter(|loss| loss.rows != RowCount::Counted(0));
    let loss = match losses.count() {
        0 if impact.losses.is_empty() => "No data loss".to_owned(),
        0 => "No data loss: dropped objects are empty".to_owned(),
        number => format!("Loses data in {}", count(number, "place")),
    };
    let rewrites = match impact.rewrites {
        0 => "no rewrites".to_owned(),
        number => count(number, "rewrite"),
    };
    let blocked = match impact.blocked_writes {
        0 => "no blocked writes".to_owned(),
        number => format!("blocks writes in {}", count(number, "step")),
    };
    if impact.unrecorded.is_empty() {
        return format!("{loss}, {rewrites}, {blocked}.");
    }
    let mut out = format!("{loss}.");
    // writing to a String can't fail
    for (version, unclear) in &impact.unrecorded {
        let _ = write!(out, "\nV{version} is hand-written: ");
        let _ = match unclear {
            None => write!(
                out,
                "data loss is determined from its text, other impact is unknown."
            ),
            Some(number) => write!(out, "the impact of statement {number} on data is unknown."),
        };
    }
    out
}

/// The table of lost data.
fn losses_text(impact: &RunImpact) -> String {
    let headers = [("loses data", Align::Left), ("rows", Align::Right)];
    let rows = (impact.losses.iter()).map(|loss| vec![loss.to_string(), loss.rows.to_string()]);
    table(&headers, rows, None)
}

/// The impacts on large tables, one per line.
fn large_tables_text(large: &[&LargeTableWarning], safe_below: u64) -> String {
    let mut text = format!("Tables of {} and more:", bytes(safe_below));
    for warning in large {
        // writing to a String can't fail
        let _ = write!(text, "\n  {warning}");
    }
    text
}

/// `rewrite,blocks-writes`
fn hazard_names(large: &[&LargeTableWarning]) -> String {
    let kinds: BTreeSet<HazardKind> = large.iter().map(|warning| warning.kind).collect();
    let names: Vec<&str> = kinds.into_iter().map(hazard_name).collect();
    names.join(",")
}

fn large_tables_refused(large: &[&LargeTableWarning], safe_below: u64) -> Failure {
    let names = hazard_names(large);
    let text = large_tables_text(large, safe_below);
    Failure::screen(
        Exit::Refused,
        format!(
            "refusing to change large tables without `--allow {names}`; nothing was run\n{text}"
        ),
    )
    .help(format!(
        "run this at a quiet time with --allow {names}; `safe_below` of the target sets the size"
    ))
}

fn data_loss_refused(losses: &[&DataLoss], impact: &RunImpact) -> Failure {
    let mut text =
        "refusing to drop data without `--allow data-loss`; nothing was run\n".to_owned();
    // writing to a String can't fail
    for loss in losses {
        let version = loss.version.map_or_else(String::new, |v| format!("V{v} "));
        let _ = writeln!(text, "  {version}step {}: {loss}", loss.step);
    }
    let _ = write!(text, "\n{}", losses_text(impact));
    let failure = Failure::screen(Exit::Refused, text)
        .help("export the data that must be kept, then pass --allow data-loss");
    if losses.iter().all(|loss| loss.version.is_none()) {
        return failure;
    }
    failure.help("write `-- tablewright: allow data-loss` at the top of the file to have this reviewed with it")
}
