//! Progress on stderr: one line per statement; on a terminal, the running statement with its time.

use crate::cli::terminal::lock_text::blocker_lines;
use crate::cli::terminal::output::Output;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::{Direction, Event, Observer, Version};
use crate::report::{count, elapsed};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

/// The maximum width of a column of descriptions, in characters.
const WIDEST: usize = 60;

/// Writes messages above the line that is being drawn.
#[derive(Clone)]
pub(crate) struct ProgressMessages {
    output: Output,
    /// Present on a terminal.
    bar: Option<ProgressBar>,
}

impl ProgressMessages {
    /// Writes a message on its own line.
    pub(crate) fn print(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.message(text)),
            None => self.output.message(text),
        }
    }
}

/// The progress of a run.
pub(crate) struct Progress {
    messages: ProgressMessages,
    /// The lines of the running migration, padded to one width.
    lines: Vec<String>,
    waiting_reported: bool,
    previous_session_reported: bool,
}

impl Progress {
    /// Progress for stderr.
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
            messages: ProgressMessages { output, bar },
            lines: Vec::new(),
            waiting_reported: false,
            previous_session_reported: false,
        }
    }

    /// Messages beside the progress.
    pub(crate) fn messages(&self) -> ProgressMessages {
        self.messages.clone()
    }

    /// Whether this run waited for a statement of an earlier run.
    pub(crate) fn has_waited(&self) -> bool {
        self.previous_session_reported
    }

    /// Clears the line that is being drawn.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.messages.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, number: usize) -> &str {
        self.lines.get(number - 1).map_or("", String::as_str)
    }
}

/// `V7 name`, or the name alone without a version.
fn migration_title(version: Option<Version>, name: &str) -> String {
    version.map_or_else(|| name.to_owned(), |version| format!("V{version} {name}"))
}

/// ` 1/12  ai_tool_calls  add column retry_count`, all of one width.
fn statement_lines(labels: &[StatementLabel]) -> Vec<String> {
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
                if !self.waiting_reported {
                    let who = holder.map_or_else(String::new, |h| format!(": {h}"));
                    let text = format!("Another run holds the lock{who}. Waiting.");
                    self.messages.print(&text);
                    self.waiting_reported = true;
                }
            }
            Event::LockAcquired { .. } => {}
            Event::LongTransactions { sessions } => {
                for session in *sessions {
                    let text = format!("warning: long-running transaction: {session}");
                    self.messages.print(&text);
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
                self.messages.print(&format!(
                    "  {line}  waiting  attempt {tried} of {of} timed out waiting for a lock; retrying in {}",
                    elapsed(*pause)
                ));
                for line in blocker_lines(blockers) {
                    self.messages.print(&format!("       {line}"));
                }
            }
            Event::DroppingInvalidIndex { name } => {
                self.messages.print(&format!(
                    "  {name} is invalid, left by a failed build: dropping it first"
                ));
            }
            Event::PreviousSession { holder, .. } => {
                if !self.previous_session_reported {
                    self.messages.print(&format!(
                        "A statement of an earlier run is still running: {holder}. Waiting."
                    ));
                    self.previous_session_reported = true;
                }
            }
            Event::MigrationStarted {
                version,
                name,
                labels,
                direction,
                ..
            } => {
                self.lines = statement_lines(labels);
                let revert = match direction {
                    Direction::Up => "",
                    Direction::Down => "revert ",
                };
                self.messages
                    .print(&format!("\n{revert}{}", migration_title(*version, name)));
            }
            Event::StatementStarted { number, .. } => {
                if let Some(bar) = &self.messages.bar {
                    bar.reset_elapsed();
                    bar.set_message(self.line(*number).to_owned());
                    bar.enable_steady_tick(Duration::from_millis(120));
                }
            }
            Event::StatementDone { number, took } => {
                let took = took.map(|took| format!("  {:>10}", elapsed(took)));
                let line = format!("  {}  done{}", self.line(*number), took.unwrap_or_default());
                self.messages.print(&line);
            }
            Event::MigrationDone {
                version,
                name,
                took,
            } => {
                if self.lines.is_empty() {
                    let statements = count(0, "statement");
                    let took = elapsed(*took);
                    let text = format!(
                        "  {}: {statements}, done in {took}",
                        migration_title(*version, name)
                    );
                    self.messages.print(&text);
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
            statement_lines(&[label("users", "add column b"), label("", "vacuum")]),
            ["1/2  users  add column b", "2/2         vacuum      "]
        );
        assert_eq!(statement_lines(&[label("", "x")]), ["1/1  x"]);
    }
}
