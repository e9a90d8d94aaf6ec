//! Progress on stderr: a line a statement on a terminal, a line a migration elsewhere.

use super::output::Output;
use super::run::spent;
use crate::migrate::{Direction, Event, Observer};
use crate::report::count;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

/// How much of a statement is shown, in characters.
const SHOWN: usize = 60;

/// Shows a run while it goes on.
pub(crate) struct Progress {
    output: Output,
    /// On a terminal.
    bar: Option<ProgressBar>,
    statement: String,
    statements: usize,
    told_of_waiting: bool,
}

impl Progress {
    /// For where stderr goes.
    pub(crate) fn new(output: Output) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("  {msg}  {elapsed:>6} {spinner}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            output,
            bar,
            statement: String::new(),
            statements: 0,
            told_of_waiting: false,
        }
    }

    /// Leaves nothing half-drawn.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.say(text)),
            None => self.output.say(text),
        }
    }

    fn done(&self, took: Option<Duration>) {
        if self.bar.is_some() {
            let took = took.map(spent).unwrap_or_default();
            self.say(&format!("  {:SHOWN$}  done  {took:>10}", self.statement));
        }
    }
}

/// The first words of a statement, on one line.
fn short(sql: &str) -> String {
    let mut words = String::new();
    let lines = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    for word in lines.flat_map(str::split_whitespace) {
        if words.chars().count() + word.chars().count() >= SHOWN {
            words.push('…');
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

impl Observer for Progress {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::LockWaiting { holder, .. } => {
                if !self.told_of_waiting {
                    let who = holder.map_or_else(String::new, |h| format!(": {h}"));
                    self.say(&format!("Another run holds the lock{who}. Waiting."));
                    self.told_of_waiting = true;
                }
            }
            Event::LockAcquired { .. } => {}
            Event::Started {
                version,
                name,
                statements,
                direction,
                ..
            } => {
                self.statements = *statements;
                if self.bar.is_some() {
                    let back = match direction {
                        Direction::Up => "",
                        Direction::Down => "back from ",
                    };
                    self.say(&format!("\n{back}V{version} {name}"));
                }
            }
            Event::StatementStarted { number, of, sql } => {
                self.statement = format!("{number}/{of}  {}", short(sql));
                if let Some(bar) = &self.bar {
                    bar.reset_elapsed();
                    bar.set_message(self.statement.clone());
                    bar.enable_steady_tick(Duration::from_millis(120));
                }
            }
            Event::StatementDone { took, .. } => self.done(*took),
            Event::Done {
                version,
                name,
                took,
            } => {
                if self.bar.is_none() {
                    let statements = count(self.statements, "statement");
                    self.say(&format!(
                        "V{version} {name}: {statements}, done in {}",
                        spent(*took)
                    ));
                }
            }
            Event::Failed { version, name, .. } => {
                if self.bar.is_none() {
                    self.say(&format!("V{version} {name}: stopped"));
                }
            }
        }
    }
}
