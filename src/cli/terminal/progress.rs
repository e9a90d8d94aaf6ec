//! Progress on stderr: a line a statement, the one at work with its time where that is a terminal.

use crate::cli::terminal::lock_text::blocked_by;
use crate::cli::terminal::output::Output;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::{Direction, Event, Observer, Version};
use crate::report::{count, elapsed};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

/// The widest that a column of descriptions gets, in characters.
const WIDEST: usize = 60;

/// Says things without breaking a line that is being drawn.
#[derive(Clone)]
pub(crate) struct Voice {
    output: Output,
    /// On a terminal.
    bar: Option<ProgressBar>,
}

impl Voice {
    /// Says something on a line of its own.
    pub(crate) fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.say(text)),
            None => self.output.say(text),
        }
    }
}

/// Shows a run while it goes on.
pub(crate) struct Progress {
    voice: Voice,
    /// The lines of the migration at work, padded to one width.
    lines: Vec<String>,
    told_of_waiting: bool,
    told_of_old_session: bool,
}

impl Progress {
    /// For where stderr goes.
    pub(crate) fn new(output: Output) -> Self {
        let shown = io::stderr().is_terminal() && !output.is_quiet();
        let bar = shown.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("  {msg}  {elapsed:>6} {spinner}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            voice: Voice { output, bar },
            lines: Vec::new(),
            told_of_waiting: false,
            told_of_old_session: false,
        }
    }

    /// For whoever has something to say beside it.
    pub(crate) fn voice(&self) -> Voice {
        self.voice.clone()
    }

    /// Whether a statement of an earlier run was waited for.
    pub(crate) fn has_waited(&self) -> bool {
        self.told_of_old_session
    }

    /// Leaves nothing half-drawn.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.voice.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, number: usize) -> &str {
        self.lines.get(number - 1).map_or("", String::as_str)
    }
}

/// `V7 name`, or the name of what has no version.
fn called(version: Option<Version>, name: &str) -> String {
    version.map_or_else(|| name.to_owned(), |version| format!("V{version} {name}"))
}

/// ` 1/12  ai_tool_calls  add column retry_count`, all of one width.
fn lines(labels: &[StatementLabel]) -> Vec<String> {
    let width = |text: &dyn Fn(&StatementLabel) -> usize| {
        let widest = labels.iter().map(text).max().unwrap_or(0);
        widest.min(WIDEST)
    };
    let objects = width(&|label| label.object.chars().count());
    let whats = width(&|label| label.what.chars().count());
    let of = labels.len();
    let digits = of.to_string().len();
    let between = if objects == 0 { "" } else { "  " };
    (1..)
        .zip(labels)
        .map(|(number, StatementLabel { object, what })| {
            format!("{number:digits$}/{of}  {object:objects$}{between}{what:whats$}")
        })
        .collect()
}

impl Observer for Progress {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::LockWaiting { holder, .. } => {
                if !self.told_of_waiting {
                    let who = holder.map_or_else(String::new, |h| format!(": {h}"));
                    let text = format!("Another run holds the lock{who}. Waiting.");
                    self.voice.say(&text);
                    self.told_of_waiting = true;
                }
            }
            Event::LockAcquired { .. } => {}
            Event::LongTransactions { sessions } => {
                for peer in *sessions {
                    let text = format!("warning: a transaction has been open for long: {peer}");
                    self.voice.say(&text);
                }
            }
            Event::Retrying {
                statement,
                tried,
                of,
                pause,
                blockers,
            } => {
                let line = statement.map_or("", |number| self.line(number));
                self.voice.say(&format!(
                    "  {line}  waiting  try {tried} of {of} was in vain, next in {}",
                    elapsed(*pause)
                ));
                for line in blocked_by(blockers) {
                    self.voice.say(&format!("       {line}"));
                }
            }
            Event::DroppingInvalidIndex { name } => {
                self.voice.say(&format!(
                    "  {name} is what a failed build has left behind: dropping it first"
                ));
            }
            Event::PreviousSession { holder, .. } => {
                if !self.told_of_old_session {
                    self.voice.say(&format!(
                        "A statement of an earlier run is still at work: {holder}. Waiting."
                    ));
                    self.told_of_old_session = true;
                }
            }
            Event::MigrationStarted {
                version,
                name,
                labels,
                direction,
                ..
            } => {
                self.lines = lines(labels);
                let back = match direction {
                    Direction::Up => "",
                    Direction::Down => "back from ",
                };
                self.voice
                    .say(&format!("\n{back}{}", called(*version, name)));
            }
            Event::StatementStarted { number, .. } => {
                if let Some(bar) = &self.voice.bar {
                    bar.reset_elapsed();
                    bar.set_message(self.line(*number).to_owned());
                    bar.enable_steady_tick(Duration::from_millis(120));
                }
            }
            Event::StatementDone { number, took } => {
                let took = took.map(|took| format!("  {:>10}", elapsed(took)));
                let line = format!("  {}  done{}", self.line(*number), took.unwrap_or_default());
                self.voice.say(&line);
            }
            Event::MigrationDone {
                version,
                name,
                took,
            } => {
                if self.lines.is_empty() {
                    let statements = count(0, "statement");
                    let took = elapsed(*took);
                    let text =
                        format!("  {}: {statements}, done in {took}", called(*version, name));
                    self.voice.say(&text);
                }
            }
            Event::MigrationFailed { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned() {
        let label = |object: &str, what: &str| StatementLabel {
            object: object.to_owned(),
            what: what.to_owned(),
        };
        assert_eq!(
            lines(&[label("users", "add column b"), label("", "vacuum")]),
            ["1/2  users  add column b", "2/2         vacuum      "]
        );
        assert_eq!(lines(&[label("", "x")]), ["1/1  x"]);
    }
}
