//! What migrations may do: what is lost is shown, and wants consent.

use crate::change::HazardKind;
use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::failure::{Failure, Outcome, Why};
use crate::cli::session::migration_run::Session;
use crate::cli::terminal::confirm;
use crate::migrate::PendingUnits;
use crate::migrate::files::write::hazard_name;
use crate::migrate::run::data_loss::{DataLoss, RunImpact};
use crate::migrate::run::table_size::LargeTableWarning;
use crate::migrate::run::table_size::bytes;
use crate::report::{Align, count, table};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Which way the words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `migrate`
    Up,
    /// `rollback`
    Down,
}

impl Session {
    /// Reads and counts what the work would do.
    pub(crate) async fn effects(&mut self, work: &PendingUnits) -> RunImpact {
        let snapshots = self.workspace.snapshots();
        let dialect = self.target.dialect;
        RunImpact::of(work, &snapshots, dialect, self.executor.conn()).await
    }

    /// Shows what is lost, and gets consent: by `--allow`, by the file, or by a person. Has the target
    /// confirmed where it asks for that.
    ///
    /// # Errors
    /// Refused: nothing was run.
    pub(crate) fn consent(&self, effects: &RunImpact, allow: &AllowArgs, way: Way) -> Outcome<()> {
        let output = self.workspace.output;
        let wanting: Vec<&DataLoss> = effects.needing_consent().collect();
        let free = wanting.is_empty() || allow.data_loss();
        let heavy = self.too_heavy(effects, allow);
        if !confirm::somebody() {
            if !free {
                return Err(refusal(&wanting, effects));
            }
            if !heavy.is_empty() {
                return Err(refusal_heavy(&heavy, self.target.safe_below));
            }
        }
        if !heavy.is_empty() {
            output.say(&format!("\n{}", heavy_text(&heavy, self.target.safe_below)));
            confirm::plainly("Is now a good time for that?")?;
        }
        if !effects.losses.is_empty() {
            output.say(&format!(
                "\n{}",
                losses_text(effects).trim_end_matches('\n')
            ));
        }
        if free {
            return self.confirm("go on");
        }
        output.say("\nThe tool keeps no copy. To keep one, stop now and export what goes.");
        if way == Way::Down {
            output.say("Running code must no longer use it.");
        }
        if self.target.confirm && self.workspace.global.confirm.is_none() {
            let what_for = "lose this data, or Enter to stop";
            return confirm::by_name(&self.workspace.global, &self.target.name, what_for);
        }
        self.confirm("go on")?;
        confirm::plainly("Lose this data?")
    }

    /// Says on the side what a run would lose and whether that is refused.
    pub(crate) fn foretell(&self, effects: &RunImpact, allow: &AllowArgs) {
        let output = self.workspace.output;
        output.say(&in_words(effects));
        if !effects.losses.is_empty() {
            output.say(&format!(
                "\n{}",
                losses_text(effects).trim_end_matches('\n')
            ));
        }
        if effects.needing_consent().next().is_some() && !allow.data_loss() {
            output.say("Without a terminal this is refused, unless --allow data-loss is given.");
        }
        let heavy = self.too_heavy(effects, allow);
        if !heavy.is_empty() {
            output.say(&format!(
                "\n{}\nWithout a terminal this is refused, unless --allow {} is given.",
                heavy_text(&heavy, self.target.safe_below),
                kinds(&heavy)
            ));
        }
    }

    /// Says what a run would do, and ends: the dry run.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) async fn foresee(mut self, work: &PendingUnits, allow: &AllowArgs) -> Outcome {
        let exit = self.preview(work)?;
        if !work.items.is_empty() {
            let effects = self.effects(work).await;
            self.foretell(&effects, allow);
        }
        self.executor.close().await;
        Ok(exit)
    }

    /// What big tables would have to bear, and nobody allowed.
    fn too_heavy<'a>(
        &self,
        effects: &'a RunImpact,
        allow: &AllowArgs,
    ) -> Vec<&'a LargeTableWarning> {
        let heavy = effects.heavy.iter();
        let heavy = heavy.filter(|one| one.needs_consent(self.target.safe_below));
        heavy.filter(|one| !allow.heavy(one.kind)).collect()
    }
}

/// `No data loss, no rewrites, no blocked writes.`
pub(crate) fn in_words(effects: &RunImpact) -> String {
    let some = |number: usize, one: &str, none: &str| match number {
        0 => none.to_owned(),
        _ => count(number, one),
    };
    let lost = effects.losses.iter();
    let lost =
        lost.filter(|loss| loss.rows != crate::migrate::run::data_loss::RowCount::Counted(0));
    let loses = match lost.count() {
        0 if effects.losses.is_empty() => "No data loss".to_owned(),
        0 => "No data loss: what goes is empty".to_owned(),
        number => format!("Loses data in {}", count(number, "place")),
    };
    let mut out = format!(
        "{loses}, {}, {}.",
        some(effects.rewrites, "rewrite", "no rewrites"),
        match effects.blocked_writes {
            0 => "no blocked writes".to_owned(),
            number => format!("blocks writes in {}", count(number, "step")),
        }
    );
    if !effects.unrecorded.is_empty() {
        out = format!("{loses}.");
    }
    // writing to a String can't fail
    for (version, unclear) in &effects.unrecorded {
        let _ = write!(out, "\nV{version} was written by hand: ");
        let _ = match unclear {
            None => write!(
                out,
                "data loss is read from its text, the rest is not known."
            ),
            Some(number) => write!(
                out,
                "what its statement {number} does to data is not known."
            ),
        };
    }
    out
}

/// The table of what is lost.
fn losses_text(effects: &RunImpact) -> String {
    let headers = [("loses data", Align::Left), ("rows", Align::Right)];
    let rows = effects
        .losses
        .iter()
        .map(|loss| vec![loss.to_string(), loss.rows.to_string()]);
    table(&headers, rows, None)
}

/// What big tables would have to bear, a line each.
fn heavy_text(heavy: &[&LargeTableWarning], safe_below: u64) -> String {
    let mut text = format!("Tables of {} and more:", bytes(safe_below));
    for one in heavy {
        // writing to a String can't fail
        let _ = write!(text, "\n  {one}");
    }
    text
}

/// `rewrite,blocks-writes`
fn kinds(heavy: &[&LargeTableWarning]) -> String {
    let kinds: BTreeSet<HazardKind> = heavy.iter().map(|one| one.kind).collect();
    let names: Vec<&str> = kinds.into_iter().map(hazard_name).collect();
    names.join(",")
}

fn refusal_heavy(heavy: &[&LargeTableWarning], safe_below: u64) -> Failure {
    let text = heavy_text(heavy, safe_below);
    let mut failure = Failure::new(Exit::Refused, "");
    failure.why = Why::Text(format!(
        "this weighs on big tables, and nobody here was asked; nothing was run\n{text}"
    ));
    let kinds = kinds(heavy);
    failure.next(format!("wait for a quiet hour, then add --allow {kinds}; the target's `safe_below` says what is big"))
}

fn refusal(wanting: &[&DataLoss], effects: &RunImpact) -> Failure {
    let mut text = "this loses data, and nobody here was asked; nothing was run\n".to_owned();
    // writing to a String can't fail
    for loss in wanting {
        let version = loss.version.map_or_else(String::new, |v| format!("V{v} "));
        let _ = writeln!(text, "  {version}step {}: {loss}", loss.step);
    }
    let _ = write!(text, "\n{}", losses_text(effects));
    let mut failure = Failure::new(Exit::Refused, "");
    failure.why = Why::Text(text);
    let failure = failure.next("export what has to stay, then add --allow data-loss");
    if wanting.iter().all(|loss| loss.version.is_none()) {
        return failure;
    }
    failure.next(
        "`-- tablewright: allow data-loss` at the file's top is consent that is reviewed with it",
    )
}
