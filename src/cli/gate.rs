//! What migrations may do: what is lost is shown, and wants consent.

use super::confirm;
use super::exit::Exit;
use super::failure::{Failure, Outcome, Why};
use super::run::Session;
use crate::migrate::{Effects, Loss, Work};
use crate::report::{Align, count, table};
use std::fmt::Write as _;

/// What may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Allow {
    /// Rows or values are gone for good
    DataLoss,
    /// Tables are written anew
    Rewrite,
    /// Writers wait
    BlocksWrites,
    /// Values change their meaning or precision
    DataChange,
    /// The schema is another than the snapshots say
    Drift,
}

/// `--allow`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AllowArgs {
    /// What the migrations may do, with commas between (repeatable); --yes never implies it
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) allow: Vec<Allow>,
}

impl AllowArgs {
    fn data_loss(&self) -> bool {
        self.allow.contains(&Allow::DataLoss)
    }

    /// Whether the schema may be another than it was left.
    pub(crate) fn drift(&self) -> bool {
        self.allow.contains(&Allow::Drift)
    }
}

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
    pub(crate) async fn effects(&mut self, work: &Work) -> Effects {
        let snapshots = self.workspace.snapshots();
        let dialect = self.target.dialect;
        Effects::of(work, &snapshots, dialect, self.executor.conn()).await
    }

    /// Shows what is lost, and gets consent: by `--allow`, by the file, or by a person. Has the target
    /// confirmed where it asks for that.
    ///
    /// # Errors
    /// Refused: nothing was run.
    pub(crate) fn consent(&self, effects: &Effects, allow: &AllowArgs, way: Way) -> Outcome<()> {
        let output = self.workspace.output;
        let wanting: Vec<&Loss> = effects.wanting().collect();
        let free = wanting.is_empty() || allow.data_loss();
        if !free && !confirm::somebody() {
            return Err(refusal(&wanting, effects));
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
    pub(crate) fn foretell(&self, effects: &Effects, allow: &AllowArgs) {
        let output = self.workspace.output;
        output.say(&in_words(effects));
        if !effects.losses.is_empty() {
            output.say(&format!(
                "\n{}",
                losses_text(effects).trim_end_matches('\n')
            ));
        }
        if effects.wanting().next().is_some() && !allow.data_loss() {
            output.say("Without a terminal this is refused, unless --allow data-loss is given.");
        }
    }
}

/// `No data loss, no rewrites, no blocked writes.`
pub(crate) fn in_words(effects: &Effects) -> String {
    let some = |number: usize, one: &str, none: &str| match number {
        0 => none.to_owned(),
        _ => count(number, one),
    };
    let lost = effects.losses.iter();
    let lost = lost.filter(|loss| loss.rows != crate::migrate::Rows::Counted(0));
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
    if !effects.by_hand.is_empty() {
        out = format!("{loses}.");
    }
    // writing to a String can't fail
    for (version, unclear) in &effects.by_hand {
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
fn losses_text(effects: &Effects) -> String {
    let headers = [("loses data", Align::Left), ("rows", Align::Right)];
    let rows = effects
        .losses
        .iter()
        .map(|loss| vec![loss.to_string(), loss.rows.to_string()]);
    table(&headers, rows, None)
}

fn refusal(wanting: &[&Loss], effects: &Effects) -> Failure {
    let mut text = "this loses data, and nobody here was asked; nothing was run\n".to_owned();
    // writing to a String can't fail
    for loss in wanting {
        let _ = writeln!(text, "  V{} step {}: {loss}", loss.version, loss.step);
    }
    let _ = write!(text, "\n{}", losses_text(effects));
    let mut failure = Failure::new(Exit::Refused, "");
    failure.why = Why::Text(text);
    failure
        .next("export what has to stay, then add --allow data-loss")
        .next("`-- tablewright: allow data-loss` at the file's top is consent that is reviewed with it")
}
